/// "What Athena would bill": doc/sql.md has the model and its sources.
#pragma once

#include <cstdint>

namespace flowlake {

/// Athena fetches files below this size whole: a range per column would not pay.
inline constexpr int64_t kSmallFileBytes = 3'000'000;

/// What a file counts of which `needed` bytes lie in needed chunks.
int64_t BilledBytes(int64_t file_bytes, int64_t needed);

/// Rounded up to the megabyte (10^6), at least 10 of them, at $5 per terabyte (10^12).
/// Nothing is billed where nothing was read.
double AthenaUsd(int64_t billed_bytes);

}  // namespace flowlake
