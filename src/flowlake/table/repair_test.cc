#include "flowlake/table/repair.h"

#include <gmock/gmock.h>

#include "flowlake/table/checkpoint.h"
#include "flowlake/table/ledger_root.h"
#include "flowlake/table/table_fixture.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RepairTest : public TableFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_->PutIfAbsent("flowlake.toml", "").ok());
    Create();
    Commit(EditOf({{1}}));
    Commit(EditOf({{2}}));
  }

  /// As after another program's commit and a checkpoint that drops every `txn`.
  void Forget() {
    PutEntry(3, R"({"commitInfo":{"timestamp":1}})");
    Snapshot forgetful = *Load();
    forgetful.transactions.clear();
    ASSERT_TRUE(WriteCheckpoint(*store_, "vpc_flow", forgetful).ok());
    ASSERT_FALSE(table_.Commit(EditOf({{1}})).ok());
  }
  Lake OpenedLake() { return Lake::Open(store_).ValueOrDie(); }
  std::vector<TableRepair> Plan() { return PlanRepair(OpenedLake()).ValueOrDie(); }
};

TEST_F(RepairTest, HasNothingToSayOfAWholeLedger) { EXPECT_THAT(Plan(), IsEmpty()); }

TEST_F(RepairTest, FindsTheRootInTheLog) {
  Forget();
  const auto plan = Plan();
  ASSERT_EQ(plan.size(), 1U);
  EXPECT_EQ(plan[0].root, 2);
  ASSERT_TRUE(Repair(OpenedLake(), plan).ok());
  ASSERT_TRUE(Repair(OpenedLake(), plan).ok()) << "by two at the same time";
  EXPECT_THAT(Plan(), IsEmpty());
  EXPECT_EQ(Load()->version, 4);
  EXPECT_THAT(Commit(EditOf({{1}, {2}})).already, SizeIs(2));
  EXPECT_EQ(Commit(EditOf({{3}})).version, 5);
}

TEST_F(RepairTest, DoesNotGuessWhereTheLogSaysNothing) {
  Forget();
  for (const int64_t version : {0, 1, 2}) {
    ASSERT_TRUE(store_->Delete(LogEntryPath("vpc_flow", version)).ok());
  }
  const auto plan = Plan();
  ASSERT_EQ(plan.size(), 1U);
  EXPECT_FALSE(plan[0].root);
  EXPECT_THAT(plan[0].problems, ElementsAre(HasSubstr("no entry of the log says")));
}

TEST_F(RepairTest, NamesWhatIsLost) {
  const std::string root = "vpc_flow/" + LedgerRootPath(2);
  ASSERT_TRUE(store_->Delete(root).ok());
  const auto plan = Plan();
  ASSERT_EQ(plan.size(), 1U);
  EXPECT_FALSE(plan[0].root);
  EXPECT_THAT(plan[0].problems, ElementsAre(HasSubstr(root)));
}

}  // namespace
}  // namespace flowlake
