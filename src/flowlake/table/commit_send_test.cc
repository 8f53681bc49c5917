// A commit that was done, of which the answer got lost, while the store says nothing for
// a while: whoever writes to a table keeps its files, and takes nothing twice.
#include "flowlake/table/commit_send.h"

#include <gmock/gmock.h>

#include "flowlake/base/waiting.h"
#include "flowlake/store/faulty_store.h"
#include "flowlake/table/fold.h"
#include "flowlake/table/staged_edits.h"
#include "flowlake/table/table_fixture.h"
#include "flowlake/table/upgrade.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kLong = 600'000;
constexpr int64_t kShort = 20'000;

class LostAnswerTest : public TableFixture {
 protected:
  LostAnswerTest() : TableFixture(std::make_shared<FaultyStore>(MakeMemoryStore())) {}
  void SetUp() override { Create(); }

  FaultyStore& faulty() { return static_cast<FaultyStore&>(*store_); }
  /// The next entry is written, and nothing of the log can be read for so long.
  void HideLog(int64_t lasts_ms) {
    faulty().InjectOutage({"_delta_log/", "_delta_log/", lasts_ms});
  }
  /// The same of all that there is.
  void HideAll(int64_t lasts_ms) { faulty().InjectOutage({"_delta_log/", "", lasts_ms}); }

  static void ExpectNotKnown(const Status& status) {
    EXPECT_THAT(status.message(), HasSubstr("is not known"));
    EXPECT_THAT(status.message(), HasSubstr("injected fault"));
  }
  bool Exists(const std::string& path) {
    return store_->Stat("vpc_flow/" + path).ValueOrDie().has_value();
  }
  void ExpectAllFilesThere() {
    const auto snapshot = Load();
    for (const DataFile& file : snapshot->files) EXPECT_TRUE(Exists(file.path));
  }
  Status Fold() {
    return FoldStagedEdits(table_, {.now_ms = NowMicros() / 1000}).status();
  }
  size_t Staged() { return ListStagedEdits(table_).ValueOrDie().size(); }

  const SkippedWaits skipped_;
};

TEST_F(LostAnswerTest, OfAnAppendIsFoundWithinAMinute) {
  HideLog(kShort);
  EXPECT_EQ(Commit(EditOf({{1}})).version, 1);
  EXPECT_TRUE(faulty().fired());
  EXPECT_EQ(Load()->rows(), 1);
}

TEST_F(LostAnswerTest, OfAnAppendKeepsItsFiles) {
  const Edit edit = EditOf({{1}, {2}});
  HideAll(kLong);
  ExpectNotKnown(table_.Commit(edit).status());
  faulty().Heal();
  EXPECT_EQ(Load()->rows(), 2);
  ExpectAllFilesThere();
  EXPECT_EQ(Commit(edit).version, -1);
  EXPECT_EQ(Load()->version, 1);
}

TEST_F(LostAnswerTest, OfARemovalLeavesNothingToDelete) {
  const Edit before = EditOf({{1}});
  Commit(before);
  Edit edit = EditOf({{2}});
  edit.remove = {before.add[0].file.path};
  HideLog(kLong);
  ExpectNotKnown(table_.Commit(edit).status());
  faulty().Heal();
  // The same once more finds its file removed, by itself.
  const CommitOutcome again = Commit(edit);
  EXPECT_THAT(again.gone, ElementsAre(before.add[0].file.path));
  EXPECT_THAT(again.unnamed.paths(), IsEmpty());
  ExpectAllFilesThere();
}

TEST_F(LostAnswerTest, OfARemovalWhoseFilesWereRemovedSinceLeavesNothingToDelete) {
  const Edit before = EditOf({{1}});
  Commit(before);
  Edit edit = EditOf({{2}});
  edit.remove = {before.add[0].file.path};
  HideLog(kLong);
  ExpectNotKnown(table_.Commit(edit).status());
  faulty().Heal();
  Edit later;
  later.operation = "DELETE";
  later.remove = {edit.add[0].file.path};
  Commit(later);
  EXPECT_THAT(Commit(edit).unnamed.paths(), IsEmpty());
}

TEST_F(LostAnswerTest, OnlyARaceThatAnotherWonFreesFiles) {
  const Edit before = EditOf({{1}});
  Commit(before);
  Edit winner = EditOf({{2}});
  Edit loser = EditOf({{3}});
  winner.remove = loser.remove = {before.add[0].file.path};
  Commit(winner);
  const CommitOutcome outcome = Commit(loser);
  EXPECT_THAT(outcome.unnamed.paths(), ElementsAre("vpc_flow/" + loser.add[0].file.path));
  outcome.unnamed.Delete(*store_);
  EXPECT_FALSE(Exists(loser.add[0].file.path));
  ExpectAllFilesThere();
}

TEST_F(LostAnswerTest, OfAFoldKeepsWhatIsStaged) {
  ASSERT_TRUE(StageEdit(table_, EditOf({{1}, {2}})).ok());
  HideAll(kLong);
  ExpectNotKnown(Fold());
  faulty().Heal();
  EXPECT_EQ(Staged(), 1U);
  ASSERT_TRUE(Fold().ok());
  EXPECT_EQ(Staged(), 0U);
  EXPECT_EQ(Load()->rows(), 2);
  ExpectAllFilesThere();
}

TEST_F(LostAnswerTest, OfAStagedEditStagesItOnce) {
  faulty().InjectOutage({"_flowlake/staged/", "_flowlake/staged/", kShort});
  ASSERT_TRUE(StageEdit(table_, EditOf({{1}})).ok());
  EXPECT_TRUE(faulty().fired());
  EXPECT_EQ(Staged(), 1U);
}

TEST_F(LostAnswerTest, OfALedgerTakesAnotherNumber) {
  faulty().InjectOutage({"_flowlake/", "_flowlake/", kShort});
  EXPECT_EQ(Commit(EditOf({{1}})).version, 1);
  EXPECT_TRUE(faulty().fired());
  EXPECT_TRUE(Holds(1));
}

TEST_F(LostAnswerTest, OfANewTableIsFound) {
  const Table table(store_, "dns");
  faulty().InjectOutage({"dns/_delta_log/", "dns/", kShort});
  ASSERT_TRUE(table.CreateIfAbsent(FlowSchema()).ok());
  EXPECT_TRUE(faulty().fired());
  EXPECT_EQ(table.Load().ValueOrDie()->version, 0);
}

TEST_F(LostAnswerTest, OfAPropertyIsFoundByTheNextRun) {
  const Lake lake = Lake::OpenOrCreate(MakeMemoryStore()).ValueOrDie();
  const auto faulty = std::make_shared<FaultyStore>(lake.store());
  const Table table(faulty, "vpc_flow");
  ASSERT_TRUE(table.CreateIfAbsent(FlowSchema(), Identity::kBoth).ok());
  const Lake busy = Lake::Open(faulty).ValueOrDie();
  faulty->InjectOutage({"_delta_log/", "", kLong});
  ExpectNotKnown(Upgrade(busy, PlanUpgrade(lake).ValueOrDie()));
  faulty->Heal();
  EXPECT_THAT(PlanUpgrade(lake).ValueOrDie().tables, IsEmpty());
}

TEST_F(LostAnswerTest, OfTheEntryBeforeACheckpointLosesNoEntry) {
  for (int i = 1; i < 10; ++i) Commit(EditOf({{i}}));
  const Edit tenth = EditOf({{10}});
  HideAll(kLong);
  ExpectNotKnown(table_.Commit(tenth).status());
  faulty().Heal();
  ASSERT_TRUE(table_.Checkpoint().ok());
  EXPECT_EQ(Load()->rows(), 10);
  ExpectAllFilesThere();
}

class SendEntryTest : public LostAnswerTest {
 protected:
  static LogEntry Entry() {
    LogEntry entry;
    entry.info = CommitInfo{1, "WRITE", {}, "flowlake", NewUuid()};
    return entry;
  }
  SentEntry Send(const LogEntry& entry) {
    return SendEntry(*store_, "vpc_flow", 1, entry);
  }
};

TEST_F(SendEntryTest, IsLostOnlyToAnEntryThatWasRead) {
  EXPECT_EQ(Send(Entry()).fate, EntryFate::kCommitted);
  EXPECT_EQ(Send(Entry()).fate, EntryFate::kLost);
  HideLog(kLong);
  EXPECT_EQ(Send(Entry()).fate, EntryFate::kUnknown);
}

TEST_F(SendEntryTest, KnowsItsUuidInAnEntryThatWasWrittenAnew) {
  const LogEntry entry = Entry();
  PutEntry(1, FormatLogEntry(entry) + "\n");
  EXPECT_EQ(Send(entry).fate, EntryFate::kCommitted);
}

TEST_F(SendEntryTest, LosesToAnEntryWithoutUuid) {
  PutEntry(1, R"({"commitInfo":{"timestamp":1}})");
  EXPECT_EQ(Send(Entry()).fate, EntryFate::kLost);
}

TEST_F(SendEntryTest, LearnsNothingFromWhatIsNoEntry) {
  PutEntry(1, "not JSON");
  EXPECT_EQ(Send(Entry()).fate, EntryFate::kUnknown);
}

}  // namespace
}  // namespace flowlake
