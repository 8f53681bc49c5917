/// Programs that knew only XXH3 keys beside those that know both: whoever writes, commits
/// or delivers again, each input's rows are in the table once, and two contents of one
/// XXH3 hash are two inputs wherever that can be told.
#include <gmock/gmock.h>

#include <functional>
#include <utility>

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
using testing::SizeIs;

const std::string kBucket = "2026-09-21";

class OldProgramsTest : public TableFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_->PutIfAbsent("flowlake.toml", "").ok());
    ASSERT_TRUE(table_.CreateIfAbsent(FlowSchema(), Identity::kBoth).ok());
  }

  static Key128 OldKey(int input) { return OldHashOf("input " + std::to_string(input)); }

  /// What this program makes of an input: it knows both keys.
  Edit NewEdit(int input) { return Colliding(input, input); }
  /// One with the old key of another input.
  Edit Colliding(int input, int old_input) {
    Edit edit = EditOf({{input}});
    edit.inputs[0].bucket = kBucket;
    edit.inputs[0].old_key = OldKey(old_input);
    edit.inputs[0].markers = {{1, 10}};
    edit.inputs[0].old_markers = {{2, 10}};
    return edit;
  }

  /// What an old program stages, and what one commits, byte for byte.
  std::string OldText(int input) {
    Edit edit = EditOf({{input}});
    InputRecord& record = edit.inputs[0];
    record = {KeyOfOld(OldKey(input)), kBucket, {}, "", OldKey(input), {{2, 10}}, true};
    edit.add[0].inputs = {record.key};
    std::string text = FormatStagedEdit(edit, FlowSchema(), Identity::kBoth);
    const std::string ours = R"(,"blake3":[")" + record.key.ToString() + R"("])";
    EXPECT_NE(text.find(ours), text.npos) << text;
    text.erase(text.find(ours), ours.size());
    return text;
  }
  void StageOld(int input) {
    const std::string path = "vpc_flow/_flowlake/staged/" + NewUuid() + ".json";
    ASSERT_TRUE(store_->PutIfAbsent(path, OldText(input)).ok());
  }
  CommitOutcome CommitOld(int input) {
    return Commit(ParseStagedEdit(OldText(input), FlowSchema()).ValueOrDie());
  }
  void StageNew(const Edit& edit) { ASSERT_TRUE(StageEdit(table_, edit).ok()); }

  FoldReport Fold() {
    return FoldStagedEdits(table_, {.now_ms = NowMicros() / 1000}).ValueOrDie();
  }
  /// What an old committer makes of all staged edits: it sees old keys alone.
  void FoldAsOldProgram() {
    const auto objects = ListStagedEdits(table_).ValueOrDie();
    for (const ObjectInfo& object : objects) {
      Edit edit =
          ParseStagedEdit(ReadAll(*store_, object.path).ValueOrDie(), FlowSchema())
              .ValueOrDie();
      for (InputRecord& input : edit.inputs) {
        input = {KeyOfOld(*input.old_key), input.bucket, {}, "", input.old_key,
                 input.old_markers,        true};
        edit.add[0].inputs = {input.key};
      }
      Commit(edit);
      ASSERT_TRUE(store_->Delete(object.path).ok());
    }
  }
  Lake OpenedLake() { return Lake::Open(store_).ValueOrDie(); }
  Status UpgradeLake() {
    return Upgrade(OpenedLake(), PlanUpgrade(OpenedLake()).ValueOrDie());
  }
  Ledger Generation(const std::string& bucket) {
    return table_.ReadGeneration(*Load(), bucket).ValueOrDie();
  }
  Ledger Bucket() { return table_.ReadLedger(*Load(), kBucket).ValueOrDie(); }
  /// What an old program makes of a bucket that it takes for empty: nothing of the rest
  /// of the table does it look at.
  void BeginBucketAsOldProgram(int input) {
    ASSERT_FALSE(Load()->transactions.contains(LedgerApplicationId(kBucket)));
    const std::string path = "vpc_flow/" + LedgerPath(kBucket, 1);
    const Ledger ledger(Ledger::Lists{.old = {OldKey(input)}});
    ASSERT_TRUE(store_->PutIfAbsent(path, ledger.SerializeOldKeys()).ok());
    PutEntry(Load()->version + 1,
             R"({"txn":{"appId":"flowlake.inputs/2026-09-21","version":1}})");
  }
  int64_t Rows() { return Load()->rows(); }
};

TEST_F(OldProgramsTest, RecordBothKeysInTheirOwnForms) {
  Commit(NewEdit(1));
  const Ledger old = Generation(kBucket);
  EXPECT_TRUE(old.is_old_form());
  EXPECT_TRUE(old.ContainsOld(OldKey(1)));
  EXPECT_TRUE(old.HasMarker({Key128(), Key128{2, 10}}));
  const Ledger beside = Generation(BucketBeside(kBucket));
  EXPECT_FALSE(beside.is_old_form());
  EXPECT_THAT(beside.keys(), ElementsAre(InputKey(1)));
  EXPECT_THAT(beside.lists().paired, ElementsAre(OldKey(1)));
  EXPECT_TRUE(beside.HasMarker({Key128{1, 10}}));
}

/// Who brings an input first, and who does so again.
TEST_F(OldProgramsTest, WhateverTheOrderAnInputIsTakenOnce) {
  using Step = std::function<void()>;
  const std::pair<const char*, Step> steps[] = {
      {"old commits", [&] { CommitOld(1); }},
      {"new commits", [&] { Commit(NewEdit(1)); }},
      {"old stages, new folds", [&] { StageOld(1), Fold(); }},
      {"new stages, new folds", [&] { StageNew(NewEdit(1)), Fold(); }},
      {"new stages, old folds", [&] { StageNew(NewEdit(1)), FoldAsOldProgram(); }},
      {"old stages, old folds", [&] { StageOld(1), FoldAsOldProgram(); }},
      {"both stage, new folds", [&] { StageOld(1), StageNew(NewEdit(1)), Fold(); }},
      {"both stage, old folds",
       [&] { StageNew(NewEdit(1)), StageOld(1), FoldAsOldProgram(); }},
  };
  int number = 0;
  for (const auto& [first, bring] : steps) {
    for (const auto& [second, bring_again] : steps) {
      store_ = MakeMemoryStore();
      table_ = Table(store_, "vpc_flow");
      SetUp();
      bring();
      bring_again();
      EXPECT_EQ(Rows(), 1) << first << ", then " << second;
      ASSERT_TRUE(UpgradeLake().ok());
      EXPECT_THAT(Commit(NewEdit(1)).already, SizeIs(1)) << first << ", " << second;
      EXPECT_GE(Commit(NewEdit(2)).version, 0);
      EXPECT_THAT(Commit(NewEdit(1)).already, SizeIs(1)) << first << ", " << second;
      EXPECT_EQ(Rows(), 2);
      ++number;
    }
  }
  EXPECT_EQ(number, 64);
}

TEST_F(OldProgramsTest, AnotherContentOfTheSameOldKeyIsAnotherInput) {
  Commit(NewEdit(1));
  EXPECT_THAT(Commit(Colliding(2, 1)).already, IsEmpty());
  EXPECT_THAT(Commit(Colliding(2, 1)).already, SizeIs(1));
  EXPECT_EQ(Rows(), 2);
}

TEST_F(OldProgramsTest, AlsoWhenBothAreStaged) {
  StageNew(NewEdit(1));
  StageNew(Colliding(2, 1));
  Fold();
  EXPECT_EQ(Rows(), 2);
  Edit both = NewEdit(3);
  Edit other = Colliding(4, 3);
  both.add.push_back(other.add[0]);
  both.inputs.push_back(other.inputs[0]);
  StageNew(both);
  Fold();
  EXPECT_EQ(Rows(), 4);
}

TEST_F(OldProgramsTest, WhatAnOldProgramRecordedHidesItsLike) {
  CommitOld(1);  // nobody knows which content it was
  EXPECT_THAT(Commit(Colliding(2, 1)).already, SizeIs(1));
}

TEST_F(OldProgramsTest, AreRefusedByATableOfKeysAlone) {
  store_ = MakeMemoryStore();
  table_ = Table(store_, "vpc_flow");
  Create();
  Commit(NewEdit(1));
  // This is all that an old program accepts.
  const std::string path = "vpc_flow/" + LedgerPath(kBucket, 1);
  EXPECT_FALSE(ReadAll(*store_, path).ValueOrDie().starts_with("FLKEYS1\n"));
  StageOld(1);
  const FoldReport report = Fold();
  EXPECT_EQ(report.edits, 0);
  EXPECT_THAT(report.problems,
              ElementsAre(HasSubstr("staged by a program that is older")));
  EXPECT_EQ(Rows(), 1);
  const Edit edit = ParseStagedEdit(OldText(1), FlowSchema()).ValueOrDie();
  EXPECT_THAT(table_.Commit(edit).status().message(), HasSubstr("only an old program's"));
}

TEST_F(OldProgramsTest, ABucketThatTheyBeganIsTakenOver) {
  store_ = MakeMemoryStore();
  table_ = Table(store_, "vpc_flow");
  SetUp();
  CommitOld(1);
  ASSERT_TRUE(UpgradeLake().ok());
  Commit(NewEdit(2));
  const Ledger ledger = Bucket();
  EXPECT_FALSE(ledger.is_old_form());
  EXPECT_THAT(ledger.keys(), ElementsAre(InputKey(2)));
  EXPECT_TRUE(ledger.ContainsOld(OldKey(1)));
  EXPECT_TRUE(ledger.HasMarker({Key128(), Key128{2, 10}}));
  EXPECT_THAT(Commit(NewEdit(1)).already, SizeIs(1));
}

TEST_F(OldProgramsTest, ABucketThatTheyBeginAfterTheUpgradeIsTakenOverOnce) {
  ASSERT_TRUE(UpgradeLake().ok());
  BeginBucketAsOldProgram(1);
  EXPECT_THAT(Commit(NewEdit(1)).already, SizeIs(1));
  Commit(NewEdit(2));
  EXPECT_TRUE(Bucket().ContainsOld(OldKey(1)));
  EXPECT_THAT(Commit(NewEdit(1)).already, SizeIs(1));
  // This is what they find there now, and read no further.
  EXPECT_FALSE(Generation(kBucket).is_old_form());
  EXPECT_TRUE(Generation(kBucket).empty());
}

TEST_F(OldProgramsTest, UpgradeSurvivesAnyFault) {
  for (const bool is_killed : {false, true}) {
    for (const FaultKind kind : {FaultKind::kRefused, FaultKind::kAnswerLost}) {
      bool fired = true;
      int64_t operation = 0;
      for (; fired; ++operation) {
        const auto faulty = std::make_shared<FaultyStore>(MakeMemoryStore());
        store_ = faulty;
        table_ = Table(store_, "vpc_flow");
        SetUp();
        Commit(NewEdit(1));
        CommitOld(2);
        faulty->Inject({.operation = operation, .kind = kind, .forever = is_killed});
        const Status upgraded = UpgradeLake();
        fired = faulty->fired();
        faulty->Heal();
        for (const int input : {1, 2}) {
          EXPECT_THAT(Commit(NewEdit(input)).already, SizeIs(1)) << operation;
        }
        EXPECT_TRUE(upgraded.ok() || UpgradeLake().ok());
        EXPECT_TRUE(HasLedgerRoot(Load()->configuration));
        for (const int input : {1, 2}) {
          EXPECT_THAT(Commit(NewEdit(input)).already, SizeIs(1)) << operation;
        }
        EXPECT_EQ(Rows(), 2);
      }
      EXPECT_GE(operation, 4);
    }
  }
}

TEST_F(OldProgramsTest, WhoeverDidNotExpectThemCannotCommitBesideThem) {
  const Edit without_old_key = EditOf({{1}});
  EXPECT_THAT(table_.Commit(without_old_key).status().message(), HasSubstr("try again"));
  CommitOld(2);
  ASSERT_TRUE(UpgradeLake().ok());
  Edit edit = EditOf({{2}});  // its old key is in the ledger, but nobody made it
  edit.inputs[0].bucket = kBucket;
  EXPECT_THAT(table_.Commit(edit).status().message(), HasSubstr("try again"));
  EXPECT_EQ(Rows(), 1);
}

TEST_F(OldProgramsTest, UpgradeJoinsWhatStandsInTwoBuckets) {
  Commit(NewEdit(1));
  CommitOld(2);
  ASSERT_TRUE(UpgradeLake().ok());
  const auto properties = Load()->configuration;
  EXPECT_EQ(properties.at("flowlake.identity"), "blake3");
  EXPECT_EQ(properties.at("flowlake.min_writer"), "3");
  EXPECT_EQ(properties.at("flowlake.ledger"), "2");
  for (const int input : {1, 2}) {
    EXPECT_THAT(Commit(NewEdit(input)).already, SizeIs(1));
  }
  Commit(NewEdit(3));
  const Ledger ledger = Bucket();
  EXPECT_THAT(ledger.keys(), SizeIs(2));
  EXPECT_THAT(ledger.lists().paired, IsEmpty());
  EXPECT_TRUE(ledger.ContainsOld(OldKey(2)));
  EXPECT_FALSE(ledger.ContainsOld(OldKey(1)));  // its key says it
}

TEST_F(OldProgramsTest, UpgradeWaitsForTheirStagedEditsAndNamesThem) {
  StageOld(1);
  StageNew(NewEdit(2));
  const UpgradePlan plan = PlanUpgrade(OpenedLake()).ValueOrDie();
  EXPECT_THAT(plan.tables, ElementsAre("vpc_flow"));
  EXPECT_THAT(plan.waiting, ElementsAre(HasSubstr("vpc_flow/_flowlake/staged/")));
  EXPECT_THAT(Upgrade(OpenedLake(), plan).message(),
              HasSubstr("1 staged edits of older"));
  EXPECT_FALSE(Load()->configuration.at("flowlake.identity") == "blake3");
  Fold();
  EXPECT_TRUE(UpgradeLake().ok());
  EXPECT_THAT(PlanUpgrade(OpenedLake()).ValueOrDie().tables, IsEmpty());
}

TEST_F(OldProgramsTest, AnEditStagedBeforeTheUpgradeIsFoldedAfterIt) {
  StageNew(NewEdit(1));
  ASSERT_TRUE(UpgradeLake().ok());
  EXPECT_EQ(Fold().inputs, 1);
  EXPECT_THAT(Commit(NewEdit(1)).already, SizeIs(1));
}

TEST_F(OldProgramsTest, UpgradeKeepsWhatTheMetadataSaidBefore) {
  const Snapshot before = *Load();
  ASSERT_TRUE(UpgradeLake().ok());
  const Snapshot after = *Load();
  EXPECT_EQ(after.table_id, before.table_id);
  EXPECT_EQ(after.schema, before.schema);
  EXPECT_EQ(after.configuration.size(), before.configuration.size() + 2);
  EXPECT_THAT(after.metadata_text, HasSubstr("createdTime"));
}

TEST_F(OldProgramsTest, AWriterThatIsTooOldForTheTableIsRefused) {
  Edit edit;
  edit.operation = "SET TBLPROPERTIES";
  edit.properties = {{"flowlake.min_writer", "4"}};
  Commit(edit);
  const std::string wanted = "it needs a newer flowlake (flowlake.min_writer is 4";
  EXPECT_THAT(table_.Commit(NewEdit(1)).status().message(), HasSubstr(wanted));
  EXPECT_THAT(StageEdit(table_, NewEdit(1)).message(), HasSubstr(wanted));
  EXPECT_THAT(table_.Checkpoint().message(), HasSubstr(wanted));
  EXPECT_THAT(PlanUpgrade(OpenedLake())->failures.ToStatus().message(),
              HasSubstr(wanted));
  ASSERT_TRUE(store_->PutIfAbsent("vpc_flow/_flowlake/staged/x.json", OldText(1)).ok());
  EXPECT_THAT(FoldStagedEdits(table_, {}).status().message(), HasSubstr(wanted));
  edit.properties = {{"flowlake.min_writer", "x\x1b"}};
  EXPECT_FALSE(CheckMayWrite(edit.properties, "vpc_flow").ok());
}

}  // namespace
}  // namespace flowlake
