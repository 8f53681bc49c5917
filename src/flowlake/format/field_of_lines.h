/// The same field of consecutive lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

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

/// A part of that field: of each line something that stands in the same text.
class FieldParts {
 public:
  /// `places` is the memory that the parts are kept in, as long as they are used.
  FieldParts(const FieldOfLines& whole, std::vector<uint16_t>& places) : whole_(whole) {
    if (places.size() < 2 * whole.lines) places.resize(2 * whole.lines);
    places_ = places.data();
  }

  void Set(size_t line, std::string_view part) {
    const auto begin = static_cast<size_t>(part.data() - whole_.text);
    places_[2 * line] = static_cast<uint16_t>(begin);
    places_[2 * line + 1] = static_cast<uint16_t>(begin + part.size() + 1);
  }
  FieldOfLines parts() const { return {whole_.text, places_, 2, whole_.lines}; }

 private:
  FieldOfLines whole_;
  uint16_t* places_;
};

}  // namespace flowlake
