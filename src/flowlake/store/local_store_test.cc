#include "flowlake/store/local_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "flowlake/base/uuid.h"

namespace flowlake {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class LocalStoreTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(root_); }
  void TearDown() override {
    fs::permissions(root_, fs::perms::owner_all);
    fs::remove_all(root_);
  }

  std::vector<std::string> EverythingOnDisk() {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      if (entry.is_regular_file())
        found.push_back(entry.path().lexically_relative(root_));
    }
    return found;
  }

  const fs::path root_ = fs::temp_directory_path() / ("flowlake-local-" + NewUuid());
  std::shared_ptr<Store> store_ = MakeLocalStore(root_.string());
};

TEST_F(LocalStoreTest, RootIsAbsoluteWhateverItWasGivenAs) {
  EXPECT_EQ(MakeLocalStore(root_.string() + "/x/../")->uri(), root_.string());
  EXPECT_EQ(MakeLocalStore("lake")->uri(), (fs::current_path() / "lake").string());
}

TEST_F(LocalStoreTest, LostPutLeavesNoTemporaryFile) {
  ASSERT_TRUE(store_->PutIfAbsent("a/b", "1").ok());
  ASSERT_TRUE(store_->PutIfAbsent("a/b", "2").ok());
  EXPECT_THAT(EverythingOnDisk(), ElementsAre("a/b"));
}

TEST_F(LocalStoreTest, TemporaryFileOfAKilledProcessIsInvisible) {
  std::ofstream(root_ / ".tmp-0f2e7c1a") << "half";
  EXPECT_THAT(store_->List("").ValueOrDie(), IsEmpty());
  EXPECT_THAT(store_->Names("").ValueOrDie(), IsEmpty());
}

TEST_F(LocalStoreTest, MessageNamesPathAndCause) {
  EXPECT_EQ(store_->Open("a/b").status().message(),
            "open " + root_.string() + "/a/b: No such file or directory");
  std::ofstream(root_ / "file") << "x";
  EXPECT_EQ(store_->PutIfAbsent("file/b", "1").status().message(),
            "create " + root_.string() + "/file/b: Not a directory");
  fs::create_directory(root_ / "folder");
  EXPECT_EQ(store_->Open("folder").status().message(),
            "open " + root_.string() + "/folder: not a file");
}

TEST_F(LocalStoreTest, FolderThatVanishedIsMadeAgain) {
  ASSERT_TRUE(store_->PutIfAbsent("a/b", "1").ok());
  fs::remove_all(root_ / "a");
  EXPECT_TRUE(store_->PutIfAbsent("a/b", "2").ok());
}

TEST_F(LocalStoreTest, FileThatOutgrowsTheDiskIsRefusedAndLeavesNothing) {
  // A limit on file sizes is the nearest thing to a full disk that needs no privileges.
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  const rlimit small{4096, old_limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status put = store_->PutIfAbsent("big", std::string(10'000, 'x')).status();
  auto stream = store_->Create("bigger").ValueOrDie();
  const Status write = stream->Write(std::string(10'000, 'x'));
  const Status close = stream->Close();
  setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);

  EXPECT_EQ(put.message(), "write " + root_.string() + "/big: File too large");
  EXPECT_EQ(write.message(), "write " + root_.string() + "/bigger: File too large");
  EXPECT_EQ(close.message(), write.message());
  EXPECT_THAT(EverythingOnDisk(), IsEmpty());
}

TEST_F(LocalStoreTest, FolderWithoutPermissionIsOneCleanMessage) {
  fs::permissions(root_, fs::perms::none);
  const uid_t user = geteuid();
  // The superuser may read everything, so he becomes somebody else for a while.
  ASSERT_EQ(user == 0 ? seteuid(65534) : 0, 0);
  const Status list = store_->List("").status();
  const Status put = store_->PutIfAbsent("a", "1").status();
  const Status stat = store_->Stat("a").status();
  ASSERT_EQ(user == 0 ? seteuid(0) : 0, 0);

  EXPECT_EQ(list.message(), "list " + root_.string() + ": Permission denied");
  EXPECT_EQ(put.message(), "create " + root_.string() + "/a: Permission denied");
  EXPECT_EQ(stat.message(), "look at " + root_.string() + "/a: Permission denied");
}

TEST_F(LocalStoreTest, ReadOnlyFileSystemIsOneCleanMessage) {
  const auto proc = MakeLocalStore("/proc");
  const Status status = proc->PutIfAbsent("flowlake/a", "1").status();
  EXPECT_TRUE(status.IsIOError());
  EXPECT_THAT(status.message(), HasSubstr("/proc/flowlake: "));
}

class LinksInALake : public LocalStoreTest {
 protected:
  void SetUp() override {
    LocalStoreTest::SetUp();
    fs::create_directories(outside_ / "folder");
    std::ofstream(outside_ / "folder/secret") << "secret";
    fs::create_directory(root_ / "table");
    fs::create_directory_symlink(outside_ / "folder", root_ / "table/linked");
    fs::create_symlink(outside_ / "folder/secret", root_ / "table/part");
  }
  void TearDown() override {
    LocalStoreTest::TearDown();
    fs::remove_all(outside_);
  }

  const fs::path outside_ = fs::temp_directory_path() / ("flowlake-out-" + NewUuid());
};

TEST_F(LinksInALake, AreNotListed) {
  EXPECT_THAT(store_->List("").ValueOrDie(), IsEmpty());
  EXPECT_THAT(store_->ListUnfinished("").ValueOrDie(), IsEmpty());
  EXPECT_EQ(store_->Stat("table/part").ValueOrDie(), std::nullopt);
  // A name that cannot be a folder's, so nobody walks into it.
  EXPECT_THAT(store_->Names("table").ValueOrDie(), ElementsAre("linked", "part"));
}

TEST_F(LinksInALake, AreNotRead) {
  const char* const why = ": is a symbolic link, which is not followed here";
  EXPECT_EQ(store_->Open("table/part").status().message(),
            "open " + root_.string() + "/table/part" + why);
  EXPECT_EQ(store_->Open("table/linked/secret").status().message(),
            "open " + root_.string() + "/table/linked/secret" + why);
  EXPECT_THAT(store_->List("table/linked").status().message(), EndsWith(why));
  EXPECT_THAT(store_->Stat("table/linked/secret").status().message(), EndsWith(why));
}

TEST_F(LinksInALake, AreNotWrittenOrDeletedThrough) {
  EXPECT_FALSE(store_->PutIfAbsent("table/linked/new", "x").ok());
  EXPECT_FALSE(store_->PutIfAbsent("table/linked/deeper/new", "x").ok());
  EXPECT_FALSE(store_->Create("table/linked/new").ok());
  EXPECT_FALSE(store_->Delete("table/linked/secret").ok());
  EXPECT_EQ(store_->PutIfAbsent("table/part", "x").ValueOrDie(), PutOutcome::kExists);
  std::ifstream secret(outside_ / "folder/secret");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(secret), {}), "secret");
  EXPECT_FALSE(fs::exists(outside_ / "folder/new"));
  EXPECT_FALSE(fs::exists(outside_ / "folder/deeper"));
}

TEST_F(LinksInALake, DeletedAreTheLinkItself) {
  ASSERT_TRUE(store_->Delete("table/part").ok());
  EXPECT_FALSE(fs::is_symlink(root_ / "table/part"));
  EXPECT_TRUE(fs::exists(outside_ / "folder/secret"));
}

TEST_F(LocalStoreTest, RootMayBeReachedThroughALink) {
  fs::create_directory(root_ / "real");
  fs::create_directory_symlink(root_ / "real", root_ / "named");
  const auto named = MakeLocalStore((root_ / "named").string());
  ASSERT_TRUE(named->PutIfAbsent("a/b", "1").ok());
  EXPECT_EQ(ReadAll(*named, "a/b").ValueOrDie(), "1");
  EXPECT_THAT(EverythingOnDisk(), ElementsAre("real/a/b"));
}

TEST_F(LocalStoreTest, PipeThatNobodyWritesDoesNotHang) {
  ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(store_->Open("pipe").status().message(), EndsWith("pipe: not a file"));
}

}  // namespace
}  // namespace flowlake
