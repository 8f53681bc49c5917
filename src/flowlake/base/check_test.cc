#include "flowlake/base/check.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

TEST(CheckDeathTest, AFailedCheckSaysWhatAndWhereAndEndsTheProgram) {
  EXPECT_DEATH(Check(false, "two and two are five"),
               "flowlake has a bug: two and two are five \\(.*check_test\\.cc:[0-9]+\\)");
}

TEST(CheckDeathTest, DebugChecksLookInBuildsWithSanitizers) {
  if (!kDebugChecks) GTEST_SKIP() << "they are off in this build";
  EXPECT_DEATH(DebugCheck(false, "two and two are five"), "two and two are five");
}

TEST(CheckTest, WhatHoldsDoesNothing) {
  Check(true, "never said");
  DebugCheck(true, "never said");
  if (!kDebugChecks) DebugCheck(false, "not looked at");
}

}  // namespace
}  // namespace flowlake
