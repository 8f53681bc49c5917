#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <thread>
#include <utility>

#include "flowlake/store/faulty_store.h"
#include "flowlake/store/local_store.h"
#include "flowlake/table/table_fixture.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class CommitTest : public TableFixture {
 protected:
  void SetUp() override { Create(); }

  std::vector<std::string> LivePaths() {
    std::vector<std::string> paths;
    const auto snapshot = Load();
    for (const DataFile& file : snapshot->files) paths.push_back(file.path);
    return paths;
  }
  std::string CommitError(const Edit& edit) {
    return table_.Commit(edit).status().message();
  }
};

TEST_F(CommitTest, RowsAndLedgerArriveTogether) {
  const Edit edit = EditOf({{1, 2}, {3}});
  const CommitOutcome outcome = Commit(edit);
  EXPECT_EQ(outcome.version, 1);
  EXPECT_THAT(outcome.already, IsEmpty());
  EXPECT_THAT(outcome.again, IsEmpty());
  EXPECT_THAT(LivePaths(),
              UnorderedElementsAre(edit.add[0].file.path, edit.add[1].file.path));
  EXPECT_TRUE(Holds(1) && Holds(2) && Holds(3) && !Holds(4));
  EXPECT_EQ(Load()->transactions.at("flowlake.ledger"), 1);
}

TEST_F(CommitTest, AFileThatComesAgainMustBeThere) {
  Edit edit = EditOf({{1}, {2}});
  Commit(edit);
  Edit again;
  again.operation = "COMPUTE STATISTICS";
  again.add = {{edit.add[0].file, {}}, {edit.add[1].file, {}}};
  again.add[0].file.column_bytes = {{"srcaddr", 7}};
  again.data_change = false;
  again.files_exist = again.adds_again = true;
  EXPECT_EQ(Commit(again).version, 2);
  EXPECT_EQ(Load()->files.size(), 2U);
  EXPECT_EQ(Load()->files[*Load()->files.Find(edit.add[0].file.path)].column_bytes,
            again.add[0].file.column_bytes);
  Edit removal;
  removal.operation = "DELETE";
  removal.remove = {edit.add[1].file.path};
  Commit(removal);
  const CommitOutcome outcome = Commit(again);
  EXPECT_EQ(outcome.version, -1);
  EXPECT_THAT(outcome.gone, ElementsAre(edit.add[1].file.path));
  EXPECT_EQ(Load()->files.size(), 1U);
}

TEST_F(CommitTest, AColumnThatTheOrderLacksIsAppendedToIt) {
  const std::string before = Load()->configuration.at(kColumnOrderProperty);
  EXPECT_EQ(before, "srcaddr,bytes,start");
  Edit edit = EditOf({{1}});
  edit.add[0].file.column_bytes = {{"srcaddr", 7}, {"team", 8}};
  Commit(edit);
  const auto snapshot = Load();
  EXPECT_EQ(snapshot->configuration.at(kColumnOrderProperty), before + ",team");
  EXPECT_EQ(snapshot->files[0].column_bytes, edit.add[0].file.column_bytes);
  Edit other = EditOf({{2}});
  other.add[0].file.column_bytes = {{"team", 9}};
  Commit(other);
  EXPECT_EQ(Load()->metadata_text, snapshot->metadata_text);
}

TEST_F(CommitTest, SameInputsAgainWriteNothing) {
  Commit(EditOf({{1}}));
  const CommitOutcome outcome = Commit(EditOf({{1}}));
  EXPECT_EQ(outcome.version, -1);
  EXPECT_THAT(outcome.already, ElementsAre(InputKey(1)));
  EXPECT_EQ(Load()->version, 1);
}

TEST_F(CommitTest, FilesWithAKnownInputAreDroppedAndTheirOthersComeAgain) {
  Commit(EditOf({{1}}));
  const Edit edit = EditOf({{1, 2}, {2, 3}, {4}});
  const CommitOutcome outcome = Commit(edit);
  EXPECT_EQ(outcome.version, 2);
  EXPECT_THAT(outcome.already, ElementsAre(InputKey(1)));
  EXPECT_THAT(outcome.again, UnorderedElementsAre(InputKey(2), InputKey(3)));
  EXPECT_EQ(Load()->rows(), 2);
  EXPECT_TRUE(Holds(4) && !Holds(2) && !Holds(3));
}

TEST_F(CommitTest, InputsWithoutRowsAreRecordedAlone) {
  Edit edit;
  edit.inputs.push_back(RecordOf(1));
  EXPECT_EQ(Commit(edit).version, 1);
  EXPECT_TRUE(Holds(1));
  EXPECT_THAT(LivePaths(), IsEmpty());
}

TEST_F(CommitTest, MarkersEnterTheLedgerWithTheirInput) {
  Edit edit;
  edit.inputs = {RecordOf(1)};
  edit.inputs[0].markers = {InputKey(100), InputKey(101)};
  Commit(edit);
  const Ledger ledger = table_.ReadLedger(*Load(), "2026-09-22").ValueOrDie();
  for (const int marker : {100, 101}) {
    EXPECT_TRUE(ledger.HasMarker({InputKey(marker)})) << marker;
  }
  EXPECT_FALSE(ledger.Contains(InputKey(100)));
}

TEST_F(CommitTest, EmptyEditWritesNothing) {
  EXPECT_EQ(Commit(Edit()).version, -1);
  EXPECT_EQ(Load()->version, 0);
}

TEST_F(CommitTest, CompactionReplacesFilesWithoutChangingData) {
  const Edit before = EditOf({{1}, {2}});
  Commit(before);
  Edit compaction;
  compaction.operation = "OPTIMIZE";
  compaction.data_change = false;
  compaction.add = {FileOf({})};
  compaction.remove = {before.add[0].file.path, before.add[1].file.path};
  EXPECT_EQ(Commit(compaction).version, 2);
  EXPECT_THAT(LivePaths(), ElementsAre(compaction.add[0].file.path));
  EXPECT_THAT(EntryText(2), Not(HasSubstr("\"dataChange\":true")));
  EXPECT_TRUE(Holds(1) && Holds(2));
}

TEST_F(CommitTest, RemovingWhatAnotherWriterRemovedIsAConflictThatNamesTheFile) {
  const Edit before = EditOf({{1}});
  Commit(before);
  Edit removal;
  removal.remove = {before.add[0].file.path};
  EXPECT_EQ(Commit(removal).version, 2);
  EXPECT_THAT(Commit(removal).gone, ElementsAre(before.add[0].file.path));
  EXPECT_EQ(Load()->version, 2);
}

TEST_F(CommitTest, ConflictCommitsNothingOfTheEdit) {
  const Edit before = EditOf({{1}, {3}});
  Commit(before);
  Edit removal;
  removal.remove = {before.add[0].file.path};
  Commit(removal);

  Edit replacement = EditOf({{5}});
  replacement.remove = {before.add[0].file.path, before.add[1].file.path};
  const CommitOutcome outcome = Commit(replacement);
  EXPECT_EQ(outcome.version, -1);
  EXPECT_THAT(outcome.gone, ElementsAre(before.add[0].file.path));
  EXPECT_THAT(LivePaths(), ElementsAre(before.add[1].file.path));
  EXPECT_FALSE(Holds(5));
}

TEST_F(CommitTest, AddedFileMustExistWithItsSize) {
  Edit edit = EditOf({{1}});
  edit.add[0].file.bytes = 5;
  EXPECT_THAT(CommitError(edit), HasSubstr("has 4 bytes instead of 5"));
  edit.add[0].file.path = "date=2026-09-21/nowhere.parquet";
  EXPECT_THAT(CommitError(edit), HasSubstr("nowhere.parquet is missing"));
  EXPECT_EQ(Load()->version, 0);
}

TEST_F(CommitTest, FileWithAnInputOutsideTheEditIsRefused) {
  Edit edit = EditOf({{1}});
  edit.inputs.clear();
  EXPECT_THAT(CommitError(edit), HasSubstr(InputKey(1).ToString()));
}

TEST_F(CommitTest, GenerationOfACrashedWriterDoesNotBlock) {
  const std::string left = "vpc_flow/" + LedgerPath("2026-09-22", 1);
  ASSERT_TRUE(store_->PutIfAbsent(left, Ledger({InputKey(7)}).Serialize()).ok());
  EXPECT_EQ(Commit(EditOf({{1}})).version, 1);
  EXPECT_GT(Load()->transactions.at("flowlake.inputs/2026-09-22"), 1);
  EXPECT_TRUE(Holds(1) && !Holds(7));
}

TEST_F(CommitTest, AppendOnlyTableKeepsItsRows) {
  const Edit before = EditOf({{1}});
  Commit(before);
  std::string entry = EntryText(0);
  const std::string open = R"("configuration":{)";
  entry.insert(entry.find(open) + open.size(), R"("delta.appendOnly":"true",)");
  PutEntry(2, entry);
  Edit removal;
  removal.remove = {before.add[0].file.path};
  EXPECT_THAT(CommitError(removal), HasSubstr("append-only"));
}

TEST_F(CommitTest, AHeadSavesReadingItAgain) {
  for (int number = 0; number < 8; ++number) Commit(EditOf({{number}}));
  const auto head = table_.LoadHead().ValueOrDie();
  Commit(EditOf({{10}}));
  // Without the entries that lead to it, it cannot be read again.
  for (int version = 0; version < 8; ++version) {
    ASSERT_TRUE(store_->Delete(LogEntryPath("vpc_flow", version)).ok());
  }
  const CommitOutcome outcome = table_.Commit(EditOf({{10}, {11}}), head).ValueOrDie();
  EXPECT_EQ(outcome.version, 10);
  EXPECT_THAT(outcome.already, ElementsAre(InputKey(10)));
}

TEST_F(CommitTest, AHeadBehindWhichTheLogWasCleanedUpIsReadAgain) {
  const auto head = table_.LoadHead().ValueOrDie();
  for (int number = 0; number < 12; ++number) Commit(EditOf({{number}}));
  for (int version = 0; version < 10; ++version) {
    ASSERT_TRUE(store_->Delete(LogEntryPath("vpc_flow", version)).ok());
  }
  EXPECT_EQ(table_.Commit(EditOf({{3}, {20}}), head).ValueOrDie().version, 13);
  EXPECT_TRUE(Holds(20));
  EXPECT_EQ(Load()->rows(), 13);
}

/// Lets a rival act just before a log entry is put.
class RivalStore final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;

  Result<PutOutcome> PutIfAbsent(const std::string& path,
                                 std::string_view bytes) override {
    const bool is_entry = path.find("/_delta_log/") != std::string::npos;
    if (is_entry && rival) std::exchange(rival, nullptr)(path);
    return FaultyStore::PutIfAbsent(path, bytes);
  }

  std::function<void(const std::string& path)> rival;
};

class RaceTest : public CommitTest {
 protected:
  void SetUp() override {
    table_ = Table(store_ = rivals_, "vpc_flow");
    Create();
  }
  std::shared_ptr<RivalStore> rivals_ = std::make_shared<RivalStore>(MakeMemoryStore());
};

TEST_F(RaceTest, LoserGoesOnBehindTheWinner) {
  const Edit rival = EditOf({{2}});
  rivals_->rival = [&](const std::string&) { EXPECT_EQ(Commit(rival).version, 1); };
  EXPECT_EQ(Commit(EditOf({{1}, {4}})).version, 2);
  EXPECT_TRUE(Holds(1) && Holds(2) && Holds(4));
  EXPECT_EQ(Load()->rows(), 3);
}

TEST_F(RaceTest, LoserOfTheSameInputsLearnsThatTheyAreThere) {
  const Edit rival = EditOf({{1}});
  rivals_->rival = [&](const std::string&) { EXPECT_EQ(Commit(rival).version, 1); };
  const CommitOutcome outcome = Commit(EditOf({{1, 2}}));
  EXPECT_EQ(outcome.version, -1);
  EXPECT_THAT(outcome.already, ElementsAre(InputKey(1)));
  EXPECT_THAT(outcome.again, ElementsAre(InputKey(2)));
  EXPECT_EQ(Load()->rows(), 1);
}

TEST_F(RaceTest, EndlessContentionIsAnErrorThatSaysSo) {
  std::function<void(const std::string&)> rival = [&](const std::string& path) {
    EXPECT_TRUE(store_->PutIfAbsent(path, R"({"commitInfo":{}})").ok());
    rivals_->rival = rival;
  };
  rivals_->rival = rival;
  EXPECT_THAT(CommitError(EditOf({{1}})), HasSubstr("100 times in a row (contention)"));
}

/// Random commits of overlapping inputs, against a model: which inputs the table holds.
TEST_F(CommitTest, RandomCommitsOfOverlappingInputsAgreeWithTheModel) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    store_ = MakeMemoryStore();
    table_ = Table(store_, "vpc_flow");
    Create();
    std::mt19937 random(seed);
    const auto below = [&](int bound) {
      return static_cast<int>(random() % static_cast<unsigned>(bound));
    };
    std::map<Key128, int64_t> times_held;
    for (int step = 0; step < 60; ++step) {
      std::vector<std::vector<int>> files(static_cast<size_t>(1 + below(4)));
      for (auto& inputs : files) {
        std::set<int> chosen;
        for (int i = below(4); i >= 0; --i) chosen.insert(below(40));
        inputs.assign(chosen.begin(), chosen.end());
      }
      const Edit edit = EditOf(files);
      const CommitOutcome outcome = Commit(edit);

      std::set<Key128> kept;
      for (const InputRecord& input : edit.inputs) kept.insert(input.key);
      for (const Key128& key : outcome.already) {
        ASSERT_EQ(times_held[key], 1);
        kept.erase(key);
      }
      for (const Key128& key : outcome.again) {
        ASSERT_EQ(times_held[key], 0);
        kept.erase(key);
      }
      for (const Key128& key : kept) ++times_held[key];
      const auto paths = LivePaths();
      for (const AddedFile& added : edit.add) {
        const auto is_kept = [&](const Key128& key) { return kept.contains(key); };
        const bool all = std::ranges::all_of(added.inputs, is_kept);
        const bool any = std::ranges::any_of(added.inputs, is_kept);
        ASSERT_EQ(std::ranges::count(paths, added.file.path), all ? 1 : 0);
        // The inputs of a dropped file come again unless they are held already.
        ASSERT_EQ(any, all);
      }
    }
    for (int number = 0; number < 40; ++number) {
      ASSERT_EQ(Holds(number) ? 1 : 0, times_held[InputKey(number)]);
    }
  }
}

/// The k-th operation fails, for every k until the commit no longer reaches it.
class FaultyCommitTest : public CommitTest {
 protected:
  /// False when the commit had no such operation.
  bool CommitSurvives(const Fault& fault) {
    auto inner = MakeMemoryStore();
    auto faulty = std::make_shared<FaultyStore>(inner);
    store_ = faulty;
    table_ = Table(store_, "vpc_flow");
    Create();
    Commit(EditOf({{1}}));
    const Edit edit = EditOf({{2, 3}, {4}});

    faulty->Inject(fault);
    const auto outcome = table_.Commit(edit);
    const bool fired = faulty->fired();
    faulty->Heal();
    if (outcome.ok()) {
      EXPECT_EQ(outcome->version, 2);
      EXPECT_THAT(outcome->already, IsEmpty());
    } else {
      EXPECT_THAT(outcome.status().message(), HasSubstr("injected fault"));
    }
    ExpectAllOrNothing(outcome.ok());
    EXPECT_TRUE(table_.Commit(edit).ok());
    ExpectAllOrNothing(true);
    return fired;
  }

  void ExpectAllOrNothing(bool must_be_there) {
    const bool there = Load()->version == 2;
    EXPECT_TRUE(there || !must_be_there);
    EXPECT_EQ(Load()->files.size(), there ? 3U : 1U);
    EXPECT_TRUE(Holds(1));
    for (const int number : {2, 3, 4}) EXPECT_EQ(Holds(number), there);
  }

  void RunUntilUnreached(Fault fault) {
    int64_t reached = 0;
    for (fault.operation = 0; CommitSurvives(fault); ++fault.operation) ++reached;
    EXPECT_GE(reached, 3) << "a root, its parts and an entry are written at least";
  }
};

TEST_F(FaultyCommitTest, SurvivesAnyWriteThatFails) { RunUntilUnreached({}); }

TEST_F(FaultyCommitTest, SurvivesAnyWriteWhoseAnswerIsLost) {
  RunUntilUnreached({.kind = FaultKind::kAnswerLost});
}

TEST_F(FaultyCommitTest, SurvivesAnyOperationThatFails) {
  RunUntilUnreached({.mutating_only = false});
}

TEST_F(FaultyCommitTest, SurvivesBeingKilledBeforeAnyOperation) {
  RunUntilUnreached({.mutating_only = false, .forever = true});
}

TEST_F(FaultyCommitTest, SurvivesBeingKilledAfterAnyWrite) {
  RunUntilUnreached({.kind = FaultKind::kAnswerLost, .forever = true});
}

TEST_F(FaultyCommitTest, EntryWhoseAnswerIsLostIsKnownByItsUuid) {
  auto faulty = std::make_shared<FaultyStore>(MakeMemoryStore());
  table_ = Table(store_ = faulty, "vpc_flow");
  Create();
  const Edit edit = EditOf({{2}});
  // Before the entry come a guard against old programs, a part, a manifest and a root.
  faulty->Inject({.operation = 4, .kind = FaultKind::kAnswerLost});
  EXPECT_EQ(Commit(edit).version, 1);
  EXPECT_TRUE(faulty->fired());
}

class LocalCommitTest : public CommitTest {
 protected:
  void SetUp() override {
    store_ = MakeLocalStore(root_.string());
    table_ = Table(store_, "vpc_flow");
    Create();
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  const std::filesystem::path root_ =
      std::filesystem::temp_directory_path() / ("flowlake-commit-" + NewUuid());
};

/// Commits its inputs, in two files, until each is in the table.
void CommitUntilHeld(const Table& table, std::vector<int> inputs,
                     const std::function<Edit(const std::vector<int>&)>& edit_of) {
  while (!inputs.empty()) {
    const auto outcome = table.Commit(edit_of(inputs));
    ASSERT_TRUE(outcome.ok()) << outcome.status().ToString();
    const auto& again = outcome->again;
    std::erase_if(inputs, [&](int number) {
      return std::ranges::count(again, InputKey(number)) == 0;
    });
  }
}

TEST_F(LocalCommitTest, EightWritersOfOverlappingInputsLeaveEachOnce) {
  const auto edit_of = [this](const std::vector<int>& inputs) {
    std::vector<std::vector<int>> files;
    for (size_t i = 0; i < inputs.size(); i += 2) {
      files.push_back(
          {inputs.begin() + static_cast<std::ptrdiff_t>(i),
           inputs.begin() + static_cast<std::ptrdiff_t>(std::min(i + 2, inputs.size()))});
    }
    return EditOf(files);
  };
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 8; ++writer) {
    writers.emplace_back([&, writer] {
      for (int round = 0; round < 3; ++round) {
        std::vector<int> inputs;
        for (int i = 0; i < 9; ++i) inputs.push_back((writer * 5 + round * 7 + i) % 48);
        CommitUntilHeld(table_, inputs, edit_of);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();

  std::set<int> expected;
  for (int writer = 0; writer < 8; ++writer) {
    for (int i = 0; i < 23; ++i) expected.insert((writer * 5 + i) % 48);
  }
  for (const int number : expected) EXPECT_TRUE(Holds(number)) << number;
  // Every file has one row per input.
  EXPECT_EQ(Load()->rows(), static_cast<int64_t>(expected.size()));
}

}  // namespace
}  // namespace flowlake
