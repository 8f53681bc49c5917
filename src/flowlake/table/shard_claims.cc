#include "flowlake/table/shard_claims.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"
#include "flowlake/base/old_hash.h"
#include "flowlake/base/uuid.h"
#include "flowlake/store/put_new.h"
#include "flowlake/table/json.h"

namespace flowlake {

namespace {

constexpr size_t kDigits = 20;
constexpr int64_t kMaxClaimBytes = 64 << 10;
/// Every so many claims, the object `last` is written anew, so that a listing begins
/// there; it may lag, or be missing.
constexpr int64_t kClaimsPerHint = 64;
/// So many claims are looked at with that, the oldest first, and deleted if they are old:
/// more than came since, so that this keeps up.
constexpr int64_t kClaimsLookedAt = 2 * kClaimsPerHint;
constexpr char kLast[] = "/last";
/// The oldest claim that may be there, as `last` names the newest.
constexpr char kFirst[] = "/first";

std::string Padded(int64_t number) {
  std::string digits = std::to_string(number);
  return std::string(kDigits - digits.size(), '0') + digits;
}

std::string_view WithoutZeros(std::string_view number) {
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

}  // namespace

bool IsBehind(std::string_view a, std::string_view b) {
  a = WithoutZeros(a);
  b = WithoutZeros(b);
  return a.size() != b.size() ? a.size() > b.size() : a > b;
}

ShardClaims::ShardClaims(std::shared_ptr<Store> store, std::string shard)
    : store_(std::move(store)),
      shard_(std::move(shard)),
      folder_("_shards/" + OldHashOf("shard:" + shard_).ToString()) {}

std::string ShardClaims::PathOf(int64_t number) const {
  return folder_ + '/' + Padded(number) + ".json";
}

Result<ShardPosition> ShardClaims::Position() const {
  std::string hint;
  if (const auto last = store_->Read(folder_ + kLast, kMaxClaimBytes); last.ok()) {
    hint = *last;
  }
  ARROW_ASSIGN_OR_RAISE(auto names, store_->Names(folder_, hint));
  std::erase_if(names, [](const std::string& name) { return !name.ends_with(".json"); });
  if (names.empty() && hint.empty()) return ShardPosition{};
  const std::string newest = names.empty() ? hint : names.back();
  ShardPosition position;
  const char* end = newest.data() + std::min(newest.size(), kDigits);
  if (std::from_chars(newest.data(), end, position.number).ptr != end) {
    return Status::IOError("read claims of ", store_->uri(), "/", folder_, ": '", newest,
                           "' is no claim");
  }
  ARROW_ASSIGN_OR_RAISE(const std::string text,
                        store_->Read(folder_ + '/' + newest, kMaxClaimBytes));
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(text));
  ARROW_ASSIGN_OR_RAISE(const std::string shard, StringMember(json, "shard"));
  if (shard != shard_) {
    return Status::IOError("read claims of ", store_->uri(), "/", folder_,
                           ": they are of ", "shard ", EscapeForTerminal(shard),
                           ", not of ", shard_);
  }
  ARROW_ASSIGN_OR_RAISE(position.sequence, StringMember(json, "through"));
  return position;
}

EditClaim ShardClaims::ClaimBehind(const ShardPosition& position) const {
  return {PathOf(position.number + 1), NewUuid()};
}

Result<bool> ShardClaims::Claim(const ShardPosition& position, const std::string& through,
                                const EditClaim& claim) const {
  const Json json{{"shard", shard_},
                  {"after", position.sequence},
                  {"through", through},
                  {"edits", claim.id}};
  const int64_t number = position.number + 1;
  const PutFate put = PutNew(*store_, PathOf(number), WriteJson(json) + '\n');
  if (put.kind == PutFate::Kind::kUnknown) return put.failure;
  if (put.kind == PutFate::Kind::kOthers) {
    ARROW_ASSIGN_OR_RAISE(const ClaimState state, StateOfClaim(*store_, claim));
    return state == ClaimState::kOurs;
  }
  if (number % kClaimsPerHint == 0) {
    // Neither matters to anybody if it fails.
    ARROW_UNUSED(Replace(*store_, folder_ + kLast, Padded(number) + ".json"));
    ARROW_UNUSED(DeleteOldClaims());
  }
  return true;
}

Result<int64_t> ShardClaims::OldestNumber() const {
  std::string name;
  if (const auto first = store_->Read(folder_ + kFirst, kMaxClaimBytes); first.ok()) {
    name = *first;
  } else {
    ARROW_ASSIGN_OR_RAISE(const auto names, store_->Names(folder_, ""));
    if (!names.empty()) name = names.front();
  }
  int64_t number = 0;
  std::from_chars(name.data(), name.data() + std::min(name.size(), kDigits), number);
  return number;
}

/// By their age, however many have come since: an edit may still wait for its committer.
Status ShardClaims::DeleteOldClaims() const {
  ARROW_ASSIGN_OR_RAISE(const int64_t oldest, OldestNumber());
  const int64_t limit_ms = NowMicros() / 1000 - kClaimKeptMs;
  int64_t number = oldest;
  for (; number < oldest + kClaimsLookedAt; ++number) {
    ARROW_ASSIGN_OR_RAISE(const auto claim, store_->Stat(PathOf(number)));
    if (claim && claim->modified_ms >= limit_ms) break;
    if (claim) ARROW_RETURN_NOT_OK(store_->Delete(claim->path));
  }
  return Replace(*store_, folder_ + kFirst, Padded(number) + ".json");
}

Result<ClaimState> StateOfClaim(Store& store, const EditClaim& claim) {
  const auto text = store.Read(claim.path, kMaxClaimBytes);
  if (!text.ok()) {
    ARROW_ASSIGN_OR_RAISE(const auto there, store.Stat(claim.path));
    return there ? text.status() : Result<ClaimState>(ClaimState::kOpen);
  }
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(*text));
  ARROW_ASSIGN_OR_RAISE(const std::string id, StringMember(json, "edits"));
  return id == claim.id ? ClaimState::kOurs : ClaimState::kOthers;
}

}  // namespace flowlake
