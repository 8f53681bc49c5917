#include "flowlake/server/set_aside.h"

#include <algorithm>

namespace flowlake {

namespace {

constexpr int64_t kFirstPauseMs = 1000;
constexpr int64_t kLongestPauseMs = 60'000;

int64_t EarlierOf(int64_t a, int64_t b) { return a == 0 ? b : std::min(a, b); }

}  // namespace

void SetAside::Add(const LoggedDelivery& delivery, const std::string& table,
                   int64_t now_ms) {
  Remove(delivery.path);
  OfTable& of_table = by_table_[table];
  // Deliveries of one try fail together: the pause grows once.
  if (of_table.next_ms <= now_ms) {
    of_table.pause_ms = std::clamp(2 * of_table.pause_ms, kFirstPauseMs, kLongestPauseMs);
    of_table.next_ms = now_ms + of_table.pause_ms;
  }
  if (of_table.since_ms == 0) of_table.since_ms = now_ms;
  of_table.bytes += delivery.bytes;
  of_table.deliveries.emplace(delivery.path, delivery);
  tables_.emplace(delivery.path, table);
}

void SetAside::Remove(const std::string& path) {
  const auto found = tables_.find(path);
  if (found == tables_.end()) return;
  OfTable& of_table = by_table_[found->second];
  const auto delivery = of_table.deliveries.find(path);
  of_table.bytes -= delivery->second.bytes;
  of_table.deliveries.erase(delivery);
  tables_.erase(found);
}

void SetAside::ForgetHealed() {
  std::erase_if(by_table_,
                [](const auto& table) { return table.second.deliveries.empty(); });
}

std::vector<LoggedDelivery> SetAside::Due(int64_t now_ms, int64_t bytes) const {
  std::vector<LoggedDelivery> due;
  for (const auto& [_, of_table] : by_table_) {
    if (of_table.deliveries.empty() || of_table.next_ms > now_ms) continue;
    for (const auto& [path, delivery] : of_table.deliveries) due.push_back(delivery);
    break;
  }
  std::ranges::sort(due, {}, &LoggedDelivery::arrived_ms);
  size_t count = 0;
  for (int64_t sum = 0; count < due.size(); ++count) {
    sum += due[count].bytes;
    if (count > 0 && sum > bytes) break;
  }
  due.resize(count);
  return due;
}

int64_t SetAside::bytes() const {
  int64_t bytes = 0;
  for (const auto& [_, of_table] : by_table_) bytes += of_table.bytes;
  return bytes;
}

int64_t SetAside::excess_bytes() const {
  int64_t bytes = 0;
  for (const auto& [_, of_table] : by_table_) {
    bytes += std::max<int64_t>(0, of_table.bytes - limit_);
  }
  return bytes;
}

int64_t SetAside::since_ms() const {
  int64_t since = 0;
  for (const auto& [_, of_table] : by_table_) {
    if (!of_table.deliveries.empty()) since = EarlierOf(since, of_table.since_ms);
  }
  return since;
}

int64_t SetAside::oldest_arrival_ms() const {
  int64_t oldest = 0;
  for (const auto& [_, of_table] : by_table_) {
    for (const auto& [path, delivery] : of_table.deliveries) {
      oldest = EarlierOf(oldest, delivery.arrived_ms);
    }
  }
  return oldest;
}

}  // namespace flowlake
