#include "flowlake/format/document_framer.h"

#include <algorithm>
#include <bit>

#include "flowlake/base/check.h"
#include "flowlake/format/structural_masks.h"

namespace flowlake {

namespace {
constexpr size_t kNone = std::string_view::npos;

size_t LineEnd(std::string_view bytes, size_t from) {
  const size_t newline = bytes.find('\n', from);
  return newline == kNone ? bytes.size() : newline + 1;
}

// The quote that closes the string that begins at `quote`, or the newline that breaks it;
// kNone if neither is there.
size_t StringEnd(std::string_view bytes, size_t quote) {
  for (size_t at = quote + 1; at < bytes.size(); ++at) {
    if (bytes[at] == '"' || bytes[at] == '\n') return at;
    if (bytes[at] == '\\' && at + 1 < bytes.size() && bytes[at + 1] != '\n') ++at;
  }
  return kNone;
}

Piece ScanDocumentByByte(std::string_view bytes, size_t begin) {
  int depth = 0;
  size_t at = begin;
  while (at < bytes.size()) {
    const char c = bytes[at];
    if (c == '"') {
      at = StringEnd(bytes, at);
      if (at == kNone) break;
      if (bytes[at] == '\n') return {PieceKind::kGarbage, begin, at + 1};
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return {PieceKind::kDocument, begin, at + 1};
    }
    ++at;
  }
  return {PieceKind::kOpen, begin, bytes.size()};
}

/// Follows one document, 64 bytes at a time.
class DocumentScan {
 public:
  /// Where the document ends or breaks among the next 64 bytes; 64: it goes on.
  int Step(StructuralMasks masks) {
    const uint64_t quotes = masks.quotes & ~EscapedBy(masks.backslashes);
    const uint64_t inside = PrefixXor(quotes) ^ inside_;
    inside_ = uint64_t{0} - (inside >> 63);
    is_confused_ = (masks.backslashes & ~inside) != 0;
    opening_ = masks.opening_braces & ~inside;
    closing_ = masks.closing_braces & ~inside;
    breaks_ = masks.newlines & inside;
    const int closed = std::popcount(closing_);
    if (breaks_ != 0 || closed >= depth_) return FindEnd();
    depth_ += std::popcount(opening_) - closed;
    return kMaskedBytes;
  }

  /// Behind Step(): a backslash was outside strings, where it escapes nothing. What
  /// Step() returned is worth nothing.
  bool is_confused() const { return is_confused_; }
  /// Requires that Step() found something: the end of the document, not a newline.
  bool is_end() const { return depth_ == 0; }

 private:
  // The bytes behind the backslashes that are not escaped themselves.
  uint64_t EscapedBy(uint64_t backslashes) {
    uint64_t escaped = escapes_next_ ? 1 : 0;
    backslashes &= ~escaped;
    escapes_next_ = false;
    while (backslashes != 0) {
      const uint64_t backslash = backslashes & (0 - backslashes);
      escapes_next_ = backslash >> 63 != 0;
      escaped |= backslash << 1;
      backslashes &= ~(backslash | backslash << 1);
    }
    return escaped;
  }

  int FindEnd() {
    for (uint64_t rest = opening_ | closing_ | breaks_; rest != 0; rest &= rest - 1) {
      const uint64_t bit = rest & (0 - rest);
      if ((breaks_ & bit) != 0) return std::countr_zero(bit);
      depth_ += (opening_ & bit) != 0 ? 1 : -1;
      if (depth_ == 0) return std::countr_zero(bit);
    }
    return kMaskedBytes;
  }

  int depth_ = 0;
  uint64_t inside_ = 0;  // all ones if the last byte was inside a string
  bool escapes_next_ = false;
  bool is_confused_ = false;
  uint64_t opening_ = 0;
  uint64_t closing_ = 0;
  uint64_t breaks_ = 0;
};

Piece ScanDocument(std::string_view bytes, size_t begin) {
  DocumentScan scan;
  for (size_t at = begin; at < bytes.size(); at += kMaskedBytes) {
    const int found = scan.Step(MasksOf(bytes.substr(at)));
    if (scan.is_confused()) return ScanDocumentByByte(bytes, begin);
    if (found == kMaskedBytes) continue;
    const auto kind = scan.is_end() ? PieceKind::kDocument : PieceKind::kGarbage;
    return {kind, begin, at + static_cast<size_t>(found) + 1};
  }
  return {PieceKind::kOpen, begin, bytes.size()};
}

template <typename Scan>
Piece NextPieceWith(Scan scan, std::string_view bytes, size_t from) {
  const size_t begin = SkipSpace(bytes, from);
  if (begin == bytes.size()) return {PieceKind::kNothing, begin, begin};
  if (bytes[begin] == '{') return scan(bytes, begin);
  return {PieceKind::kGarbage, begin, LineEnd(bytes, begin)};
}
}  // namespace

size_t SkipSpace(std::string_view bytes, size_t from) {
  const auto is_space = [](char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  };
  size_t at = std::min(from, bytes.size());
  while (at < bytes.size() && is_space(bytes[at])) ++at;
  return at;
}

Piece NextPiece(std::string_view bytes, size_t from) {
  return NextPieceWith(ScanDocument, bytes, from);
}

Piece NextPieceByByte(std::string_view bytes, size_t from) {
  return NextPieceWith(ScanDocumentByByte, bytes, from);
}

Piece GiveUp(std::string_view bytes, Piece open) {
  Check(open.kind == PieceKind::kOpen && open.begin <= bytes.size(),
        "only an open piece is given up");
  return {PieceKind::kGarbage, open.begin, LineEnd(bytes, open.begin)};
}

std::string CloseDocument(std::string_view open_document) {
  std::string closers;
  std::string closers_at_end;
  size_t end = 0;
  for (size_t at = 0; at < open_document.size(); ++at) {
    const char c = open_document[at];
    if (c == '"') {
      at = StringEnd(open_document, at);
      if (at == kNone) break;
    } else if (c == '{' || c == '[') {
      closers += c == '{' ? '}' : ']';
    } else if ((c == '}' || c == ']') && !closers.empty()) {
      closers.pop_back();
      if (c == ']') continue;
      end = at + 1;
      closers_at_end = closers;
    }
  }
  if (end == 0) return "";
  std::reverse(closers_at_end.begin(), closers_at_end.end());
  return std::string(open_document.substr(0, end)) + closers_at_end;
}

}  // namespace flowlake
