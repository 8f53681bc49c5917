/// Text whose records are as a PositionalLog says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/format/extra_object.h"
#include "flowlake/format/field_value.h"
#include "flowlake/format/line_parser.h"
#include "flowlake/format/parser.h"
#include "flowlake/format/positional_log.h"
#include "flowlake/format/quoted_tokens.h"

namespace flowlake {

/// Where the log was written, as far as its key says.
struct LogOrigin {
  std::string account{};
  std::string region{};
};

/// A record ends at a line feed. One inside quotes belongs to the record, if what follows
/// begins no record. A byte order mark at the beginning of the input is ignored.
class PositionalParser : public Parser {
 public:
  /// `log` outlives the parser.
  PositionalParser(const PositionalLog& log, LogOrigin origin, const ParseLimits& limits);

  const Schema& schema() const override { return log_.schema; }
  std::string description() const override { return log_.title + ", text"; }
  size_t Frame(std::string_view bytes, bool is_last) override;
  Status Parse(const Block& block, ColumnsBuilder& columns, Rejects& rejects) override;
  std::vector<std::string> unknown_fields() const override { return {}; }

 private:
  struct Failure {
    std::string column;
    RejectReason reason = RejectReason::kFieldCount;
  };
  using Tokens = std::vector<QuotedToken>;

  size_t LastBeginning(std::string_view rest) const;
  size_t LastClosed(std::string_view rest);
  size_t SkipRestOfLine(std::string_view bytes);
  std::string_view RecordAt(std::string_view rest);
  void ParseRecord(const Line& line, Sink sink);
  std::optional<Failure> AppendRecord(ColumnsBuilder& columns);
  Misfit AppendField(size_t index, const QuotedToken& token, ValueAppender& append);
  Misfit AppendNumber(int column, PositionalKind kind, std::string_view text,
                      ValueAppender& append);
  Misfit AppendTime(int column, std::string_view text, ValueAppender& append);
  void AppendRequest(int column, std::string_view text);
  void AppendText(int column, const QuotedToken& token);
  void AppendList(int column, std::string_view text);
  void AppendIp(int column, std::string_view text);
  void AppendOrigin();
  void AppendSurplus();
  std::string NumberColumnOf(size_t field) const;

  const PositionalLog& log_;
  const LogOrigin origin_;
  const ParseLimits limits_;
  int account_column_;
  int region_column_;
  int extra_column_;
  Tokens tokens_;           // of the record at hand
  bool is_closed_ = false;  // its quotes are
  int64_t line_feeds_ = 0;  // in it
  ColumnsBuilder* columns_ = nullptr;
  ExtraObject extra_;
  std::string list_;
  bool is_begun_ = false;     // something was parsed
  int64_t next_line_ = 1;     // the number of the line that comes next
  bool is_skipping_ = false;  // in a record that was rejected as too long
};

}  // namespace flowlake
