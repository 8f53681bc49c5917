/// Decimal numbers, many at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "flowlake/base/instruction_set.h"
#include "flowlake/format/field_of_lines.h"

namespace flowlake {

/// No longer number is read here.
inline constexpr size_t kMaxKernelDigits = 16;

/// Which numbers fit, and what becomes of them.
struct NumberRange {
  int64_t min = 0;
  int64_t max = 0;
  int64_t scale = 1;  ///< positive, less than 2^32; max * scale fits
};

/// Reads the numbers of a field, times the scale, into `numbers`. Lines whose field is
/// not a number of the digits that the kernel is for, or is out of range, are listed in
/// `others`, in order; what `numbers` has for them is of no use. Both have room for
/// field.lines. Returns how many others there are.
using NumberKernel = size_t (*)(const FieldOfLines& field, const NumberRange& range,
                                int64_t* numbers, uint16_t* others);

struct NumberKernels {
  NumberKernel read_short;  ///< 1 to 8 digits
  NumberKernel read_long;   ///< 9 to 16 digits
};
/// Requires that the processor has `set`.
NumberKernels NumberKernelsOf(InstructionSet set);

/// False if `text` is not one to sixteen digits. Requires that 8 bytes from its beginning
/// on can be read.
bool ReadNumber(std::string_view text, int64_t& value);

/// False if `text` is not one to fifteen digits, with a point between two of them or
/// without.
bool ReadDecimal(std::string_view text, double& value);

}  // namespace flowlake
