#include "flowlake/format/document_parser.h"

#include <algorithm>

#include "flowlake/format/text_parser.h"

namespace flowlake {

namespace {
// A CloudWatch document holds many records: up to 1 MB as Kinesis carries it, gzipped.
constexpr size_t kRecordsPerDocument = 8;
// Writing a value as text recurses: deeper ones must not reach the end of the stack.
constexpr int kMaxDepth = 64;

size_t LineEnd(std::string_view bytes, size_t from) {
  return std::min(bytes.find('\n', from), bytes.size() - 1) + 1;
}

/// The numbers of lines, asked for in ascending order.
class LineCounter {
 public:
  LineCounter(std::string_view bytes, int64_t first) : rest_(bytes), number_(first) {}

  /// Of the line that has the byte `at` of the block.
  int64_t NumberAt(size_t at) {
    const std::string_view passed = rest_.substr(0, at - begin_);
    // Most documents have no newline or one.
    for (size_t newline = passed.find('\n'); newline != std::string_view::npos;
         newline = passed.find('\n', newline + 1)) {
      ++number_;
    }
    rest_.remove_prefix(passed.size());
    begin_ = at;
    return number_;
  }

 private:
  std::string_view rest_;  // behind begin_
  size_t begin_ = 0;
  int64_t number_;
};
}  // namespace

std::optional<Json> ParseObject(std::string_view text) {
  bool is_too_deep = false;
  const auto check_depth = [&](int depth, Json::parse_event_t, Json&) {
    is_too_deep |= depth > kMaxDepth;
    return depth <= kMaxDepth;
  };
  Json document = Json::parse(text, check_depth, /*allow_exceptions=*/false);
  if (is_too_deep || !document.is_object()) return std::nullopt;
  return document;
}

size_t DocumentParser::Frame(std::string_view bytes, bool is_last) {
  if (is_last) return bytes.size();
  size_t end = MarkLength(bytes);
  if (is_skipping_) {
    const size_t newline = bytes.find('\n');
    if (newline == std::string_view::npos) return bytes.size();
    end = newline + 1;
  }
  while (end < bytes.size()) {
    const Piece piece = Next(bytes, SkipBetween(bytes, end));
    const bool is_whole = piece.kind == PieceKind::kDocument ||
                          piece.kind == PieceKind::kNothing ||
                          bytes[piece.end - 1] == '\n';
    if (piece.kind == PieceKind::kOpen || !is_whole) break;
    end = piece.end;
  }
  const bool is_too_long =
      bytes.size() - end > kRecordsPerDocument * limits_.record_bytes;
  if (end > 0 || !is_too_long) return end;
  // The first piece is given up: Parse() will find it open and go on line by line.
  const size_t newline = bytes.rfind('\n');
  return newline == std::string_view::npos ? bytes.size() : newline + 1;
}

Status DocumentParser::Parse(const Block& block, ColumnsBuilder& columns,
                             Rejects& rejects) {
  const Sink sink{columns, rejects};
  const std::string_view bytes = block.bytes;
  LineCounter lines(bytes, next_line_);
  size_t at = MarkLength(bytes) + SkipRestOfLine(bytes);
  is_begun_ = true;
  // Once a document turns out to have no end, the rest is looked at line by line: else
  // every further one would be searched to the end of the block again.
  bool by_line = false;
  while (at < bytes.size()) {
    const std::string_view seen = by_line ? bytes.substr(0, LineEnd(bytes, at)) : bytes;
    const size_t begin = SkipBetween(seen, at);
    Line place{seen.substr(begin), lines.NumberAt(begin),
               block.offset + static_cast<int64_t>(begin)};
    ARROW_ASSIGN_OR_RAISE(const size_t scanned, ScanUsual(place, sink));
    at = begin + scanned;
    if (scanned > 0) continue;
    Piece piece = Next(seen, begin);
    if (piece.kind == PieceKind::kOpen) {
      by_line = true;
      piece = GiveUp(seen, piece);
    }
    place.text = bytes.substr(begin, piece.end - begin);
    ARROW_RETURN_NOT_OK(ParsePiece(piece, place, sink));
    at = piece.end;
  }
  next_line_ = lines.NumberAt(bytes.size());
  return Flush(sink);
}

Result<size_t> DocumentParser::ScanUsual(const Line& place, Sink sink) {
  if (!is_obvious_) {
    ARROW_ASSIGN_OR_RAISE(const size_t scanned, ScanDocument(place, sink));
    if (scanned > 0) return scanned;
  }
  // What comes next is parsed at once: nothing before it may come later.
  ARROW_RETURN_NOT_OK(Flush(sink));
  return 0;
}

// A byte order mark is of no document, not even where one of several lines follows it.
size_t DocumentParser::MarkLength(std::string_view bytes) const {
  return !is_begun_ && bytes.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
}

size_t DocumentParser::SkipRestOfLine(std::string_view bytes) {
  if (!is_skipping_) return 0;
  const size_t newline = bytes.find('\n');
  if (newline == std::string_view::npos) return bytes.size();
  is_skipping_ = false;
  return newline + 1;
}

Status DocumentParser::ParsePiece(const Piece& piece, const Line& place, Sink sink) {
  if (piece.kind == PieceKind::kNothing) return Status::OK();
  Line text = place;
  if (text.text.ends_with('\n')) text.text.remove_suffix(1);
  if (piece.kind == PieceKind::kDocument) {
    if (const auto document = ParseObject(text.text)) {
      return ParseDocument(*document, text, sink);
    }
  }
  const bool is_long = text.text.size() > limits_.record_bytes;
  is_skipping_ = is_long && place.text.size() == text.text.size() &&
                 piece.kind == PieceKind::kGarbage;
  Misfit damage = FindLineDamage(text, limits_);
  AddReject(text, damage.value_or(RejectReason::kNotJson), "", sink.rejects);
  return Status::OK();
}

}  // namespace flowlake
