/// Byte counts as people write and read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "flowlake/base/status.h"

namespace flowlake {

/// "512MiB", "1GB", "10 kb", "4096": decimal units by 1000, binary units (KiB, MiB, …) by
/// 1024, any case. Invalid names the text and what would be right.
Result<int64_t> ParseByteSize(std::string_view text);

/// Decimal units with three significant digits: "999 B", "1.23 kB", "45.6 MB", "217 GB".
std::string FormatByteSize(int64_t bytes);

/// 1234567 -> "1,234,567".
std::string FormatCount(int64_t count);

/// 1, "file" -> "1 file"; 1234, "file" -> "1,234 files".
std::string Plural(int64_t count, std::string_view noun);

}  // namespace flowlake
