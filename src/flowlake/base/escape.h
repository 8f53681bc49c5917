/// Text from logs is hostile until shown otherwise: it is stored as it came and escaped
/// wherever it is printed.
#pragma once

#include <string>
#include <string_view>

namespace flowlake {

/// For a terminal or a one-line message: control characters (C0, DEL, C1), bidirectional
/// and zero-width format characters and invalid UTF-8 become \n, \t, \x1b, \u{202e}; a
/// backslash doubles only if `escape_backslash`. The result is one line of valid UTF-8.
std::string EscapeForTerminal(std::string_view text, bool escape_backslash = false);

/// The offset of the first byte that is not valid UTF-8 (RFC 3629), or npos.
size_t FindInvalidUtf8(std::string_view text);

/// The first at most `limit` bytes, not cutting a UTF-8 sequence.
std::string_view TruncateUtf8(std::string_view text, size_t limit);

/// Terminal columns that `text` takes: one per code point, two for wide East Asian ones,
/// none for combining marks. Requires valid UTF-8.
size_t DisplayWidth(std::string_view text);

}  // namespace flowlake
