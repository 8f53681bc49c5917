#include "flowlake/table/log_entry.h"

#include <algorithm>
#include <utility>

#include "flowlake/base/escape.h"
#include "flowlake/table/delta_schema.h"
#include "flowlake/table/file_path.h"
#include "flowlake/table/json.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

constexpr int64_t kProtocolReader = 1;
constexpr int64_t kProtocolWriter = 2;
constexpr char kCommitUuid[] = "flowlake.commit";
constexpr char kColumnSizes[] = "flowlake.column_sizes";

Json PartitionValues(std::optional<Date> date) {
  return Json{{kPartitionColumn, date ? Json(FormatDate(*date)) : Json(nullptr)}};
}

template <typename Values>
Json ObjectOf(const Values& values) {
  Json object = Json::object();
  for (const auto& [name, value] : values) object[name] = value;
  return object;
}

Json ToJson(const CommitInfo& info) {
  return Json{{"timestamp", info.timestamp_ms},
              {"operation", info.operation},
              {"operationParameters", ObjectOf(info.parameters)},
              {"engineInfo", info.engine},
              {kCommitUuid, info.uuid}};
}

Json ToJson(const TableMetadata& metadata) {
  if (auto written = ParseJson(metadata.as_written); written.ok()) return *written;
  return Json{{"id", metadata.id},
              {"format", {{"provider", "parquet"}, {"options", Json::object()}}},
              {"schemaString", FormatDeltaSchema(metadata.schema)},
              {"partitionColumns", Json::array({kPartitionColumn})},
              {"configuration", ObjectOf(metadata.configuration)},
              {"createdTime", metadata.created_ms}};
}

Json ToJson(const AddAction& add, bool data_change) {
  const DataFile& file = add.file;
  Json json{{"path", EncodeFilePath(file.path)},
            {"partitionValues", PartitionValues(file.date)},
            {"size", file.bytes},
            {"modificationTime", file.modified_ms},
            {"dataChange", data_change},
            {"stats", add.stats}};
  Json tags = ObjectOf(file.tags);
  if (!add.column_sizes.empty()) tags[kColumnSizes] = add.column_sizes;
  if (!tags.empty()) json["tags"] = std::move(tags);
  return json;
}

Json ToJson(const RemoveAction& remove, bool data_change) {
  return Json{{"path", EncodeFilePath(remove.path)},
              {"deletionTimestamp", remove.deleted_ms},
              {"dataChange", data_change},
              {"extendedFileMetadata", true},
              {"partitionValues", PartitionValues(remove.date)},
              {"size", remove.bytes}};
}

Json TransactionJson(const std::string& id, int64_t version, int64_t timestamp_ms) {
  return Json{{"appId", id}, {"version", version}, {"lastUpdated", timestamp_ms}};
}

Json ProtocolJson() {
  return Json{{"minReaderVersion", kProtocolReader},
              {"minWriterVersion", kProtocolWriter}};
}

Status CheckProtocol(const Json& protocol) {
  ARROW_ASSIGN_OR_RAISE(const int64_t reader,
                        IntegerMember(protocol, "minReaderVersion"));
  ARROW_ASSIGN_OR_RAISE(const int64_t writer,
                        IntegerMember(protocol, "minWriterVersion"));
  for (const char* list : {"readerFeatures", "writerFeatures"}) {
    const Json* features = FindMember(protocol, list);
    if (features == nullptr || features->empty()) continue;
    return Status::Invalid("table features that flowlake does not know: ",
                           EscapeForTerminal(WriteJson(*features)));
  }
  if (reader > kProtocolReader || writer > kProtocolWriter) {
    return Status::Invalid("protocol reader ", reader, ", writer ", writer,
                           "; flowlake knows reader 1, writer 2");
  }
  return Status::OK();
}

CommitInfo ParseCommitInfo(const Json& json) {
  CommitInfo info;
  info.timestamp_ms = IntegerMember(json, "timestamp").ValueOr(0);
  info.operation = StringMember(json, "operation").ValueOr("");
  info.parameters = StringMembers(FindMember(json, "operationParameters"));
  info.engine = StringMember(json, "engineInfo").ValueOr("");
  info.uuid = StringMember(json, kCommitUuid).ValueOr("");
  return info;
}

TableUse UseOf(const TableProperties& properties) {
  const auto property = [&](const char* name) {
    const auto found = properties.find(name);
    return found == properties.end() ? std::string() : found->second;
  };
  return {property(kTimeProperty), property(kSortProperty), property(kLookupsProperty)};
}

Result<TableMetadata> ParseMetadata(const Json& json, const std::string& table) {
  TableMetadata metadata;
  ARROW_ASSIGN_OR_RAISE(metadata.id, StringMember(json, "id"));
  ARROW_ASSIGN_OR_RAISE(const std::string schema, StringMember(json, "schemaString"));
  ARROW_ASSIGN_OR_RAISE(const DeltaSchema parsed, ParseDeltaSchema(schema, table));
  const Json* partitions = FindMember(json, "partitionColumns");
  if (partitions == nullptr || *partitions != Json::array({kPartitionColumn})) {
    return Status::Invalid(
        "partitioned by ",
        partitions == nullptr ? "nothing" : EscapeForTerminal(WriteJson(*partitions)),
        ", not by 'date' alone");
  }
  metadata.configuration = StringMembers(FindMember(json, "configuration"));
  metadata.schema = Schema(table, parsed.schema.fields(), UseOf(metadata.configuration));
  metadata.created_ms = IntegerMember(json, "createdTime").ValueOr(0);
  metadata.as_written = WriteJson(json);
  return metadata;
}

Result<std::optional<Date>> ParsePartition(const Json& action) {
  const Json* values = FindMember(action, "partitionValues");
  if (values == nullptr || !values->is_object() || !values->contains(kPartitionColumn)) {
    return Status::Invalid("no partition value of 'date'");
  }
  const Json* value = FindMember(*values, kPartitionColumn);
  if (value == nullptr || *value == "") return std::nullopt;
  const auto date =
      value->is_string() ? ParseDate(value->get<std::string>()) : std::optional<Date>();
  if (date) return date;
  return Status::Invalid("partition value ", EscapeForTerminal(WriteJson(*value)),
                         " is no date");
}

Result<AddAction> ParseAdd(const Json& json) {
  AddAction add;
  ARROW_ASSIGN_OR_RAISE(const std::string path, StringMember(json, "path"));
  ARROW_ASSIGN_OR_RAISE(add.file.path, DecodeFilePath(path));
  ARROW_ASSIGN_OR_RAISE(add.file.date, ParsePartition(json));
  ARROW_ASSIGN_OR_RAISE(add.file.bytes, IntegerMember(json, "size"));
  add.file.modified_ms = IntegerMember(json, "modificationTime").ValueOr(0);
  add.file.rows = kUnknownRows;
  for (const auto& [name, value] : StringMembers(FindMember(json, "tags"))) {
    AddTag(name, value, &add);
  }
  add.stats = StringMember(json, "stats").ValueOr("");
  if (FindMember(json, "deletionVector") != nullptr) {
    return Status::Invalid("a deletion vector, which flowlake does not know");
  }
  return add;
}

Result<RemoveAction> ParseRemove(const Json& json) {
  RemoveAction remove;
  ARROW_ASSIGN_OR_RAISE(const std::string path, StringMember(json, "path"));
  ARROW_ASSIGN_OR_RAISE(remove.path, DecodeFilePath(path));
  remove.bytes = IntegerMember(json, "size").ValueOr(0);
  remove.deleted_ms = IntegerMember(json, "deletionTimestamp").ValueOr(0);
  remove.date = ParsePartition(json).ValueOr(std::nullopt);
  return remove;
}

Status ParseTransaction(const Json& json, LogEntry* entry) {
  ARROW_ASSIGN_OR_RAISE(const std::string id, StringMember(json, "appId"));
  ARROW_ASSIGN_OR_RAISE(entry->transactions[id], IntegerMember(json, "version"));
  const int64_t updated_ms = IntegerMember(json, "lastUpdated").ValueOr(0);
  if (updated_ms > 0) entry->transaction_ms[id] = updated_ms;
  return Status::OK();
}

}  // namespace

Result<std::string> WithProperties(const std::string& as_written,
                                   const std::map<std::string, std::string>& properties) {
  ARROW_ASSIGN_OR_RAISE(Json json, ParseJson(as_written));
  if (!json.is_object()) return Status::Invalid("the table's metadata is no JSON object");
  Json& configuration = json["configuration"];
  if (!configuration.is_object()) configuration = Json::object();
  for (const auto& [name, value] : properties) configuration[name] = value;
  return WriteJson(json);
}

void AddTag(std::string_view name, std::string_view value, AddAction* add) {
  if (name == kColumnSizes) {
    add->column_sizes = value;
  } else {
    add->file.tags[std::string(name)] = value;
  }
}

Status ParseAction(const Json& action, const std::string& table, LogEntry* entry) {
  if (!action.is_object()) return Status::Invalid("no JSON object");
  if (const Json* add = FindMember(action, "add")) {
    ARROW_ASSIGN_OR_RAISE(auto parsed, ParseAdd(*add));
    entry->add.push_back(std::move(parsed));
  } else if (const Json* remove = FindMember(action, "remove")) {
    ARROW_ASSIGN_OR_RAISE(auto parsed, ParseRemove(*remove));
    entry->remove.push_back(std::move(parsed));
  } else if (const Json* transaction = FindMember(action, "txn")) {
    return ParseTransaction(*transaction, entry);
  } else if (const Json* metadata = FindMember(action, "metaData")) {
    ARROW_ASSIGN_OR_RAISE(entry->metadata, ParseMetadata(*metadata, table));
  } else if (const Json* protocol = FindMember(action, "protocol")) {
    entry->has_protocol = true;
    return CheckProtocol(*protocol);
  } else if (const Json* info = FindMember(action, "commitInfo")) {
    entry->info = ParseCommitInfo(*info);
  }
  return Status::OK();
}

void ForEachAction(const LogEntry& entry, const std::function<void(Json)>& take) {
  const auto give = [&](const char* action, Json json) {
    take(Json{{action, std::move(json)}});
  };
  const int64_t now_ms = entry.info ? entry.info->timestamp_ms : 0;
  if (entry.info) give("commitInfo", ToJson(*entry.info));
  if (entry.has_protocol) give("protocol", ProtocolJson());
  if (entry.metadata) give("metaData", ToJson(*entry.metadata));
  for (const auto& [id, version] : entry.transactions) {
    const auto set = entry.transaction_ms.find(id);
    const bool is_known = set != entry.transaction_ms.end();
    give("txn", TransactionJson(id, version, is_known ? set->second : now_ms));
  }
  for (const RemoveAction& remove : entry.remove) {
    give("remove", ToJson(remove, entry.data_change));
  }
  for (const AddAction& add : entry.add) give("add", ToJson(add, entry.data_change));
}

std::string FormatLogEntry(const LogEntry& entry) {
  std::string text;
  ForEachAction(entry, [&](const Json& action) { text += WriteJson(action) + '\n'; });
  return text;
}

Result<LogEntry> ParseLogEntry(std::string_view text, const std::string& table) {
  LogEntry entry;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    auto json = ParseJson(line);
    Status status =
        json.ok() ? ParseAction(*json, table, &entry) : std::move(json).status();
    if (!status.ok()) return status.WithMessage("line ", number, ": ", status.message());
  }
  return entry;
}

}  // namespace flowlake
