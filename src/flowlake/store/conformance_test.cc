/// What every store must pass: the contract of store/store.h, sentence by sentence.
#include <arrow/buffer.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>

#include "flowlake/base/uuid.h"
#include "flowlake/store/faulty_store.h"
#include "flowlake/store/local_store.h"
#include "flowlake/store/memory_store.h"
#include "flowlake/store/open_store.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Kind {
  std::string name;
  std::function<std::shared_ptr<Store>(const std::string& folder)> make;
  bool shows_unfinished = true;
};

class Conformance : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override { store_ = GetParam().make(folder_ + "/deep/root"); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  PutOutcome Put(const std::string& path, const std::string& bytes) {
    return store_->PutIfAbsent(path, bytes).ValueOrDie();
  }
  std::string Read(const std::string& path) {
    return ReadAll(*store_, path).ValueOrDie();
  }
  std::vector<std::string> Paths(const std::string& folder) {
    std::vector<std::string> paths;
    for (const ObjectInfo& info : store_->List(folder).ValueOrDie()) {
      paths.push_back(info.path);
    }
    return paths;
  }
  std::vector<std::string> Names(const std::string& folder) {
    return store_->Names(folder).ValueOrDie();
  }

  const std::string folder_ =
      (std::filesystem::temp_directory_path() / ("flowlake-store-" + NewUuid())).string();
  std::shared_ptr<Store> store_;
};

TEST_P(Conformance, WhatIsPutIsRead) {
  EXPECT_EQ(Put("a/b/c", std::string("x\0y", 3)), PutOutcome::kCreated);
  EXPECT_EQ(Read("a/b/c"), std::string("x\0y", 3));
  EXPECT_EQ(Put("empty", ""), PutOutcome::kCreated);
  EXPECT_EQ(Read("empty"), "");
}

TEST_P(Conformance, SecondPutChangesNothing) {
  Put("a", "first");
  EXPECT_EQ(Put("a", "second"), PutOutcome::kExists);
  EXPECT_EQ(Read("a"), "first");
}

TEST_P(Conformance, OfManyConcurrentPutsExactlyOneWins) {
  for (int round = 0; round < 20; ++round) {
    const std::string path = "race/" + std::to_string(round);
    std::atomic<int> winner = -1;
    std::atomic<int> winners = 0;
    std::vector<std::thread> threads;
    for (int id = 0; id < 16; ++id) {
      threads.emplace_back([&, id] {
        if (Put(path, std::string(10'000, static_cast<char>('a' + id))) ==
            PutOutcome::kCreated) {
          winner = id;
          ++winners;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(winners, 1);
    EXPECT_EQ(Read(path), std::string(10'000, static_cast<char>('a' + winner)));
  }
}

TEST_P(Conformance, ListIsSortedRecursiveAndBoundToTheFolder) {
  for (const char* path : {"a/2", "a/10", "a/b/c", "a.txt", "ab/1", "z"}) Put(path, "1");
  EXPECT_THAT(Paths("a"), ElementsAre("a/10", "a/2", "a/b/c"));
  EXPECT_THAT(Paths(""), ElementsAre("a.txt", "a/10", "a/2", "a/b/c", "ab/1", "z"));
  EXPECT_THAT(Paths("nowhere"), IsEmpty());
  EXPECT_THAT(Paths("z"), IsEmpty());
}

TEST_P(Conformance, NamesAreThoseOfOneLevel) {
  for (const char* path : {"a/2", "a/b/c", "a/b/d", "z"}) Put(path, "1");
  EXPECT_THAT(Names(""), ElementsAre("a/", "z"));
  EXPECT_THAT(Names("a"), ElementsAre("2", "b/"));
  EXPECT_THAT(Names("nowhere"), IsEmpty());
}

TEST_P(Conformance, NamesMayBeginBehindOne) {
  for (const char* path : {"a/07.json", "a/08.json", "a/09.json", "a/09/x", "a/1"}) {
    Put(path, "1");
  }
  EXPECT_THAT(store_->Names("a", "08.json").ValueOrDie(),
              ElementsAre("09.json", "09/", "1"));
  EXPECT_THAT(store_->Names("a", "08").ValueOrDie(),
              ElementsAre("08.json", "09.json", "09/", "1"));
  EXPECT_THAT(store_->Names("a", "1").ValueOrDie(), IsEmpty());
}

TEST_P(Conformance, HiddenNamesAreReadButNotListed) {
  for (const char* path : {".hidden", "a/.hidden", "a/.git/config", "a/b"})
    Put(path, "1");
  EXPECT_THAT(Paths(""), ElementsAre("a/b"));
  EXPECT_THAT(Paths("a"), ElementsAre("a/b"));
  EXPECT_THAT(Names("a"), ElementsAre("b"));
  EXPECT_EQ(Read("a/.hidden"), "1");
}

TEST_P(Conformance, StatSaysSizeAndTimeAndAbsenceIsNoError) {
  Put("a/b", "12345");
  const auto info = store_->Stat("a/b").ValueOrDie();
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->path, "a/b");
  EXPECT_EQ(info->size, 5);
  EXPECT_GT(info->modified_ms, 1'600'000'000'000);
  EXPECT_FALSE(store_->Stat("a/c").ValueOrDie().has_value());
  EXPECT_FALSE(store_->Stat("a").ValueOrDie().has_value());
  EXPECT_FALSE(store_->Stat("a/b/c").ValueOrDie().has_value());
}

TEST_P(Conformance, CreatedObjectIsInvisibleUntilClosed) {
  auto stream = store_->Create("a/b").ValueOrDie();
  ASSERT_TRUE(stream->Write("hello ", 6).ok());
  ASSERT_TRUE(stream->Write("world", 5).ok());
  EXPECT_EQ(stream->Tell().ValueOrDie(), 11);
  EXPECT_THAT(Paths(""), IsEmpty());
  EXPECT_FALSE(store_->Stat("a/b").ValueOrDie().has_value());
  ASSERT_TRUE(stream->Close().ok());
  EXPECT_THAT(Paths(""), ElementsAre("a/b"));
  EXPECT_EQ(Read("a/b"), "hello world");
}

TEST_P(Conformance, AReplacedObjectIsTheNewOne) {
  Put("a/b", "first and long");
  ASSERT_TRUE(Replace(*store_, "a/b", "second").ok());
  EXPECT_EQ(Read("a/b"), "second");
  ASSERT_TRUE(Replace(*store_, "a/new", "third").ok());
  EXPECT_EQ(Read("a/new"), "third");
}

TEST_P(Conformance, ClosingTwiceIsNoError) {
  auto stream = store_->Create("a").ValueOrDie();
  ASSERT_TRUE(stream->Close().ok());
  EXPECT_TRUE(stream->Close().ok());
  EXPECT_FALSE(stream->Write("x", 1).ok());
}

TEST_P(Conformance, AbortedAndForgottenStreamsLeaveNothing) {
  auto aborted = store_->Create("a").ValueOrDie();
  ASSERT_TRUE(aborted->Write("x", 1).ok());
  ASSERT_TRUE(aborted->Abort().ok());
  EXPECT_TRUE(aborted->Close().ok());
  store_->Create("b").ValueOrDie().reset();
  EXPECT_THAT(Paths(""), IsEmpty());
}

TEST_P(Conformance, WhatIsUnfinishedIsListedAsSuchAndCanBeDiscarded) {
  const std::string large(9 << 20, 'x');  // more than a part of an upload
  Put("a/whole", "1");
  auto stream = store_->Create("a/b/c").ValueOrDie();
  ASSERT_TRUE(stream->Write(large.data(), static_cast<int64_t>(large.size())).ok());
  auto other = store_->Create("ab/c").ValueOrDie();
  ASSERT_TRUE(other->Write(large.data(), static_cast<int64_t>(large.size())).ok());
  const auto unfinished = store_->ListUnfinished("a").ValueOrDie();
  ASSERT_EQ(unfinished.size(), GetParam().shows_unfinished ? 1U : 0U);
  for (const UnfinishedObject& object : unfinished) {
    EXPECT_THAT(object.path, StartsWith("a/b/"));
    EXPECT_GT(object.modified_ms, 1'600'000'000'000);
    EXPECT_TRUE(store_->DiscardUnfinished(object).ok());
    EXPECT_TRUE(store_->DiscardUnfinished(object).ok());
    EXPECT_FALSE(stream->Close().ok());
    EXPECT_THAT(Paths("a"), ElementsAre("a/whole"));
  }
  EXPECT_THAT(store_->ListUnfinished("a").ValueOrDie(), IsEmpty());
  EXPECT_TRUE(other->Close().ok());
  EXPECT_THAT(store_->ListUnfinished("").ValueOrDie(), IsEmpty());
  EXPECT_THAT(store_->ListUnfinished("nowhere").ValueOrDie(), IsEmpty());
}

TEST_P(Conformance, RangesAreReadAndEndAtTheEnd) {
  Put("a", "0123456789");
  auto file = store_->Open("a").ValueOrDie();
  EXPECT_EQ(file->GetSize().ValueOrDie(), 10);
  EXPECT_EQ(file->ReadAt(3, 4).ValueOrDie()->ToString(), "3456");
  EXPECT_EQ(file->ReadAt(8, 4).ValueOrDie()->ToString(), "89");
}

TEST_P(Conformance, DeletedObjectIsGoneAndDeletingAgainIsNoError) {
  Put("a/b", "1");
  EXPECT_TRUE(store_->Delete("a/b").ok());
  EXPECT_FALSE(store_->Stat("a/b").ValueOrDie().has_value());
  EXPECT_TRUE(store_->Delete("a/b").ok());
  EXPECT_EQ(Put("a/b", "2"), PutOutcome::kCreated);
}

TEST_P(Conformance, MissingObjectIsAnErrorThatNamesIt) {
  const Status status = store_->Open("a/nothing").status();
  EXPECT_TRUE(status.IsIOError());
  EXPECT_THAT(status.message(), HasSubstr("/a/nothing: "));
}

TEST_P(Conformance, ObjectLargerThanTheLimitIsNotRead) {
  Put("a", "12345");
  EXPECT_EQ(ReadAll(*store_, "a", 5).ValueOrDie(), "12345");
  EXPECT_THAT(ReadAll(*store_, "a", 4).status().message(), HasSubstr("5 bytes"));
}

TEST_P(Conformance, PathsThatLeaveTheRootAreInvalid) {
  for (const char* path : {"", "/a", "a/../b", "..", ".", "a//b", "a/"}) {
    EXPECT_TRUE(store_->PutIfAbsent(path, "x").status().IsInvalid()) << path;
    EXPECT_TRUE(store_->Create(path).status().IsInvalid()) << path;
    EXPECT_TRUE(store_->Open(path).status().IsInvalid()) << path;
    EXPECT_TRUE(store_->Stat(path).status().IsInvalid()) << path;
    EXPECT_TRUE(store_->Delete(path).IsInvalid()) << path;
  }
  EXPECT_TRUE(store_->List("../x").status().IsInvalid());
}

INSTANTIATE_TEST_SUITE_P(
    Stores, Conformance,
    testing::Values(
        Kind{"Local", [](const std::string& folder) { return MakeLocalStore(folder); }},
        Kind{"Memory", [](const std::string&) { return MakeMemoryStore(); },
             /*shows_unfinished=*/false},
        Kind{"Faultless",
             [](const std::string&) -> std::shared_ptr<Store> {
               return std::make_shared<FaultyStore>(MakeMemoryStore());
             },
             /*shows_unfinished=*/false}),
    [](const auto& param) { return param.param.name; });

// A bucket of a real server, where test/s3 has started one.
std::vector<Kind> RemoteKinds() {
  const char* const bucket = std::getenv("FLOWLAKE_TEST_BUCKET");
  if (bucket == nullptr) return {};
  return {{"S3", [bucket = std::string(bucket)](const std::string& folder) {
             return OpenStore(bucket + folder).ValueOrDie();
           }}};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Conformance);
INSTANTIATE_TEST_SUITE_P(Remote, Conformance, testing::ValuesIn(RemoteKinds()),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace flowlake
