/// Lines of fields with a separator between them, whose names stand before them: W3C's
/// `#Fields:`, a first line of names, or what the user says.
/// Source: W3C, "Extended Log File Format"; RFC 4180 for quotes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flowlake/format/layout.h"
#include "flowlake/format/line_framing.h"
#include "flowlake/format/line_parser.h"
#include "flowlake/format/log_kind.h"
#include "flowlake/format/parser.h"
#include "flowlake/format/record_values.h"

namespace flowlake {

struct DelimitedFormat {
  char separator = '\t';
  bool has_quotes = false;  ///< as RFC 4180 has them, within one line
  bool has_header = false;  ///< the first line names the fields
  /// Else these, until a `#Fields:` comes. Empty: the kind's fields in their order, of
  /// which the last ones may be missing.
  std::vector<std::string> fields{};
};

/// A line that begins with "#" is no record. One with fewer fields than there are names
/// is a reject; fields behind the last name go to `extra`. Not thread-safe.
class DelimitedParser : public Parser {
 public:
  /// `log` outlives the parser.
  DelimitedParser(const LogKind& log, DelimitedFormat format, LogOrigin origin,
                  const ParseLimits& limits);

  const Schema& schema() const override { return log_.schema; }
  std::string description() const override { return log_.title + ", text"; }
  size_t Frame(std::string_view bytes, bool is_last) override;
  Status Parse(const Block& block, ColumnsBuilder& columns, Rejects& rejects) override;
  std::vector<std::string> unknown_fields() const override { return unknown_.names(); }

 private:
  struct Position {
    int field = -1;
    std::string name;  ///< of a field that the kind does not know
  };

  void ParseLine(const Line& line, Sink sink);
  void TakeNames(const std::vector<std::string>& names);
  void TakeOwnOrder();
  bool Split(std::string_view line);
  bool SplitQuoted(std::string_view line);
  bool AppendRecord(ColumnsBuilder& columns);
  void AppendUnknown(size_t index);

  const LogKind& log_;
  const DelimitedFormat format_;
  const ParseLimits limits_;
  LineFraming framing_;
  RecordValues values_;
  std::vector<Position> positions_;
  size_t fewest_ = 0;  // fields of a record
  bool expects_header_;
  UnknownNames unknown_;
  struct Token {
    std::string_view text;
    bool is_quoted = false;
  };
  std::vector<Token> tokens_;  // of the line at hand
  std::string unquoted_;       // reserved for a whole line: views into it stay valid
};

}  // namespace flowlake
