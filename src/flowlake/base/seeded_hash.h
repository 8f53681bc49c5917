/// A hash of numbers that somebody else chose, for the tables of the standard library:
/// there a number is its own hash, so that all could be made to meet in one bucket.
#pragma once

#include <cstddef>
#include <cstdint>

#include "flowlake/base/dictionary.h"

namespace flowlake {

/// Another one in every process; no result may depend on it.
struct SeededHash {
  size_t operator()(uint64_t number) const { return internal::HashShort(number, 0); }
};

}  // namespace flowlake
