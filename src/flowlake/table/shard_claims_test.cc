#include "flowlake/table/shard_claims.h"

#include <gtest/gtest.h>

#include "flowlake/store/faulty_store.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

constexpr char kShard[] = "arn:aws:kinesis:eu-west-1:1:stream/s/shardId-000000000000";

TEST(IsBehind, SequenceNumbersAreComparedAsNumbersOfAnyLength) {
  EXPECT_TRUE(IsBehind("1", ""));
  EXPECT_TRUE(IsBehind("10", "9"));
  EXPECT_TRUE(IsBehind("49590338271490256608559692538361571095921575989136588899",
                       "49590338271490256608559692538361571095921575989136588898"));
  EXPECT_FALSE(IsBehind("9", "10"));
  EXPECT_FALSE(IsBehind("0010", "10"));
  EXPECT_FALSE(IsBehind("", ""));
}

TEST(ShardClaims, OneOfTwoThatTookTheSameRecordsCounts) {
  const auto store = MakeMemoryStore();
  const ShardClaims claims(store, kShard);
  const ShardPosition start = claims.Position().ValueOrDie();
  EXPECT_EQ(start.number, 0);
  EXPECT_EQ(start.sequence, "");
  const EditClaim one = claims.ClaimBehind(start);
  const EditClaim two = claims.ClaimBehind(start);
  EXPECT_EQ(StateOfClaim(*store, one).ValueOrDie(), ClaimState::kOpen);
  EXPECT_TRUE(claims.Claim(start, "100", one).ValueOrDie());
  EXPECT_FALSE(claims.Claim(start, "150", two).ValueOrDie());
  EXPECT_TRUE(claims.Claim(start, "100", one).ValueOrDie()) << "its answer was lost";
  EXPECT_EQ(StateOfClaim(*store, one).ValueOrDie(), ClaimState::kOurs);
  EXPECT_EQ(StateOfClaim(*store, two).ValueOrDie(), ClaimState::kOthers);
  EXPECT_EQ(claims.Position().ValueOrDie().sequence, "100");
}

TEST(ShardClaims, ShardsHaveNothingToDoWithEachOther) {
  const auto store = MakeMemoryStore();
  const ShardClaims one(store, kShard);
  const ShardClaims other(store, std::string(kShard) + "1");
  const EditClaim claim = one.ClaimBehind({});
  ASSERT_TRUE(one.Claim({}, "7", claim).ValueOrDie());
  EXPECT_EQ(other.Position().ValueOrDie().number, 0);
}

TEST(ShardClaims, ThePositionIsFoundBehindAnyNumberOfClaims) {
  const auto store = MakeMemoryStore();
  const ShardClaims claims(store, kShard);
  for (int i = 1; i <= 200; ++i) {
    const ShardPosition position = claims.Position().ValueOrDie();
    ASSERT_EQ(position.number, i - 1);
    const EditClaim claim = claims.ClaimBehind(position);
    ASSERT_TRUE(claims.Claim(position, std::to_string(i * 10), claim).ValueOrDie());
    ASSERT_EQ(claims.Position().ValueOrDie().sequence, std::to_string(i * 10));
  }
}

/// A store whose objects are as old as it is told.
class AgedStore final : public FaultyStore {
 public:
  AgedStore() : FaultyStore(MakeMemoryStore()) {}
  Result<std::optional<ObjectInfo>> Stat(const std::string& path) override {
    ARROW_ASSIGN_OR_RAISE(auto info, FaultyStore::Stat(path));
    if (info && path.compare(0, path.size(), last_old) <= 0) {
      info->modified_ms -= kClaimKeptMs + 1000;
    }
    return info;
  }
  std::string last_old;
};

TEST(ShardClaims, GoByTheirAgeHoweverManyCome) {
  const auto store = std::make_shared<AgedStore>();
  const ShardClaims claims(store, kShard);
  std::vector<EditClaim> made;
  const auto claim_one = [&] {
    const ShardPosition position = claims.Position().ValueOrDie();
    made.push_back(claims.ClaimBehind(position));
    ASSERT_TRUE(claims.Claim(position, std::to_string(made.size()), made.back()).ok());
  };
  claim_one();
  // As if 65,600 others had come.
  const std::string far =
      made[0].path.substr(0, made[0].path.rfind('/')) + "/00000000000000065663.json";
  ASSERT_TRUE(store
                  ->PutIfAbsent(far, std::string(R"({"shard":")") + kShard +
                                         R"(","after":"1","through":"2","edits":"x"})")
                  .ok());
  claim_one();
  EXPECT_EQ(StateOfClaim(*store, made[0]).ValueOrDie(), ClaimState::kOurs);
  store->last_old = far;
  for (int i = 0; i < 600 * 64; i += 64) {
    for (int j = 0; j < 64; ++j) claim_one();
    if (StateOfClaim(*store, made[0]).ValueOrDie() == ClaimState::kOpen) break;
  }
  EXPECT_EQ(StateOfClaim(*store, made[0]).ValueOrDie(), ClaimState::kOpen);
  EXPECT_EQ(StateOfClaim(*store, made.back()).ValueOrDie(), ClaimState::kOurs);
}

}  // namespace
}  // namespace flowlake
