#include "flowlake/ingest/day_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flowlake/source/inputs.h"

namespace flowlake {

namespace {

using ::testing::HasSubstr;

constexpr Date kToday = 20'600;  // 2026-05-27

const Schema& Flows() {
  static const Schema schema("flows", {{"address", ColumnType::kString},
                                       {"bytes", ColumnType::kInt64},
                                       {"start", ColumnType::kTimestamp}});
  return schema;
}

class DayGateTest : public testing::Test {
 protected:
  DayGateTest() : columns_(&Flows()) { input_.name = "a.log"; }

  void Append(Date day) {
    columns_.AppendString(0, "10.0.0.1");
    columns_.AppendNumber(1, 40);
    columns_.AppendNumber(2, day * kMicrosPerDay + 1);
    columns_.FinishRow();
  }
  void AppendDays(Date first, int count) {
    for (int i = 0; i < count; ++i) Append(first + i);
  }
  Status Check() {
    DayGate gate(rule_, input_, kToday);
    ARROW_RETURN_NOT_OK(gate.Check(columns_, 0, rejects_));
    return gate.Finish("flows", columns_.rows(), opened_);
  }

  DayRule rule_;
  Input input_;
  ColumnsBuilder columns_;
  Rejects rejects_;
  OpenedDays opened_;
};

TEST_F(DayGateTest, AnInputMayHaveAsManyDaysAsTheRuleSays) {
  AppendDays(kToday - 63, 64);
  EXPECT_TRUE(Check().ok());
}

TEST_F(DayGateTest, OneMoreRefusesItAndNamesTheFlag) {
  AppendDays(kToday - 64, 65);
  const Status status = Check();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_THAT(status.message(),
              testing::AllOf(HasSubstr("a.log"), HasSubstr("64 days"),
                             HasSubstr("--from 2026-03-24"), HasSubstr("--max-days")));
}

TEST_F(DayGateTest, MoreMayBeAllowed) {
  rule_.max_days = 65;
  AppendDays(kToday - 64, 65);
  EXPECT_TRUE(Check().ok());
}

TEST_F(DayGateTest, DaysThatTheUserNamesDoNotCount) {
  rule_.from = 16'000;
  rule_.to = 18'000;
  AppendDays(16'000, 2001);
  AppendDays(kToday - 63, 64);
  EXPECT_TRUE(Check().ok());
  Append(kToday - 64);
  EXPECT_FALSE(Check().ok());
}

TEST_F(DayGateTest, TheDayThatTheNameSaysDoesNotCount) {
  input_.date = kToday;
  AppendDays(kToday - 64, 65);
  EXPECT_TRUE(Check().ok());
}

TEST_F(DayGateTest, WhatIsFarOlderThanTheInputIsRejectedWithItsValues) {
  input_.date = kToday;
  Append(kToday);
  Append(kToday - 401);
  Append(kToday - 400);
  ASSERT_TRUE(Check().ok());
  EXPECT_EQ(columns_.rows(), 2);
  const auto rejects = rejects_.Take();
  ASSERT_EQ(rejects.size(), 1U);
  EXPECT_EQ(rejects[0].reason, RejectReason::kTooOld);
  EXPECT_EQ(rejects[0].column, "start");
  EXPECT_EQ(rejects[0].text,
            R"({"address":"10.0.0.1","bytes":40,"start":"2025-04-21 00:00:00.000001"})");
}

TEST_F(DayGateTest, AnInputThatIsAllTooOldIsRefusedWithTheFlagThatTakesIt) {
  input_.date = kToday;
  Append(kToday - 3000);
  const Status status = Check();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_THAT(status.message(), HasSubstr("--from 2018-03-10"));
  rule_.from = kToday - 3000;
  Append(kToday - 3000);
  EXPECT_TRUE(Check().ok());
}

TEST_F(DayGateTest, WithoutADayOfItsOwnNothingIsTooOldIfSomebodyLooksOn) {
  Append(15'000);
  EXPECT_TRUE(Check().ok());
  EXPECT_EQ(columns_.rows(), 1);
}

TEST_F(DayGateTest, WithoutOneAnInputIsOfTheDayItArrivesIfNobodyDoes) {
  rule_.is_unattended = true;
  Append(15'000);
  EXPECT_TRUE(Check().IsInvalid());
  input_.delivery = {std::make_shared<const std::string>("x"), "firehose:1", 15'100};
  Append(15'000);
  EXPECT_TRUE(Check().ok());
}

TEST_F(DayGateTest, TheInputsOfOneCommitShareTheirDaysIfNobodyLooksOn) {
  rule_.is_unattended = true;
  AppendDays(kToday - 70, 40);
  EXPECT_TRUE(Check().ok());
  EXPECT_TRUE(Check().ok()) << "the same days again";
  (void)columns_.Finish();
  AppendDays(kToday - 200, 40);
  EXPECT_TRUE(Check().IsInvalid());
  (void)columns_.Finish();
  AppendDays(kToday - 2, 4);
  EXPECT_TRUE(Check().ok()) << "those around today are everybody's";
}

TEST_F(DayGateTest, RowsWithoutATimeAreNotLookedAt) {
  input_.date = kToday;
  columns_.AppendNumber(1, 1);
  columns_.FinishRow();
  columns_.AppendNull(2);
  columns_.FinishRow();
  Append(kToday);
  EXPECT_TRUE(Check().ok());
  EXPECT_EQ(columns_.rows(), 3);
}

TEST_F(DayGateTest, OnlyTheRowsOfTheInputItselfAreLookedAt) {
  input_.date = kToday;
  Append(kToday - 1000);  // somebody else's
  Append(kToday - 1001);
  Append(kToday);
  DayGate gate(rule_, input_, kToday);
  ASSERT_TRUE(gate.Check(columns_, 1, rejects_).ok());
  EXPECT_EQ(columns_.rows(), 2);
  EXPECT_EQ(gate.too_old(), 1);
}

using DayGateDeathTest = DayGateTest;

TEST_F(DayGateDeathTest, AdviceIsAboutRecordsThatAreTooOld) {
  const DayGate gate(rule_, input_, kToday);
  EXPECT_DEATH((void)gate.Advice(), "too old, of which none is");
}

}  // namespace
}  // namespace flowlake
