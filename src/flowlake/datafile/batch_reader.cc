#include "flowlake/datafile/batch_reader.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/properties.h>

#include <algorithm>
#include <utility>

#include "flowlake/datafile/bounded_pool.h"
#include "flowlake/datafile/flat_column.h"
#include "flowlake/datafile/foreign_footer.h"
#include "flowlake/datafile/page_inflater.h"
#include "flowlake/datafile/parquet_call.h"

namespace flowlake {

namespace {
// Arrow copies a dictionary for every batch: the larger, the better.
constexpr int64_t kBatchRows = 64 << 10;
// The columns of a batch stay in a second-level cache until they are mapped.
constexpr int64_t kFlatBatchRows = 16 << 10;
// Neither holds where rows are long.
constexpr int64_t kBatchBytes = 16 << 20;
// Of any value: itself or its code, its level, and what a reader has to find it by.
constexpr int64_t kValueBytes = 32;
// Page headers of all columns together: statistics in them are as long as values are.
constexpr int64_t kHeaderBytes = 64 << 20;

Result<std::vector<int>> IndexesOf(const parquet::SchemaDescriptor& schema,
                                   const std::vector<std::string>& columns) {
  std::vector<int> indexes;
  for (const std::string& name : columns) {
    const int index = schema.ColumnIndex(name);
    if (index < 0) return Status::Invalid("no column ", name);
    indexes.push_back(index);
  }
  if (!columns.empty()) return indexes;
  for (int i = 0; i < schema.num_columns(); ++i) indexes.push_back(i);
  return indexes;
}

bool IsText(const parquet::ColumnDescriptor& column) {
  return column.physical_type() == parquet::Type::BYTE_ARRAY &&
         column.max_repetition_level() == 0;
}

parquet::ReaderProperties Properties(arrow::MemoryPool* pool) {
  parquet::ReaderProperties properties(pool);
  properties.set_page_checksum_verification(true);
  // Batches are bounded, so is what is read for them: no whole column chunks.
  properties.enable_buffered_stream();
  return properties;
}

// So many rows of a length as their writer says it was. Were that a lie, the pool would
// tell.
int64_t RowsPerBatch(int64_t stored_bytes, int64_t rows, int columns, int64_t most) {
  const int64_t row_bytes =
      std::max<int64_t>(stored_bytes, 0) / std::max<int64_t>(rows, 1) +
      columns * kValueBytes;
  return std::clamp<int64_t>(kBatchBytes / std::max<int64_t>(row_bytes, 1), 1, most);
}

int64_t RowsPerBatch(const parquet::FileMetaData& metadata, int64_t most) {
  int64_t bytes = 0;
  for (int i = 0; i < metadata.num_row_groups(); ++i) {
    bytes += std::clamp<int64_t>(metadata.RowGroup(i)->total_byte_size(), 0, INT32_MAX);
  }
  return RowsPerBatch(bytes, metadata.num_rows(), metadata.num_columns(), most);
}

// Arrow makes no dictionary of strings that are coded by what the one before begins with.
bool IsFrontCoded(const parquet::FileMetaData& metadata, int column) {
  for (int i = 0; i < metadata.num_row_groups(); ++i) {
    const auto chunk = metadata.RowGroup(i)->ColumnChunk(column);
    const auto is_here = [](const parquet::PageEncodingStats& pages) {
      return pages.encoding == parquet::Encoding::DELTA_BYTE_ARRAY;
    };
    if (std::ranges::any_of(chunk->encoding_stats(), is_here)) return true;
    const auto& encodings = chunk->encodings();
    if (std::ranges::count(encodings, parquet::Encoding::DELTA_BYTE_ARRAY) > 0) {
      return true;
    }
  }
  return false;
}

Status OpenFile(std::shared_ptr<arrow::io::RandomAccessFile> file,
                arrow::MemoryPool* pool, const BatchReaderOptions& options,
                std::unique_ptr<parquet::arrow::FileReader>& reader) {
  const auto properties = Properties(pool);
  ARROW_ASSIGN_OR_RAISE(auto metadata,
                        ReadForeignFooter(*file, properties, options.footer));
  parquet::arrow::FileReaderBuilder builder;
  builder.memory_pool(pool);
  ARROW_RETURN_NOT_OK(builder.Open(std::move(file), properties, metadata));
  const auto& schema = *metadata->schema();
  parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
  arrow_properties.set_pre_buffer(false);
  arrow_properties.set_batch_size(RowsPerBatch(*metadata, kBatchRows));
  for (int i = 0; i < schema.num_columns(); ++i) {
    const bool is_plain = options.as_arrow_reads && IsFrontCoded(*metadata, i);
    arrow_properties.set_read_dictionary(i, IsText(*schema.Column(i)) && !is_plain);
  }
  return builder.properties(arrow_properties)->Build().Value(&reader);
}

// As CallParquet(); a file that takes too much memory is Invalid, because of what it is.
template <typename Call>
Status CallWithin(const BoundedPool& pool, const std::string& operation, Call call) {
  const Status status = CallParquet(operation, std::move(call));
  if (status.ok() || !pool.is_exceeded()) return status;
  return Status::Invalid(operation, ": it unpacks to more than ", pool.limit() >> 20,
                         " MiB at a time: refused as a decompression bomb");
}

// Arrow hands a dictionary's codes on as they stand in the pages: in a damaged or hostile
// file they may lie outside of it. Nobody looks anything up before this has seen them.
Status CheckCodes(const arrow::Array& array, const std::string& name) {
  if (array.type_id() == arrow::Type::DICTIONARY) {
    const auto& encoded = static_cast<const arrow::DictionaryArray&>(array);
    const int64_t entries = encoded.dictionary()->length();
    for (int64_t row = 0; row < array.length(); ++row) {
      if (array.IsNull(row)) continue;
      const int64_t code = encoded.GetValueIndex(row);
      if (code >= 0 && code < entries) continue;
      return Status::Invalid("read ", name,
                             ": a page has a code that its dictionary does not");
    }
  }
  for (const auto& child : array.data()->child_data) {
    ARROW_RETURN_NOT_OK(CheckCodes(*arrow::MakeArray(child), name));
  }
  return Status::OK();
}

// Any file, as Arrow reads it: the slow, obvious twin of FlatReader.
class ArrowReader final : public BatchReader {
 public:
  ArrowReader(std::string name, std::unique_ptr<BoundedPool> pool,
              std::unique_ptr<parquet::arrow::FileReader> reader)
      : name_(std::move(name)), pool_(std::move(pool)), reader_(std::move(reader)) {}

  Status Open(const std::vector<int>& columns) {
    const auto metadata = reader_->parquet_reader()->metadata();
    std::vector<int> groups;
    for (int i = 0; i < metadata->num_row_groups(); ++i) groups.push_back(i);
    return reader_->GetRecordBatchReader(groups, columns).Value(&batches_);
  }

  std::shared_ptr<arrow::Schema> schema() const override { return batches_->schema(); }
  int64_t rows() const override {
    return reader_->parquet_reader()->metadata()->num_rows();
  }

  Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(
        CallWithin(*pool_, "read " + name_, [&] { return batches_->ReadNext(&batch); }));
    if (batch == nullptr) return batch;
    for (const auto& column : batch->columns()) {
      ARROW_RETURN_NOT_OK(CheckCodes(*column, name_));
    }
    return batch;
  }

 private:
  const std::string name_;
  const std::unique_ptr<BoundedPool> pool_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
};

// A file whose columns are all FlatColumns.
class FlatReader final : public BatchReader {
 public:
  FlatReader(std::string name, std::shared_ptr<arrow::io::RandomAccessFile> file,
             std::unique_ptr<BoundedPool> pool,
             std::unique_ptr<parquet::arrow::FileReader> reader, std::vector<int> columns,
             std::shared_ptr<arrow::Schema> schema)
      : name_(std::move(name)),
        pool_(std::move(pool)),
        file_(std::move(file)),
        reader_(std::move(reader)),
        indexes_(std::move(columns)),
        schema_(std::move(schema)) {
    const auto& file_schema = *metadata().schema();
    for (size_t i = 0; i < indexes_.size(); ++i) {
      columns_.push_back(FlatColumn::Make(file_schema.Column(indexes_[i]),
                                          schema_->field(static_cast<int>(i))->type(),
                                          pool_.get()));
    }
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  int64_t rows() const override { return metadata().num_rows(); }

  Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(CallWithin(*pool_, "read " + name_, [&] {
      while (left_ == 0 && group_ < metadata().num_row_groups()) OpenGroup(group_++);
      if (left_ > 0) batch = ReadBatch(std::min(left_, batch_rows_));
      return Status::OK();
    }));
    return batch;
  }

 private:
  const parquet::FileMetaData& metadata() const {
    return *reader_->parquet_reader()->metadata();
  }

  void OpenGroup(int index) {
    const auto group = reader_->parquet_reader()->RowGroup(index);
    left_ = group->metadata()->num_rows();
    if (left_ < 0) throw parquet::ParquetException("a row group has less than no rows");
    batch_rows_ = RowsPerBatch(group->metadata()->total_byte_size(), left_,
                               static_cast<int>(columns_.size()), kFlatBatchRows);
    for (size_t i = 0; i < columns_.size(); ++i) {
      columns_[i]->Open(PagesOf(*group, indexes_[i]));
    }
  }

  std::unique_ptr<parquet::PageReader> PagesOf(parquet::RowGroupReader& group,
                                               int column) {
    const auto chunk = group.metadata()->ColumnChunk(column);
    auto pages = HasGzipPages(metadata(), *chunk)
                     ? OpenInflatedPages(file_, Properties(pool_.get()), *chunk,
                                         *metadata().schema()->Column(column))
                     : group.GetColumnPageReader(column);
    constexpr int64_t kLeast = 64 << 10;
    constexpr int64_t kMost = 4 << 20;
    pages->set_max_page_header_size(static_cast<uint32_t>(std::clamp(
        kHeaderBytes / std::max<int64_t>(metadata().num_columns(), 1), kLeast, kMost)));
    return pages;
  }

  std::shared_ptr<arrow::RecordBatch> ReadBatch(int64_t rows) {
    arrow::ArrayVector arrays;
    arrow::FieldVector fields;
    for (size_t i = 0; i < columns_.size(); ++i) {
      arrays.push_back(columns_[i]->Read(rows));
      const auto& field = schema_->field(static_cast<int>(i));
      fields.push_back(field->WithType(arrays.back()->type()));
    }
    left_ -= rows;
    return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), rows,
                                    std::move(arrays));
  }

  const std::string name_;
  const std::unique_ptr<BoundedPool> pool_;
  const std::shared_ptr<arrow::io::RandomAccessFile> file_;
  const std::unique_ptr<parquet::arrow::FileReader> reader_;
  const std::vector<int> indexes_;
  const std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::unique_ptr<FlatColumn>> columns_;
  int group_ = 0;     // the next
  int64_t left_ = 0;  // rows of the one before
  int64_t batch_rows_ = 0;
};

// The schema as FlatReader gives it; nullptr if some column is not flat.
Result<std::shared_ptr<arrow::Schema>> FlatSchemaOf(parquet::arrow::FileReader& reader,
                                                    const std::vector<int>& columns) {
  std::shared_ptr<arrow::Schema> schema;
  ARROW_RETURN_NOT_OK(reader.GetSchema(&schema));
  const auto& stored = *reader.parquet_reader()->metadata()->schema();
  arrow::FieldVector fields;
  for (const int i : columns) {
    // Were one nested, leaves and fields would not correspond.
    if (schema->num_fields() != stored.num_columns()) return nullptr;
    const auto type = FlatTypeOf(*stored.Column(i), schema->field(i)->type());
    if (!type) return nullptr;
    fields.push_back(schema->field(i)->WithType(type));
  }
  return arrow::schema(std::move(fields));
}
}  // namespace

Result<std::unique_ptr<BatchReader>> BatchReader::Open(
    std::shared_ptr<arrow::io::RandomAccessFile> file, std::string name,
    const std::vector<std::string>& columns, BatchReaderOptions options) {
  std::unique_ptr<BatchReader> opened;
  const std::string operation = "read footer of " + name;
  auto pool = std::make_unique<BoundedPool>(options.memory_bytes);
  ARROW_RETURN_NOT_OK(CallParquet(operation, [&]() -> Status {
    std::unique_ptr<parquet::arrow::FileReader> reader;
    ARROW_RETURN_NOT_OK(OpenFile(file, pool.get(), options, reader));
    const auto& stored = *reader->parquet_reader()->metadata()->schema();
    ARROW_ASSIGN_OR_RAISE(auto indexes, IndexesOf(stored, columns));
    ARROW_ASSIGN_OR_RAISE(auto schema, FlatSchemaOf(*reader, indexes));
    if (schema && !options.as_arrow_reads) {
      opened = std::make_unique<FlatReader>(std::move(name), file, std::move(pool),
                                            std::move(reader), std::move(indexes),
                                            std::move(schema));
      return Status::OK();
    }
    auto slow = std::make_unique<ArrowReader>(std::move(name), std::move(pool),
                                              std::move(reader));
    ARROW_RETURN_NOT_OK(slow->Open(indexes));
    opened = std::move(slow);
    return Status::OK();
  }));
  return opened;
}

}  // namespace flowlake
