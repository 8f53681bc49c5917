#include "flowlake/datafile/parquet_schema.h"

#include <cstring>
#include <memory>

#include "flowlake/base/check.h"

namespace flowlake {

namespace {
using parquet::LogicalType;
using parquet::Repetition;
using parquet::schema::GroupNode;
using parquet::schema::NodePtr;
using parquet::schema::PrimitiveNode;

NodePtr MakeNode(const Field& field) {
  switch (field.type) {
    case ColumnType::kString:
      return PrimitiveNode::Make(field.name, Repetition::OPTIONAL, LogicalType::String(),
                                 parquet::Type::BYTE_ARRAY);
    case ColumnType::kInt32:
      return PrimitiveNode::Make(field.name, Repetition::OPTIONAL, parquet::Type::INT32);
    case ColumnType::kTimestamp:
      return PrimitiveNode::Make(field.name, Repetition::OPTIONAL,
                                 LogicalType::Timestamp(/*is_adjusted_to_utc=*/true,
                                                        LogicalType::TimeUnit::MICROS),
                                 parquet::Type::INT64);
    case ColumnType::kDouble:
      return PrimitiveNode::Make(field.name, Repetition::OPTIONAL, parquet::Type::DOUBLE);
    case ColumnType::kInt64:
      break;
  }
  return PrimitiveNode::Make(field.name, Repetition::OPTIONAL, parquet::Type::INT64);
}

template <typename T>
std::string Raw(T number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

template <typename T>
std::optional<int64_t> FromRaw(const std::string& bytes) {
  T number;
  if (bytes.size() != sizeof number) return std::nullopt;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

// nullopt if that is no time that microseconds can tell: a footer may be anybody's.
std::optional<int64_t> ToMicros(const LogicalType& type, int64_t number) {
  if (!type.is_timestamp()) return number;
  int64_t micros = 0;
  switch (static_cast<const parquet::TimestampLogicalType&>(type).time_unit()) {
    case LogicalType::TimeUnit::MILLIS:
      if (__builtin_mul_overflow(number, int64_t{1000}, &micros)) return std::nullopt;
      return micros;
    case LogicalType::TimeUnit::NANOS:
      return number / 1000;
    default:
      return number;
  }
}
}  // namespace

NodePtr MakeParquetSchema(const std::vector<Field>& fields) {
  parquet::schema::NodeVector nodes;
  for (const Field& field : fields) nodes.push_back(MakeNode(field));
  return GroupNode::Make("schema", Repetition::REQUIRED, nodes);
}

std::string EncodeStatistic(ColumnType type, const Value& value) {
  const bool is_text = std::holds_alternative<std::string>(value);
  Check(is_text == (type == ColumnType::kString), "a statistic of another type");
  if (is_text) return std::get<std::string>(value);
  const int64_t number = std::get<int64_t>(value);
  return type == ColumnType::kInt32 ? Raw(static_cast<int32_t>(number)) : Raw(number);
}

std::optional<Value> DecodeStatistic(const parquet::ColumnDescriptor& column,
                                     const std::string& bytes) {
  std::optional<int64_t> number;
  switch (column.physical_type()) {
    case parquet::Type::BYTE_ARRAY:
      return bytes;
    case parquet::Type::INT32:
      number = FromRaw<int32_t>(bytes);
      break;
    case parquet::Type::INT64:
    case parquet::Type::DOUBLE:  // its bits
      number = FromRaw<int64_t>(bytes);
      break;
    default:
      return std::nullopt;
  }
  if (!number) return std::nullopt;
  return ToMicros(*column.logical_type(), *number);
}

}  // namespace flowlake
