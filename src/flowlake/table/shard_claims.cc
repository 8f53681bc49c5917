#include "flowlake/table/shard_claims.h"

#include <algorithm>
#include <charconv>
#include <utility>

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
/// Claims so far behind the last one are deleted with that: far more than are staged
/// within the time for which staged edits are taken.
constexpr int64_t kClaimsKept = 1 << 16;

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
  if (const auto last = store_->Read(folder_ + "/last", kMaxClaimBytes); last.ok()) {
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
    ARROW_UNUSED(Replace(*store_, folder_ + "/last", Padded(number) + ".json"));
    for (int64_t i = 0; i < kClaimsPerHint && number - kClaimsKept - i > 0; ++i) {
      ARROW_UNUSED(store_->Delete(PathOf(number - kClaimsKept - i)));
    }
  }
  return true;
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
