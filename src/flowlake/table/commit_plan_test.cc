#include "flowlake/table/commit_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Key128 Key(int number) { return {0, static_cast<uint64_t>(number)}; }

/// An edit whose files hold the inputs of these numbers.
Edit EditOf(const std::vector<std::vector<int>>& files, int inputs) {
  Edit edit;
  for (const auto& numbers : files) {
    AddedFile added;
    for (const int number : numbers) added.inputs.push_back(Key(number));
    edit.add.push_back(added);
  }
  for (int number = 0; number < inputs; ++number) {
    edit.inputs.push_back({Key(number), "day", {}});
  }
  return edit;
}

TEST(CommitPlan, WithoutALedgerEverythingIsCommitted) {
  const Edit edit = EditOf({{0, 1}, {2}}, 4);
  const CommitPlan plan = PlanCommit(edit, {});
  EXPECT_THAT(plan.add, ElementsAre(&edit.add[0], &edit.add[1]));
  EXPECT_EQ(plan.inputs.size(), 4U);
  EXPECT_THAT(plan.already, IsEmpty());
  EXPECT_THAT(plan.again, IsEmpty());
}

TEST(CommitPlan, DroppedFilesPullOthersAfterThem) {
  const Edit edit = EditOf({{3, 4}, {2, 3}, {1, 2}, {5}}, 7);
  const CommitPlan plan = PlanCommit(edit, {{"day", Ledger({Key(1)})}});
  EXPECT_THAT(plan.add, ElementsAre(&edit.add[3]));
  EXPECT_THAT(plan.already, ElementsAre(Key(1)));
  EXPECT_THAT(plan.again, ElementsAre(Key(2), Key(3), Key(4)));
  EXPECT_THAT(plan.inputs,
              ElementsAre(&edit.inputs[0], &edit.inputs[5], &edit.inputs[6]));
}

TEST(CommitPlan, OnlyTheInputsOwnBucketCounts) {
  const Edit edit = EditOf({{0}}, 1);
  EXPECT_THAT(PlanCommit(edit, {{"other", Ledger({Key(0)})}}).already, IsEmpty());
}

TEST(CommitPlan, InputsWithoutFilesAreRecordedUnlessTheyAreThere) {
  const Edit edit = EditOf({}, 2);
  const CommitPlan plan = PlanCommit(edit, {{"day", Ledger({Key(0)})}});
  EXPECT_THAT(plan.inputs, ElementsAre(&edit.inputs[1]));
  EXPECT_THAT(plan.already, ElementsAre(Key(0)));
}

TEST(CommitPlan, WhatWasOvertakenGoesAgainWithItsFileMates) {
  Edit edit = EditOf({{0, 1}, {2}}, 3);
  edit.inputs[0].was_overtaken = [](const Ledger& ledger) { return !ledger.empty(); };
  EXPECT_EQ(PlanCommit(edit, {{"day", Ledger()}}).add.size(), 2U);
  const CommitPlan plan = PlanCommit(edit, {{"day", Ledger({Key(9)})}});
  EXPECT_THAT(plan.add, ElementsAre(&edit.add[1]));
  EXPECT_THAT(plan.inputs, ElementsAre(&edit.inputs[2]));
  EXPECT_THAT(plan.already, IsEmpty());
  EXPECT_THAT(plan.again, ElementsAre(Key(0), Key(1)));
}

}  // namespace
}  // namespace flowlake
