#include "flowlake/table/log_cleanup.h"

#include <algorithm>
#include <map>
#include <vector>

#include "flowlake/table/log.h"

namespace flowlake {

namespace {

/// The newest entry's version that was written before the cut-off; -1 if there is none.
int64_t CutoffVersion(const std::vector<ObjectInfo>& objects, const std::string& folder,
                      const LogListing& log, int64_t cutoff_ms) {
  std::map<std::string, int64_t> modified;
  for (const ObjectInfo& object : objects) modified[object.path] = object.modified_ms;
  int64_t cutoff = -1;
  for (const int64_t version : log.versions) {
    const auto found = modified.find(LogEntryPath(folder, version));
    const bool is_old = found != modified.end() && found->second <= cutoff_ms;
    if (is_old) cutoff = version;
  }
  return cutoff;
}

int64_t CheckpointUpTo(const LogListing& log, int64_t version) {
  int64_t newest = -1;
  for (const CheckpointFiles& checkpoint : log.checkpoints) {
    if (checkpoint.version <= version) newest = std::max(newest, checkpoint.version);
  }
  return newest;
}

}  // namespace

Result<int64_t> CleanUpLog(Store& store, const std::string& table_folder,
                           int64_t cutoff_ms) {
  ARROW_ASSIGN_OR_RAISE(const auto objects, store.List(table_folder + "/_delta_log"));
  ARROW_ASSIGN_OR_RAISE(const LogListing log, ListLog(store, table_folder));
  const int64_t kept =
      CheckpointUpTo(log, CutoffVersion(objects, table_folder, log, cutoff_ms));
  int64_t deleted = 0;
  for (const int64_t version : log.versions) {
    if (version >= kept) break;
    ARROW_RETURN_NOT_OK(store.Delete(LogEntryPath(table_folder, version)));
    ++deleted;
  }
  for (const CheckpointFiles& checkpoint : log.checkpoints) {
    if (checkpoint.version >= kept) break;
    for (const std::string& path : checkpoint.paths) {
      ARROW_RETURN_NOT_OK(store.Delete(path));
      ++deleted;
    }
  }
  return deleted;
}

}  // namespace flowlake
