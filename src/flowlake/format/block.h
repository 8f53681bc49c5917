/// Whole records of one input, and where they came from.
#pragma once

#include <cstdint>
#include <string_view>

namespace flowlake {

/// Views into memory that the caller keeps until Parser::Parse has returned.
struct Block {
  std::string_view bytes;
  int64_t offset = 0;  ///< of bytes[0] in the unzipped input
};

}  // namespace flowlake
