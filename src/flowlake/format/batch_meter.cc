#include "flowlake/format/batch_meter.h"

#include <arrow/api.h>
#include <arrow/util/byte_size.h>

#include <algorithm>

namespace flowlake {

namespace {
using arrow::Type;

constexpr int64_t kValue = 8;
// Addresses and ids are not worth adding up.
constexpr int64_t kShort = 32;

template <typename ArrayType>
int64_t LongestOf(const ArrayType& texts) {
  const auto* const offsets = texts.raw_value_offsets();
  auto longest = offsets[0] - offsets[0];
  for (int64_t i = 0; i < texts.length(); ++i) {
    longest = std::max(longest, offsets[i + 1] - offsets[i]);
  }
  return longest;
}

template <typename ArrayType>
int64_t BytesOfTexts(const arrow::Array& array) {
  return static_cast<const ArrayType&>(array).total_values_length();
}

bool IsText(Type::type id) { return id == Type::STRING || id == Type::BINARY; }
bool IsLargeText(Type::type id) {
  return id == Type::LARGE_STRING || id == Type::LARGE_BINARY;
}

template <typename ArrayType>
int64_t BytesOfCodes(const arrow::Int32Array& indices, const ArrayType& entries) {
  int64_t bytes = 0;
  for (int64_t row = 0; row < indices.length(); ++row) {
    if (indices.IsNull(row)) continue;
    const int64_t code = indices.Value(row);
    // A damaged file may have others; whoever looks a value up refuses them.
    if (code >= 0 && code < entries.length()) bytes += entries.value_length(code);
  }
  return bytes;
}

// Nested ones, and types that nobody has in a log: with all that belongs to them.
int64_t BytesOfOther(const arrow::Array& array) {
  const auto bytes = arrow::util::ReferencedBufferSize(array);
  return bytes.ok() ? *bytes : arrow::util::TotalBufferSize(array);
}
}  // namespace

template <typename ArrayType>
int64_t BatchMeter::MeasureCodes(const arrow::DictionaryArray& array, Entries& known) {
  const auto& entries = static_cast<const ArrayType&>(*array.dictionary());
  if (array.data()->dictionary != known.dictionary) {
    known.dictionary = array.data()->dictionary;
    known.longest = entries.length() == 0 ? 0 : LongestOf(entries);
  }
  if (known.longest <= kShort) return 0;
  const auto& indices = static_cast<const arrow::Int32Array&>(*array.indices());
  return BytesOfCodes(indices, entries);
}

int64_t BatchMeter::MeasureColumn(const arrow::Array& array, Entries& known) {
  const Type::type id = array.type_id();
  if (IsText(id)) return BytesOfTexts<arrow::BinaryArray>(array);
  if (IsLargeText(id)) return BytesOfTexts<arrow::LargeBinaryArray>(array);
  if (arrow::is_primitive(id) || id == Type::NA) return 0;
  if (id != Type::DICTIONARY) return BytesOfOther(array);
  const auto& encoded = static_cast<const arrow::DictionaryArray&>(array);
  const auto& type = static_cast<const arrow::DictionaryType&>(*array.type());
  // Parquet's codes are never of another type.
  if (type.index_type()->id() != Type::INT32) return 0;
  const Type::type values = type.value_type()->id();
  if (IsText(values)) return MeasureCodes<arrow::BinaryArray>(encoded, known);
  if (IsLargeText(values)) return MeasureCodes<arrow::LargeBinaryArray>(encoded, known);
  return 0;
}

int64_t BatchMeter::Measure(const arrow::RecordBatch& batch) {
  const auto count = static_cast<size_t>(batch.num_columns());
  if (columns_.size() < count) columns_.resize(count);
  int64_t bytes = batch.num_rows() * batch.num_columns() * kValue;
  for (size_t i = 0; i < count; ++i) {
    const arrow::Array& array = *batch.column(static_cast<int>(i));
    if (array.length() > 0) bytes += MeasureColumn(array, columns_[i]);
  }
  return bytes;
}

}  // namespace flowlake
