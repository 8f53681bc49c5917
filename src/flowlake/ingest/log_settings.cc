#include "flowlake/ingest/log_settings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "flowlake/format/catalogue.h"
#include "flowlake/table/lake.h"

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
/// Columns and views that are there already.
constexpr std::array<std::string_view, 2> kReservedColumns = {"date", kExtraColumn};
constexpr std::array<std::string_view, 2> kReservedTables = {"rejects", "flowlogs"};

bool IsName(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz_0123456789";
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of(kLetters) == name.npos && name[0] >= 'a' &&
         name[0] <= 'z';
}

Status CheckTable(const ConfigSection& where, const std::string& name) {
  // A letter first: SQL and the folders of our own are written without quotes.
  if (!IsTableName(name) || !IsName(name) || name.ends_with("_logs")) {
    return where.Wrong("log.table", std::string("table is a name of ") + kTableNameRule +
                                        ", with a letter first, that does not end in "
                                        "_logs");
  }
  const bool is_taken =
      std::ranges::find(kReservedTables, name) != kReservedTables.end() ||
      std::ranges::any_of(LogSchemas(),
                          [&](const Schema* each) { return each->table() == name; });
  if (!is_taken) return Status::OK();
  return where.Wrong("log.table",
                     "'" + name + "' is a table of flowlake's own; take another name");
}

Result<LogField> ParseField(const ConfigSection& table, bool is_json) {
  const std::string name = table.Text("log.fields.name").value_or("");
  const auto path = table.Text("log.fields.path");
  const std::string type = table.Text("log.fields.type").value_or("string");
  const std::string column = CanonicalFieldName(name);
  const bool is_reserved =
      std::ranges::find(kReservedColumns, column) != kReservedColumns.end();
  if (!IsName(column) || is_reserved) {
    return table.Wrong("'" + name +
                       "' is no name for a column: letters, digits, hyphens and "
                       "underscores, but not date or extra");
  }
  const auto kind =
      std::ranges::find(kTypes, type, &std::pair<std::string_view, ValueKind>::first);
  const bool is_of_json = kind != kTypes.end() && (kind->second == ValueKind::kJson ||
                                                   kind->second == ValueKind::kJoined);
  if (kind == kTypes.end() || (is_of_json && !is_json)) {
    return table.Wrong("log.fields.type",
                       "type '" + type +
                           "' is none of string, int32, int64, double, timestamp, "
                           "percent and address (of JSON also json and list)");
  }
  if (path && !is_json) {
    return table.Wrong("log.fields.path", "only fields of JSON have a path");
  }
  return LogField{name, kind->second, path.value_or("")};
}

Result<std::vector<LogField>> ParseFields(const ConfigSection& table, bool is_json) {
  const std::vector<ConfigSection> nodes = table.Tables("log.fields");
  if (nodes.empty()) {
    return table.Wrong("a [[log]] has fields = [{name = \"…\"}, …]");
  }
  std::vector<LogField> fields;
  for (const ConfigSection& node : nodes) {
    ARROW_ASSIGN_OR_RAISE(LogField field, ParseField(node, is_json));
    const auto is_same = [&](const LogField& other) {
      return CanonicalFieldName(other.name) == CanonicalFieldName(field.name);
    };
    if (std::ranges::any_of(fields, is_same)) {
      return node.Wrong("names '" + field.name + "' twice");
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<DelimitedFormat> ParseDelimited(const ConfigSection& table) {
  DelimitedFormat format;
  const std::string text = table.Text("log.separator").value_or(",");
  if (text.size() != 1 || text == "\n" || text == "\"" || text == "#") {
    return table.Wrong("log.separator", "separator is one byte such as \",\" or \"\\t\"");
  }
  format.separator = text[0];
  format.has_quotes = table.Flag("log.quotes").value_or(true);
  format.has_header = table.Flag("log.header").value_or(false);
  return format;
}

/// An address is two columns, of which a field may have the name.
Status CheckDistinct(const ConfigSection& where, const Schema& schema) {
  for (int i = 0; i < schema.size(); ++i) {
    const std::string& name = schema.field(i).name;
    if (schema.IndexOf(name) != i) {
      return where.Wrong("two fields make a column '" + name + "'");
    }
  }
  return Status::OK();
}

/// "host, ts" as the table's property has it: "host,ts".
Result<std::string> ParseColumns(const ConfigSection& where, ConfigKeyName key,
                                 const std::string& otherwise, const Schema& schema) {
  const std::string text = where.Text(key).value_or(otherwise);
  std::string names;
  for (std::string_view name : SplitNames(text)) {
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    const std::string column = CanonicalFieldName(name);
    if (schema.IndexOf(column) < 0) {
      return where.Wrong(key, std::string(key.key().name) + ": there is no column '" +
                                  std::string(name) + "'");
    }
    names += (names.empty() ? "" : ",") + column;
  }
  return names;
}

}  // namespace

Result<std::shared_ptr<const UserLog>> ParseUserLog(const ConfigSection& table) {
  LogDescription log;
  log.account_column = "";
  log.region_column = "";
  log.table = table.Text("log.table").value_or("");
  ARROW_RETURN_NOT_OK(CheckTable(table, log.table));
  log.title = log.table + " log";
  const auto format = table.Text("log.format");
  const bool is_json = format == "json";
  if (!is_json && format != "delimited") {
    return table.Wrong("log.format", "format is \"delimited\" or \"json\"");
  }
  ARROW_ASSIGN_OR_RAISE(log.fields, ParseFields(table, is_json));
  log.time = CanonicalFieldName(table.Text("log.time").value_or(""));
  log.fewest = log.fields.size();
  const LogKind plain(log);
  ARROW_RETURN_NOT_OK(CheckDistinct(table, plain.schema));
  const int time_field = plain.schema.IndexOf(log.time);
  if (time_field < 0 || plain.schema.field(time_field).type != ColumnType::kTimestamp) {
    return table.Wrong("log.time", "time names a field of type timestamp");
  }
  ARROW_ASSIGN_OR_RAISE(log.sort,
                        ParseColumns(table, "log.sort", log.time, plain.schema));
  ARROW_ASSIGN_OR_RAISE(log.lookups,
                        ParseColumns(table, "log.lookups", "", plain.schema));
  DelimitedFormat delimited;
  if (!is_json) {
    ARROW_ASSIGN_OR_RAISE(delimited, ParseDelimited(table));
  }
  return std::make_shared<const UserLog>(
      UserLog{LogKind(std::move(log)), is_json, std::move(delimited)});
}

}  // namespace flowlake
