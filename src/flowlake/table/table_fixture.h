/// The vocabulary of the tests of tables: a table of one column in a store of any kind,
/// with inputs that are numbers and data files that are named after what they hold.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "flowlake/base/uuid.h"
#include "flowlake/store/memory_store.h"
#include "flowlake/table/log.h"
#include "flowlake/table/table.h"

namespace flowlake {

inline Key128 InputKey(int number) { return HashOf("input " + std::to_string(number)); }

class TableFixture : public testing::Test {
 protected:
  explicit TableFixture(std::shared_ptr<Store> store = MakeMemoryStore())
      : store_(std::move(store)), table_(store_, "vpc_flow") {}

  static Schema FlowSchema() {
    return Schema("vpc_flow", {{"srcaddr", ColumnType::kString},
                               {"bytes", ColumnType::kInt64},
                               {"start", ColumnType::kTimestamp}});
  }

  void Create() { ASSERT_TRUE(table_.CreateIfAbsent(FlowSchema()).ok()); }

  /// A data file that exists, with one row per input.
  AddedFile FileOf(const std::vector<int>& inputs) {
    AddedFile added;
    added.file.path = "date=2026-09-21/part-" + NewUuid() + ".parquet";
    added.file.date = ParseDate("2026-09-21");
    added.file.rows = static_cast<int64_t>(inputs.size());
    added.file.bytes = 4;
    EXPECT_TRUE(store_->PutIfAbsent("vpc_flow/" + added.file.path, "PAR1").ok());
    for (const int number : inputs) added.inputs.push_back(InputKey(number));
    return added;
  }

  static InputRecord RecordOf(int number) {
    return {InputKey(number), number % 2 == 0 ? "2026-09-21" : "2026-09-22", {}};
  }

  /// One file per list of inputs.
  Edit EditOf(const std::vector<std::vector<int>>& files) {
    Edit edit;
    edit.operation = "WRITE";
    std::set<int> all;
    for (const auto& inputs : files) {
      edit.add.push_back(FileOf(inputs));
      all.insert(inputs.begin(), inputs.end());
    }
    for (const int number : all) edit.inputs.push_back(RecordOf(number));
    return edit;
  }

  CommitOutcome Commit(const Edit& edit) { return table_.Commit(edit).ValueOrDie(); }
  std::shared_ptr<const Snapshot> Load() { return table_.Load().ValueOrDie(); }
  std::string LoadError() { return table_.Load().status().message(); }
  std::string EntryText(int64_t version) {
    return ReadAll(*store_, LogEntryPath("vpc_flow", version)).ValueOrDie();
  }

  /// Makes `text` the log's next entry, as a foreign writer would.
  void PutEntry(int64_t version, const std::string& text) {
    const auto put = store_->PutIfAbsent(LogEntryPath("vpc_flow", version), text);
    ASSERT_EQ(put.ValueOrDie(), PutOutcome::kCreated);
  }

  /// Whether the newest snapshot's ledgers have the input.
  bool Holds(int number) {
    const auto ledger = table_.ReadLedger(*Load(), RecordOf(number).bucket);
    return ledger.ValueOrDie().Contains(InputKey(number));
  }

  std::shared_ptr<Store> store_;
  Table table_;
};

}  // namespace flowlake
