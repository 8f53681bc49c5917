/// Base64 of RFC 4648, section 4, with padding.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace flowlake {

/// Appends what `text` stands for. False, with `out` as it was, if `text` is not base64:
/// a character that has no place in it, a length that is no multiple of four, padding in
/// the middle.
bool AppendBase64Decoded(std::string_view text, std::string& out);

std::string EncodeBase64(std::string_view bytes);
/// The length of EncodeBase64() of so many bytes.
constexpr size_t Base64Length(size_t bytes) { return (bytes + 2) / 3 * 4; }

}  // namespace flowlake
