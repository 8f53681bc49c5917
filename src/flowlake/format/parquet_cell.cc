#include "flowlake/format/parquet_cell.h"

#include <arrow/api.h>

#include <limits>
#include <optional>

#include "flowlake/base/date.h"

namespace flowlake {

namespace {

template <typename ArrayType>
auto ValueAt(const arrow::Array& array, int64_t row) {
  return static_cast<const ArrayType&>(array).GetView(row);
}

// nullopt where microseconds cannot hold the instant.
std::optional<Micros> Instant(int64_t value, arrow::TimeUnit::type unit) {
  constexpr int64_t kPerUnit[] = {kMicrosPerSecond, 1000, 1};
  if (unit == arrow::TimeUnit::NANO) return Micros{value / 1000};
  int64_t micros = 0;
  if (__builtin_mul_overflow(value, kPerUnit[unit], &micros)) return std::nullopt;
  return Micros{micros};
}

Result<Cell> TimestampAt(const arrow::Array& array, int64_t row) {
  const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
  const auto instant = Instant(ValueAt<arrow::TimestampArray>(array, row), type.unit());
  // No microsecond is later than the largest: the value is rejected as too late.
  return instant.value_or(Micros{std::numeric_limits<int64_t>::max()});
}

Result<Cell> DictionaryCellAt(const arrow::Array& array, int64_t row) {
  const auto& encoded = static_cast<const arrow::DictionaryArray&>(array);
  return CellAt(*encoded.dictionary(), encoded.GetValueIndex(row));
}

}  // namespace

Result<Cell> CellAt(const arrow::Array& array, int64_t row) {
  if (array.IsNull(row)) return std::monostate();
  switch (array.type_id()) {
    case arrow::Type::NA:
      return std::monostate();
    case arrow::Type::STRING:
      return ValueAt<arrow::StringArray>(array, row);
    case arrow::Type::BINARY:
      return ValueAt<arrow::BinaryArray>(array, row);
    case arrow::Type::LARGE_STRING:
      return ValueAt<arrow::LargeStringArray>(array, row);
    case arrow::Type::LARGE_BINARY:
      return ValueAt<arrow::LargeBinaryArray>(array, row);
    case arrow::Type::BOOL:
      return std::string_view(ValueAt<arrow::BooleanArray>(array, row) ? "true"
                                                                       : "false");
    case arrow::Type::INT8:
      return int64_t{ValueAt<arrow::Int8Array>(array, row)};
    case arrow::Type::INT16:
      return int64_t{ValueAt<arrow::Int16Array>(array, row)};
    case arrow::Type::INT32:
      return int64_t{ValueAt<arrow::Int32Array>(array, row)};
    case arrow::Type::INT64:
      return ValueAt<arrow::Int64Array>(array, row);
    case arrow::Type::UINT8:
      return uint64_t{ValueAt<arrow::UInt8Array>(array, row)};
    case arrow::Type::UINT16:
      return uint64_t{ValueAt<arrow::UInt16Array>(array, row)};
    case arrow::Type::UINT32:
      return uint64_t{ValueAt<arrow::UInt32Array>(array, row)};
    case arrow::Type::UINT64:
      return ValueAt<arrow::UInt64Array>(array, row);
    case arrow::Type::FLOAT:
      return double{ValueAt<arrow::FloatArray>(array, row)};
    case arrow::Type::DOUBLE:
      return ValueAt<arrow::DoubleArray>(array, row);
    case arrow::Type::TIMESTAMP:
      return TimestampAt(array, row);
    case arrow::Type::DATE32:
      return Micros{ValueAt<arrow::Date32Array>(array, row) * kMicrosPerDay};
    case arrow::Type::DICTIONARY:
      return DictionaryCellAt(array, row);
    default:
      return Status::Invalid("no rule for type ", array.type()->ToString());
  }
}

std::string ShowCell(const arrow::Array& array, int64_t row, size_t limit) {
  const auto cell = CellAt(array, row);
  // Arrow would copy text as a whole, and show BINARY in hexadecimal.
  const auto* text = cell.ok() ? std::get_if<std::string_view>(&*cell) : nullptr;
  if (text != nullptr) return std::string(text->substr(0, limit));
  const auto scalar = array.GetScalar(row);
  if (!scalar.ok() || !(*scalar)->is_valid) return {};
  return (*scalar)->ToString().substr(0, limit);
}

}  // namespace flowlake
