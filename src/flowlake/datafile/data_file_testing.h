/// The vocabulary of this folder's tests: rows of cells, written to a file and read back.
#pragma once

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/datafile/batch_reader.h"
#include "flowlake/datafile/footer.h"
#include "flowlake/datafile/writer.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {

using Cell = std::optional<Value>;
using Row = std::vector<Cell>;  // one cell per field of the schema

inline const Schema& TestSchema() {
  static const Schema schema("flows", {{"address", ColumnType::kString},
                                       {"action", ColumnType::kString},
                                       {"note", ColumnType::kString},
                                       {"port", ColumnType::kInt32},
                                       {"bytes", ColumnType::kInt64},
                                       {"start", ColumnType::kTimestamp}});
  return schema;
}
inline constexpr int kAddress = 0;
inline constexpr int kAction = 1;
inline constexpr int kPort = 3;
inline constexpr int kBytes = 4;

inline void AppendRow(const Row& row, ColumnsBuilder& builder) {
  for (int i = 0; i < static_cast<int>(row.size()); ++i) {
    const Cell& cell = row[static_cast<size_t>(i)];
    if (!cell) continue;
    if (const auto* text = std::get_if<std::string>(&*cell)) {
      builder.AppendString(i, *text);
    } else {
      builder.AppendNumber(i, std::get<int64_t>(*cell));
    }
  }
  builder.FinishRow();
}

inline Columns MakeColumns(const std::vector<Row>& rows) {
  ColumnsBuilder builder(&TestSchema());
  for (const Row& row : rows) AppendRow(row, builder);
  return builder.Finish();
}

inline Row MakeRow(std::string address, int64_t port) {
  return {Value(std::move(address)),
          std::nullopt,
          std::nullopt,
          Value(port),
          std::nullopt,
          std::nullopt};
}

inline Cell CellOf(const arrow::Array& array, int64_t row) {
  if (array.IsNull(row)) return std::nullopt;
  switch (array.type_id()) {
    case arrow::Type::DICTIONARY: {
      const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
      return CellOf(*coded.dictionary(), coded.GetValueIndex(row));
    }
    case arrow::Type::STRING:
      return static_cast<const arrow::StringArray&>(array).GetString(row);
    case arrow::Type::INT32:
      return static_cast<const arrow::Int32Array&>(array).Value(row);
    case arrow::Type::TIMESTAMP:
      return static_cast<const arrow::TimestampArray&>(array).Value(row);
    default:
      return static_cast<const arrow::Int64Array&>(array).Value(row);
  }
}

class DataFileTest : public testing::Test {
 protected:
  std::unique_ptr<DataFileWriter> Open(DataFileOptions options = {}) {
    return DataFileWriter::Make(store_, "flows", Date{20717}, &TestSchema(), options)
        .ValueOrDie();
  }
  DataFile Write(const std::vector<Row>& rows, DataFileOptions options = {}) {
    auto writer = Open(options);
    EXPECT_TRUE(writer->Append(MakeColumns(rows), {}).ok());
    return writer->Close().ValueOrDie();
  }
  std::shared_ptr<arrow::io::RandomAccessFile> File(const DataFile& file) {
    return store_->Open("flows/" + file.path).ValueOrDie();
  }
  Footer FooterOf(const DataFile& file) {
    return ReadFooter(File(file), file.path).ValueOrDie();
  }
  std::vector<Row> Read(const DataFile& file) {
    auto reader = BatchReader::Open(File(file), file.path).ValueOrDie();
    std::vector<Row> rows;
    while (auto batch = reader->Next().ValueOrDie()) {
      EXPECT_TRUE(batch->ValidateFull().ok());
      for (int64_t i = 0; i < batch->num_rows(); ++i) rows.push_back(RowOf(*batch, i));
    }
    return rows;
  }
  static Row RowOf(const arrow::RecordBatch& batch, int64_t row) {
    Row cells;
    for (const Field& field : TestSchema().fields()) {
      const auto column = batch.GetColumnByName(field.name);
      cells.push_back(column ? CellOf(*column, row) : std::nullopt);
    }
    return cells;
  }

  std::shared_ptr<Store> store_ = MakeMemoryStore();
};

}  // namespace flowlake
