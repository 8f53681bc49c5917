#include "flowlake/query/mentioned_tables.h"

#include <algorithm>

namespace flowlake {

void MentionedTables::Clear() {
  std::lock_guard lock(mutex_);
  all_.clear();
}

void MentionedTables::Add(const MentionedTable& mentioned) {
  std::lock_guard lock(mutex_);
  const bool is_there = std::ranges::any_of(
      all_, [&](const auto& other) { return other.table == mentioned.table; });
  if (!is_there) all_.push_back(mentioned);
}

std::optional<MentionedTable> MentionedTables::Find(const std::string& name,
                                                    int64_t version) const {
  std::lock_guard lock(mutex_);
  for (const MentionedTable& mentioned : all_) {
    const SnapshotTable& table = *mentioned.table;
    if (table.name() == name && table.snapshot().version == version) return mentioned;
  }
  return std::nullopt;
}

std::vector<std::shared_ptr<const SnapshotTable>> MentionedTables::tables() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const SnapshotTable>> tables;
  for (const MentionedTable& mentioned : all_) tables.push_back(mentioned.table);
  return tables;
}

}  // namespace flowlake
