/// Where the fields of many lines begin, found for a whole piece of text at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "flowlake/base/instruction_set.h"

namespace flowlake {

/// The fields and lines of a piece of text, cut at blanks and newlines. Its memory is
/// used again and again.
class FieldStarts {
 public:
  /// Small, so that the text, the starts and the columns made of them stay in the
  /// first-level cache, and so that a place fits 16 bits.
  static constexpr size_t kMaxPiece = 16 << 10;

  /// Requires that the processor has `set`.
  explicit FieldStarts(InstructionSet set = BestInstructionSet());

  /// Requires text.size() <= kMaxPiece. False if there is something else in `text` than
  /// printable ASCII, blanks and newlines; then the rest is of no use. It is valid until
  /// the next call.
  bool Find(std::string_view text);

  /// Where fields begin: 0, and one behind each ' ' and '\n'. So a field ends one before
  /// the next one begins.
  const uint16_t* fields() const { return fields_.data(); }
  /// Where lines begin, as indexes of fields(): 0, and one for what is behind each
  /// newline. So there is one more than whole lines.
  std::span<const uint16_t> lines() const { return {lines_.data(), line_count_}; }

  /// What the kernels fill: room for a whole vector behind the last one.
  struct Lists {
    uint16_t* fields;
    uint16_t* lines;
    size_t field_count = 1;
    size_t line_count = 1;
    uint64_t odd = 0;  ///< not 0 once something odd was seen
  };

 private:
  /// Looks at `words` × 64 bytes from `text` on, the first of which is `place`.
  using Kernel = void (*)(const char* text, size_t words, size_t place, Lists& lists);
  static Kernel KernelOf(InstructionSet set);

  Kernel kernel_;
  size_t line_count_ = 1;
  std::vector<uint16_t> fields_;
  std::vector<uint16_t> lines_;
};

}  // namespace flowlake
