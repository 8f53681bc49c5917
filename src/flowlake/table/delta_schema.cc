#include "flowlake/table/delta_schema.h"

#include <array>
#include <set>
#include <utility>
#include <vector>

#include "flowlake/base/escape.h"
#include "flowlake/table/json.h"

namespace flowlake {

namespace {

constexpr std::array<std::pair<ColumnType, const char*>, 5> kTypes = {{
    {ColumnType::kString, "string"},
    {ColumnType::kInt32, "integer"},
    {ColumnType::kInt64, "long"},
    {ColumnType::kTimestamp, "timestamp"},
    {ColumnType::kDouble, "double"},
}};

const char* TypeName(ColumnType type) {
  for (const auto& [known, name] : kTypes) {
    if (known == type) return name;
  }
  return "";  // not reached: kTypes has them all
}

Json FieldJson(const std::string& name, const char* type) {
  return Json{
      {"name", name}, {"type", type}, {"nullable", true}, {"metadata", Json::object()}};
}

Result<ColumnType> ParseType(const Json& field, const std::string& name) {
  const Json* type = FindMember(field, "type");
  for (const auto& [known, type_name] : kTypes) {
    if (type != nullptr && *type == type_name) return known;
  }
  return Status::Invalid("column '", EscapeForTerminal(name), "' has type ",
                         type == nullptr ? "none" : EscapeForTerminal(WriteJson(*type)),
                         ", which flowlake does not know");
}

/// A condition on values that writers must enforce (writer version 2); we do not.
bool HasInvariant(const Json& field) {
  const Json* metadata = FindMember(field, "metadata");
  return metadata != nullptr && FindMember(*metadata, "delta.invariants") != nullptr;
}

class SchemaParser {
 public:
  Status Add(const Json& field) {
    ARROW_ASSIGN_OR_RAISE(const std::string name, StringMember(field, "name"));
    if (!names_.insert(name).second) {
      return Status::Invalid("column '", EscapeForTerminal(name), "' is there twice");
    }
    if (HasInvariant(field)) {
      return Status::Invalid("column '", EscapeForTerminal(name),
                             "' has an invariant, which flowlake does not know");
    }
    if (name == kPartitionColumn) return CheckPartitionColumn(field);
    ARROW_ASSIGN_OR_RAISE(const ColumnType type, ParseType(field, name));
    fields_.push_back({name, type});
    return Status::OK();
  }

  Result<Schema> Finish(const std::string& table) {
    if (!names_.contains(kPartitionColumn)) {
      return Status::Invalid("the partition column 'date' is missing");
    }
    return Schema(table, std::move(fields_));
  }

 private:
  static Status CheckPartitionColumn(const Json& field) {
    const Json* type = FindMember(field, "type");
    if (type != nullptr && *type == "date") return Status::OK();
    return Status::Invalid("the partition column 'date' is not of type date");
  }

  std::set<std::string> names_;
  std::vector<Field> fields_;
};

}  // namespace

std::string FormatDeltaSchema(const Schema& schema) {
  Json fields = Json::array();
  for (const Field& field : schema.fields()) {
    fields.push_back(FieldJson(field.name, TypeName(field.type)));
  }
  fields.push_back(FieldJson(kPartitionColumn, "date"));
  return WriteJson(Json{{"type", "struct"}, {"fields", fields}});
}

Result<Schema> ParseDeltaSchema(std::string_view text, const std::string& table) {
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(text));
  const Json* fields = FindMember(json, "fields");
  if (fields == nullptr || !fields->is_array()) {
    return Status::Invalid("the schema is no struct");
  }
  SchemaParser parser;
  for (const Json& field : *fields) ARROW_RETURN_NOT_OK(parser.Add(field));
  return parser.Finish(table);
}

}  // namespace flowlake
