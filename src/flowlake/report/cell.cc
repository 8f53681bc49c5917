#include "flowlake/report/cell.h"

#include <arrow/api.h>
#include <arrow/visit_array_inline.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "flowlake/base/date.h"
#include "flowlake/base/hex.h"

namespace flowlake {

namespace {

using arrow::Type;

template <typename Float>
std::string ShortestNumber(Float value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), end.ptr);
}

std::string BytesText(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    text += "\\x";
    AppendHexByte(kUpperHexDigits, static_cast<unsigned char>(c), text);
  }
  return text;
}

int64_t FloorDivide(int64_t value, int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

int64_t ToMicros(int64_t value, arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      return value * kMicrosPerSecond;
    case arrow::TimeUnit::MILLI:
      return value * 1000;
    case arrow::TimeUnit::MICRO:
      return value;
    case arrow::TimeUnit::NANO:
      return FloorDivide(value, 1000);
  }
  return value;
}

/// "26:05:09.5": hours go on beyond a day, as in intervals.
std::string ClockText(int64_t micros) {
  const int64_t size = std::abs(micros);
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%s%02lld:%02lld:%02lld", micros < 0 ? "-" : "",
                static_cast<long long>(size / 3600 / kMicrosPerSecond),
                static_cast<long long>(size / 60 / kMicrosPerSecond % 60),
                static_cast<long long>(size / kMicrosPerSecond % 60));
  std::string clock = text.data();
  if (size % kMicrosPerSecond == 0) return clock;
  std::snprintf(text.data(), text.size(), ".%06lld",
                static_cast<long long>(size % kMicrosPerSecond));
  return clock + text.data();
}

std::string IntervalText(const arrow::MonthDayNanoIntervalType::MonthDayNanos& interval) {
  std::string text;
  if (interval.months != 0) text += std::to_string(interval.months) + " months ";
  if (interval.days != 0) text += std::to_string(interval.days) + " days ";
  if (interval.nanoseconds != 0 || text.empty()) {
    return text + ClockText(interval.nanoseconds / 1000);
  }
  text.pop_back();
  return text;
}

std::string ListJson(const arrow::Array& values, int64_t begin, int64_t end) {
  std::string json = "[";
  for (int64_t i = begin; i < end; ++i) {
    json += (i == begin ? "" : ", ") + CellJson(values, i);
  }
  return json + "]";
}

std::string StructJson(const arrow::StructArray& array, int64_t row) {
  std::string json = "{";
  for (int i = 0; i < array.num_fields(); ++i) {
    json += (i == 0 ? "" : ", ") + QuoteJson(array.struct_type()->field(i)->name()) +
            ": " + CellJson(*array.field(i), row);
  }
  return json + "}";
}

std::string MapJson(const arrow::MapArray& array, int64_t row) {
  std::string json = "{";
  for (int64_t i = array.value_offset(row); i < array.value_offset(row + 1); ++i) {
    json += (i == array.value_offset(row) ? "" : ", ") +
            QuoteJson(CellText(*array.keys(), i)) + ": " + CellJson(*array.items(), i);
  }
  return json + "}";
}

template <typename ArrayType>
const ArrayType& As(const arrow::Array& array) {
  return static_cast<const ArrayType&>(array);
}

/// Text for the types whose Arrow class decides it. Each Visit sets `text`.
class TextVisitor {
 public:
  explicit TextVisitor(int64_t row) : row_(row) {}

  arrow::Status Visit(const arrow::BooleanArray& a) {
    return Set(a.Value(row_) ? "true" : "false");
  }
  arrow::Status Visit(const arrow::FloatArray& a) {
    return Set(ShortestNumber(a.Value(row_)));
  }
  arrow::Status Visit(const arrow::DoubleArray& a) {
    return Set(ShortestNumber(a.Value(row_)));
  }
  arrow::Status Visit(const arrow::StringArray& a) {
    return Set(std::string(a.GetView(row_)));
  }
  arrow::Status Visit(const arrow::LargeStringArray& a) {
    return Set(std::string(a.GetView(row_)));
  }
  arrow::Status Visit(const arrow::StringViewArray& a) {
    return Set(std::string(a.GetView(row_)));
  }
  arrow::Status Visit(const arrow::BinaryArray& a) {
    return Set(BytesText(a.GetView(row_)));
  }
  arrow::Status Visit(const arrow::LargeBinaryArray& a) {
    return Set(BytesText(a.GetView(row_)));
  }
  arrow::Status Visit(const arrow::BinaryViewArray& a) {
    return Set(BytesText(a.GetView(row_)));
  }
  arrow::Status Visit(const arrow::Decimal128Array& a) {
    return Set(a.FormatValue(row_));
  }
  arrow::Status Visit(const arrow::Decimal256Array& a) {
    return Set(a.FormatValue(row_));
  }
  arrow::Status Visit(const arrow::Date32Array& a) {
    return Set(FormatDate(a.Value(row_)));
  }
  arrow::Status Visit(const arrow::TimestampArray& a) {
    const auto& type = static_cast<const arrow::TimestampType&>(*a.type());
    return Set(FormatTimestamp(ToMicros(a.Value(row_), type.unit())));
  }
  arrow::Status Visit(const arrow::Time32Array& a) {
    const auto& type = static_cast<const arrow::Time32Type&>(*a.type());
    return Set(ClockText(ToMicros(a.Value(row_), type.unit())));
  }
  arrow::Status Visit(const arrow::Time64Array& a) {
    const auto& type = static_cast<const arrow::Time64Type&>(*a.type());
    return Set(ClockText(ToMicros(a.Value(row_), type.unit())));
  }
  arrow::Status Visit(const arrow::MonthDayNanoIntervalArray& a) {
    return Set(IntervalText(a.GetValue(row_)));
  }
  arrow::Status Visit(const arrow::ListArray& a) {
    return Set(ListJson(*a.values(), a.value_offset(row_), a.value_offset(row_ + 1)));
  }
  arrow::Status Visit(const arrow::LargeListArray& a) {
    return Set(ListJson(*a.values(), a.value_offset(row_), a.value_offset(row_ + 1)));
  }
  arrow::Status Visit(const arrow::FixedSizeListArray& a) {
    return Set(ListJson(*a.values(), a.value_offset(row_), a.value_offset(row_ + 1)));
  }
  arrow::Status Visit(const arrow::StructArray& a) { return Set(StructJson(a, row_)); }
  arrow::Status Visit(const arrow::MapArray& a) { return Set(MapJson(a, row_)); }
  arrow::Status Visit(const arrow::DictionaryArray& a) {
    return Set(CellText(*a.dictionary(), a.GetValueIndex(row_)));
  }
  template <typename IntegerType>
  arrow::Status Visit(const arrow::NumericArray<IntegerType>& a) {
    return Set(std::to_string(a.Value(row_)));
  }
  arrow::Status Visit(const arrow::Array& a) {
    const auto scalar = a.GetScalar(row_);
    return Set(scalar.ok() ? (*scalar)->ToString() : scalar.status().message());
  }

  std::string text;

 private:
  arrow::Status Set(std::string value) {
    text = std::move(value);
    return arrow::Status::OK();
  }
  int64_t row_;
};

bool IsJsonAsIs(const arrow::DataType& type) {
  return IsNumber(type) || type.id() == Type::BOOL || arrow::is_nested(type.id());
}

std::string ChildrenName(const arrow::DataType& type) {
  std::string names;
  for (const auto& field : type.fields()) {
    names +=
        (names.empty() ? "" : ", ") + field->name() + " " + SqlTypeName(*field->type());
  }
  return "STRUCT(" + names + ")";
}

}  // namespace

std::string SqlTypeName(const arrow::DataType& type) {
  switch (type.id()) {
    case Type::BOOL:
      return "BOOLEAN";
    case Type::INT8:
      return "TINYINT";
    case Type::INT16:
      return "SMALLINT";
    case Type::INT32:
      return "INTEGER";
    case Type::INT64:
      return "BIGINT";
    case Type::UINT8:
      return "UTINYINT";
    case Type::UINT16:
      return "USMALLINT";
    case Type::UINT32:
      return "UINTEGER";
    case Type::UINT64:
      return "UBIGINT";
    case Type::FLOAT:
      return "FLOAT";
    case Type::DOUBLE:
      return "DOUBLE";
    case Type::STRING:
    case Type::LARGE_STRING:
    case Type::STRING_VIEW:
      return "VARCHAR";
    case Type::BINARY:
    case Type::LARGE_BINARY:
    case Type::BINARY_VIEW:
    case Type::FIXED_SIZE_BINARY:
      return "BLOB";
    case Type::DECIMAL128:
    case Type::DECIMAL256: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(type);
      return "DECIMAL(" + std::to_string(decimal.precision()) + "," +
             std::to_string(decimal.scale()) + ")";
    }
    case Type::DATE32:
      return "DATE";
    case Type::TIME32:
    case Type::TIME64:
      return "TIME";
    case Type::TIMESTAMP:
      return static_cast<const arrow::TimestampType&>(type).timezone().empty()
                 ? "TIMESTAMP"
                 : "TIMESTAMP WITH TIME ZONE";
    case Type::INTERVAL_MONTH_DAY_NANO:
      return "INTERVAL";
    case Type::LIST:
    case Type::LARGE_LIST:
    case Type::FIXED_SIZE_LIST:
      return SqlTypeName(*type.field(0)->type()) + "[]";
    case Type::STRUCT:
      return ChildrenName(type);
    case Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(type);
      return "MAP(" + SqlTypeName(*map.key_type()) + ", " +
             SqlTypeName(*map.item_type()) + ")";
    }
    case Type::DICTIONARY:
      return SqlTypeName(*static_cast<const arrow::DictionaryType&>(type).value_type());
    case Type::NA:
      return "NULL";
    default:
      return type.ToString();
  }
}

bool IsNumber(const arrow::DataType& type) {
  if (type.id() == Type::DICTIONARY) {
    return IsNumber(*static_cast<const arrow::DictionaryType&>(type).value_type());
  }
  return arrow::is_numeric(type.id()) || arrow::is_decimal(type.id());
}

bool IsNull(const arrow::Array& array, int64_t row) {
  if (array.type_id() == Type::NA || array.IsNull(row)) return true;
  if (array.type_id() != Type::DICTIONARY) return false;
  const auto& dictionary = As<arrow::DictionaryArray>(array);
  return dictionary.dictionary()->IsNull(dictionary.GetValueIndex(row));
}

std::string CellText(const arrow::Array& array, int64_t row) {
  if (IsNull(array, row)) return "NULL";
  TextVisitor visitor(row);
  const arrow::Status status = arrow::VisitArrayInline(array, &visitor);
  return status.ok() ? visitor.text : status.message();
}

std::string CellJson(const arrow::Array& array, int64_t row) {
  if (IsNull(array, row)) return "null";
  const std::string text = CellText(array, row);
  if (array.type_id() == Type::DICTIONARY) {
    const auto& dictionary = As<arrow::DictionaryArray>(array);
    return CellJson(*dictionary.dictionary(), dictionary.GetValueIndex(row));
  }
  if (!IsJsonAsIs(*array.type())) return QuoteJson(text);
  const bool is_infinite = text == "NaN" || text.ends_with("Infinity");
  return is_infinite ? "null" : text;
}

std::string QuoteJson(std::string_view text) {
  using nlohmann::json;
  return json(text).dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
}

}  // namespace flowlake
