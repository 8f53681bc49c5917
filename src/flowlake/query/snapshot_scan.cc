#include "flowlake/query/snapshot_scan.h"

#include <duckdb/catalog/catalog_entry/table_function_catalog_entry.hpp>
#include <duckdb/common/multi_file/multi_file_reader.hpp>
#include <duckdb/common/multi_file/multi_file_states.hpp>
#include <duckdb/common/serializer/deserializer.hpp>
#include <duckdb/common/serializer/serializer.hpp>
#include <duckdb/function/partition_stats.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <duckdb/parser/expression/constant_expression.hpp>
#include <duckdb/parser/tableref/table_function_ref.hpp>

#include "flowlake/query/metered_parquet_reader.h"
#include "flowlake/query/sample_optimizer.h"
#include "flowlake/query/snapshot_file_list.h"
#include "flowlake/query/store_file_system.h"

namespace flowlake {

namespace {

using duckdb::BaseStatistics;
using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::MultiFileColumnDefinition;

constexpr char kFunctionName[] = "lake_scan";

/// What the registered function knows; it is of no table.
struct ScanInfo : public duckdb::TableFunctionInfo {
  ScanInfo(MentionedTables* mentioned_in, ScanMeter* meter_in, PageGuard* guard_in)
      : mentioned(mentioned_in), meter(meter_in), guard(guard_in) {}
  MentionedTables* mentioned;
  ScanMeter* meter;
  PageGuard* guard;
};

/// What the function of one scan knows.
struct TableScanInfo final : public ScanInfo {
  TableScanInfo(const ScanInfo& info, MentionedTable table_in)
      : ScanInfo(info), table(std::move(table_in)) {}
  MentionedTable table;
};

/// Which schema, and the constants of each file.
class SnapshotReader final : public duckdb::MultiFileReader {
 public:
  explicit SnapshotReader(const TableScanInfo& info) : info_(info) {}

  static duckdb::unique_ptr<MultiFileReader> Create(
      const duckdb::TableFunction& function) {
    const auto* info = dynamic_cast<const TableScanInfo*>(function.function_info.get());
    if (info == nullptr) {
      throw duckdb::BinderException("%s is internal: name the table", kFunctionName);
    }
    return duckdb::make_uniq<SnapshotReader>(*info);
  }
  duckdb::TableCatalogEntry& entry() const { return *info_.table.entry; }
  duckdb::unique_ptr<MultiFileReader> Copy() const override {
    auto copy = duckdb::make_uniq<SnapshotReader>(info_);
    copy->function_name = function_name;
    return copy;
  }

  using MultiFileReader::CreateFileList;
  using MultiFileReader::CreateReader;

  duckdb::shared_ptr<duckdb::MultiFileList> CreateFileList(
      duckdb::ClientContext&, const duckdb::vector<std::string>&,
      const duckdb::FileGlobInput&) override {
    return duckdb::make_shared_ptr<SnapshotFileList>(info_.table.table);
  }

  bool Bind(duckdb::MultiFileOptions&, duckdb::MultiFileList& files,
            duckdb::vector<LogicalType>& types, duckdb::vector<std::string>& names,
            duckdb::MultiFileReaderBindData&) override {
    const SnapshotTable& table = dynamic_cast<SnapshotFileList&>(files).table();
    types = table.types();
    names = table.names();
    return true;
  }

  void BindOptions(duckdb::MultiFileOptions& options, duckdb::MultiFileList& files,
                   duckdb::vector<LogicalType>& types, duckdb::vector<std::string>& names,
                   duckdb::MultiFileReaderBindData& bind_data) override {
    const SnapshotTable& table = dynamic_cast<SnapshotFileList&>(files).table();
    options.auto_detect_hive_partitioning = false;
    options.hive_partitioning = false;
    options.union_by_name = false;
    bind_data.schema = MultiFileColumnDefinition::ColumnsFromNamesAndTypes(names, types);
    for (auto& column : bind_data.schema) {
      column.default_expression = duckdb::make_uniq<duckdb::ConstantExpression>(
          duckdb::Value(column.type));  // a file without the column: NULL
    }
    // Tells GROUP BY that every file has one value of it.
    bind_data.hive_partitioning_indexes.emplace_back(
        table.names()[table.partition_column()], table.partition_column());
  }

  void FinalizeBind(
      duckdb::MultiFileReaderData& data, const duckdb::MultiFileOptions&,
      const duckdb::MultiFileReaderBindData&,
      const duckdb::vector<MultiFileColumnDefinition>&,
      const duckdb::vector<duckdb::ColumnIndex>& column_ids, duckdb::ClientContext&,
      duckdb::optional_ptr<duckdb::MultiFileReaderGlobalState> global) override {
    const auto& list =
        dynamic_cast<const SnapshotFileList&>(*global->file_list);  // NOLINT
    const auto& options = data.reader->file.extended_info->options;
    const auto file = options.at(kSnapshotFileOption).GetValue<uint64_t>();
    for (idx_t i = 0; i < column_ids.size(); ++i) {
      const idx_t column = column_ids[i].GetPrimaryIndex();
      const duckdb::MultiFileGlobalIndex position(i);
      if (column == list.table().partition_column()) {
        data.constant_map.Add(position, list.table().PartitionValue(file));
      } else if (column >= list.table().names().size()) {
        // file_index is the snapshot's number of the file: late materialisation joins two
        // scans whose lists were pruned differently.
        const auto value = list.Range(file, column);
        if (value) data.constant_map.Add(position, value->min);
      }
    }
  }

  duckdb::unique_ptr<duckdb::MultiFileReaderGlobalState> InitializeGlobalState(
      duckdb::ClientContext&, const duckdb::MultiFileOptions&,
      const duckdb::MultiFileReaderBindData&, const duckdb::MultiFileList& files,
      const duckdb::vector<MultiFileColumnDefinition>&,
      const duckdb::vector<duckdb::ColumnIndex>&) override {
    return duckdb::make_uniq<duckdb::MultiFileReaderGlobalState>(
        duckdb::vector<LogicalType>(), &files);
  }

  duckdb::shared_ptr<duckdb::BaseFileReader> CreateReader(
      duckdb::ClientContext& context, duckdb::GlobalTableFunctionState&,
      const duckdb::OpenFileInfo& file, idx_t,
      const duckdb::MultiFileBindData&) override {
    const FooterReading reading;
    return duckdb::make_shared_ptr<MeteredParquetReader>(
        context, file, *info_.table.table, info_.meter, info_.guard);
  }

 private:
  TableScanInfo info_;
};

/// Whether strings are NULL: of the strings themselves DuckDB keeps eight bytes.
duckdb::unique_ptr<BaseStatistics> NullsOf(const SnapshotTable& table,
                                           const duckdb::vector<idx_t>& files,
                                           idx_t column) {
  bool has_values = false;
  bool has_nulls = false;
  for (const idx_t file : files) {
    const auto range = table.Range(file, column);
    if (!range || !range->nulls) return nullptr;
    has_nulls |= *range->nulls > 0;
    has_values |= *range->nulls < table.files().rows(file);
  }
  auto statistics = BaseStatistics::CreateUnknown(table.types()[column]);
  if (!has_nulls) statistics.Set(duckdb::StatsInfo::CANNOT_HAVE_NULL_VALUES);
  if (!has_values) statistics.Set(duckdb::StatsInfo::CANNOT_HAVE_VALID_VALUES);
  return statistics.ToUnique();
}

/// Statistics of a column over some files; nullptr if they are not known exactly.
duckdb::unique_ptr<BaseStatistics> StatisticsOf(const SnapshotTable& table,
                                                const duckdb::vector<idx_t>& files,
                                                idx_t column) {
  if (column >= table.names().size()) return nullptr;
  const LogicalType& type = table.types()[column];
  if (type.id() == duckdb::LogicalTypeId::VARCHAR) return NullsOf(table, files, column);
  if (!type.IsIntegral() && !type.IsTemporal()) return nullptr;
  auto merged = BaseStatistics::CreateEmpty(type);
  bool has_values = false;
  bool has_nulls = false;
  for (const idx_t file : files) {
    const auto range = table.Range(file, column);
    if (!range || !range->nulls) return nullptr;
    if (*range->nulls > 0) has_nulls = true;
    if (*range->nulls == table.files().rows(file)) continue;
    if (!range->known || !range->exact) return nullptr;
    auto one = BaseStatistics::CreateUnknown(type);
    duckdb::NumericStats::SetMin(one, range->min);
    duckdb::NumericStats::SetMax(one, range->max);
    if (*range->nulls == 0) one.Set(duckdb::StatsInfo::CANNOT_HAVE_NULL_VALUES);
    merged.Merge(one);
    has_values = true;
  }
  if (!has_values) {  // a minimum of an empty range would be the type's largest number
    merged = BaseStatistics::CreateUnknown(type);
    merged.Set(duckdb::StatsInfo::CANNOT_HAVE_VALID_VALUES);
  }
  if (has_nulls) merged.Set(duckdb::StatsInfo::CAN_HAVE_NULL_VALUES);
  return merged.ToUnique();
}

duckdb::unique_ptr<BaseStatistics> ScanStatistics(duckdb::ClientContext&,
                                                  const duckdb::FunctionData* bind_data,
                                                  duckdb::column_t column) {
  const SnapshotFileList* list = FileListOf(bind_data);
  if (list == nullptr || list->live().empty()) return nullptr;
  return StatisticsOf(list->table(), list->live(), column);
}

/// A file as DuckDB's partition: count(*), min and max come from it.
class FilePartition final : public duckdb::PartitionRowGroup {
 public:
  FilePartition(const SnapshotFileList& list, idx_t file)
      : list_(list.Clone()), file_(file) {}

  duckdb::unique_ptr<BaseStatistics> GetColumnStatistics(
      const duckdb::StorageIndex& column) override {
    return StatisticsOf(list_->table(), {file_}, column.GetPrimaryIndex());
  }
  bool MinMaxIsExact(const BaseStatistics& statistics,
                     const duckdb::StorageIndex& column) override {
    const auto range = list_->table().Range(file_, column.GetPrimaryIndex());
    return statistics.GetType().id() != duckdb::LogicalTypeId::VARCHAR && range &&
           range->exact;
  }

 private:
  duckdb::unique_ptr<SnapshotFileList> list_;
  idx_t file_;
};

duckdb::vector<duckdb::PartitionStatistics> ScanPartitions(
    duckdb::ClientContext&, duckdb::GetPartitionStatsInput& input) {
  duckdb::vector<duckdb::PartitionStatistics> partitions;
  const SnapshotFileList* list = FileListOf(input.bind_data.get());
  if (list == nullptr || list->is_sampled()) return {};
  for (const idx_t file : list->live()) {
    const int64_t rows = list->table().files().rows(file);
    if (rows <= 0) return {};  // a foreign log need not say
    duckdb::PartitionStatistics partition;
    partition.count = static_cast<idx_t>(rows);
    partition.count_type = duckdb::CountType::COUNT_EXACT;
    partition.partition_row_group = duckdb::make_shared_ptr<FilePartition>(*list, file);
    partitions.push_back(std::move(partition));
  }
  return partitions;
}

// DuckDB copies plans through its serializer; ours keeps the pruned list.
void SerializeScan(duckdb::Serializer& serializer,
                   const duckdb::optional_ptr<duckdb::FunctionData> bind_data,
                   const duckdb::TableFunction&) {
  const SnapshotFileList* list = FileListOf(bind_data.get());
  if (list == nullptr) throw duckdb::InternalException("not a scan of a snapshot");
  serializer.WriteProperty(100, "table", list->table().name());
  serializer.WriteProperty(101, "version", list->table().snapshot().version);
  serializer.WriteProperty(102, "live", list->live());
  serializer.WriteProperty(103, "fraction", list->sample().fraction);
  serializer.WriteProperty(104, "seed", list->sample().seed);
}

duckdb::unique_ptr<duckdb::FunctionData> BindTo(duckdb::ClientContext& context,
                                                const MentionedTable& table,
                                                duckdb::TableFunction* function) {
  const auto& info = function->function_info->Cast<ScanInfo>();
  function->function_info = duckdb::make_shared_ptr<TableScanInfo>(info, table);
  duckdb::vector<duckdb::Value> inputs{duckdb::Value("")};  // the reader knows its files
  duckdb::named_parameter_map_t named;
  duckdb::vector<LogicalType> input_types;
  duckdb::vector<std::string> input_names;
  duckdb::TableFunctionRef reference;
  duckdb::TableFunctionBindInput input(inputs, named, input_types, input_names,
                                       function->function_info.get(), nullptr, *function,
                                       reference);
  duckdb::vector<LogicalType> types;
  duckdb::vector<std::string> names;
  return function->bind(context, input, types, names);
}

duckdb::unique_ptr<duckdb::FunctionData> DeserializeScan(
    duckdb::Deserializer& deserializer, duckdb::TableFunction& function) {
  const auto name = deserializer.ReadProperty<std::string>(100, "table");
  const auto version = deserializer.ReadProperty<int64_t>(101, "version");
  const auto& mentioned = *function.function_info->Cast<ScanInfo>().mentioned;
  const auto table = mentioned.Find(name, version);
  if (!table) throw duckdb::TransactionException("table %s is not in this plan", name);
  auto& context = deserializer.Get<duckdb::ClientContext&>();
  auto bind_data = BindTo(context, *table, &function);
  SnapshotFileList* list = FileListOf(bind_data.get());
  list->SetLive(deserializer.ReadProperty<duckdb::vector<idx_t>>(102, "live"));
  SampleWish sample;
  sample.fraction = deserializer.ReadProperty<double>(103, "fraction");
  sample.seed = deserializer.ReadProperty<uint64_t>(104, "seed");
  list->SetSample(sample);
  return bind_data;
}

/// Without it neither hidden columns nor flowlake.vpc_flow.bytes are found.
duckdb::BindInfo InfoOf(const duckdb::optional_ptr<duckdb::FunctionData> bind_data) {
  const auto& reader = *bind_data->Cast<duckdb::MultiFileBindData>().multi_file_reader;
  return duckdb::BindInfo(dynamic_cast<const SnapshotReader&>(reader).entry());
}

}  // namespace

void RegisterSnapshotScan(duckdb::DatabaseInstance& database, MentionedTables* mentioned,
                          ScanMeter* meter, PageGuard* guard) {
  duckdb::ExtensionLoader loader(database, "flowlake");
  auto scan = loader.GetTableFunction("parquet_scan").functions.functions[0];
  scan.name = kFunctionName;
  scan.function_info = duckdb::make_shared_ptr<ScanInfo>(mentioned, meter, guard);
  scan.named_parameters.clear();
  scan.bind_replace = nullptr;
  scan.get_multi_file_reader = SnapshotReader::Create;
  scan.get_bind_info = InfoOf;
  scan.statistics = ScanStatistics;
  scan.get_partition_stats = ScanPartitions;
  scan.serialize = SerializeScan;
  scan.deserialize = DeserializeScan;
  loader.RegisterFunction(scan);
  RegisterSampleOptimizer(database);
}

duckdb::TableFunction BindSnapshotScan(
    duckdb::ClientContext& context, const MentionedTable& table,
    duckdb::unique_ptr<duckdb::FunctionData>* bind_data) {
  duckdb::ExtensionLoader loader(*context.db, "flowlake");
  auto scan = loader.GetTableFunction(kFunctionName).functions.functions[0];
  scan.function_info->Cast<ScanInfo>().mentioned->Add(table);
  *bind_data = BindTo(context, table, &scan);
  return scan;
}

}  // namespace flowlake
