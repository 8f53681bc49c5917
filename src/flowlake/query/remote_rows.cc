#include "flowlake/query/remote_rows.h"

#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/checked_cast.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "flowlake/base/date.h"
#include "flowlake/base/iso_time.h"

namespace flowlake {

namespace {

using arrow::internal::checked_cast;

std::shared_ptr<arrow::DataType> TypeOf(const std::string& name) {
  const std::string plain = name.substr(0, name.find('('));
  if (plain == "bigint") return arrow::int64();
  if (plain == "integer" || plain == "int") return arrow::int32();
  if (plain == "smallint" || plain == "tinyint") return arrow::int32();
  if (plain == "double" || plain == "real" || plain == "float") return arrow::float64();
  if (plain == "boolean") return arrow::boolean();
  if (plain == "date") return arrow::date32();
  if (plain == "timestamp" && name.find("zone") == name.npos) {
    return arrow::timestamp(arrow::TimeUnit::MICRO);
  }
  return arrow::utf8();
}

std::string TextOf(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <typename Number>
Result<Number> NumberOf(const std::string& text) {
  Number number{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return Status::IOError("'", text, "' is no number");
}

Result<double> DoubleOf(const std::string& text) {
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::nan("");
  return NumberOf<double>(text);
}

Status AppendText(const std::string& text, arrow::ArrayBuilder& builder) {
  switch (builder.type()->id()) {
    case arrow::Type::INT64: {
      ARROW_ASSIGN_OR_RAISE(const auto number, NumberOf<int64_t>(text));
      return checked_cast<arrow::Int64Builder&>(builder).Append(number);
    }
    case arrow::Type::INT32: {
      ARROW_ASSIGN_OR_RAISE(const auto number, NumberOf<int32_t>(text));
      return checked_cast<arrow::Int32Builder&>(builder).Append(number);
    }
    case arrow::Type::DOUBLE: {
      ARROW_ASSIGN_OR_RAISE(const auto number, DoubleOf(text));
      return checked_cast<arrow::DoubleBuilder&>(builder).Append(number);
    }
    case arrow::Type::BOOL:
      return checked_cast<arrow::BooleanBuilder&>(builder).Append(text == "true");
    case arrow::Type::DATE32: {
      const auto date = ParseDate(text);
      if (!date) return Status::IOError("'", text, "' is no date");
      return checked_cast<arrow::Date32Builder&>(builder).Append(*date);
    }
    case arrow::Type::TIMESTAMP: {
      const auto micros = ParseIsoTime(text);
      if (!micros) return Status::IOError("'", text, "' is no timestamp");
      return checked_cast<arrow::TimestampBuilder&>(builder).Append(*micros);
    }
    default:
      return checked_cast<arrow::StringBuilder&>(builder).Append(text);
  }
}

}  // namespace

RemoteRows::RemoteRows(const std::vector<std::pair<std::string, std::string>>& columns) {
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const auto& [name, type] : columns) {
    fields.push_back(arrow::field(name, TypeOf(type)));
    builders_.emplace_back();
    // Of types without parameters no builder can fail to be made.
    ARROW_UNUSED(arrow::MakeBuilder(arrow::default_memory_pool(), fields.back()->type(),
                                    &builders_.back()));
  }
  schema_ = arrow::schema(fields);
}

RemoteRows::~RemoteRows() = default;

Status RemoteRows::Append(const nlohmann::json& row) {
  if (!row.is_array() || row.size() != builders_.size()) {
    return Status::IOError("a row has not the ", builders_.size(), " columns it should");
  }
  for (size_t i = 0; i < builders_.size(); ++i) {
    if (row[i].is_null()) {
      ARROW_RETURN_NOT_OK(builders_[i]->AppendNull());
    } else {
      ARROW_RETURN_NOT_OK(AppendText(TextOf(row[i]), *builders_[i]));
    }
  }
  ++rows_;
  return Status::OK();
}

Result<std::shared_ptr<arrow::RecordBatch>> RemoteRows::Flush() {
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  for (const auto& builder : builders_) {
    ARROW_ASSIGN_OR_RAISE(arrays.emplace_back(), builder->Finish());
  }
  auto batch = arrow::RecordBatch::Make(schema_, rows_, std::move(arrays));
  rows_ = 0;
  return batch;
}

}  // namespace flowlake
