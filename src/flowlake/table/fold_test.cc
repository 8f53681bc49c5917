#include "flowlake/table/fold.h"

#include <gmock/gmock.h>

#include <thread>

#include "flowlake/store/faulty_store.h"
#include "flowlake/table/shard_claims.h"
#include "flowlake/table/staged_edits.h"
#include "flowlake/table/table_fixture.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FoldTest : public TableFixture {
 protected:
  void SetUp() override { Create(); }

  void Stage(const Edit& edit) { ASSERT_TRUE(StageEdit(table_, edit).ok()); }
  void Stage(const std::vector<int>& inputs) {
    std::vector<std::vector<int>> files;
    for (const int input : inputs) files.push_back({input});
    Stage(EditOf(files));
  }
  FoldReport Fold(int64_t later_ms = 0) {
    return FoldStagedEdits(table_, {.now_ms = NowMicros() / 1000 + later_ms})
        .ValueOrDie();
  }
  size_t Staged() { return ListStagedEdits(table_).ValueOrDie().size(); }
};

TEST_F(FoldTest, CommitsAllInOneVersionAndDeletesThem) {
  Stage({1, 2});
  Stage({3});
  const FoldReport report = Fold();
  EXPECT_EQ(report.edits, 2);
  EXPECT_EQ(report.inputs, 3);
  EXPECT_EQ(report.rows, 3);
  EXPECT_EQ(report.version, 1);
  EXPECT_EQ(Staged(), 0U);
  EXPECT_EQ(Load()->files.size(), 3U);
  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(Holds(i));
  EXPECT_EQ(Fold().version, -1);
}

TEST_F(FoldTest, TakesEveryInputOnce) {
  Commit(EditOf({{1}}));
  Stage({1, 2});
  Stage({2, 3});
  const FoldReport report = Fold();
  EXPECT_EQ(report.inputs, 2);
  EXPECT_EQ(report.duplicates, 2);
  EXPECT_EQ(Load()->rows(), 3);
}

TEST_F(FoldTest, OfNothingNewStillDeletesTheEdits) {
  Commit(EditOf({{1}}));
  Stage({1});
  EXPECT_EQ(Fold().version, -1);
  EXPECT_EQ(Staged(), 0U);
}

TEST_F(FoldTest, AnEditWithAClaimWaitsForItAndIsVoidIfAnotherHasIt) {
  const ShardClaims claims(store_, "stream/shard");
  Edit lost = EditOf({{1}});
  lost.claim = claims.ClaimBehind({});
  Edit won = EditOf({{2}});
  won.claim = claims.ClaimBehind({});
  Stage(lost);
  Stage(won);
  EXPECT_EQ(Fold().waiting, 2);
  EXPECT_EQ(Staged(), 2U);
  ASSERT_TRUE(claims.Claim({}, "7", *won.claim).ValueOrDie());
  const FoldReport report = Fold();
  EXPECT_EQ(report.edits, 1);
  EXPECT_EQ(report.void_edits, 1);
  EXPECT_EQ(Staged(), 0U);
  EXPECT_TRUE(Holds(2));
  EXPECT_FALSE(Holds(1));
}

TEST_F(FoldTest, RefusesWhatIsTooOldAndSaysSo) {
  Stage({1});
  constexpr int64_t kDay = 86'400'000;
  EXPECT_THAT(Fold(4 * kDay).problems, ElementsAre(HasSubstr("has waited for longer")));
  EXPECT_EQ(Staged(), 1U);
  EXPECT_THAT(Fold(3 * kDay).problems, IsEmpty());
}

TEST_F(FoldTest, LeavesOutAnEditWhoseFileIsMissing) {
  const Edit edit = EditOf({{1}});
  Stage(edit);
  Stage({2});
  const std::string path = "vpc_flow/" + edit.add[0].file.path;
  ASSERT_TRUE(store_->Delete(path).ok());
  const FoldReport report = Fold();
  EXPECT_THAT(report.problems, ElementsAre(HasSubstr(path + " is missing")));
  EXPECT_EQ(report.inputs, 1);
  EXPECT_FALSE(Holds(1));
  EXPECT_EQ(Staged(), 1U);
}

TEST_F(FoldTest, ManyAreFoldedInSeveralCommits) {
  for (int i = 0; i < 25; ++i) Stage({i});
  const FoldOptions options{.now_ms = NowMicros() / 1000, .edits_per_commit = 10};
  EXPECT_EQ(FoldStagedEdits(table_, options).ValueOrDie().version, 3);
  EXPECT_EQ(Load()->rows(), 25);
}

TEST_F(FoldTest, FailedAtAnyOperationIsFinishedByTheNext) {
  for (const FaultKind kind : {FaultKind::kRefused, FaultKind::kAnswerLost}) {
    for (const bool forever : {false, true}) {
      bool fired = true;
      for (int64_t k = 0; fired; ++k) {
        auto faulty = std::make_shared<FaultyStore>(MakeMemoryStore());
        store_ = faulty;
        table_ = Table(store_, "vpc_flow");
        Create();
        Commit(EditOf({{1}}));
        Stage({1, 2});
        Stage({2, 3});
        faulty->Inject(
            {.operation = k, .kind = kind, .mutating_only = false, .forever = forever});
        ARROW_UNUSED(FoldStagedEdits(table_, {.now_ms = NowMicros() / 1000}));
        fired = faulty->fired();
        faulty->Heal();
        Fold();
        ASSERT_EQ(Load()->rows(), 3) << k;
        ASSERT_EQ(Staged(), 0U) << k;
        for (int i = 1; i <= 3; ++i) ASSERT_TRUE(Holds(i)) << k;
      }
    }
  }
}

TEST_F(FoldTest, ManyAtOnceTakeEveryInputOnce) {
  for (int i = 0; i < 40; ++i) Stage({i, (i + 1) % 40});
  std::vector<std::jthread> folders;
  for (int i = 0; i < 4; ++i) folders.emplace_back([&] { Fold(); });
  folders.clear();
  EXPECT_EQ(Load()->rows(), 40);
  EXPECT_EQ(Staged(), 0U);
}

}  // namespace
}  // namespace flowlake
