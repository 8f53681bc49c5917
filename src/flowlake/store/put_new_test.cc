#include "flowlake/store/put_new.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flowlake/aws/http_client.h"
#include "flowlake/base/waiting.h"
#include "flowlake/store/faulty_store.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

using testing::HasSubstr;
using Kind = PutFate::Kind;

/// Says that it is busy, so many times, to puts and to reads; a put that is refused may
/// be done a moment later.
class BusyStore final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;

  Result<PutOutcome> PutIfAbsent(const std::string& path,
                                 std::string_view bytes) override {
    if (late && puts == 1) ARROW_RETURN_NOT_OK(Replace(*this, path, bytes));
    if (puts-- > 0) return Busy();
    return FaultyStore::PutIfAbsent(path, bytes);
  }
  Result<std::string> Read(const std::string& path, int64_t limit) override {
    if (reads-- > 0) return Busy();
    return FaultyStore::Read(path, limit);
  }

  int puts = 0;
  int reads = 0;
  bool late = false;

 private:
  static Status Busy() {
    return WithCause(Status::IOError("slow down"), FailureCause::kBusy);
  }
};

class PutNewTest : public testing::Test {
 protected:
  PutFate Put() { return PutNew(store_, "a", "mine"); }

  const SkippedWaits skipped_;
  BusyStore store_{MakeMemoryStore()};
};

TEST_F(PutNewTest, SaysWhoseTheObjectIs) {
  EXPECT_EQ(Put().kind, Kind::kOurs);
  const PutFate second = PutNew(store_, "a", "another's");
  EXPECT_EQ(second.kind, Kind::kOthers);
  EXPECT_EQ(second.others, "mine");
}

TEST_F(PutNewTest, GoesOnWhileTheStoreIsBusy) {
  store_.puts = 8;
  EXPECT_EQ(Put().kind, Kind::kOurs);
  EXPECT_EQ(*ReadAll(store_, "a"), "mine");
}

TEST_F(PutNewTest, FindsAPutThatWasDoneLate) {
  store_.puts = 3;
  store_.reads = 2;
  store_.late = true;
  EXPECT_EQ(Put().kind, Kind::kOurs);
}

TEST_F(PutNewTest, ReadsAgainUntilItIsTold) {
  ASSERT_TRUE(store_.PutIfAbsent("a", "another's").ok());
  store_.reads = 8;
  EXPECT_EQ(Put().others, "another's");
}

TEST_F(PutNewTest, GivesUpAfterAMinuteWithoutAWord) {
  const int64_t begin = SteadyMs();
  store_.InjectOutage({.begins_at = "a", .refuses = "", .lasts_ms = 3'600'000});
  const PutFate fate = Put();
  EXPECT_EQ(fate.kind, Kind::kUnknown);
  EXPECT_THAT(fate.failure.message(), HasSubstr("injected fault"));
  EXPECT_LE(SteadyMs() - begin, 70'000);
  EXPECT_GE(SteadyMs() - begin, 40'000);
  store_.Heal();
  EXPECT_EQ(*ReadAll(store_, "a"), "mine");
}

TEST_F(PutNewTest, TriesWhatDoesNotPassThreeTimes) {
  const int64_t begin = SteadyMs();
  store_.Inject({.operation = 0, .mutating_only = false, .forever = true});
  EXPECT_EQ(Put().kind, Kind::kUnknown);
  EXPECT_LE(SteadyMs() - begin, 1'000);
}

}  // namespace
}  // namespace flowlake
