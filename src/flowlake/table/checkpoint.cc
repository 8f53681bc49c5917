#include "flowlake/table/checkpoint.h"

#include <arrow/record_batch.h>
#include <arrow/table_builder.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>
#include <parquet/file_reader.h>
#include <parquet/properties.h>

#include <algorithm>
#include <future>
#include <set>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/datafile/parquet_call.h"
#include "flowlake/table/arrow_json.h"
#include "flowlake/table/column_order.h"
#include "flowlake/table/file_statistics.h"
#include "flowlake/table/log.h"

namespace flowlake {

namespace {

constexpr int64_t kBatchRows = 8 << 10;
constexpr int64_t kRowGroupRows = 64 << 10;
constexpr char kDeltaLog[] = "/_delta_log/";

using Fields = std::vector<std::shared_ptr<arrow::Field>>;

std::shared_ptr<arrow::DataType> Texts() {
  return arrow::map(arrow::utf8(), arrow::utf8());
}

std::shared_ptr<arrow::DataType> ArrowType(ColumnType type) {
  switch (type) {
    case ColumnType::kInt32:
      return arrow::int32();
    case ColumnType::kInt64:
      return arrow::int64();
    case ColumnType::kTimestamp:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case ColumnType::kDouble:
      return arrow::float64();
    case ColumnType::kString:
      break;
  }
  return arrow::utf8();
}

std::shared_ptr<arrow::DataType> StatisticsType(const Snapshot& snapshot) {
  const Schema& schema = snapshot.schema;
  Fields bounds;
  Fields counts;
  for (const std::string& name : ListedColumns(snapshot.configuration, schema)) {
    bounds.push_back(
        arrow::field(name, ArrowType(schema.field(schema.IndexOf(name)).type)));
    counts.push_back(arrow::field(name, arrow::int64()));
  }
  Fields fields{arrow::field("numRecords", arrow::int64())};
  if (!bounds.empty()) {  // Parquet has no groups without members
    fields.push_back(arrow::field("minValues", arrow::struct_(bounds)));
    fields.push_back(arrow::field("maxValues", arrow::struct_(bounds)));
    fields.push_back(arrow::field("nullCount", arrow::struct_(counts)));
  }
  return arrow::struct_(fields);
}

std::shared_ptr<arrow::DataType> AddType(const Snapshot& snapshot) {
  return arrow::struct_(
      {arrow::field("path", arrow::utf8()), arrow::field("partitionValues", Texts()),
       arrow::field("size", arrow::int64()),
       arrow::field("modificationTime", arrow::int64()),
       arrow::field("dataChange", arrow::boolean()), arrow::field("stats", arrow::utf8()),
       arrow::field("tags", Texts()),
       arrow::field("stats_parsed", StatisticsType(snapshot))});
}

std::shared_ptr<arrow::DataType> RemoveType() {
  return arrow::struct_({arrow::field("path", arrow::utf8()),
                         arrow::field("deletionTimestamp", arrow::int64()),
                         arrow::field("dataChange", arrow::boolean()),
                         arrow::field("extendedFileMetadata", arrow::boolean()),
                         arrow::field("partitionValues", Texts()),
                         arrow::field("size", arrow::int64())});
}

std::shared_ptr<arrow::DataType> MetadataType() {
  return arrow::struct_(
      {arrow::field("id", arrow::utf8()), arrow::field("name", arrow::utf8()),
       arrow::field("description", arrow::utf8()),
       arrow::field("format", arrow::struct_({arrow::field("provider", arrow::utf8()),
                                              arrow::field("options", Texts())})),
       arrow::field("schemaString", arrow::utf8()),
       arrow::field("partitionColumns",
                    arrow::list(arrow::field("element", arrow::utf8()))),
       arrow::field("configuration", Texts()),
       arrow::field("createdTime", arrow::int64())});
}

std::shared_ptr<arrow::Schema> CheckpointSchema(const Snapshot& snapshot) {
  return arrow::schema(
      {arrow::field("txn", arrow::struct_({arrow::field("appId", arrow::utf8()),
                                           arrow::field("version", arrow::int64()),
                                           arrow::field("lastUpdated", arrow::int64())})),
       arrow::field("add", AddType(snapshot)), arrow::field("remove", RemoveType()),
       arrow::field("metaData", MetadataType()),
       arrow::field("protocol",
                    arrow::struct_({arrow::field("minReaderVersion", arrow::int32()),
                                    arrow::field("minWriterVersion", arrow::int32())}))});
}

/// Actions to row groups.
class Writer {
 public:
  static Result<std::unique_ptr<Writer>> Make(
      std::shared_ptr<arrow::io::OutputStream> sink, const Snapshot& snapshot) {
    auto writer = std::make_unique<Writer>();
    writer->schema_ = CheckpointSchema(snapshot);
    auto properties = parquet::WriterProperties::Builder()
                          .compression(parquet::Compression::SNAPPY)
                          ->max_row_group_length(kRowGroupRows)
                          ->build();
    ARROW_ASSIGN_OR_RAISE(
        writer->file_,
        parquet::arrow::FileWriter::Open(*writer->schema_, arrow::default_memory_pool(),
                                         std::move(sink), std::move(properties)));
    ARROW_ASSIGN_OR_RAISE(
        writer->builder_,
        arrow::RecordBatchBuilder::Make(writer->schema_, arrow::default_memory_pool()));
    return writer;
  }

  Status Append(const Json& action) {
    for (int i = 0; i < schema_->num_fields(); ++i) {
      const Json* member = FindMember(action, schema_->field(i)->name().c_str());
      ARROW_RETURN_NOT_OK(AppendJson(member, *builder_->GetField(i)));
    }
    return ++rows_ % kBatchRows == 0 ? Flush() : Status::OK();
  }

  Status Close() {
    ARROW_RETURN_NOT_OK(Flush());
    return file_->Close();
  }

  int64_t rows() const { return rows_; }

 private:
  Status Flush() {
    ARROW_ASSIGN_OR_RAISE(const auto batch, builder_->Flush());
    return batch->num_rows() > 0 ? file_->WriteRecordBatch(*batch) : Status::OK();
  }

  std::shared_ptr<arrow::Schema> schema_;
  std::unique_ptr<parquet::arrow::FileWriter> file_;
  std::unique_ptr<arrow::RecordBatchBuilder> builder_;
  int64_t rows_ = 0;
};

/// A `txn` of which nobody knows when it was set counts as set now: readers drop one
/// whose time is 0 or missing, and it stays with this time in later checkpoints.
std::map<std::string, int64_t> TransactionTimes(const Snapshot& snapshot) {
  std::map<std::string, int64_t> times;
  for (const auto& [id, version] : snapshot.transactions) {
    const auto set = snapshot.transaction_ms.find(id);
    const bool is_known = set != snapshot.transaction_ms.end() && set->second > 0;
    times[id] = is_known ? set->second : NowMicros() / 1000;
  }
  return times;
}

LogEntry HeadOf(const Snapshot& snapshot) {
  LogEntry entry;
  entry.has_protocol = true;
  entry.metadata = TableMetadata{snapshot.table_id, snapshot.schema,
                                 snapshot.configuration, 0, snapshot.metadata_text};
  entry.transactions = snapshot.transactions;
  entry.transaction_ms = TransactionTimes(snapshot);
  entry.remove = snapshot.tombstones;
  entry.data_change = false;
  return entry;
}

/// The statistics once more, as columns: they are read many times faster than as JSON.
Json WithParsedStatistics(Json action) {
  Json& add = action["add"];
  if (auto parsed = ParseJson(add.value("stats", "")); parsed.ok()) {
    add["stats_parsed"] = *std::move(parsed);
  }
  return action;
}

Status WriteActions(const Snapshot& snapshot, Writer& writer) {
  Status status;
  const auto append = [&](Json action) {
    if (status.ok() && action.contains("add")) {
      action = WithParsedStatistics(std::move(action));
    }
    if (status.ok()) status = writer.Append(action);
  };
  ForEachAction(HeadOf(snapshot), append);
  const auto columns = ListedColumns(snapshot.configuration, snapshot.schema);
  const ColumnOrder order = ColumnOrder::Of(snapshot.configuration);
  for (const DataFile& file : snapshot.files) {
    LogEntry entry;
    entry.data_change = false;
    entry.add = {
        {file, FormatStatistics(file, snapshot.schema, columns), order.Format(file)}};
    ForEachAction(entry, append);
  }
  return status;
}

std::string LastCheckpointPath(const std::string& table_folder) {
  return table_folder + kDeltaLog + "_last_checkpoint";
}

/// Which leaves of the file are read for a part.
std::vector<int> LeavesOf(const parquet::SchemaDescriptor& schema, CheckpointPart part) {
  const std::set<std::string> wanted =
      part == CheckpointPart::kHead ? std::set<std::string>{"txn", "metaData", "protocol"}
                                    : std::set<std::string>{"add", "remove"};
  bool has_columns = false;
  for (int i = 0; i < schema.num_columns(); ++i) {
    const auto path = schema.Column(i)->path()->ToDotString();
    has_columns |= path.starts_with("add.stats_parsed.");
  }
  std::vector<int> leaves;
  for (int i = 0; i < schema.num_columns(); ++i) {
    const auto path = schema.Column(i)->path()->ToDotString();
    if (!wanted.contains(path.substr(0, path.find('.')))) continue;
    if (has_columns && path == "add.stats") continue;
    if (path.starts_with("add.partitionValues_parsed")) continue;
    leaves.push_back(i);
  }
  return leaves;
}

Status OpenCheckpoint(Store& store, const std::string& path,
                      std::unique_ptr<parquet::arrow::FileReader>* reader) {
  ARROW_ASSIGN_OR_RAISE(auto file, store.Open(path));
  auto properties = parquet::default_reader_properties();
  properties.set_page_checksum_verification(true);
  properties.enable_buffered_stream();
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(std::move(file), properties));
  parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
  arrow_properties.set_pre_buffer(false);
  arrow_properties.set_batch_size(kBatchRows);
  return builder.properties(arrow_properties)->Build().Value(reader);
}

/// Rows whose column `action` is not null, through the code that reads entries.
Status AppendActions(const arrow::RecordBatch& batch, const std::string& action,
                     const std::string& table, LogEntry* entry) {
  const auto column = batch.GetColumnByName(action);
  if (column == nullptr || column->null_count() == column->length()) return Status::OK();
  for (int64_t row = 0; row < column->length(); ++row) {
    if (column->IsNull(row)) continue;
    ARROW_ASSIGN_OR_RAISE(Json value, JsonAt(*column, row));
    ARROW_RETURN_NOT_OK(ParseAction(Json{{action, std::move(value)}}, table, entry));
  }
  return Status::OK();
}

/// All but what adds files.
Result<LogEntry> EntryOf(const arrow::RecordBatch& batch, const std::string& table) {
  LogEntry entry;
  for (const char* action : {"protocol", "metaData", "txn", "remove"}) {
    ARROW_RETURN_NOT_OK(AppendActions(batch, action, table, &entry));
  }
  return entry;
}

/// The batches of a checkpoint, each decoded while the one before is in use: half of the
/// work of opening a large table.
class BatchesAhead {
 public:
  explicit BatchesAhead(std::unique_ptr<arrow::RecordBatchReader> batches)
      : batches_(std::move(batches)) {
    Start();
  }

  /// nullptr behind the last. Throws what the library throws.
  Result<std::shared_ptr<arrow::RecordBatch>> Next() {
    auto batch = next_.get();
    if (batch.ok() && *batch != nullptr) Start();
    return batch;
  }

 private:
  void Start() {
    next_ = std::async(std::launch::async, [this] { return batches_->Next(); });
  }

  std::unique_ptr<arrow::RecordBatchReader> batches_;
  std::future<Result<std::shared_ptr<arrow::RecordBatch>>> next_;  // ends before batches_
};

Status ReadPart(Store& store, const std::string& path, const std::string& table,
                const Schema& schema, CheckpointPart part,
                const std::function<Status(LogEntry)>& take, const TakeAdd& take_add) {
  std::unique_ptr<parquet::arrow::FileReader> reader;
  ARROW_RETURN_NOT_OK(OpenCheckpoint(store, path, &reader));
  const auto metadata = reader->parquet_reader()->metadata();
  std::vector<int> groups(static_cast<size_t>(metadata->num_row_groups()));
  for (size_t i = 0; i < groups.size(); ++i) groups[i] = static_cast<int>(i);
  ARROW_ASSIGN_OR_RAISE(auto decoded, reader->GetRecordBatchReader(
                                          groups, LeavesOf(*metadata->schema(), part)));
  BatchesAhead batches(std::move(decoded));
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, batches.Next());
    if (batch == nullptr) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(LogEntry entry, EntryOf(*batch, table));
    ARROW_RETURN_NOT_OK(take(std::move(entry)));
    const auto adds = batch->GetColumnByName("add");
    if (adds != nullptr) ARROW_RETURN_NOT_OK(ForEachAdd(*adds, schema, take_add));
  }
}

}  // namespace

Status ReadCheckpoint(Store& store, const CheckpointFiles& files,
                      const std::string& table, const Schema& schema, CheckpointPart part,
                      const std::function<Status(LogEntry)>& take,
                      const TakeAdd& take_add) {
  for (const std::string& path : files.paths) {
    ARROW_RETURN_NOT_OK(CallParquet("read checkpoint " + store.uri() + "/" + path, [&] {
      return ReadPart(store, path, table, schema, part, take, take_add);
    }));
  }
  return Status::OK();
}

Status WriteCheckpoint(Store& store, const std::string& table_folder,
                       const Snapshot& snapshot) {
  const std::string path = CheckpointPath(table_folder, snapshot.version);
  int64_t rows = 0;
  int64_t bytes = 0;
  ARROW_RETURN_NOT_OK(CallParquet("write checkpoint " + path, [&]() -> Status {
    ARROW_ASSIGN_OR_RAISE(const auto sink, store.Create(path));
    ARROW_ASSIGN_OR_RAISE(const auto writer, Writer::Make(sink, snapshot));
    ARROW_RETURN_NOT_OK(WriteActions(snapshot, *writer));
    ARROW_RETURN_NOT_OK(writer->Close());
    rows = writer->rows();
    ARROW_ASSIGN_OR_RAISE(bytes, sink->Tell());
    return sink->Close();
  }));
  const Json last{{"version", snapshot.version},
                  {"size", rows},
                  {"sizeInBytes", bytes},
                  {"numOfAddFiles", snapshot.files.size()}};
  return Replace(store, LastCheckpointPath(table_folder), WriteJson(last));
}

std::optional<int64_t> ReadLastCheckpoint(Store& store, const std::string& table_folder) {
  constexpr int64_t kMostBytes = 1 << 20;
  const auto text = ReadAll(store, LastCheckpointPath(table_folder), kMostBytes);
  if (!text.ok()) return std::nullopt;
  const auto json = ParseJson(*text);
  if (!json.ok()) return std::nullopt;
  const auto version = IntegerMember(*json, "version");
  if (!version.ok() || *version < 0) return std::nullopt;
  return *version;
}

}  // namespace flowlake
