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
#include "flowlake/format/ordinary_records.h"
#include "flowlake/format/parser.h"
#include "flowlake/format/record_values.h"

namespace flowlake {

/// What W3C's line of names begins with.
inline constexpr std::string_view kFieldsDirective = "#Fields:";

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

  /// For tests and fuzzers: from now on each record is looked at singly.
  void ParseSingly();

 private:
  struct Token {
    std::string_view text;
    bool is_quoted = false;
  };
  struct Position {
    int field = -1;
    std::string name;  ///< of a field that the kind does not know
  };

  /// How far a block is parsed.
  struct Progress {
    size_t begin = 0;  ///< of the next line
    int64_t newlines = 0;
  };
  Status ParseNext(const LineFraming::Lines& lines, Progress& at, Sink sink);
  Status ParseLine(const Line& line, Sink sink);
  Status TakeNames(const std::vector<std::string>& names);
  void TakeOwnOrder();
  void ExpectPositions();
  Token NextToken(std::string_view line, size_t& at);
  Token NextQuoted(std::string_view line, size_t& at);
  bool AppendRecord(std::string_view line, ColumnsBuilder& columns);
  bool AppendToken(const Token& token);

  const LogKind& log_;
  const DelimitedFormat format_;
  const ParseLimits limits_;
  LineFraming framing_;
  RecordValues values_;
  OrdinaryRecords ordinary_;
  bool parses_singly_ = false;
  std::vector<Position> positions_;
  size_t fewest_ = 0;  // fields of a record
  bool expects_header_;
  std::string header_;  // the line
  UnknownNames unknown_;
  size_t token_count_ = 0;  // of the line at hand, so far
  bool is_open_ = false;    // its last quote is, or something follows it
  std::string unquoted_;    // reserved for a whole line: views into it stay valid
};

}  // namespace flowlake
