#include "flowlake/format/ordinary_records.h"

#include <algorithm>
#include <utility>

#include "flowlake/base/check.h"

namespace flowlake {

namespace {

/// Fewer are faster singly.
constexpr size_t kFewestLines = 4;

/// The whole lines at the beginning of `text`, as far as a piece goes.
std::string_view WholeLines(std::string_view text) {
  const std::string_view piece = text.substr(0, FieldStarts::kMaxPiece);
  return piece.substr(0, piece.rfind('\n') + 1);
}

}  // namespace

OrdinaryRecords::OrdinaryRecords(const LogKind& kind, LogOrigin origin,
                                 const ParseLimits& limits, FieldCut cut)
    : cut_(cut),
      record_bytes_(limits.record_bytes),
      values_(kind, std::move(origin), limits),
      starts_(cut) {}

void OrdinaryRecords::SetPositions(std::vector<int> positions, size_t fewest) {
  positions_ = std::move(positions);
  fewest_ = std::max<size_t>(fewest, 2);
}

void OrdinaryRecords::SetText(std::string_view text) {
  text_ = text;
  lines_ = 0;
  next_line_ = 0;
}

OrdinaryRecords::Taken OrdinaryRecords::Append(size_t at, ColumnsBuilder& columns) {
  Check(at < text_.size(), "records behind the end of the text");
  const size_t line_end = std::min(text_.find('\n', at), text_.size() - 1) + 1;
  if (positions_.empty() || at < kReadable || !FindPiece(at)) {
    return {0, 0, line_end - at};
  }
  const size_t count = OrdinaryLines();
  if (count == 0) return {0, 0, line_end - at};
  const size_t bytes = BeginOf(next_line_ + count) - BeginOf(next_line_);
  if (count < kFewestLines) return {0, 0, bytes};
  if (!AppendLines(count, columns)) {
    columns.DropRow();
    return {0, 0, bytes};
  }
  next_line_ += count;
  return {bytes, static_cast<int64_t>(count), 0};
}

/// A piece of which the next line begins at `at`; false if there is no whole line that is
/// plain. What was found before is not looked for again: lines may differ in turn.
bool OrdinaryRecords::FindPiece(size_t at) {
  while (next_line_ < lines_ && piece_ + BeginOf(next_line_) < at) ++next_line_;
  if (next_line_ < lines_ && piece_ + BeginOf(next_line_) == at) return true;
  const std::string_view piece = WholeLines(text_.substr(at));
  piece_ = at;
  next_line_ = 0;
  static_cast<void>(starts_.Find(piece));
  lines_ = starts_.lines().size() - 1;
  return lines_ > 0;
}

/// In the piece.
size_t OrdinaryRecords::BeginOf(size_t line) const {
  return starts_.fields()[starts_.lines()[line]];
}

/// How many fields it has.
size_t OrdinaryRecords::WidthOf(size_t line) const {
  return starts_.lines()[line + 1] - size_t{starts_.lines()[line]};
}

/// How many of the next lines are ordinary and have as many fields as the first of them.
size_t OrdinaryRecords::OrdinaryLines() const {
  const size_t width = WidthOf(next_line_);
  if (width < fewest_ || width > positions_.size()) return 0;
  size_t line = next_line_;
  while (line < lines_ && WidthOf(line) == width && IsOrdinary(line)) ++line;
  return line - next_line_;
}

/// A comment, a blank line, and a blank at the end, behind which no field begins, are
/// not. Nor is a line behind which the text ends too soon to be read at full width.
bool OrdinaryRecords::IsOrdinary(size_t line) const {
  const size_t begin = piece_ + BeginOf(line);
  const size_t end = piece_ + BeginOf(line + 1) - 1;
  const char first = text_[begin];
  const bool is_cut_short = cut_.separator == ' ' && text_[end - 1] == ' ';
  return first != '#' && first != ' ' && first != '\t' && !is_cut_short &&
         end - begin <= record_bytes_ && end + 1 + kReadable <= text_.size();
}

bool OrdinaryRecords::AppendLines(size_t count, ColumnsBuilder& columns) {
  values_.Begin(columns);
  const size_t width = WidthOf(next_line_);
  FieldOfLines texts{text_.data() + piece_,
                     starts_.fields() + starts_.lines()[next_line_], width, count};
  for (size_t i = 0; i < width; ++i, ++texts.starts) {
    if (!AppendField(texts, positions_[i])) return false;
  }
  return values_.Finish(count);
}

/// What a field holds that the kind does not know is looked at singly, unless it is NULL.
bool OrdinaryRecords::AppendField(FieldOfLines texts, int field) {
  if (cut_.has_quotes && !Unquote(texts)) return false;
  if (field < 0) return AreAllNull(texts);
  return values_.Append(static_cast<size_t>(field), texts);
}

/// False if there is nothing between two quotes, which is not NULL as nothing is. Most
/// fields have none.
bool OrdinaryRecords::Unquote(FieldOfLines& texts) {
  size_t quoted = 0;
  texts.ForEach([&](size_t, const char* begin, size_t) { quoted += *begin == '"'; });
  if (quoted == 0) return true;
  FieldParts unquoted(texts, unquoted_);
  bool has_empty = false;
  texts.ForEach([&](size_t line, const char* begin, size_t size) {
    const size_t quote = *begin == '"' ? 1 : 0;
    has_empty |= size == 2 * quote && quote > 0;
    unquoted.Set(line, {begin + quote, size - 2 * quote});
  });
  texts = unquoted.parts();
  return !has_empty;
}

}  // namespace flowlake
