/// The vocabulary of the tests of compaction: a lake with a table of random rows.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "flowlake/compact/compact.h"
#include "flowlake/datafile/columns_reader.h"
#include "flowlake/datafile/content_sum.h"
#include "flowlake/datafile/row_hasher.h"
#include "flowlake/datafile/writer.h"
#include "flowlake/store/memory_store.h"
#include "flowlake/table/lake.h"

namespace flowlake {

inline const Schema& FlowSchema() {
  static const Schema schema("vpc_flow", {{"srcaddr", ColumnType::kString},
                                          {"dstaddr", ColumnType::kString},
                                          {"dstport", ColumnType::kInt32},
                                          {"bytes", ColumnType::kInt64},
                                          {"start", ColumnType::kTimestamp},
                                          {"extra", ColumnType::kString}});
  return schema;
}
inline constexpr int64_t kDay = 20717;  // 2026-09-21
inline constexpr int64_t kHour = 3600 * kMicrosPerSecond;

/// Random rows of a day: few sources, NULLs, negative and fractional numbers too.
class RandomRows {
 public:
  explicit RandomRows(uint32_t seed) : random_(seed) {}

  /// `first` and `last` hour of the day; without `extra`, the column is absent.
  Columns Make(int rows, int first = 0, int last = 23, bool has_extra = true) {
    ColumnsBuilder builder(&FlowSchema());
    for (int i = 0; i < rows; ++i) AppendRow(builder, first, last, has_extra);
    return builder.Finish();
  }
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }

 private:
  void AppendRow(ColumnsBuilder& builder, int first, int last, bool has_extra) {
    if (Below(20) > 0) builder.AppendString(0, "10.0.0." + std::to_string(Below(40)));
    if (Below(20) > 0) builder.AppendString(1, "203.0.113." + std::to_string(Below(250)));
    if (Below(5) > 0) builder.AppendNumber(2, Below(65536));
    builder.AppendNumber(3, int64_t{Below(1000)} - 10);
    const auto hours = static_cast<uint32_t>(last - first + 1);
    const int64_t fraction = Below(50) == 0 ? 1 : 0;
    if (Below(30) > 0) {
      builder.AppendNumber(4, kDay * kMicrosPerDay + (first + Below(hours)) * kHour +
                                  Below(3600) * kMicrosPerSecond + fraction);
    }
    if (has_extra && Below(3) == 0) {
      builder.AppendString(5, "{\"a\":\"" + std::to_string(Below(1u << 30)) + "\"}");
    }
    builder.FinishRow();
  }

  std::mt19937 random_;
};

inline std::string TextOfRow(const Columns& columns, int64_t row) {
  std::string text;
  for (int i = 0; i < columns.schema->size(); ++i) {
    const Column& column = columns.column(i);
    text += '|';
    if (!column.present) continue;
    if (columns.schema->field(i).type == ColumnType::kString) {
      text += column.string(row).value_or("");
    } else if (const auto number = column.number(row)) {
      text += std::to_string(*number);
    }
  }
  return text;
}

inline void AppendTexts(const Columns& columns, std::vector<std::string>& texts) {
  for (int64_t i = 0; i < columns.rows; ++i) texts.push_back(TextOfRow(columns, i));
}

class CompactFixture : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Lake::OpenOrCreate(store_).ok());
    ASSERT_TRUE(table_.CreateIfAbsent(FlowSchema()).ok());
    options_.plan.now = (kDay + 10) * kMicrosPerDay;
    options_.temporary_folder = testing::TempDir();
  }

  DataFile Write(const Columns& columns, std::optional<Date> date = Date{kDay}) {
    auto writer =
        DataFileWriter::Make(store_, "vpc_flow", date, &FlowSchema(), {}).ValueOrDie();
    EXPECT_TRUE(writer->Append(columns, {}).ok());
    DataFile file = writer->Close().ValueOrDie();
    if (has_tags_) file.tags[kContentTag] = RowHasher(FlowSchema()).Sum(columns).ToTag();
    return file;
  }
  void Append(const Columns& columns, std::optional<Date> date = Date{kDay}) {
    Edit edit;
    edit.operation = "WRITE";
    edit.add.push_back({Write(columns, date), {}});
    ASSERT_TRUE(table_.Commit(edit).ok());
  }

  /// Valid until the next call.
  const Snapshot& Load(std::optional<int64_t> version = std::nullopt) {
    snapshot_ = table_.Load(version).ValueOrDie();
    return *snapshot_;
  }
  TableCompaction Run() {
    return Compact(*Lake::Open(store_), options_).ValueOrDie().tables.at(0);
  }

  std::vector<std::string> RowsOf(const DataFile& file) {
    ColumnsBuilder builder(&FlowSchema());
    const std::string path = "vpc_flow/" + file.path;
    auto reader =
        ColumnsReader::Open(store_->Open(path).ValueOrDie(), path, builder).ValueOrDie();
    std::vector<std::string> texts;
    while (const auto columns = reader->Next(1000).ValueOrDie()) {
      AppendTexts(*columns, texts);
    }
    return texts;
  }
  /// Of the newest version, or the given one, sorted.
  std::vector<std::string> Rows(std::optional<int64_t> version = std::nullopt) {
    std::vector<std::string> all;
    for (const DataFile& file : Load(version).files) {
      const auto rows = RowsOf(file);
      all.insert(all.end(), rows.begin(), rows.end());
    }
    std::ranges::sort(all);
    return all;
  }

  std::shared_ptr<Store> store_ = MakeMemoryStore();
  Table table_{store_, "vpc_flow"};
  CompactOptions options_;
  bool has_tags_ = true;  // of what files written from now on hold
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace flowlake
