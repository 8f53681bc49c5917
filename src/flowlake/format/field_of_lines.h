/// The same field of consecutive lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace flowlake {

/// How many bytes before the first line and behind the last one must be readable.
inline constexpr size_t kReadable = 16;

struct FieldOfLines {
  const char* text;        ///< what the starts are places in
  const uint16_t* starts;  ///< of the field in the first line, and of the next field
  size_t stride;           ///< fields per line: starts[stride] is in the next line
  size_t lines;

  /// Calls visit(line, begin of the field, its size) for each line.
  template <typename Visit>
  void ForEach(Visit visit) const {
    const uint16_t* at = starts;
    for (size_t line = 0; line < lines; ++line, at += stride) {
      visit(line, text + at[0], static_cast<size_t>(at[1] - at[0] - 1));
    }
  }

  std::string_view operator[](size_t line) const {
    const uint16_t* const at = starts + line * stride;
    return {text + at[0], static_cast<size_t>(at[1] - at[0] - 1)};
  }
};

}  // namespace flowlake
