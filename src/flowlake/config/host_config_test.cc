#include "flowlake/config/host_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace flowlake {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A folder of its own is current, home and all; the variables come back afterwards.
class HostConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = fs::temp_directory_path() / "host-config-XXXXXX";
    root_ = ::mkdtemp(folder.data());
    before_ = fs::current_path();
    fs::create_directories(root_ / "here");
    fs::current_path(root_ / "here");
    for (const char* name : {"HOME", "XDG_CONFIG_HOME", "FLOWLAKE_CONFIG"}) {
      const char* value = std::getenv(name);
      variables_.emplace_back(name, value == nullptr ? "" : value);
      ::unsetenv(name);
    }
    ::setenv("HOME", (root_ / "home").c_str(), 1);
  }
  void TearDown() override {
    for (const auto& [name, value] : variables_) ::setenv(name.c_str(), value.c_str(), 1);
    fs::current_path(before_);
    fs::remove_all(root_);
  }

  /// A file whose [serve] log is `said`; its path.
  fs::path Write(const fs::path& path, const std::string& said) {
    return WriteText(path, "[serve]\nlog = '" + said + "'\n");
  }
  fs::path WriteText(const fs::path& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
    return root_ / path;
  }

  /// What the host's file says; "" if it says nothing.
  static std::string Said() {
    const auto config = ReadHostConfig();
    if (!config.ok()) return config.status().message();
    const auto serve = config->Sections("serve");
    return serve.empty() ? "" : serve[0].Text("serve.log").value_or("");
  }

  fs::path root_;
  fs::path before_;
  std::vector<std::pair<std::string, std::string>> variables_;
};

TEST_F(HostConfigTest, TheNamedFileIsReadBeforeTheUsualOne) {
  EXPECT_EQ(Said(), "");
  Write("home/.config/flowlake/flowlake.toml", "home");
  EXPECT_EQ(Said(), "home");
  ::setenv("XDG_CONFIG_HOME", (root_ / "xdg").c_str(), 1);
  EXPECT_EQ(Said(), "");
  Write("xdg/flowlake/flowlake.toml", "xdg");
  EXPECT_EQ(Said(), "xdg");
  ::setenv("FLOWLAKE_CONFIG", Write("named.toml", "named").c_str(), 1);
  EXPECT_EQ(Said(), "named");
  ::setenv("FLOWLAKE_CONFIG", "", 1);
  EXPECT_EQ(Said(), "xdg");
}

TEST_F(HostConfigTest, AFileInTheCurrentFolderIsNotIt) {
  Write("here/flowlake.toml", "here");
  Write("here/flowlake/flowlake.toml", "relative");
  EXPECT_EQ(Said(), "");
  for (const char* relative : {"", ".", "./"}) {
    ::setenv("XDG_CONFIG_HOME", relative, 1);
    ::setenv("HOME", relative, 1);
    EXPECT_EQ(Said(), "") << relative;
  }
  ::setenv("FLOWLAKE_CONFIG", "./flowlake.toml", 1);
  EXPECT_EQ(Said(), "here") << "it was named";
}

TEST_F(HostConfigTest, ANamedFileMustBeThereAndAFile) {
  ::setenv("FLOWLAKE_CONFIG", "/nowhere/x.toml", 1);
  EXPECT_THAT(Said(), testing::AllOf(HasSubstr("/nowhere/x.toml"), HasSubstr("no such")));
  ::setenv("FLOWLAKE_CONFIG", root_.c_str(), 1);
  EXPECT_THAT(Said(), HasSubstr("is not a file"));
  const fs::path pipe = root_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  ::setenv("FLOWLAKE_CONFIG", pipe.c_str(), 1);
  EXPECT_THAT(Said(), HasSubstr("is not a file"));
  ::setenv("FLOWLAKE_CONFIG", "/dev/null", 1);
  EXPECT_EQ(Said(), "");
  ::setenv("FLOWLAKE_CONFIG", "/dev/zero", 1);
  EXPECT_THAT(Said(), HasSubstr("is longer than"));
}

TEST_F(HostConfigTest, HostKeysInTheCurrentFolderAreRefusedByName) {
  EXPECT_TRUE(CheckFolderConfig().ok());
  WriteText("here/flowlake.toml", "[[location]]\nendpoint = 'http://evil'\n");
  EXPECT_THAT(CheckFolderConfig().message(),
              testing::AllOf(HasSubstr("./flowlake.toml, line 2: [[location]] endpoint"),
                             HasSubstr("--config FILE")));
  Write("home/.config/flowlake/flowlake.toml", "home");
  EXPECT_TRUE(CheckFolderConfig().IsInvalid()) << "whatever else there is";
  ::setenv("FLOWLAKE_CONFIG", "/dev/null", 1);
  EXPECT_TRUE(CheckFolderConfig().ok()) << "the user has said what counts";
  ::unsetenv("FLOWLAKE_CONFIG");
  WriteText("here/flowlake.toml", "[maintain]\nexpire = '1h'\n");
  EXPECT_TRUE(CheckFolderConfig().ok()) << "a lake's";
}

TEST_F(HostConfigTest, TheUsualFileIsTheHostsAlsoWhereItIsTheCurrentFolders) {
  Write("home/.config/flowlake/flowlake.toml", "home");
  fs::current_path(root_ / "home/.config/flowlake");
  EXPECT_TRUE(CheckFolderConfig().ok());
}

TEST_F(HostConfigTest, NothingWaitsForWhatIsNoFileInTheCurrentFolder) {
  ASSERT_EQ(::mkfifo("flowlake.toml", 0600), 0);
  EXPECT_TRUE(CheckFolderConfig().ok());
}

}  // namespace
}  // namespace flowlake
