#include "flowlake/format/ordinary_records.h"

#include <algorithm>
#include <utility>

namespace flowlake {

namespace {

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

OrdinaryRecords::Taken OrdinaryRecords::Append(std::string_view text, size_t at,
                                               ColumnsBuilder& columns) {
  const std::string_view rest = text.substr(at);
  const std::string_view piece = WholeLines(rest);
  const size_t line_end = std::min(rest.find('\n'), rest.size() - 1) + 1;
  if (piece.empty() || positions_.empty() || at < kReadable) return {0, 0, line_end};
  static_cast<void>(starts_.Find(piece));
  const size_t count = OrdinaryLines(piece, rest.size());
  if (count == 0) return {0, 0, line_end};
  const size_t bytes = BeginOf(count);
  if (!AppendLines(piece.data(), count, columns)) {
    columns.DropRow();
    return {0, 0, bytes};
  }
  return {bytes, static_cast<int64_t>(count), 0};
}

size_t OrdinaryRecords::BeginOf(size_t line) const {
  return starts_.fields()[starts_.lines()[line]];
}

/// How many fields it has.
size_t OrdinaryRecords::WidthOf(size_t line) const {
  return starts_.lines()[line + 1] - size_t{starts_.lines()[line]};
}

/// How many lines at the beginning of the piece, behind which `readable` bytes can be
/// read from its beginning on, are ordinary and have as many fields as the first.
size_t OrdinaryRecords::OrdinaryLines(std::string_view piece, size_t readable) const {
  const size_t lines = starts_.lines().size() - 1;
  const size_t width = lines == 0 ? 0 : WidthOf(0);
  if (width < fewest_ || width > positions_.size()) return 0;
  size_t line = 0;
  while (line < lines && WidthOf(line) == width && IsOrdinary(piece, line) &&
         BeginOf(line + 1) + kReadable <= readable) {
    ++line;
  }
  return line;
}

/// A comment, a blank line, and a blank at the end, behind which no field begins, are
/// not.
bool OrdinaryRecords::IsOrdinary(std::string_view piece, size_t line) const {
  const size_t begin = BeginOf(line);
  const size_t end = BeginOf(line + 1) - 1;
  const char first = piece[begin];
  const bool is_cut_short = cut_.separator == ' ' && piece[end - 1] == ' ';
  return first != '#' && first != ' ' && first != '\t' && !is_cut_short &&
         end - begin <= record_bytes_;
}

bool OrdinaryRecords::AppendLines(const char* piece, size_t count,
                                  ColumnsBuilder& columns) {
  values_.Begin(columns);
  const size_t width = WidthOf(0);
  FieldOfLines texts{piece, starts_.fields(), width, count};
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
