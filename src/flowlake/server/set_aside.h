/// Deliveries in the write-ahead log that cannot go into the lake because a table of
/// theirs has failed. They are out of the way of the others, and tried again by table.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "flowlake/server/write_ahead_log.h"

namespace flowlake {

/// Not thread-safe.
class SetAside {
 public:
  /// `limit`: so many bytes of each table do not count as part of the log.
  explicit SetAside(int64_t limit) : limit_(limit) {}

  /// Also after a try that failed: the next is twice as far away, a minute at most.
  void Add(const LoggedDelivery& delivery, const std::string& table, int64_t now_ms);
  void Remove(const std::string& path);
  /// Tables of which nothing is left begin anew.
  void ForgetHealed();
  bool Contains(const std::string& path) const { return tables_.contains(path); }

  /// Of one table that is to be tried now, the oldest first, at most `bytes` of them (but
  /// one at least); none if no table is due.
  std::vector<LoggedDelivery> Due(int64_t now_ms, int64_t bytes) const;

  int64_t count() const { return static_cast<int64_t>(tables_.size()); }
  int64_t bytes() const;
  /// What there is beyond the limits.
  int64_t excess_bytes() const;
  /// When the first of its tables failed, and the oldest delivery came; 0 without any.
  int64_t since_ms() const;
  int64_t oldest_arrival_ms() const;

 private:
  struct OfTable {
    std::map<std::string, LoggedDelivery> deliveries;  // by path
    int64_t bytes = 0;
    int64_t since_ms = 0;
    int64_t pause_ms = 0;
    int64_t next_ms = 0;
  };

  const int64_t limit_;
  std::map<std::string, OfTable> by_table_;
  std::map<std::string, std::string> tables_;  // by path
};

}  // namespace flowlake
