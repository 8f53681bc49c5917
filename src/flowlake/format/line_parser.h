/// Lines of text become rows: of a file, or of the messages inside JSON documents.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/format/extra_object.h"
#include "flowlake/format/field_column.h"
#include "flowlake/format/field_starts.h"
#include "flowlake/format/layout.h"
#include "flowlake/format/line_framing.h"
#include "flowlake/format/parser.h"
#include "flowlake/format/tokenizer.h"

namespace flowlake {

/// Where rows and rejects go.
struct Sink {
  ColumnsBuilder& columns;
  Rejects& rejects;
};

/// A line and its place in the input.
struct Line {
  std::string_view text;  ///< without "\n"; a "\r" at its end is ignored
  int64_t number = 0;
  int64_t offset = 0;
  bool is_sound = false;  ///< known to be valid UTF-8 without NUL
};

/// Many lines, each ended by "\n", which the last may lack.
struct LineBlock {
  std::string_view text;
  /// Of the first line if the lines are consecutive ones of the input.
  LinePlace first;
  /// Else one for each line.
  std::span<const LinePlace> places;
};

struct LineFormat {
  Layout layout;
  Separator separator = Separator::kBlanks;
  bool may_begin_with_short_header = false;
};

/// Not thread-safe.
class LineParser {
 public:
  LineParser(LineFormat format, const ParseLimits& limits);

  const Layout& layout() const { return layout_; }
  const std::vector<std::string>& unknown_fields() const { return unknown_.names(); }

  /// A row, a reject, or nothing for a blank line and for a header, which changes the
  /// layout of the lines behind it. Invalid if that header belongs to another kind of
  /// log.
  Status Parse(const Line& line, Sink sink);

  /// Does what Parse() does with one line after the other, column by column where the
  /// lines are ordinary: records of the layout, of printable ASCII, with one blank
  /// between fields. The others go to Parse(). Returns how many newlines there are.
  Result<int64_t> ParseBlock(const LineBlock& block, Sink sink);

 private:
  /// How far ParseBlock() is.
  struct Progress {
    const LineBlock& block;
    size_t begin = 0;  ///< of the next line
    size_t line = 0;   ///< its index
  };
  using Tokens = std::vector<std::string_view>;
  struct Failure {
    const LayoutField* field = nullptr;
    RejectReason reason = RejectReason::kFieldCount;
  };

  Status ParseNext(size_t end, Progress& at, Sink sink);
  Status ParsePiece(Progress& at, Sink sink);
  size_t OrdinaryLines(size_t begin, size_t line, size_t size) const;
  bool AppendRecords(const char* piece, size_t line, size_t count,
                     ColumnsBuilder& columns);
  bool MayParseColumnwise() const;
  size_t BeginOf(size_t line) const;

  bool IsHeader(const Tokens& tokens) const;
  Status TakeHeader(const Tokens& tokens);
  std::optional<Failure> AppendRecord(const Tokens& tokens, ColumnsBuilder& columns);
  void Use(Layout layout);

  Layout layout_;
  Separator separator_;
  Tokenizer tokenizer_;
  FieldAppender append_;
  FieldStarts starts_;  // of the current piece of a block
  ParseLimits limits_;
  bool short_header_;
  UnknownNames unknown_;
  ExtraObject extra_;
};

/// What is wrong with a line or message before its fields are looked at.
Misfit FindLineDamage(const Line& line, const ParseLimits& limits);

void AddReject(const Line& line, RejectReason reason, std::string column,
               Rejects& rejects);

}  // namespace flowlake
