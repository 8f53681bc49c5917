// What the headers of this module require of their callers, broken on purpose.
#include <gtest/gtest.h>

#include <string_view>

#include "flowlake/base/check.h"
#include "flowlake/base/dictionary.h"
#include "flowlake/base/escape.h"

namespace flowlake {
namespace {

TEST(BaseContractsDeathTest, ADictionaryHasLessThan4GiB) {
  Dictionary dictionary;
  const std::string_view endless("x", size_t{1} << 32);
  EXPECT_DEATH(dictionary.Append(endless), "a dictionary of 4 GiB or more");
}

TEST(BaseContractsDeathTest, OnlyUtf8HasAWidth) {
  if (!kDebugChecks) GTEST_SKIP() << "asked per value, in builds with sanitizers";
  EXPECT_DEATH((void)DisplayWidth("\xFF"), "the width of what is not UTF-8");
}

}  // namespace
}  // namespace flowlake
