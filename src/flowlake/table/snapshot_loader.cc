#include "flowlake/table/snapshot_loader.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/datafile/footer.h"
#include "flowlake/table/checkpoint.h"
#include "flowlake/table/log.h"
#include "flowlake/table/replay.h"

namespace flowlake {

namespace {

constexpr int64_t kEntriesAtOnce = 32;

class Loader {
 public:
  Loader(Store& store, const std::string& folder, std::optional<int64_t> version,
         bool with_files)
      : store_(store), folder_(folder), version_(version), with_files_(with_files) {}

  Result<Snapshot> Load() const {
    const auto hint = ReadLastCheckpoint(store_, folder_);
    if (hint && hint <= version_.value_or(*hint)) {
      auto snapshot = LoadFrom(*hint);
      if (snapshot.ok()) return snapshot;
    }
    return LoadFrom(0);
  }

  Result<std::optional<Snapshot>> ReplayEntries() const {
    ARROW_ASSIGN_OR_RAISE(const LogListing log, ListLog(store_, folder_));
    if (!CheckComplete(log, 0, *version_).ok()) return std::nullopt;
    return LoadBehind(nullptr, log, *version_);
  }

 private:
  template <typename... Cause>
  Status Fail(const Cause&... cause) const {
    return Status::Invalid("open table ", folder_, " in ", store_.uri(), ": ", cause...);
  }

  /// From what the log has of versions from `oldest` on.
  Result<Snapshot> LoadFrom(int64_t oldest) const {
    ARROW_ASSIGN_OR_RAISE(const LogListing log, ListLog(store_, folder_, oldest));
    if (log.empty()) return Fail("there is no such table");
    const int64_t wanted = version_.value_or(log.newest());
    if (wanted < 0 || wanted > log.newest()) {
      return Fail("there is no version ", wanted, "; the newest is ", log.newest());
    }
    Status failure;
    for (auto at = log.checkpoints.rbegin(); at != log.checkpoints.rend(); ++at) {
      if (at->version > wanted) continue;
      auto snapshot = LoadBehind(&*at, log, wanted);
      if (snapshot.ok()) return snapshot;
      if (failure.ok()) failure = snapshot.status();
    }
    auto snapshot = LoadBehind(nullptr, log, wanted);
    return snapshot.ok() || failure.ok() ? std::move(snapshot) : failure;
  }

  /// `checkpoint` may be nullptr: then the log must begin with version 0.
  Result<Snapshot> LoadBehind(const CheckpointFiles* checkpoint, const LogListing& log,
                              int64_t wanted) const {
    int64_t first = 0;
    if (checkpoint != nullptr) {
      // Its own entry says no more, but when it was committed.
      const bool has_entry =
          std::ranges::binary_search(log.versions, checkpoint->version);
      first = checkpoint->version + (has_entry ? 0 : 1);
    }
    ARROW_RETURN_NOT_OK(CheckComplete(log, first, wanted));
    Replay replay(with_files_);
    if (checkpoint != nullptr && first > wanted) replay.Apply(wanted, {});
    ARROW_RETURN_NOT_OK(ApplyEntries(first, wanted, replay));
    if (checkpoint != nullptr) {
      ARROW_RETURN_NOT_OK(ApplyCheckpoint(*checkpoint, replay));
    }
    auto snapshot = replay.Finish(NowMicros() / 1000);
    if (!snapshot.ok()) return Fail(snapshot.status().message());
    ARROW_RETURN_NOT_OK(CountUnknownRows(&*snapshot));
    return snapshot;
  }

  /// The entries must lead from `first` to `last` without a hole.
  Status CheckComplete(const LogListing& log, int64_t first, int64_t last) const {
    int64_t next = first;
    for (auto at = std::ranges::lower_bound(log.versions, first);
         at != log.versions.end() && *at == next; ++at) {
      ++next;
    }
    if (next > last) return Status::OK();
    if (next > 0 || log.unreadable.empty()) {
      return Fail("the log has a gap: version ", next, " is missing");
    }
    return Fail("the log has a gap: version ", next,
                " is missing (there is a checkpoint of version ", log.unreadable.back(),
                ", of a kind that flowlake does not read)");
  }

  Status ApplyEntries(int64_t first, int64_t last, Replay& replay) const {
    for (int64_t version = first; version <= last; version += kEntriesAtOnce) {
      std::vector<int64_t> versions(
          static_cast<size_t>(std::min(kEntriesAtOnce, last - version + 1)));
      std::iota(versions.begin(), versions.end(), version);
      auto entries = ReadLogEntries(store_, folder_, versions);
      for (size_t i = 0; i < entries.size(); ++i) {
        ARROW_RETURN_NOT_OK(entries[i].status());
        replay.Apply(versions[i], *std::move(entries[i]));
      }
    }
    return Status::OK();
  }

  Status ApplyCheckpoint(const CheckpointFiles& checkpoint, Replay& replay) const {
    const std::string table = folder_.substr(folder_.rfind('/') + 1);
    const auto apply = [&](LogEntry entry) {
      replay.ApplyCheckpoint(std::move(entry));
      return Status::OK();
    };
    const auto apply_add = [&](AddAction& add) { return replay.ApplyCheckpoint(add); };
    ARROW_RETURN_NOT_OK(ReadCheckpoint(store_, checkpoint, table, Schema("", {}),
                                       CheckpointPart::kHead, apply, apply_add));
    if (!with_files_ || replay.schema() == nullptr) return Status::OK();
    const Schema schema = *replay.schema();
    return ReadCheckpoint(store_, checkpoint, table, schema, CheckpointPart::kFiles,
                          apply, apply_add);
  }

  /// Row counts that a foreign writer left out of its log.
  Status CountUnknownRows(Snapshot* snapshot) const {
    const FileList& files = snapshot->files;
    bool are_known = true;
    for (size_t i = 0; i < files.size(); ++i) are_known &= files.rows(i) != kUnknownRows;
    if (are_known) return Status::OK();
    FileListBuilder counted;
    for (DataFile file : files) {
      if (file.rows == kUnknownRows) {
        const std::string path = folder_ + '/' + file.path;
        ARROW_ASSIGN_OR_RAISE(auto bytes, store_.Open(path));
        ARROW_ASSIGN_OR_RAISE(const Footer footer, ReadFooter(std::move(bytes), path));
        file.rows = footer.rows;
      }
      counted.Add(file);
    }
    snapshot->files = counted.Finish();
    return Status::OK();
  }

  Store& store_;
  const std::string& folder_;
  const std::optional<int64_t> version_;
  const bool with_files_;
};

/// Entries behind `head`, some at a time, up to the first that cannot be read: most
/// likely it is not there yet. nullopt if that is the next one.
Result<std::optional<Snapshot>> ReadOn(Store& store, const std::string& table_folder,
                                       const Snapshot& head) {
  constexpr int64_t kAtOnce = 4;
  Replay replay(head);
  int64_t next = head.version + 1;
  for (bool goes_on = true; goes_on;) {
    std::vector<int64_t> versions(kAtOnce);
    std::iota(versions.begin(), versions.end(), next);
    for (auto& entry : ReadLogEntries(store, table_folder, versions)) {
      goes_on = goes_on && entry.ok();
      if (goes_on) replay.Apply(next++, *std::move(entry));
    }
  }
  if (next == head.version + 1) return std::nullopt;
  return replay.Finish(NowMicros() / 1000);
}

}  // namespace

Result<Snapshot> LoadSnapshot(Store& store, const std::string& table_folder,
                              std::optional<int64_t> version, bool with_files) {
  return Loader(store, table_folder, version, with_files).Load();
}

Result<std::optional<Snapshot>> ReplayEntries(Store& store,
                                              const std::string& table_folder,
                                              int64_t version) {
  return Loader(store, table_folder, version, /*with_files=*/true).ReplayEntries();
}

Result<Snapshot> AdvanceHead(Store& store, const std::string& table_folder,
                             const Snapshot& head, HeadAge age) {
  if (age == HeadAge::kOld) {
    ARROW_ASSIGN_OR_RAISE(auto snapshot, ReadOn(store, table_folder, head));
    if (snapshot) return *std::move(snapshot);
  }
  ARROW_ASSIGN_OR_RAISE(const LogListing log,
                        ListLog(store, table_folder, head.version + 1));
  const std::vector<int64_t>& newer = log.versions;
  const auto count = static_cast<int64_t>(newer.size());
  const bool is_whole = std::max(log.newest(), head.version) == head.version + count;
  if (!is_whole) return LoadSnapshot(store, table_folder, std::nullopt, false);
  Replay replay(head);
  auto entries = ReadLogEntries(store, table_folder, newer);
  for (size_t i = 0; i < entries.size(); ++i) {
    ARROW_RETURN_NOT_OK(entries[i].status());
    replay.Apply(newer[i], *std::move(entries[i]));
  }
  return replay.Finish(NowMicros() / 1000);
}

}  // namespace flowlake
