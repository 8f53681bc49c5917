/// Ledgers of version 2 under everything that may happen to them.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <iostream>
#include <map>
#include <random>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/store/faulty_store.h"
#include "flowlake/table/ledger_reader.h"
#include "flowlake/table/table_fixture.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Counts what is read and written below _flowlake/.
class CountingStore final : public FaultyStore {
 public:
  CountingStore() : FaultyStore(MakeMemoryStore()) {}
  Result<std::shared_ptr<arrow::io::RandomAccessFile>> Open(
      const std::string& path, const std::string& etag) override {
    ARROW_ASSIGN_OR_RAISE(auto file, FaultyStore::Open(path, etag));
    if (IsLedger(path)) {
      ARROW_ASSIGN_OR_RAISE(const int64_t bytes, file->GetSize());
      ++requests;
      read += bytes;
    }
    return file;
  }
  Result<PutOutcome> PutIfAbsent(const std::string& path,
                                 std::string_view bytes) override {
    if (IsLedger(path)) {
      ++requests;
      written += static_cast<int64_t>(bytes.size());
    }
    return FaultyStore::PutIfAbsent(path, bytes);
  }
  static bool IsLedger(const std::string& path) {
    return path.find("/_flowlake/") != std::string::npos;
  }

  std::atomic<int64_t> read{0};
  std::atomic<int64_t> written{0};
  std::atomic<int64_t> requests{0};
};

class LedgerUpdateTest : public TableFixture {
 protected:
  LedgerUpdateTest() : LedgerUpdateTest(std::make_shared<CountingStore>()) {}
  explicit LedgerUpdateTest(const std::shared_ptr<CountingStore>& counting)
      : TableFixture(counting), counting_(counting) {}
  void SetUp() override { Create(); }

  static InputRecord RecordIn(const std::string& bucket, int number) {
    return {InputKey(number), bucket, {}};
  }
  static Edit Recording(const std::string& bucket, int first, int count) {
    Edit edit;
    edit.operation = "WRITE";
    for (int i = first; i < first + count; ++i) {
      edit.inputs.push_back(RecordIn(bucket, i));
    }
    return edit;
  }
  Ledger Bucket(const std::string& bucket = "content") {
    return table_.ReadLedger(*Load(), bucket).ValueOrDie();
  }
  int64_t Root() { return Load()->transactions.at("flowlake.ledger"); }
  std::string LoadedError(const Edit& edit) {
    return table_.Commit(edit).status().message();
  }

  std::shared_ptr<CountingStore> counting_;
};

TEST_F(LedgerUpdateTest, EveryCommitSaysWhichRootCounts) {
  EXPECT_EQ(Root(), 0);
  const Edit first = EditOf({{1}});
  Commit(first);
  EXPECT_EQ(Root(), 1);
  Edit compaction;
  compaction.data_change = false;
  compaction.remove = {first.add[0].file.path};
  compaction.add = {FileOf({})};
  Commit(compaction);
  EXPECT_THAT(EntryText(2), HasSubstr(R"("appId":"flowlake.ledger","version":1)"));
}

TEST_F(LedgerUpdateTest, EveryCommitRepeatsHowFarTheTableWasExpired) {
  Edit expiry;
  expiry.transactions = {{"flowlake.expired", 7}};
  Commit(expiry);
  Commit(EditOf({{1}}));
  EXPECT_THAT(EntryText(2), HasSubstr(R"("appId":"flowlake.expired","version":7)"));
  expiry.transactions = {{"flowlake.expired", 9}};
  Commit(expiry);
  EXPECT_EQ(Load()->transactions.at("flowlake.expired"), 9);
}

TEST_F(LedgerUpdateTest, ATableWhoseLogForgotItsRootIsAnErrorForAll) {
  Commit(EditOf({{1}}));
  Snapshot forgetful = *Load();
  forgetful.transactions.erase("flowlake.ledger");
  EXPECT_THAT(table_.ReadLedger(forgetful, "content").status().message(),
              HasSubstr("flowlake repair"));
  const Table other(store_, "other");
  const auto first =
      store_->PutIfAbsent("other/_delta_log/00000000000000000000.json", [&] {
        std::string text = EntryText(0);
        text.replace(text.find("vpc_flow/"), 8, "other");
        const size_t begin = text.find(R"({"txn")");
        return text.erase(begin, text.find('\n', begin) - begin + 1);
      }());
  ASSERT_TRUE(first.ok());
  EXPECT_THAT(other.Commit(Recording("content", 1, 1)).status().message(),
              HasSubstr("no longer says which one counts"));
}

TEST_F(LedgerUpdateTest, WhatNoRootNamesIsNeverKnown) {
  Commit(EditOf({{1}}));
  for (int number = 2; number < 6; ++number) {
    const std::string path = "vpc_flow/" + LedgerRootPath(number);
    ASSERT_TRUE(store_->PutIfAbsent(path, LedgerRoot().Serialize()).ok());
  }
  EXPECT_EQ(Commit(EditOf({{2}})).version, 2);
  EXPECT_GT(Root(), 5);
  EXPECT_TRUE(Holds(1) && Holds(2));
}

TEST_F(LedgerUpdateTest, ADamagedObjectIsAnErrorThatNamesIt) {
  Commit(Recording("content", 0, 10));
  LedgerReader reader(store_, "vpc_flow");
  ASSERT_TRUE(reader.Open(Root()).ok());
  for (const std::string& path : reader.Paths().ValueOrDie()) {
    const std::string bytes = ReadAll(*store_, path).ValueOrDie();
    const std::string others[] = {Ledger({InputKey(1)}).Serialize(), "", bytes + "x",
                                  bytes.substr(0, bytes.size() / 2)};
    for (const std::string& other : others) {
      ASSERT_TRUE(Replace(*store_, path, other).ok());
      EXPECT_THAT(LoadedError(Recording("content", 5, 1)), HasSubstr(path));
    }
    ASSERT_TRUE(Replace(*store_, path, bytes).ok());
  }
  EXPECT_THAT(Commit(Recording("content", 0, 10)).already, SizeIs(10));
}

TEST_F(LedgerUpdateTest, AForgottenInputStaysOutUntilSomebodyAsksForIt) {
  Commit(Recording("content", 0, 5));
  Edit forget;
  forget.forget = {{InputKey(1), "content", true}, {InputKey(2), "content", false}};
  Commit(forget);
  EXPECT_FALSE(Bucket().Contains(InputKey(1)));
  EXPECT_THAT(Commit(Recording("content", 1, 2)).already, ElementsAre(InputKey(1)));
  Edit again = Recording("content", 1, 1);
  again.inputs[0].lifts_block = true;
  EXPECT_THAT(Commit(again).already, IsEmpty());
  EXPECT_TRUE(Bucket().Contains(InputKey(1)));
  EXPECT_FALSE(Bucket().IsBlocked(InputKey(1)));
  EXPECT_THAT(Commit(Recording("content", 0, 5)).already, SizeIs(5));
}

TEST_F(LedgerUpdateTest, ReplacingAnInputForgetsTheOldAndTakesTheNewInOneCommit) {
  Edit first = EditOf({{1}});
  Commit(first);
  Edit redo = EditOf({{3}});
  redo.remove = {first.add[0].file.path};
  redo.forget = {{InputKey(1), RecordOf(1).bucket, false}};
  Commit(redo);
  EXPECT_TRUE(Holds(3) && !Holds(1));
  EXPECT_EQ(Load()->rows(), 1);
}

Edit ObjectEdit(const InputRecord& record, uint64_t etag, uint64_t content) {
  Edit edit;
  edit.inputs = {record};
  edit.inputs[0].object = ObjectContent{{9, 9}, {etag, 0}, 10, {content, 0}};
  return edit;
}

TEST_F(LedgerUpdateTest, ACopyOfAnObjectIsAnAliasAndOtherContentIsNot) {
  Commit(ObjectEdit(RecordIn("content", 1), 1, 50));
  const CommitOutcome copied = Commit(ObjectEdit(RecordIn("content", 2), 2, 50));
  EXPECT_THAT(copied.already, ElementsAre(InputKey(2)));
  EXPECT_EQ(copied.version, 2);
  EXPECT_TRUE(Bucket().Contains(InputKey(2)));
  EXPECT_EQ(Bucket().FindObject({9, 9})->etag, (Key128{2, 0}));
  Edit changed = ObjectEdit(RecordIn("content", 3), 3, 60);
  EXPECT_THAT(Commit(changed).changed, ElementsAre(InputKey(3)));
  EXPECT_FALSE(Bucket().Contains(InputKey(3)));
  changed.inputs[0].lifts_block = true;
  EXPECT_THAT(Commit(changed).changed, IsEmpty());
  EXPECT_EQ(Bucket().FindObject({9, 9})->content, (Key128{60, 0}));
}

/// Random commits of several buckets, forgetting, and commits of what is there: against a
/// map of what ought to be known.
TEST_F(LedgerUpdateTest, HoldsWhatAMapHoldsThroughMergesAndCuts) {
  std::mt19937 random(1);
  const std::string buckets[] = {"content", "2026-09-21"};
  std::map<std::string, std::map<int, bool>> expected;  // false: it was taken out
  for (int round = 0; round < 90; ++round) {
    const std::string& bucket = buckets[random() % 4 == 0];
    const int first = static_cast<int>(random() % 30000);
    Edit edit = Recording(bucket, first, 400);
    if (random() % 3 == 0) {
      edit.inputs.clear();
      for (int i = first; i < first + 400; ++i) {
        edit.forget.push_back({InputKey(i), bucket, i % 2 == 0});
        expected[bucket][i] = false;
      }
    }
    const CommitOutcome outcome = Commit(edit);
    std::set<Key128> already(outcome.already.begin(), outcome.already.end());
    for (const InputRecord& input : edit.inputs) {
      const int number = first + static_cast<int>(&input - edit.inputs.data());
      auto [known, is_new] = expected[bucket].try_emplace(number, true);
      const bool is_blocked = !known->second && number % 2 == 0;
      const bool was_known = (!is_new && known->second) || is_blocked;
      ASSERT_EQ(already.contains(input.key), was_known) << round << ' ' << number;
      if (!is_blocked) known->second = true;
    }
  }
  for (const std::string& bucket : buckets) {
    const Ledger ledger = Bucket(bucket);
    size_t known = 0;
    for (const auto& [number, is_known] : expected[bucket]) {
      known += is_known ? 1 : 0;
      ASSERT_EQ(ledger.Contains(InputKey(number)), is_known) << number;
    }
    EXPECT_EQ(ledger.keys().size(), known);
  }
  LedgerReader reader(store_, "vpc_flow");
  ASSERT_TRUE(reader.Open(Root()).ok());
  EXPECT_GT((*reader.ManifestOf("content"))->ranges.size(), 1U);
}

TEST_F(LedgerUpdateTest, WhatACommitReadsAndWritesDoesNotGrowWithTheTable) {
  const auto cost = [&](int first) {
    counting_->read = counting_->written = counting_->requests = 0;
    Commit(Recording("content", first, 10));
    return std::array<int64_t, 3>{counting_->read, counting_->written,
                                  counting_->requests};
  };
  Commit(Recording("content", 0, 50'000));
  const auto small = cost(1'000'000);
  Commit(Recording("content", 50'000, 450'000));
  const auto large = cost(2'000'000);
  std::cout << "  ten keys into 50,000: " << small[0] << " bytes read, " << small[1]
            << " written, " << small[2] << " requests; into 500,000: " << large[0]
            << " read, " << large[1] << " written, " << large[2] << " requests\n";
  // The manifest alone grows, by 96 bytes for each 64 kB.
  for (size_t i = 0; i < small.size(); ++i) EXPECT_LT(large[i], 2 * small[i] + 40'000);
  EXPECT_LT(large[0], 2'000'000);
  EXPECT_LT(large[1], 100'000);
}

/// The last minute of a day, after a year of ten objects a minute.
TEST_F(LedgerUpdateTest, AMinuteOfTenObjectsAfterAYearIsAboutAMegabyte) {
  Edit year;
  for (int day = 0; day < 364; ++day) {
    year.inputs.push_back(RecordIn(FormatDate(20'000 + day), day));
  }
  Commit(year);
  const auto objects = [](int first, int count) {
    Edit edit = Recording(FormatDate(20'364), first, count);
    for (InputRecord& input : edit.inputs) {
      const Key128 name = HashOf(input.key.ToString());
      input.object = ObjectContent{name, name, 10, name};
    }
    return edit;
  };
  for (int first = 0; first < 14'390; first += 100) {
    Commit(objects(1000 + first, std::min(100, 14'390 - first)));
  }
  counting_->read = counting_->written = counting_->requests = 0;
  Commit(objects(100'000, 10));
  std::cout << "  ten objects: " << counting_->read << " bytes read, "
            << counting_->written << " written, " << counting_->requests << " requests\n";
  EXPECT_LT(counting_->read, 1'500'000);
  EXPECT_LT(counting_->written, 300'000);
  EXPECT_LT(counting_->requests, 60);
}

}  // namespace
}  // namespace flowlake
