#include "flowlake/table/schema_growth.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "flowlake/table/json.h"
#include "flowlake/table/own_table.h"

namespace flowlake {

namespace {

constexpr char kExtra[] = "extra";

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsSameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, Lower, Lower);
}

/// A table's type that holds every value of `ours`; nullopt if it is another kind.
std::optional<ColumnType> TypeThatHolds(ColumnType ours, ColumnType tables) {
  const bool is_wider = ours == ColumnType::kInt32 && tables == ColumnType::kInt64;
  return ours == tables || is_wider ? std::optional(tables) : std::nullopt;
}

}  // namespace

Result<std::vector<ForeignColumn>> ForeignColumns(const Snapshot& head) {
  ARROW_ASSIGN_OR_RAISE(const Json metadata, ParseJson(head.metadata_text));
  ARROW_ASSIGN_OR_RAISE(const std::string schema, StringMember(metadata, "schemaString"));
  ARROW_ASSIGN_OR_RAISE(DeltaSchema parsed, ParseDeltaSchema(schema, ""));
  return std::move(parsed.foreign);
}

Result<std::vector<Field>> MissingFields(const Snapshot& head,
                                         const std::vector<Field>& fields) {
  std::vector<Field> missing;
  for (const Field& field : fields) {
    if (head.schema.IndexOf(field.name) < 0) missing.push_back(field);
  }
  if (missing.empty()) return missing;
  ARROW_ASSIGN_OR_RAISE(const auto foreign, ForeignColumns(head));
  std::erase_if(missing, [&](const Field& field) {
    const auto is_same = [&](const auto& column) {
      return IsSameName(column.name, field.name);
    };
    return IsSameName(field.name, kPartitionColumn) ||
           std::ranges::any_of(head.schema.fields(), is_same) ||
           std::ranges::any_of(foreign, is_same);
  });
  return missing;
}

Result<MetadataChange> ChangeOf(const Snapshot& head, const std::string& folder,
                                const TableProperties& properties,
                                const std::vector<Field>& columns) {
  MetadataChange change{properties, {}};
  ARROW_ASSIGN_OR_RAISE(change.fields, MissingFields(head, columns));
  if (!head.configuration.contains(kMarkProperty) && HasLedger(head)) {
    change.properties[kMarkProperty] = MarkOf(folder, head.table_id);
  }
  return change;
}

Result<std::optional<TableMetadata>> ChangedMetadata(const Snapshot& head,
                                                     const MetadataChange& change) {
  if (change.empty()) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(const std::string text,
                        WithProperties(head.metadata_text, change.properties));
  ARROW_ASSIGN_OR_RAISE(Json json, ParseJson(text));
  if (!change.fields.empty()) {
    ARROW_ASSIGN_OR_RAISE(const std::string schema, StringMember(json, "schemaString"));
    ARROW_ASSIGN_OR_RAISE(json["schemaString"], WithFields(schema, change.fields));
  }
  TableMetadata metadata;
  metadata.as_written = WriteJson(json);
  return metadata;
}

Result<std::shared_ptr<const Snapshot>> GrowSchema(const Table& table,
                                                   const Schema& schema,
                                                   std::shared_ptr<const Snapshot> head) {
  ARROW_ASSIGN_OR_RAISE(const auto missing, MissingFields(*head, schema.fields()));
  if (missing.empty()) return head;
  ARROW_RETURN_NOT_OK(CommitColumns(table, missing, std::move(head)).status());
  return table.LoadHead();
}

Result<std::optional<TableFit>> FitToTable(const Schema& schema, const Schema& table) {
  std::vector<Field> fields;
  std::vector<int> sources;
  std::vector<int> to_extra;
  for (int i = 0; i < schema.size(); ++i) {
    const Field& field = schema.field(i);
    const int there = table.IndexOf(field.name);
    const auto type =
        there < 0 ? std::nullopt : TypeThatHolds(field.type, table.field(there).type);
    if (type) {
      fields.push_back({field.name, *type});
      sources.push_back(i);
    } else {
      to_extra.push_back(i);
    }
  }
  if (fields == schema.fields()) return std::nullopt;
  TableFit fit{Schema(schema.table(), std::move(fields), schema.use()),
               std::move(sources), std::move(to_extra)};
  const int extra = fit.schema.IndexOf(kExtra);
  const bool has_extra =
      extra >= 0 && fit.schema.field(extra).type == ColumnType::kString;
  if (fit.to_extra.empty() || has_extra) return fit;
  const Field& field = schema.field(fit.to_extra.front());
  return Status::Invalid("table ", schema.table(), " has column '", field.name,
                         "' with another type, and no column 'extra' that could take "
                         "its values");
}

}  // namespace flowlake
