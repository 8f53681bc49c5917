#include "flowlake/server/flusher.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/log.h"
#include "flowlake/base/parallel.h"

namespace flowlake {

namespace {

constexpr size_t kReadsAtOnce = 8;
constexpr auto kTick = std::chrono::milliseconds(200);
constexpr int64_t kFirstPauseMs = 1000;
constexpr int64_t kLongestPauseMs = 60'000;

int64_t NowMs() { return NowMicros() / 1000; }

/// 0 is none.
int64_t EarlierOf(int64_t a, int64_t b) {
  return a == 0 || b == 0 ? std::max(a, b) : std::min(a, b);
}

/// The delivery's table that has failed; empty if something else has. nullopt: nothing.
std::optional<std::string> FailureOf(const std::vector<Input>& inputs,
                                     const FailedInputs& failed) {
  std::optional<std::string> table;
  for (const Input& input : inputs) {
    const auto found = failed.find(input.name);
    if (found == failed.end()) continue;
    if (found->second.empty()) return "";
    table = found->second;
  }
  return table;
}

}  // namespace

Status Flusher::Start() {
  ARROW_ASSIGN_OR_RAISE(const auto found, log_.List());
  for (const LoggedDelivery& delivery : found) Insert(delivery);
  if (!found.empty()) {
    Log(LogLevel::kInfo, "the write-ahead log holds deliveries of an earlier process",
        {{"deliveries", found.size()}, {"wal", log_.uri()}});
  }
  Publish();
  thread_ = std::thread([this] { Run(); });
  return Status::OK();
}

void Flusher::Add(const LoggedDelivery& delivery) {
  const std::lock_guard lock(mutex_);
  Insert(delivery);
  Publish();
  if (IsDue()) changed_.notify_all();
}

void Flusher::Stop(bool flush) {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    flushes_at_end_ = flush;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Flusher::Run() {
  int64_t pause_ms = kFirstPauseMs;
  int64_t not_before = 0;
  int64_t adopt_at = NowMs() + 2 * options_.max_delay_ms;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait_for(lock, kTick, [&] { return is_stopping_ || IsDue(); });
    const bool is_last = is_stopping_;
    if (is_last && (!flushes_at_end_ || pending_.empty())) return;
    if (!is_last && NowMs() >= adopt_at) {
      adopt_at = NowMs() + options_.max_delay_ms;
      lock.unlock();
      AdoptLost();
      lock.lock();
    }
    if (!is_last) {
      lock.unlock();
      TryAside();
      lock.lock();
    }
    if (!is_last && (!IsDue() || NowMs() < not_before)) {
      changed_.wait_for(lock, kTick, [&] { return is_stopping_; });
      continue;
    }
    const auto step = NextStep();
    lock.unlock();
    const bool is_done = FlushStep(step);
    lock.lock();
    if (is_done) {
      failing_since_ms_ = 0;
    } else if (failing_since_ms_ == 0) {
      failing_since_ms_ = NowMs();
    }
    Publish();
    if (is_done) {
      pause_ms = kFirstPauseMs;
      continue;
    }
    if (is_last) return;
    not_before = NowMs() + pause_ms;
    pause_ms = std::min(2 * pause_ms, kLongestPauseMs);
  }
}

void Flusher::Insert(const LoggedDelivery& delivery) {
  if (aside_.Contains(delivery.path)) return;
  if (!pending_.emplace(delivery.path, delivery).second) return;
  arrivals_.insert(delivery.arrived_ms);
  bytes_ += delivery.bytes;
}

void Flusher::Erase(const std::string& path) {
  const auto found = pending_.find(path);
  if (found == pending_.end()) return;
  arrivals_.erase(arrivals_.find(found->second.arrived_ms));
  bytes_ -= found->second.bytes;
  pending_.erase(found);
}

bool Flusher::IsDue() const {
  return bytes_ >= options_.bytes ||
         (!arrivals_.empty() && *arrivals_.begin() + options_.max_delay_ms <= NowMs());
}

void Flusher::Publish() {
  counted_bytes_ = bytes_ + aside_.excess_bytes();
  metrics_.wal_bytes = bytes_ + aside_.bytes();
  metrics_.wal_aside_bytes = aside_.bytes();
  metrics_.wal_deliveries = static_cast<int64_t>(pending_.size()) + aside_.count();
  metrics_.stuck_since_ms = EarlierOf(failing_since_ms_, aside_.since_ms());
  metrics_.wal_damaged = static_cast<int64_t>(damaged_.size());
  metrics_.wal_oldest_ms =
      EarlierOf(arrivals_.empty() ? 0 : *arrivals_.begin(), aside_.oldest_arrival_ms());
}

/// In S3, deliveries of a process that died belong to whoever sees them first. Twice the
/// longest delay, because a living one would have flushed them.
void Flusher::AdoptLost() {
  const auto found = log_.List();
  if (!found.ok()) {
    Log(LogLevel::kError, found.status().message());
    return;
  }
  const std::lock_guard lock(mutex_);
  for (const LoggedDelivery& delivery : *found) {
    if (delivery.arrived_ms + 2 * options_.max_delay_ms > NowMs()) continue;
    if (damaged_.contains(delivery.path)) continue;
    Insert(delivery);
  }
  Publish();
}

std::vector<LoggedDelivery> Flusher::NextStep() const {
  std::vector<LoggedDelivery> all;
  for (const auto& [_, delivery] : pending_) all.push_back(delivery);
  std::ranges::sort(all, {}, &LoggedDelivery::arrived_ms);
  int64_t bytes = 0;
  size_t count = 0;
  while (count < all.size() &&
         (count == 0 || bytes + all[count].bytes <= options_.step_bytes)) {
    bytes += all[count++].bytes;
  }
  all.resize(count);
  return all;
}

bool Flusher::ReadStep(const std::vector<LoggedDelivery>& step,
                       std::vector<std::vector<Input>>& inputs) {
  std::atomic<bool> is_complete = true;
  ForEachInParallel(step.size(), kReadsAtOnce, [&](size_t i) {
    auto read = log_.Read(step[i]);
    if (read.ok()) {
      inputs[i] = *std::move(read);
      return;
    }
    ++metrics_.failures;
    Log(LogLevel::kError, read.status().message());
    is_complete = false;
    if (!read.status().IsInvalid()) return;
    // No use to read it again. It stays where it is, for people.
    const std::lock_guard lock(mutex_);
    damaged_.insert(step[i].path);
    Erase(step[i].path);
  });
  return is_complete;
}

bool Flusher::FlushStep(const std::vector<LoggedDelivery>& step) {
  std::vector<std::vector<Input>> read(step.size());
  if (!ReadStep(step, read)) return false;
  std::vector<Input> inputs;
  for (const auto& of_delivery : read) {
    inputs.insert(inputs.end(), of_delivery.begin(), of_delivery.end());
  }
  const auto failed = writer_.Write(inputs);
  if (!failed.ok()) {
    ++metrics_.failures;
    Log(LogLevel::kError, failed.status().message());
    return false;
  }
  bool is_done = true;
  for (size_t i = 0; i < step.size(); ++i) {
    const auto failure = FailureOf(read[i], *failed);
    if (failure && failure->empty()) {
      is_done = false;
      continue;
    }
    const Status removed = failure ? Status::OK() : log_.Remove(step[i]);
    if (!removed.ok()) Log(LogLevel::kError, removed.message());
    is_done = is_done && removed.ok();
    if (removed.ok()) Settle(step[i], failure.value_or(""));
  }
  return is_done;
}

/// `failed_table`: empty if it is in the lake.
void Flusher::Settle(const LoggedDelivery& delivery, const std::string& failed_table) {
  const std::lock_guard lock(mutex_);
  Erase(delivery.path);
  if (failed_table.empty()) {
    aside_.Remove(delivery.path);
    return;
  }
  if (!aside_.Contains(delivery.path)) {
    Log(LogLevel::kWarning, "a delivery is set aside until its table works again",
        {{"table", failed_table}, {"delivery", delivery.path}});
  }
  aside_.Add(delivery, failed_table, NowMs());
}

void Flusher::TryAside() {
  std::vector<LoggedDelivery> step;
  {
    const std::lock_guard lock(mutex_);
    step = aside_.Due(NowMs(), options_.step_bytes);
  }
  if (step.empty()) return;
  const bool is_done = FlushStep(step);
  const std::lock_guard lock(mutex_);
  // What failed otherwise is no longer that table's: it waits like all others.
  for (const LoggedDelivery& delivery : step) {
    if (is_done || !aside_.Contains(delivery.path)) continue;
    aside_.Remove(delivery.path);
    if (!damaged_.contains(delivery.path)) Insert(delivery);
  }
  aside_.ForgetHealed();
  Publish();
}

}  // namespace flowlake
