/// Flow logs as text, one record per line.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flowlake/format/line_framing.h"
#include "flowlake/format/line_parser.h"

namespace flowlake {

/// A record ends at "\n".
class TextParser : public Parser {
 public:
  TextParser(LineFormat format, const ParseLimits& limits);

  const Schema& schema() const override { return *lines_.layout().schema; }
  std::string description() const override;
  size_t Frame(std::string_view bytes, bool is_last) override;
  Status Parse(const Block& block, ColumnsBuilder& columns, Rejects& rejects) override;
  std::vector<std::string> unknown_fields() const override {
    return lines_.unknown_fields();
  }

 private:
  LineParser lines_;
  Separator separator_;
  LineFraming framing_;
};

}  // namespace flowlake
