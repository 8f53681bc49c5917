#include "flowlake/table/arrow_json.h"

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>
#include <arrow/util/checked_cast.h>

#include "flowlake/base/date.h"
#include "flowlake/base/iso_time.h"

namespace flowlake {

namespace {

using arrow::internal::checked_cast;

Status AppendStruct(const Json& json, arrow::StructBuilder& builder) {
  ARROW_RETURN_NOT_OK(builder.Append());
  const auto type = builder.type();
  for (int i = 0; i < type->num_fields(); ++i) {
    const Json* member = FindMember(json, type->field(i)->name().c_str());
    ARROW_RETURN_NOT_OK(AppendJson(member, *builder.field_builder(i)));
  }
  return Status::OK();
}

Status AppendMap(const Json& json, arrow::MapBuilder& builder) {
  ARROW_RETURN_NOT_OK(builder.Append());
  auto& keys = checked_cast<arrow::StringBuilder&>(*builder.key_builder());
  for (const auto& [name, value] : json.items()) {
    ARROW_RETURN_NOT_OK(keys.Append(name));
    ARROW_RETURN_NOT_OK(AppendJson(&value, *builder.item_builder()));
  }
  return Status::OK();
}

Status AppendList(const Json& json, arrow::ListBuilder& builder) {
  ARROW_RETURN_NOT_OK(builder.Append());
  for (const Json& value : json) {
    ARROW_RETURN_NOT_OK(AppendJson(&value, *builder.value_builder()));
  }
  return Status::OK();
}

Status AppendText(const std::string& text, arrow::ArrayBuilder& builder) {
  switch (builder.type()->id()) {
    case arrow::Type::STRING:
      return checked_cast<arrow::StringBuilder&>(builder).Append(text);
    case arrow::Type::TIMESTAMP:
      if (const auto micros = ParseIsoTime(text)) {
        return checked_cast<arrow::TimestampBuilder&>(builder).Append(*micros);
      }
      break;
    case arrow::Type::DATE32:
      if (const auto date = ParseDate(text)) {
        return checked_cast<arrow::Date32Builder&>(builder).Append(*date);
      }
      break;
    default:
      break;
  }
  return builder.AppendNull();
}

Status AppendInteger(int64_t number, arrow::ArrayBuilder& builder) {
  switch (builder.type()->id()) {
    case arrow::Type::INT32:
      return checked_cast<arrow::Int32Builder&>(builder).Append(
          static_cast<int32_t>(number));
    case arrow::Type::INT64:
      return checked_cast<arrow::Int64Builder&>(builder).Append(number);
    default:
      return builder.AppendNull();
  }
}

Result<Json> StructAt(const arrow::StructArray& array, int64_t row) {
  Json json = Json::object();
  for (int i = 0; i < array.num_fields(); ++i) {
    ARROW_ASSIGN_OR_RAISE(Json member, JsonAt(*array.field(i), row));
    if (!member.is_null()) json[array.type()->field(i)->name()] = std::move(member);
  }
  return json;
}

Result<Json> MapAt(const arrow::MapArray& array, int64_t row) {
  Json json = Json::object();
  for (int64_t i = array.value_offset(row); i < array.value_offset(row + 1); ++i) {
    ARROW_ASSIGN_OR_RAISE(const Json key, JsonAt(*array.keys(), i));
    ARROW_ASSIGN_OR_RAISE(Json value, JsonAt(*array.items(), i));
    if (key.is_string()) json[key.get<std::string>()] = std::move(value);
  }
  return json;
}

Result<Json> ListAt(const arrow::ListArray& array, int64_t row) {
  Json json = Json::array();
  for (int64_t i = array.value_offset(row); i < array.value_offset(row + 1); ++i) {
    ARROW_ASSIGN_OR_RAISE(Json value, JsonAt(*array.values(), i));
    json.push_back(std::move(value));
  }
  return json;
}

}  // namespace

Status AppendJson(const Json* json, arrow::ArrayBuilder& builder) {
  if (json == nullptr || json->is_null()) return builder.AppendNull();
  const auto type = builder.type()->id();
  if (json->is_object() && type == arrow::Type::STRUCT) {
    return AppendStruct(*json, checked_cast<arrow::StructBuilder&>(builder));
  }
  if (json->is_object() && type == arrow::Type::MAP) {
    return AppendMap(*json, checked_cast<arrow::MapBuilder&>(builder));
  }
  if (json->is_array() && type == arrow::Type::LIST) {
    return AppendList(*json, checked_cast<arrow::ListBuilder&>(builder));
  }
  if (json->is_string()) return AppendText(json->get_ref<const std::string&>(), builder);
  if (json->is_number_integer()) return AppendInteger(json->get<int64_t>(), builder);
  if (json->is_boolean() && type == arrow::Type::BOOL) {
    return checked_cast<arrow::BooleanBuilder&>(builder).Append(json->get<bool>());
  }
  return builder.AppendNull();
}

Result<Json> JsonAt(const arrow::Array& array, int64_t row) {
  if (array.IsNull(row)) return Json(nullptr);
  switch (array.type_id()) {
    case arrow::Type::STRUCT:
      return StructAt(checked_cast<const arrow::StructArray&>(array), row);
    case arrow::Type::MAP:
      return MapAt(checked_cast<const arrow::MapArray&>(array), row);
    case arrow::Type::LIST:
      return ListAt(checked_cast<const arrow::ListArray&>(array), row);
    case arrow::Type::BOOL:
      return Json(checked_cast<const arrow::BooleanArray&>(array).Value(row));
    case arrow::Type::INT32:
      return Json(int64_t{checked_cast<const arrow::Int32Array&>(array).Value(row)});
    case arrow::Type::INT64:
      return Json(checked_cast<const arrow::Int64Array&>(array).Value(row));
    case arrow::Type::STRING:
      return Json(checked_cast<const arrow::StringArray&>(array).GetString(row));
    default: {  // large strings, views, dictionaries, times
      ARROW_ASSIGN_OR_RAISE(const auto scalar, array.GetScalar(row));
      return Json(scalar->ToString());
    }
  }
}

}  // namespace flowlake
