/// Which flowlake this is: in `--version`, in Parquet's created_by and in commits.
#pragma once

namespace flowlake {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace flowlake
