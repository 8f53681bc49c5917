/// How far the records of a stream's shard are in the lake, where many writers stage them
/// in batches that are cut anew with every try.
///
/// The claims of a shard are objects 1, 2, 3, … that are put if absent. Each says where
/// the one before it ended, where it ends, and which staged edits hold what lies between:
/// those that carry the same id, in any of the lake's tables. So one put makes all of
/// them count, and of two that took the same records only one can.
///
///   <lake>/_shards/<hash of the shard's name>/00000000000000000017.json
///   {"shard":"<stream ARN>/shardId-000000000003","after":"4957…","through":"4958…",
///    "edits":"<id>"}
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"
#include "flowlake/table/edit.h"

namespace flowlake {

/// Whether sequence number `a` lies behind `b`: decimal text of any length, "" before
/// all.
bool IsBehind(std::string_view a, std::string_view b);

/// Claims stay for so long. A staged edit is not taken later (table/fold.h).
inline constexpr int64_t kClaimKeptMs = int64_t{30} * 86'400'000;

struct ShardPosition {
  int64_t number = 0;    ///< of the last claim; 0: there is none
  std::string sequence;  ///< the last record that is claimed; "" if none is
};

/// The claims of one shard. Thread-safe.
class ShardClaims {
 public:
  /// `shard` is "<stream ARN>/<shard id>".
  ShardClaims(std::shared_ptr<Store> store, std::string shard);

  Result<ShardPosition> Position() const;

  /// What edits wait for that hold the records behind `position`. A new id each time.
  EditClaim ClaimBehind(const ShardPosition& position) const;

  /// Claims all records behind `position` up to `through` for the edits with `claim`,
  /// which must all be staged. False if somebody else was faster: then they are void.
  Result<bool> Claim(const ShardPosition& position, const std::string& through,
                     const EditClaim& claim) const;

 private:
  /// 0 if there is none.
  Result<int64_t> OldestNumber() const;
  Status DeleteOldClaims() const;
  std::string PathOf(int64_t number) const;

  const std::shared_ptr<Store> store_;
  const std::string shard_;
  const std::string folder_;
};

enum class ClaimState { kOpen, kOurs, kOthers };
Result<ClaimState> StateOfClaim(Store& store, const EditClaim& claim);

}  // namespace flowlake
