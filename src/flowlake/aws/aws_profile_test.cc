#include "flowlake/aws/aws_profile.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "flowlake/base/uuid.h"

namespace flowlake {
namespace {

using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

class AwsProfileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_);
    ::setenv("AWS_CONFIG_FILE", (folder_ + "/config").c_str(), 1);
    ::setenv("AWS_SHARED_CREDENTIALS_FILE", (folder_ + "/credentials").c_str(), 1);
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    ::unsetenv("AWS_CONFIG_FILE");
    ::unsetenv("AWS_SHARED_CREDENTIALS_FILE");
  }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name) << text;
  }

  const std::string folder_ =
      (std::filesystem::temp_directory_path() / ("flowlake-aws-" + NewUuid())).string();
};

TEST_F(AwsProfileTest, HasTheSettingsOfBothFiles) {
  Write("config",
        "# ours\n[default]\nregion=us-east-1\n[profile logs]\nregion = eu-west-1\r\n"
        "s3 =\n  addressing_style = path\naws_access_key_id = old\n");
  Write("credentials", "[logs]\naws_access_key_id = new\n; none\n[other]\nx = y\n");
  EXPECT_THAT(ReadAwsProfile("logs").ValueOrDie(),
              UnorderedElementsAre(Pair("region", "eu-west-1"), Pair("s3", ""),
                                   Pair("aws_access_key_id", "new")));
}

TEST_F(AwsProfileTest, IsEmptyWithoutFilesOrSection) {
  EXPECT_THAT(ReadAwsProfile("logs").ValueOrDie(), IsEmpty());
  Write("config", "[profile other]\nregion = x\n");
  EXPECT_THAT(ReadAwsProfile("logs").ValueOrDie(), IsEmpty());
}

}  // namespace
}  // namespace flowlake
