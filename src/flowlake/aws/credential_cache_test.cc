#include "flowlake/aws/credential_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace flowlake {
namespace {

constexpr int64_t kMinute = 60'000;

/// A source and a clock that the test moves.
class CredentialCacheTest : public testing::Test {
 protected:
  Result<AwsCredentials> Ask() {
    ++asked_;
    if (fails_) return Status::IOError("STS is down");
    return AwsCredentials{"KEY" + std::to_string(asked_), "s", "",
                          lifetime_ == 0 ? 0 : now_ + lifetime_};
  }

  std::string Get() {
    const auto credentials = cache_.Get();
    return credentials.ok() ? credentials->access_key : credentials.status().message();
  }

  std::atomic<int64_t> now_ = 1'000'000'000;
  std::atomic<int> asked_ = 0;
  std::atomic<bool> fails_ = false;
  int64_t lifetime_ = 60 * kMinute;
  CredentialCache cache_{[this] { return Ask(); }, [this] { return now_.load(); }};
};

TEST_F(CredentialCacheTest, AsksOnceForWhatLasts) {
  EXPECT_EQ(Get(), "KEY1");
  now_ += 54 * kMinute;
  EXPECT_EQ(Get(), "KEY1");
  now_ += 2 * kMinute;
  EXPECT_EQ(Get(), "KEY2");
}

TEST_F(CredentialCacheTest, NeverAsksAgainForWhatHasNoEnd) {
  lifetime_ = 0;
  EXPECT_EQ(Get(), "KEY1");
  now_ += 1'000'000 * kMinute;
  EXPECT_EQ(Get(), "KEY1");
}

TEST_F(CredentialCacheTest, DoesNotAskForEachRequestOfAShortLife) {
  lifetime_ = kMinute;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(Get(), "KEY1");
  now_ += kMinute / 2;
  EXPECT_EQ(Get(), "KEY2");
}

TEST_F(CredentialCacheTest, KeepsTheOldOnesWhileTheyLastIfTheRefreshFails) {
  EXPECT_EQ(Get(), "KEY1");
  fails_ = true;
  now_ += 56 * kMinute;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Get(), "KEY1");
  EXPECT_EQ(asked_, 2) << "the next try is a minute later";
  now_ += kMinute + 1;
  EXPECT_EQ(Get(), "KEY1");
  EXPECT_EQ(asked_, 3);
  now_ += 3 * kMinute;
  EXPECT_EQ(Get(), "STS is down");
  fails_ = false;
  EXPECT_EQ(Get(), "KEY5");
}

TEST_F(CredentialCacheTest, RefusesWhatHasEndedAlready) {
  lifetime_ = -kMinute;
  EXPECT_NE(Get().find("have ended"), std::string::npos);
}

/// A source that answers when the test lets it.
class SlowCredentialsTest : public testing::Test {
 protected:
  Result<AwsCredentials> Ask() {
    const int number = ++asked_;
    if (number > 1) gate_.wait();
    if (fails_) return Status::IOError("STS is down");
    return AwsCredentials{"KEY" + std::to_string(number), "s", "", now_ + 60 * kMinute};
  }

  std::vector<std::string> GetFromThreads(int count) {
    std::vector<std::future<std::string>> answers;
    for (int i = 0; i < count; ++i) {
      answers.push_back(std::async(std::launch::async, [this] {
        const auto credentials = cache_.Get();
        return credentials.ok() ? credentials->access_key
                                : credentials.status().message();
      }));
    }
    WaitForSecondAsking();
    open_.set_value();
    std::vector<std::string> keys;
    for (auto& answer : answers) keys.push_back(answer.get());
    return keys;
  }

  void WaitForSecondAsking() const {
    while (asked_ < 2) std::this_thread::yield();
  }

  std::atomic<int64_t> now_ = 1'000'000'000;
  std::atomic<int> asked_ = 0;
  std::atomic<bool> fails_ = false;
  std::promise<void> open_;
  std::shared_future<void> gate_ = open_.get_future().share();
  CredentialCache cache_{[this] { return Ask(); }, [this] { return now_.load(); }};
};

TEST_F(SlowCredentialsTest, OneThreadAsksWhileTheOthersGoOnWithTheOldOnes) {
  ASSERT_EQ(cache_.Get()->access_key, "KEY1");
  now_ += 56 * kMinute;
  auto refreshing =
      std::async(std::launch::async, [this] { return cache_.Get()->access_key; });
  WaitForSecondAsking();
  // The one that asks is still waiting; nobody else does.
  for (int i = 0; i < 50; ++i) EXPECT_EQ(cache_.Get()->access_key, "KEY1");
  open_.set_value();
  EXPECT_EQ(refreshing.get(), "KEY2");
  EXPECT_EQ(cache_.Get()->access_key, "KEY2");
  EXPECT_EQ(asked_, 2);
}

TEST_F(SlowCredentialsTest, OneThreadAsksForAllWhenTheOldOnesHaveEnded) {
  ASSERT_EQ(cache_.Get()->access_key, "KEY1");
  now_ += 61 * kMinute;
  for (const std::string& key : GetFromThreads(16)) EXPECT_EQ(key, "KEY2");
  EXPECT_EQ(asked_, 2);
}

}  // namespace
}  // namespace flowlake
