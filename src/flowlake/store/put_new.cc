#include "flowlake/store/put_new.h"

#include <utility>

#include "flowlake/aws/http_client.h"

namespace flowlake {

namespace {

using Kind = PutFate::Kind;

/// Of failures that do not pass: a moment, for a store that shows things late.
constexpr RetryPolicy kBriefly = {.max_tries = 3, .first_pause = 8};

/// One put, and a look where its answer is not clear. `is_passing` is set of kUnknown.
PutFate PutOnce(Store& store, const std::string& path, std::string_view bytes,
                bool* is_passing) {
  const auto put = store.PutIfAbsent(path, bytes);
  if (put.ok() && *put == PutOutcome::kCreated) return {Kind::kOurs};
  // Also where it says that the object exists: a connection that broke may have made the
  // transport send the request twice.
  auto there = ReadAll(store, path);
  if (there.ok() && *there == bytes) return {Kind::kOurs};
  if (there.ok()) return {Kind::kOthers, *std::move(there)};
  *is_passing = IsPassing(there.status()) || (!put.ok() && IsPassing(put.status()));
  return {Kind::kUnknown, {}, put.ok() ? there.status() : put.status()};
}

}  // namespace

PutFate PutNew(Store& store, const std::string& path, std::string_view bytes,
               const RetryPolicy& patience) {
  Patience passing(patience);
  Patience other(kBriefly);
  while (true) {
    bool is_passing = false;
    PutFate fate = PutOnce(store, path, bytes, &is_passing);
    if (fate.kind != Kind::kUnknown) return fate;
    if (!(is_passing ? passing : other).Pause()) return fate;
  }
}

}  // namespace flowlake
