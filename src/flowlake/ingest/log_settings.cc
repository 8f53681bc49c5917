#include "flowlake/ingest/log_settings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "flowlake/format/catalogue.h"
#include "flowlake/ingest/settings.h"
#include "flowlake/table/lake_settings.h"

namespace flowlake {

namespace {

constexpr std::array<std::pair<std::string_view, ValueKind>, 9> kTypes = {
    {{"string", ValueKind::kText},
     {"int32", ValueKind::kInt32},
     {"int64", ValueKind::kInt64},
     {"double", ValueKind::kDouble},
     {"timestamp", ValueKind::kTime},
     {"json", ValueKind::kJson},
     {"percent", ValueKind::kPercentText},
     {"address", ValueKind::kAddress},
     {"list", ValueKind::kJoined}}};
constexpr std::array<std::string_view, 9> kKeys = {"table",  "format",  "separator",
                                                   "quotes", "header",  "time",
                                                   "sort",   "lookups", "fields"};
/// Columns and views that are there already.
constexpr std::array<std::string_view, 2> kReservedColumns = {"date", kExtraColumn};
constexpr std::array<std::string_view, 2> kReservedTables = {"rejects", "flowlogs"};

bool IsName(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz_0123456789";
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of(kLetters) == name.npos && name[0] >= 'a' &&
         name[0] <= 'z';
}

Status CheckTable(const toml::table& where, const std::string& name) {
  if (!IsName(name) || name.ends_with("_logs")) {
    return WrongSetting(where.source(),
                        "table is a name of small letters, digits and underscores that "
                        "does not end in _logs");
  }
  const bool is_taken =
      std::ranges::find(kReservedTables, name) != kReservedTables.end() ||
      std::ranges::any_of(LogSchemas(),
                          [&](const Schema* each) { return each->table() == name; });
  if (!is_taken) return Status::OK();
  return WrongSetting(where.source(),
                      "'" + name + "' is a table of flowlake's own; take another name");
}

/// A text, or nothing; Invalid if it is something else.
Result<std::optional<std::string>> Text(const toml::table& table, const char* key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return std::nullopt;
  const auto text = node->value<std::string>();
  if (!node->is_string() || !text) {
    return WrongSetting(node->source(), std::string(key) + " is a string");
  }
  return text;
}

Result<bool> Flag(const toml::table& table, const char* key, bool otherwise) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return otherwise;
  if (!node->is_boolean()) {
    return WrongSetting(node->source(), std::string(key) + " is true or false");
  }
  return node->value_or(otherwise);
}

Result<LogField> ParseField(const toml::node& node, bool is_json) {
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    return WrongSetting(node.source(), "a field is {name = \"…\", type = \"…\"}");
  }
  for (const auto& [key, value] : *table) {
    if (key != "name" && key != "type" && key != "path") {
      return WrongSetting(value.source(), "a field has name, type and path, not '" +
                                              std::string(key.str()) + "'");
    }
  }
  ARROW_ASSIGN_OR_RAISE(const auto name, Text(*table, "name"));
  ARROW_ASSIGN_OR_RAISE(const auto path, Text(*table, "path"));
  ARROW_ASSIGN_OR_RAISE(const auto type, Text(*table, "type"));
  const std::string column = CanonicalFieldName(name.value_or(""));
  const bool is_reserved =
      std::ranges::find(kReservedColumns, column) != kReservedColumns.end();
  if (!IsName(column) || is_reserved) {
    return WrongSetting(node.source(),
                        "'" + name.value_or("") +
                            "' is no name for a column: letters, digits, hyphens and "
                            "underscores, but not date or extra");
  }
  const auto kind = std::ranges::find(kTypes, type.value_or("string"),
                                      &std::pair<std::string_view, ValueKind>::first);
  const bool is_of_json = kind != kTypes.end() && (kind->second == ValueKind::kJson ||
                                                   kind->second == ValueKind::kJoined);
  if (kind == kTypes.end() || (is_of_json && !is_json)) {
    return WrongSetting(node.source(),
                        "type '" + *type +
                            "' is none of string, int32, int64, double, timestamp, "
                            "percent and address (of JSON also json and list)");
  }
  if (path && !is_json)
    return WrongSetting(node.source(), "only fields of JSON have a path");
  return LogField{*name, kind->second, path.value_or("")};
}

Result<std::vector<LogField>> ParseFields(const toml::table& table, bool is_json) {
  const toml::array* nodes = table["fields"].as_array();
  if (nodes == nullptr || nodes->empty()) {
    return WrongSetting(table.source(), "a [[log]] has fields = [{name = \"…\"}, …]");
  }
  std::vector<LogField> fields;
  for (const toml::node& node : *nodes) {
    ARROW_ASSIGN_OR_RAISE(LogField field, ParseField(node, is_json));
    const auto is_same = [&](const LogField& other) {
      return CanonicalFieldName(other.name) == CanonicalFieldName(field.name);
    };
    if (std::ranges::any_of(fields, is_same)) {
      return WrongSetting(node.source(), "names '" + field.name + "' twice");
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<DelimitedFormat> ParseDelimited(const toml::table& table) {
  DelimitedFormat format;
  ARROW_ASSIGN_OR_RAISE(const auto separator, Text(table, "separator"));
  const std::string text = separator.value_or(",");
  if (text.size() != 1 || text == "\n" || text == "\"" || text == "#") {
    return WrongSetting(table.source(), "separator is one byte such as \",\" or \"\\t\"");
  }
  format.separator = text[0];
  ARROW_ASSIGN_OR_RAISE(format.has_quotes, Flag(table, "quotes", true));
  ARROW_ASSIGN_OR_RAISE(format.has_header, Flag(table, "header", false));
  return format;
}

/// An address is two columns, of which a field may have the name.
Status CheckDistinct(const toml::table& where, const Schema& schema) {
  for (int i = 0; i < schema.size(); ++i) {
    const std::string& name = schema.field(i).name;
    if (schema.IndexOf(name) != i) {
      return WrongSetting(where.source(), "two fields make a column '" + name + "'");
    }
  }
  return Status::OK();
}

/// "host, ts" as the table's property has it: "host,ts".
Result<std::string> ParseColumns(const toml::table& where, const char* key,
                                 std::string_view text, const Schema& schema) {
  std::string names;
  for (std::string_view name : SplitNames(text)) {
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    const std::string column = CanonicalFieldName(name);
    if (schema.IndexOf(column) < 0) {
      return WrongSetting(where.source(), std::string(key) + ": there is no column '" +
                                              std::string(name) + "'");
    }
    names += (names.empty() ? "" : ",") + column;
  }
  return names;
}

}  // namespace

Status WrongSetting(const toml::source_region& where, const std::string& what) {
  return Status::Invalid(kSettingsPath, ", line ", where.begin.line, ": ", what);
}

Result<std::shared_ptr<const UserLog>> ParseUserLog(const toml::table& table) {
  for (const auto& [key, node] : table) {
    const std::string_view name = key.str();
    if (std::ranges::find(kKeys, name) == kKeys.end() && !IsRuleSubject(name)) {
      return WrongSetting(node.source(), "a [[log]] has no '" + std::string(name) + "'");
    }
  }
  LogDescription log;
  log.account_column = "";
  log.region_column = "";
  ARROW_ASSIGN_OR_RAISE(const auto name, Text(table, "table"));
  log.table = name.value_or("");
  ARROW_RETURN_NOT_OK(CheckTable(table, log.table));
  log.title = log.table + " log";
  ARROW_ASSIGN_OR_RAISE(const auto format, Text(table, "format"));
  const bool is_json = format == "json";
  if (!is_json && format != "delimited") {
    return WrongSetting(table.source(), "format is \"delimited\" or \"json\"");
  }
  ARROW_ASSIGN_OR_RAISE(log.fields, ParseFields(table, is_json));
  ARROW_ASSIGN_OR_RAISE(const auto time, Text(table, "time"));
  log.time = CanonicalFieldName(time.value_or(""));
  log.fewest = log.fields.size();
  const LogKind plain(log);
  ARROW_RETURN_NOT_OK(CheckDistinct(table, plain.schema));
  const int time_field = plain.schema.IndexOf(log.time);
  if (time_field < 0 || plain.schema.field(time_field).type != ColumnType::kTimestamp) {
    return WrongSetting(table.source(), "time names a field of type timestamp");
  }
  ARROW_ASSIGN_OR_RAISE(const auto sort, Text(table, "sort"));
  ARROW_ASSIGN_OR_RAISE(
      log.sort, ParseColumns(table, "sort", sort.value_or(log.time), plain.schema));
  ARROW_ASSIGN_OR_RAISE(const auto lookups, Text(table, "lookups"));
  ARROW_ASSIGN_OR_RAISE(
      log.lookups, ParseColumns(table, "lookups", lookups.value_or(""), plain.schema));
  DelimitedFormat delimited;
  if (!is_json) {
    ARROW_ASSIGN_OR_RAISE(delimited, ParseDelimited(table));
  }
  return std::make_shared<const UserLog>(
      UserLog{LogKind(std::move(log)), is_json, std::move(delimited)});
}

}  // namespace flowlake
