/// One field of many records becomes part of a column: the fast twin of ValueAppender
/// (field_value.h), which has the rules and the reasons.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/instruction_set.h"
#include "flowlake/format/field_of_lines.h"
#include "flowlake/format/field_value.h"
#include "flowlake/format/number_kernels.h"

namespace flowlake {

/// What an empty field is.
enum class EmptyField : uint8_t {
  kOdd,   ///< two blanks where one should be: out of the ordinary
  kNull,  ///< as "-"
};

/// Not thread-safe.
class FieldAppender {
 public:
  /// Requires that the processor has `set`.
  explicit FieldAppender(int64_t latest_time, EmptyField empty = EmptyField::kOdd,
                         InstructionSet set = BestInstructionSet());

  /// Appends field.lines values of printable ASCII, as ValueAppender::AppendText() would
  /// one by one. False if one of them is a misfit or out of the ordinary: then the values
  /// are of no use, and the caller drops the rows and looks at the lines singly.
  bool Append(const FieldOfLines& field, FieldTarget target, ColumnsBuilder& columns);

 private:
  static constexpr size_t kKeysAhead = 64;

  bool AppendNumbers(const FieldOfLines& field, FieldTarget target,
                     ColumnsBuilder& columns);
  bool AppendStrings(const FieldOfLines& field, FieldTarget target,
                     ColumnsBuilder& columns);
  bool Encode(const FieldOfLines& field, FieldKind kind, uint32_t* codes,
              Dictionary& dictionary);

  const int64_t latest_time_;
  const bool is_empty_odd_;
  const NumberKernels kernels_;
  // Of the current field.
  std::vector<uint16_t> others_;
  std::string decoded_;
  std::array<DictionaryKey, kKeysAhead> keys_;
};

}  // namespace flowlake
