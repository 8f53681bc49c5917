#include "flowlake/datafile/stored_content.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bit>
#include <optional>
#include <utility>
#include <vector>

#include "flowlake/datafile/batch_reader.h"

namespace flowlake {

namespace {
constexpr char kPartition[] = "date";
// Arrow holds a dictionary several times while it reads.
constexpr int64_t kMemoryBytes = int64_t{512} << 20;

// One column of the file, and what its dictionary's entries add to a row.
struct StoredColumn {
  FieldHash hash;
  std::shared_ptr<arrow::ArrayData> entries;
  std::vector<uint64_t> added;
};

template <typename Value>
void AddValues(const arrow::Array& array, std::vector<uint64_t>& rows, Value value) {
  const bool has_nulls = array.null_count() > 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    if (has_nulls && array.IsNull(row)) continue;
    rows[i] += value(row);
  }
}

template <typename ArrayType>
void AddNumbers(const arrow::Array& array, const FieldHash& hash,
                std::vector<uint64_t>& rows) {
  const auto* const values = static_cast<const ArrayType&>(array).raw_values();
  AddValues(array, rows, [&](int64_t row) { return hash.OfNumber(values[row]); });
}

void AddDoubles(const arrow::Array& array, const FieldHash& hash,
                std::vector<uint64_t>& rows) {
  const double* const values = static_cast<const arrow::DoubleArray&>(array).raw_values();
  AddValues(array, rows, [&](int64_t row) {
    return hash.OfNumber(std::bit_cast<int64_t>(values[row]));
  });
}

void AddInstants(const arrow::Array& array, const FieldHash& hash,
                 std::vector<uint64_t>& rows) {
  const auto unit = static_cast<const arrow::TimestampType&>(*array.type()).unit();
  const int64_t factor = unit == arrow::TimeUnit::MILLI ? 1000 : 1;
  const int64_t divisor = unit == arrow::TimeUnit::NANO ? 1000 : 1;
  const auto* const values =
      static_cast<const arrow::TimestampArray&>(array).raw_values();
  AddValues(array, rows,
            [&](int64_t row) { return hash.OfNumber(values[row] * factor / divisor); });
}

void AddTexts(const arrow::Array& array, const FieldHash& hash,
              std::vector<uint64_t>& rows) {
  const auto& texts = static_cast<const arrow::StringArray&>(array);
  AddValues(array, rows, [&](int64_t row) { return hash.OfText(texts.GetView(row)); });
}

void MeetEntries(const arrow::DictionaryArray& array, StoredColumn& column) {
  if (column.entries == array.data()->dictionary) return;
  column.entries = array.data()->dictionary;
  const auto& texts = static_cast<const arrow::StringArray&>(*array.dictionary());
  column.added.resize(static_cast<size_t>(texts.length()));
  for (size_t i = 0; i < column.added.size(); ++i) {
    const auto entry = static_cast<int64_t>(i);
    column.added[i] = texts.IsNull(entry) ? 0 : column.hash.OfText(texts.GetView(entry));
  }
}

void AddCodes(const arrow::Array& array, StoredColumn& column,
              std::vector<uint64_t>& rows) {
  const auto& codes = static_cast<const arrow::DictionaryArray&>(array);
  MeetEntries(codes, column);
  const int32_t* const indices =
      static_cast<const arrow::Int32Array&>(*codes.indices()).raw_values();
  AddValues(array, rows,
            [&](int64_t row) { return column.added[static_cast<size_t>(indices[row])]; });
}

bool IsText(const arrow::DataType& type) { return type.id() == arrow::Type::STRING; }

// False if the table's column is of another type.
bool AddColumn(const arrow::Array& array, ColumnType ours, StoredColumn& column,
               std::vector<uint64_t>& rows) {
  const bool is_integer = ours == ColumnType::kInt32 || ours == ColumnType::kInt64;
  const arrow::DataType& type = *array.type();
  if (ours == ColumnType::kString && IsText(type)) {
    AddTexts(array, column.hash, rows);
  } else if (ours == ColumnType::kString && type.id() == arrow::Type::DICTIONARY &&
             IsText(*static_cast<const arrow::DictionaryType&>(type).value_type())) {
    AddCodes(array, column, rows);
  } else if (is_integer && type.id() == arrow::Type::INT32) {
    AddNumbers<arrow::Int32Array>(array, column.hash, rows);
  } else if (is_integer && type.id() == arrow::Type::INT64) {
    AddNumbers<arrow::Int64Array>(array, column.hash, rows);
  } else if (ours == ColumnType::kDouble && type.id() == arrow::Type::DOUBLE) {
    AddDoubles(array, column.hash, rows);
  } else if (ours == ColumnType::kTimestamp && type.id() == arrow::Type::TIMESTAMP) {
    AddInstants(array, column.hash, rows);
  } else {
    return false;
  }
  return true;
}

class StoredContent {
 public:
  StoredContent(const std::string& name, const Schema& schema)
      : name_(name), schema_(schema) {
    for (const Field& field : schema.fields())
      columns_.push_back({FieldHash(field), {}, {}});
  }

  Status Add(const arrow::RecordBatch& batch) {
    rows_.assign(static_cast<size_t>(batch.num_rows()), 0);
    for (int i = 0; i < batch.num_columns(); ++i) {
      ARROW_RETURN_NOT_OK(AddColumnOf(batch, i));
    }
    for (const uint64_t row : rows_) sum_.AddRow(row);
    return Status::OK();
  }

  const ContentSum& sum() const { return sum_; }

 private:
  Status AddColumnOf(const arrow::RecordBatch& batch, int index) {
    const std::string& column = batch.schema()->field(index)->name();
    const int field = schema_.IndexOf(column);
    if (field < 0 && column == kPartition) return Status::OK();
    if (field < 0) {
      return Status::Invalid("read ", name_, ": column ", column,
                             " is not one of the table's");
    }
    const arrow::Array& array = *batch.column(index);
    if (AddColumn(array, schema_.field(field).type, columns_[static_cast<size_t>(field)],
                  rows_)) {
      return Status::OK();
    }
    return Status::Invalid("read ", name_, ": column ", column, " is a ",
                           array.type()->ToString());
  }

  const std::string& name_;
  const Schema& schema_;
  std::vector<StoredColumn> columns_;  // by field
  std::vector<uint64_t> rows_;         // of the batch in hand
  ContentSum sum_;
};
}  // namespace

Result<ContentSum> SumOfStored(std::shared_ptr<arrow::io::RandomAccessFile> file,
                               const std::string& name, const Schema& schema) {
  BatchReaderOptions options;
  options.as_arrow_reads = true;
  options.memory_bytes = kMemoryBytes;
  ARROW_ASSIGN_OR_RAISE(const auto reader,
                        BatchReader::Open(std::move(file), name, {}, options));
  StoredContent content(name, schema);
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, reader->Next());
    if (!batch) return content.sum();
    ARROW_RETURN_NOT_OK(content.Add(*batch));
  }
}

}  // namespace flowlake
