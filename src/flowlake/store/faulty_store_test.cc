#include "flowlake/store/faulty_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

class FaultyStoreTest : public testing::Test {
 protected:
  bool Put(const std::string& path) { return store_.PutIfAbsent(path, "x").ok(); }
  bool Exists(const std::string& path) {
    return inner_->Stat(path).ValueOrDie().has_value();
  }

  std::shared_ptr<Store> inner_ = MakeMemoryStore();
  FaultyStore store_{inner_};
};

TEST_F(FaultyStoreTest, RefusedOperationDoesNothing) {
  store_.Inject({.operation = 1});
  EXPECT_TRUE(Put("a"));
  EXPECT_FALSE(store_.fired());
  EXPECT_FALSE(Put("b"));
  EXPECT_TRUE(store_.fired());
  EXPECT_TRUE(Put("c"));
  EXPECT_TRUE(Exists("a") && !Exists("b") && Exists("c"));
}

TEST_F(FaultyStoreTest, LostAnswerHidesASuccess) {
  store_.Inject({.kind = FaultKind::kAnswerLost});
  EXPECT_FALSE(Put("a"));
  EXPECT_TRUE(Exists("a"));
}

TEST_F(FaultyStoreTest, RefusedCloseLeavesNothing) {
  store_.Inject({.operation = 1});
  auto stream = store_.Create("a").ValueOrDie();
  EXPECT_TRUE(stream->Write("x", 1).ok());
  EXPECT_FALSE(stream->Close().ok());
  EXPECT_FALSE(Exists("a"));
}

TEST_F(FaultyStoreTest, LostAnswerOfCloseLeavesTheObject) {
  store_.Inject({.operation = 1, .kind = FaultKind::kAnswerLost});
  EXPECT_FALSE(store_.Create("a").ValueOrDie()->Close().ok());
  EXPECT_TRUE(Exists("a"));
}

TEST_F(FaultyStoreTest, ReadsFailOnlyWhenTheyCount) {
  store_.Inject({});
  EXPECT_TRUE(store_.Stat("a").ok());
  store_.Inject({.mutating_only = false});
  EXPECT_FALSE(store_.Stat("a").ok());
}

TEST_F(FaultyStoreTest, KilledProcessDoesNothingMoreUntilHealed) {
  store_.Inject({.forever = true});
  EXPECT_FALSE(Put("a"));
  EXPECT_FALSE(Put("b"));
  EXPECT_FALSE(store_.List("").ok());
  store_.Heal();
  EXPECT_TRUE(Put("b"));
}

}  // namespace
}  // namespace flowlake
