#include "flowlake/base/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

namespace flowlake {
namespace {

namespace fs = std::filesystem;

TEST(TemporaryFolder, OnlyItsUserMayEnter) {
  const auto folder = TemporaryFolder::Make("").ValueOrDie();
  EXPECT_EQ(fs::status(folder.path()).permissions(), fs::perms::owner_all);
}

TEST(TemporaryFolder, GoesWithWhatIsInIt) {
  std::optional folder = TemporaryFolder::Make("").ValueOrDie();
  const std::string path = folder->path();
  std::ofstream(path + "/x") << "x";
  folder.reset();
  EXPECT_FALSE(fs::exists(path));
}

TEST(TemporaryFolder, ThatCannotBeMadeIsNamed) {
  EXPECT_THAT(TemporaryFolder::Make("/proc/nowhere").status().message(),
              testing::MatchesRegex(
                  "make the temporary folder /proc/nowhere/flowlake-.*: No such file.*"));
}

}  // namespace
}  // namespace flowlake
