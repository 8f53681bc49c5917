#include "flowlake/table/delta_schema.h"

#include <array>
#include <optional>
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

std::optional<ColumnType> ParseType(const Json& type) {
  for (const auto& [known, name] : kTypes) {
    if (type == name) return known;
  }
  return std::nullopt;
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
    const Json* type = FindMember(field, "type");
    if (type == nullptr) {
      return Status::Invalid("column '", EscapeForTerminal(name), "' has no type");
    }
    if (const auto known = ParseType(*type)) {
      fields_.push_back({name, *known});
    } else {
      foreign_.push_back({name, WriteJson(*type)});
    }
    return Status::OK();
  }

  Result<DeltaSchema> Finish(const std::string& table) {
    if (!names_.contains(kPartitionColumn)) {
      return Status::Invalid("the partition column 'date' is missing");
    }
    return DeltaSchema{Schema(table, std::move(fields_)), std::move(foreign_)};
  }

 private:
  static Status CheckPartitionColumn(const Json& field) {
    const Json* type = FindMember(field, "type");
    if (type != nullptr && *type == "date") return Status::OK();
    return Status::Invalid("the partition column 'date' is not of type date");
  }

  std::set<std::string> names_;
  std::vector<Field> fields_;
  std::vector<ForeignColumn> foreign_;
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

Result<DeltaSchema> ParseDeltaSchema(std::string_view text, const std::string& table) {
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(text));
  const Json* fields = FindMember(json, "fields");
  if (fields == nullptr || !fields->is_array()) {
    return Status::Invalid("the schema is no struct");
  }
  SchemaParser parser;
  for (const Json& field : *fields) ARROW_RETURN_NOT_OK(parser.Add(field));
  return parser.Finish(table);
}

Result<std::string> WithFields(std::string_view text, const std::vector<Field>& fields) {
  ARROW_ASSIGN_OR_RAISE(Json json, ParseJson(text));
  Json* all = json.is_object() && json.contains("fields") ? &json["fields"] : nullptr;
  if (all == nullptr || !all->is_array()) {
    return Status::Invalid("the schema is no struct");
  }
  const bool ends_in_partition =
      !all->empty() && StringMember(all->back(), "name").ValueOr("") == kPartitionColumn;
  const Json partition = ends_in_partition ? all->back() : Json();
  if (ends_in_partition) all->erase(all->size() - 1);
  for (const Field& field : fields) {
    all->push_back(FieldJson(field.name, TypeName(field.type)));
  }
  if (ends_in_partition) all->push_back(partition);
  return WriteJson(json);
}

}  // namespace flowlake
