#include "flowlake/table/history.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"
#include "flowlake/table/log.h"

namespace flowlake {

namespace {

template <typename... Cause>
Status Fail(const Table& table, const Cause&... cause) {
  return Status::Invalid("table ", table.folder(), " in ", table.store()->uri(), ": ",
                         cause...);
}

/// Only for its number of rows: columns do not matter.
int64_t RowsOf(const AddAction& add) {
  const auto json = ParseJson(add.stats);
  return json.ok() ? IntegerMember(*json, "numRecords").ValueOr(0) : 0;
}

Commit CommitOf(int64_t version, const LogEntry& entry) {
  Commit commit;
  commit.version = version;
  if (entry.info) {
    commit.timestamp_ms = entry.info->timestamp_ms;
    commit.operation = entry.info->operation;
    commit.parameters = entry.info->parameters;
    commit.engine = entry.info->engine;
  }
  commit.files_added = static_cast<int64_t>(entry.add.size());
  commit.files_removed = static_cast<int64_t>(entry.remove.size());
  for (const AddAction& add : entry.add) commit.rows_added += RowsOf(add);
  return commit;
}

/// When the entry came into the store: what Delta goes by where a writer did not say.
Result<int64_t> WrittenMs(const Table& table, int64_t version) {
  const std::string path = LogEntryPath(table.folder(), version);
  ARROW_ASSIGN_OR_RAISE(const auto info, table.store()->Stat(path));
  if (info) return info->modified_ms;
  return Fail(table, "the entry of version ", version, " is no longer there");
}

/// The newest first, until `take` returns false or there are no more.
Status ForEachCommit(const Table& table, const std::function<bool(Commit)>& take) {
  ARROW_ASSIGN_OR_RAISE(const LogListing log, ListLog(*table.store(), table.folder()));
  if (log.empty()) return Fail(table, "there is no such table");
  constexpr size_t kAtOnce = 32;
  for (size_t end = log.versions.size(); end > 0;) {
    const size_t begin = end - std::min(end, kAtOnce);
    const std::vector<int64_t> versions(
        log.versions.begin() + static_cast<std::ptrdiff_t>(begin),
        log.versions.begin() + static_cast<std::ptrdiff_t>(end));
    const auto entries = ReadLogEntries(*table.store(), table.folder(), versions);
    for (size_t i = versions.size(); i-- > 0;) {
      ARROW_RETURN_NOT_OK(entries[i].status());
      Commit commit = CommitOf(versions[i], *entries[i]);
      if (commit.timestamp_ms <= 0) {
        ARROW_ASSIGN_OR_RAISE(commit.timestamp_ms, WrittenMs(table, versions[i]));
      }
      if (!take(std::move(commit))) return Status::OK();
    }
    end = begin;
  }
  return Status::OK();
}

std::string TimeOf(int64_t timestamp_ms) {
  return FormatTimestamp(timestamp_ms / 1000 * kMicrosPerSecond) + " UTC";
}

/// Those of `past` that the newest version does not have: all others are surely there.
Result<std::vector<std::string>> RemovedSince(const Table& table, const Snapshot& past) {
  ARROW_ASSIGN_OR_RAISE(const auto now, table.Load());
  std::vector<std::string> removed;
  for (size_t i = 0; i < past.files.size(); ++i) {
    std::string path = past.files.path(i);
    if (!now->files.Contains(path)) removed.push_back(std::move(path));
  }
  return removed;
}

Status CheckFilesAreThere(const Table& table, const Snapshot& past) {
  ARROW_ASSIGN_OR_RAISE(const auto removed, RemovedSince(table, past));
  if (removed.empty()) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto objects, table.store()->List(table.folder()));
  std::set<std::string> there;
  for (const ObjectInfo& object : objects) there.insert(object.path);
  const auto is_gone = [&](const std::string& path) {
    return !there.contains(table.folder() + '/' + path);
  };
  const auto gone = std::ranges::count_if(removed, is_gone);
  if (gone == 0) return Status::OK();
  const std::string example = *std::ranges::find_if(removed, is_gone);
  return Fail(table, "version ", past.version, " cannot be read any more: vacuum has ",
              "removed ", gone, " of its ", past.files.size(), " files, ",
              EscapeForTerminal(example), " for one");
}

}  // namespace

Result<std::vector<Commit>> ReadHistory(const Table& table, int64_t limit) {
  std::vector<Commit> commits;
  ARROW_RETURN_NOT_OK(ForEachCommit(table, [&](Commit commit) {
    commits.push_back(std::move(commit));
    return static_cast<int64_t>(commits.size()) < limit;
  }));
  return commits;
}

Result<int64_t> VersionAt(const Table& table, int64_t timestamp_ms) {
  int64_t version = -1;
  int64_t oldest_ms = 0;
  ARROW_RETURN_NOT_OK(ForEachCommit(table, [&](const Commit& commit) {
    oldest_ms = commit.timestamp_ms;
    if (commit.timestamp_ms <= timestamp_ms) version = commit.version;
    return version < 0;
  }));
  if (version >= 0) return version;
  return Fail(table, "there is no version of ", TimeOf(timestamp_ms),
              "; its log goes back to ", TimeOf(oldest_ms));
}

Result<std::shared_ptr<const Snapshot>> LoadPast(const Table& table, int64_t version) {
  ARROW_ASSIGN_OR_RAISE(auto past, table.Load(version));
  ARROW_RETURN_NOT_OK(CheckFilesAreThere(table, *past));
  return past;
}

}  // namespace flowlake
