#include "flowlake/table/commit_send.h"

#include "flowlake/store/put_new.h"
#include "flowlake/table/log.h"

namespace flowlake {

namespace {

SentEntry Unknown(const Store& store, const std::string& path, const Status& cause) {
  return {EntryFate::kUnknown,
          cause.WithMessage("whether ", store.uri(), "/", path,
                            " was committed is not known; its files are kept, and the "
                            "same command again takes nothing twice: ",
                            cause.message())};
}

}  // namespace

SentEntry SendEntry(Store& store, const std::string& table_folder, int64_t version,
                    const LogEntry& entry) {
  const std::string path = LogEntryPath(table_folder, version);
  const PutFate put = PutNew(store, path, FormatLogEntry(entry));
  if (put.kind == PutFate::Kind::kOurs) return {EntryFate::kCommitted};
  if (put.kind == PutFate::Kind::kUnknown) return Unknown(store, path, put.failure);
  const auto there = ParseLogEntry(put.others, table_folder);
  if (!there.ok()) return Unknown(store, path, there.status());
  const bool is_ours = there->info && there->info->uuid == entry.info->uuid;
  return {is_ours ? EntryFate::kCommitted : EntryFate::kLost};
}

}  // namespace flowlake
