/// The vocabulary of the tests of queries: a lake in memory, and answers as text.
#pragma once

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "flowlake/datafile/writer.h"
#include "flowlake/query/engine.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {

/// Which columns an input of a file had.
enum class FileKind { kAll, kVersion2, kWithoutDestination };

/// Three days of flows, one file each, the second of version 2 (without tcp_flags); in
/// row groups of 100 rows. Row i of a day: srcaddr 10.<day>.0.<i % 50>, dstport 443 or
/// 22, bytes i, every third row REJECT.
class QueryFixture : public testing::Test {
 protected:
  static constexpr int kRows = 1000;

  void SetUp() override {
    store_ = MakeMemoryStore();
    ASSERT_TRUE(Lake::OpenOrCreate(store_).ok());
    const Table table(store_, "vpc_flow");
    ASSERT_TRUE(table.CreateIfAbsent(schema_).ok());
    Edit edit;
    edit.operation = "WRITE";
    for (const DataFile& file : WriteFiles()) edit.add.push_back({file, {}});
    ASSERT_TRUE(table.Commit(edit).ok());
    OpenEngine({});
  }

  void OpenEngine(const EngineOptions& options) {
    auto engine = Engine::Open(*Lake::Open(store_), options);
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = std::move(*engine);
  }

  /// Rows as "a|b\n", or the error.
  std::string Ask(const std::string& sql, const QueryOptions& options = {}) {
    auto answer = engine_->Run(sql, options);
    if (!answer.ok()) return answer.status().ToString();
    std::string text;
    while (true) {
      auto batch = (*answer)->Next();
      if (!batch.ok()) return batch.status().ToString();
      if (*batch == nullptr) break;
      text += Text(**batch);
    }
    statistics_ = (*answer)->statistics();
    return text;
  }

  virtual std::vector<DataFile> WriteFiles() {
    return {WriteFile(0, FileKind::kAll, kRows), WriteFile(1, FileKind::kVersion2, kRows),
            WriteFile(2, FileKind::kAll, kRows)};
  }

  DataFile WriteFile(int day, FileKind kind, int rows) {
    DataFileOptions options;
    options.row_group_rows = 100;
    auto writer = DataFileWriter::Make(store_, "vpc_flow", *ParseDate("2026-09-20") + day,
                                       &schema_, options)
                      .ValueOrDie();
    ColumnsBuilder builder(&schema_);
    for (int row = 0; row < rows; ++row) AppendRow(builder, day, kind, row);
    EXPECT_TRUE(writer->Append(builder.Finish(), {}).ok());
    return writer->Close().ValueOrDie();
  }

  QueryStatistics Cost(const std::string& sql) {
    Ask(sql);
    return statistics_;
  }

  const Schema schema_{"vpc_flow",
                       {{"version", ColumnType::kInt32},
                        {"account_id", ColumnType::kString},
                        {"interface_id", ColumnType::kString},
                        {"srcaddr", ColumnType::kString},
                        {"dstaddr", ColumnType::kString},
                        {"srcport", ColumnType::kInt32},
                        {"dstport", ColumnType::kInt32},
                        {"protocol", ColumnType::kInt32},
                        {"packets", ColumnType::kInt64},
                        {"bytes", ColumnType::kInt64},
                        {"start", ColumnType::kTimestamp},
                        {"end", ColumnType::kTimestamp},
                        {"action", ColumnType::kString},
                        {"log_status", ColumnType::kString},
                        {"tcp_flags", ColumnType::kInt32}}};

  std::shared_ptr<Store> store_;
  std::unique_ptr<Engine> engine_;
  QueryStatistics statistics_;

 private:
  static std::string Text(const arrow::RecordBatch& batch) {
    std::string text;
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      for (int i = 0; i < batch.num_columns(); ++i) {
        const auto value = batch.column(i)->GetScalar(row).ValueOrDie();
        text += (i == 0 ? "" : "|") + (value->is_valid ? value->ToString() : "NULL");
      }
      text += "\n";
    }
    return text;
  }

  void AppendRow(ColumnsBuilder& builder, int day, FileKind kind, int row) {
    const auto field = [&](const char* name) { return schema_.IndexOf(name); };
    const Date date = *ParseDate("2026-09-20") + day;
    builder.AppendNumber(field("version"), 2);
    builder.AppendString(field("srcaddr"),
                         "10." + std::to_string(day) + ".0." + std::to_string(row % 50));
    if (kind != FileKind::kWithoutDestination) {
      builder.AppendString(field("dstaddr"), "203.0.113." + std::to_string(row % 7));
    }
    builder.AppendNumber(field("dstport"), row % 2 == 0 ? 443 : 22);
    builder.AppendNumber(field("protocol"), 6);
    builder.AppendNumber(field("packets"), 1 + row % 10);
    builder.AppendNumber(field("bytes"), row);
    builder.AppendNumber(field("start"), date * kMicrosPerDay + row * kMicrosPerSecond);
    builder.AppendString(field("action"), row % 3 == 0 ? "REJECT" : "ACCEPT");
    if (kind == FileKind::kAll) builder.AppendNumber(field("tcp_flags"), row % 20);
    builder.FinishRow();
  }
};

}  // namespace flowlake
