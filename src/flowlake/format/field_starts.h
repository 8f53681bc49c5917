/// Where the fields of many lines begin, found for a whole piece of text at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "flowlake/base/instruction_set.h"

namespace flowlake {

/// What is between the fields of a line.
struct FieldCut {
  char separator = ' ';
  bool has_quotes = false;  ///< a separator between quotes is of a field
};

/// The fields and lines of a piece of text, cut at separators and newlines. Its memory is
/// used again and again.
class FieldStarts {
 public:
  /// Small, so that the text, the starts and the columns made of them stay in the
  /// first-level cache, and so that a place fits 16 bits.
  static constexpr size_t kMaxPiece = 16 << 10;

  /// Requires that the processor has `set`.
  explicit FieldStarts(FieldCut cut = {}, InstructionSet set = BestInstructionSet());

  /// Requires text.size() <= kMaxPiece, and if there are quotes that it ends with a
  /// newline. Returns how many of its bytes are plain: all, or those before some place up
  /// to 64 bytes before the first odd one. Odd is what is not printable ASCII, a
  /// separator or a newline, what comes behind a quote that is not the first or the last
  /// byte of a field or has a backslash before it, and a newline between two quotes. The
  /// rest is of what is plain, and valid until the next call.
  size_t Find(std::string_view text);

  /// Where fields begin, with their quotes: 0, and one behind each separator and '\n'.
  /// So a field ends one before the next one begins.
  const uint16_t* fields() const { return fields_.data(); }
  /// Where lines begin, as indexes of fields(): 0, and one for what is behind each
  /// newline. So there is one more than whole lines.
  std::span<const uint16_t> lines() const { return {lines_.data(), line_count_}; }

  /// What the kernels fill: room for a whole vector behind the last one.
  struct Lists {
    uint16_t* fields;
    uint16_t* lines;
    char separator;
    size_t field_count = 1;
    size_t line_count = 1;
    // What the last byte was, as the lowest bit.
    uint64_t was_inside = 0;  ///< quotes
    uint64_t was_end = 1;     ///< of a field
    uint64_t was_closing_quote = 0;
    uint64_t was_backslash = 0;
  };

 private:
  /// Looks at `words` × 64 bytes from `text` on, the first of which is `place`, up to the
  /// first that are not plain. Returns how many times 64 bytes these are.
  using Kernel = size_t (*)(const char* text, size_t words, size_t place, Lists& lists);
  template <bool kHasQuotes>
  static Kernel KernelOf(InstructionSet set);

  char separator_;
  Kernel kernel_;
  size_t line_count_ = 1;
  std::vector<uint16_t> fields_;
  std::vector<uint16_t> lines_;
};

}  // namespace flowlake
