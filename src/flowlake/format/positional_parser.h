/// Records without a header, whose fields are in the order of their kind of log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flowlake/format/line_parser.h"
#include "flowlake/format/log_kind.h"
#include "flowlake/format/ordinary_records.h"
#include "flowlake/format/parser.h"
#include "flowlake/format/quoted_tokens.h"
#include "flowlake/format/record_values.h"

namespace flowlake {

/// A record ends at a line feed. One inside quotes belongs to the record, if what follows
/// begins no record. A byte order mark at the beginning of the input is ignored.
class PositionalParser : public Parser {
 public:
  /// `log`, which has begins_record, outlives the parser.
  PositionalParser(const LogKind& log, LogOrigin origin, const ParseLimits& limits);

  const Schema& schema() const override { return log_.schema; }
  std::string description() const override { return log_.title + ", text"; }
  size_t Frame(std::string_view bytes, bool is_last) override;
  Status Parse(const Block& block, ColumnsBuilder& columns, Rejects& rejects) override;
  std::vector<std::string> unknown_fields() const override { return {}; }

  /// For tests and fuzzers: from now on each record is looked at singly.
  void ParseSingly() { ordinary_.SetPositions({}, 0); }

 private:
  using Tokens = std::vector<QuotedToken>;

  size_t LastBeginning(std::string_view rest) const;
  size_t LastClosed(std::string_view rest);
  size_t SkipRestOfLine(std::string_view bytes);
  std::string_view RecordAt(std::string_view rest);
  size_t ParseNext(const Block& block, size_t at, Sink sink);
  void ParseRecord(const Line& line, Sink sink);
  bool AppendRecord(ColumnsBuilder& columns);

  const LogKind& log_;
  const ParseLimits limits_;
  RecordValues values_;
  OrdinaryRecords ordinary_;
  Tokens tokens_;             // of the record at hand
  bool is_closed_ = false;    // its quotes are
  int64_t line_feeds_ = 0;    // in it
  bool is_begun_ = false;     // something was parsed
  int64_t next_line_ = 1;     // the number of the line that comes next
  bool is_skipping_ = false;  // in a record that was rejected as too long
};

}  // namespace flowlake
