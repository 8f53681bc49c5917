#include "flowlake/format/column_mapper.h"

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

#include "flowlake/format/arrow_values.h"

namespace flowlake {

namespace {
using arrow::Type;

// In place of codes, none of which is so large, and of numbers, none of which is
// negative.
constexpr uint32_t kNotYet = 0xFFFFFFFE;
constexpr uint32_t kMet = 0xFFFFFFFD;
constexpr uint32_t kMisfitCode = 0xFFFFFFFC;
constexpr int64_t kNullNumber = -1;
constexpr int64_t kMisfitNumber = -2;

constexpr int64_t kMaxInt32 = std::numeric_limits<int32_t>::max();
constexpr size_t kSafeDigits = 18;
constexpr size_t kMaxTexts = 64 << 10;
// Keys that are made before the first is looked up: their memory comes meanwhile.
constexpr size_t kKeysAhead = 16;

Schema SingleField(const LayoutField& field, const Schema& schema) {
  return Schema(schema.table(), {schema.field(field.target.column)});
}
}  // namespace

ColumnMapper::ColumnMapper(const LayoutField& field, const Schema& schema,
                           const ParseLimits& limits)
    : target_(field.target),
      limits_(limits),
      single_(SingleField(field, schema)),
      single_columns_(&single_) {}

bool ColumnMapper::Knows(const arrow::DataType& type) const {
  switch (type.id()) {
    case Type::NA:
    case Type::STRING:
    case Type::BINARY:
    case Type::LARGE_STRING:
    case Type::LARGE_BINARY:
      return true;
    case Type::DICTIONARY: {
      const auto& encoded = static_cast<const arrow::DictionaryType&>(type);
      return encoded.index_type()->id() == Type::INT32 && IsText(*encoded.value_type());
    }
    case Type::TIMESTAMP:
    case Type::DATE32:
      return target_.kind == FieldKind::kTime;
    default:
      return IsNumber(type);
  }
}

bool ColumnMapper::Append(const arrow::Array& array, ColumnsBuilder& columns) {
  columns_ = &columns;
  if (is_number()) return AppendArray(array);
  const DictionaryIdentity strings = columns.dictionary_identity(target_.column);
  if (!IsSame(strings, strings_)) {
    strings_ = strings;
    dictionary_ = nullptr;
    texts_.clear();
  }
  return AppendArray(array);
}

bool ColumnMapper::AppendArray(const arrow::Array& array) {
  switch (array.type_id()) {
    case Type::NA:
      return AppendNulls(array.length());
    case Type::DICTIONARY:
      return AppendEncoded(static_cast<const arrow::DictionaryArray&>(array));
    case Type::STRING:
    case Type::BINARY:
      return AppendPlain(static_cast<const arrow::BinaryArray&>(array));
    case Type::LARGE_STRING:
    case Type::LARGE_BINARY:
      return AppendPlain(static_cast<const arrow::LargeBinaryArray&>(array));
    case Type::INT8:
      return AppendTyped<arrow::Int8Array>(array);
    case Type::INT16:
      return AppendTyped<arrow::Int16Array>(array);
    case Type::INT32:
      return AppendTyped<arrow::Int32Array>(array);
    case Type::INT64:
      return AppendTyped<arrow::Int64Array>(array);
    case Type::UINT8:
      return AppendTyped<arrow::UInt8Array>(array);
    case Type::UINT16:
      return AppendTyped<arrow::UInt16Array>(array);
    case Type::UINT32:
      return AppendTyped<arrow::UInt32Array>(array);
    case Type::UINT64:
      return AppendTyped<arrow::UInt64Array>(array);
    case Type::FLOAT:
      return AppendTyped<arrow::FloatArray>(array);
    case Type::DOUBLE:
      return AppendTyped<arrow::DoubleArray>(array);
    default:
      return AppendInstants(array);
  }
}

bool ColumnMapper::AppendNulls(int64_t rows) {
  const auto count = static_cast<size_t>(rows);
  if (!is_number()) {
    std::ranges::fill(columns_->AppendCodes(target_.column, count), kNullCode);
    return true;
  }
  std::ranges::fill(columns_->AppendNumbers(target_.column, count), 0);
  std::ranges::fill(columns_->AppendValidity(target_.column, count), uint8_t{0});
  return true;
}

// --- Text in a dictionary.

bool ColumnMapper::AppendEncoded(const arrow::DictionaryArray& array) {
  Remember(array);
  return is_number() ? AppendEncodedNumbers(array) : AppendEncodedText(array);
}

// Batches of one row group come with one dictionary: an entry is mapped once.
void ColumnMapper::Remember(const arrow::DictionaryArray& array) {
  // array.dictionary() is another object for every batch.
  if (array.data()->dictionary == dictionary_) return;
  dictionary_ = array.data()->dictionary;
  const auto& entries = static_cast<const arrow::BinaryArray&>(*array.dictionary());
  const auto count = static_cast<size_t>(entries.length());
  is_ascii_ = IsAsciiText(TextOf(entries));
  if (is_number()) {
    numbers_.resize(count);
    ParseTexts(entries, numbers_);
  } else {
    codes_.assign(count, kNotYet);
    unmet_ = count;
  }
}

// Gives codes to the entries that `indices` is the first to have.
void ColumnMapper::Meet(const arrow::BinaryArray& entries,
                        const arrow::Int32Array& indices) {
  if (unmet_ == 0) return;
  const int32_t* const index = indices.raw_values();
  const bool has_nulls = indices.null_count() > 0;
  met_.clear();
  for (int64_t row = 0; row < indices.length(); ++row) {
    if (has_nulls && indices.IsNull(row)) continue;
    uint32_t& code = codes_[static_cast<size_t>(index[row])];
    if (code != kNotYet) continue;
    code = kMet;
    met_.push_back(index[row]);
  }
  unmet_ -= met_.size();
  const auto entry_at = [&](size_t i) { return int64_t{met_[i]}; };
  EncodeTexts(entries, met_.size(), entry_at, codes_);
}

bool ColumnMapper::AppendEncodedText(const arrow::DictionaryArray& array) {
  const auto& indices = static_cast<const arrow::Int32Array&>(*array.indices());
  Meet(static_cast<const arrow::BinaryArray&>(*array.dictionary()), indices);
  const int32_t* const index = indices.raw_values();
  const auto count = static_cast<size_t>(indices.length());
  const auto codes = columns_->AppendCodes(target_.column, count);
  if (indices.null_count() == 0) {
    for (size_t i = 0; i < count; ++i) codes[i] = codes_[static_cast<size_t>(index[i])];
  } else {
    for (size_t i = 0; i < count; ++i) {
      const bool is_value = indices.IsValid(static_cast<int64_t>(i));
      codes[i] = is_value ? codes_[static_cast<size_t>(index[i])] : kNullCode;
    }
  }
  return std::ranges::count(codes, kMisfitCode) == 0;
}

bool ColumnMapper::AppendEncodedNumbers(const arrow::DictionaryArray& array) {
  const auto& indices = static_cast<const arrow::Int32Array&>(*array.indices());
  const int32_t* const index = indices.raw_values();
  const bool has_nulls = indices.null_count() > 0;
  const auto count = static_cast<size_t>(indices.length());
  const auto numbers = columns_->AppendNumbers(target_.column, count);
  for (size_t i = 0; i < count; ++i) {
    const bool is_value = !has_nulls || indices.IsValid(static_cast<int64_t>(i));
    numbers[i] = is_value ? numbers_[static_cast<size_t>(index[i])] : kNullNumber;
  }
  return SettleNumbers(numbers);
}

// Misfits and NULLs come as numbers below 0.
bool ColumnMapper::SettleNumbers(std::span<int64_t> numbers) {
  const int64_t least = BoundsOf(numbers).least;
  if (least < kNullNumber) return false;
  if (least < 0) SetNullsMarked(numbers);
  return true;
}

void ColumnMapper::SetNullsMarked(std::span<int64_t> numbers) {
  const auto valid = columns_->AppendValidity(target_.column, numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) {
    const bool is_value = numbers[i] != kNullNumber;
    valid[i] = is_value;
    numbers[i] = is_value ? numbers[i] : 0;
  }
}

// --- Text, row by row.

template <typename ArrayType>
bool ColumnMapper::AppendPlain(const ArrayType& array) {
  dictionary_ = nullptr;  // is_ascii_ is no longer about it
  is_ascii_ = IsAsciiText(TextOf(array));
  const auto count = static_cast<size_t>(array.length());
  if (is_number()) {
    const auto numbers = columns_->AppendNumbers(target_.column, count);
    ParseTexts(array, numbers);
    return SettleNumbers(numbers);
  }
  const auto codes = columns_->AppendCodes(target_.column, count);
  const auto row_at = [](size_t i) { return static_cast<int64_t>(i); };
  EncodeTexts(array, count, row_at, codes);
  return std::ranges::count(codes, kMisfitCode) == 0;
}

// Sets the codes of `count` elements of `array`, of which `at` tells the positions.
template <typename ArrayType, typename PositionAt>
void ColumnMapper::EncodeTexts(const ArrayType& array, size_t count, PositionAt at,
                               std::span<uint32_t> codes) {
  const bool has_nulls = array.null_count() > 0;
  const std::string_view all = TextOf(array);
  Dictionary& strings = columns_->dictionary(target_.column);
  std::array<DictionaryKey, kKeysAhead> keys;
  std::array<uint32_t*, kKeysAhead> places;
  for (size_t begin = 0; begin < count; begin += kKeysAhead) {
    const size_t end = std::min(begin + kKeysAhead, count);
    size_t ahead = 0;
    for (size_t i = begin; i < end; ++i) {
      const int64_t row = at(i);
      const bool is_value = !has_nulls || array.IsValid(row);
      const std::string_view text = is_value ? array.GetView(row) : std::string_view();
      uint32_t& code = codes[static_cast<size_t>(row)];
      if (IsNullText(text) || !IsClean(text)) {
        code = CodeOf(text);
        continue;
      }
      const bool is_readable = all.data() + all.size() - text.data() >= 16;
      keys[ahead] =
          is_readable ? DictionaryKey::OfReadable(text) : DictionaryKey::Of(text);
      strings.Prefetch(keys[ahead]);
      places[ahead++] = &code;
    }
    for (size_t i = 0; i < ahead; ++i) *places[i] = strings.Encode(keys[i]);
  }
}

template <typename ArrayType>
void ColumnMapper::ParseTexts(const ArrayType& array, std::span<int64_t> numbers) const {
  const bool has_nulls = array.null_count() > 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    const bool is_value = !has_nulls || array.IsValid(row);
    numbers[i] = is_value ? NumberOf(array.GetView(row)) : kNullNumber;
  }
}

// Whether the text can be taken as it is.
bool ColumnMapper::IsClean(std::string_view text) const {
  if (text.size() > limits_.record_bytes) return false;
  if (!is_ascii_ && FindDamage(text)) return false;
  return target_.kind != FieldKind::kPercentText ||
         text.find('%') == std::string_view::npos;
}

// Of text that is not clean, or NULL.
uint32_t ColumnMapper::CodeOf(std::string_view text) {
  if (IsNullText(text)) return kNullCode;
  if (FindDamage(text, limits_)) return kMisfitCode;
  return CodeOf(Cell(text));
}

// As the row-by-row rules have it.
uint32_t ColumnMapper::CodeOf(const Cell& cell) {
  FieldTarget single = target_;
  single.column = 0;
  const Misfit misfit =
      ValueAppender(single_columns_, limits_.latest_time).Append(single, cell);
  if (misfit) return kMisfitCode;
  single_columns_.FinishRow();
  const Columns made = single_columns_.Finish();
  const auto text = made.column(0).string(0);
  return text ? columns_->dictionary(target_.column).Encode(*text) : kNullCode;
}

// kMisfitNumber also for what is merely unusual: the rows decide.
int64_t ColumnMapper::NumberOf(std::string_view text) const {
  if (IsNullText(text) || text == "None") return kNullNumber;
  if (text.size() > std::min(kSafeDigits, limits_.record_bytes)) return kMisfitNumber;
  int64_t number = 0;
  for (const char c : text) {
    const auto digit = static_cast<uint8_t>(c - '0');
    if (digit > 9) return kMisfitNumber;
    number = number * 10 + digit;
  }
  return CheckRange({&number, 1}) ? number : kMisfitNumber;
}

// --- Numbers.

template <typename ArrayType>
bool ColumnMapper::AppendTyped(const arrow::Array& array) {
  const auto& typed = static_cast<const ArrayType&>(array);
  return is_number() ? AppendAsNumbers(typed) : AppendAsText(typed);
}

template <typename ArrayType>
bool ColumnMapper::AppendAsNumbers(const ArrayType& array) {
  if (array.null_count() == array.length()) return AppendNulls(array.length());
  const auto numbers =
      columns_->AppendNumbers(target_.column, static_cast<size_t>(array.length()));
  if (!ReadNumbers(array, numbers) || !CheckRange(numbers)) return false;
  SetNulls(array, numbers);
  return true;
}

// Account ids as numbers, mostly: few that come again and again.
template <typename ArrayType>
bool ColumnMapper::AppendAsText(const ArrayType& array) {
  using T = typename ArrayType::value_type;
  using Wide =
      std::conditional_t<std::is_floating_point_v<T>, double,
                         std::conditional_t<std::is_unsigned_v<T>, uint64_t, int64_t>>;
  if (texts_.size() > kMaxTexts) texts_.clear();
  const auto codes =
      columns_->AppendCodes(target_.column, static_cast<size_t>(array.length()));
  for (int64_t row = 0; row < array.length(); ++row) {
    uint32_t& code = codes[static_cast<size_t>(row)];
    code = kNullCode;
    if (array.IsNull(row)) continue;
    // NOLINTNEXTLINE(bugprone-signed-char-misuse): INT8 is a number, not text.
    const Wide value = array.Value(row);
    const auto [at, is_new] = texts_.try_emplace(std::bit_cast<uint64_t>(value), 0);
    if (is_new) at->second = CodeOf(Cell(value));
    if (at->second == kMisfitCode) return false;
    code = at->second;
  }
  return true;
}

// Scales seconds; requires that NULLs were replaced by a value.
bool ColumnMapper::CheckRange(std::span<int64_t> numbers) const {
  const auto [least, greatest] = BoundsOf(numbers);
  switch (target_.kind) {
    case FieldKind::kInt32:
      return least >= 0 && greatest <= kMaxInt32;
    case FieldKind::kInt64:
      return least >= 0;
    case FieldKind::kDouble:
      return false;  // cell by cell
    default:
      if (greatest < kFirstMilliseconds) return CheckTimes(numbers, kMicrosPerSecond);
      return least >= kFirstMilliseconds && CheckTimes(numbers, 1000);
  }
}

bool ColumnMapper::CheckTimes(std::span<int64_t> numbers, int64_t unit) const {
  const auto [least, greatest] = BoundsOf(numbers);
  if (least < (kEarliestTime + unit - 1) / unit) return false;
  if (greatest > limits_.latest_time / unit) return false;
  for (int64_t& number : numbers) number *= unit;
  return true;
}

bool ColumnMapper::AppendInstants(const arrow::Array& array) {
  if (array.null_count() == array.length()) return AppendNulls(array.length());
  const auto numbers =
      columns_->AppendNumbers(target_.column, static_cast<size_t>(array.length()));
  if (array.type_id() == Type::DATE32) {
    ReadNumbers(static_cast<const arrow::Date32Array&>(array), numbers);
  } else {
    ReadNumbers(static_cast<const arrow::TimestampArray&>(array), numbers);
  }
  if (IsNanos(*array.type())) {
    for (int64_t& number : numbers) number /= 1000;
  }
  if (!CheckTimes(numbers, MicrosPerUnit(*array.type()))) return false;
  SetNulls(array, numbers);
  return true;
}

void ColumnMapper::SetNulls(const arrow::Array& array, std::span<int64_t> numbers) {
  if (array.null_count() == 0) return;
  const auto valid = columns_->AppendValidity(target_.column, numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) {
    valid[i] = array.IsValid(static_cast<int64_t>(i));
    numbers[i] = valid[i] != 0 ? numbers[i] : 0;
  }
}

}  // namespace flowlake
