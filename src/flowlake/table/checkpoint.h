/// Checkpoints: a version's actions in one Parquet file, so that a reader needs no older
/// entries. delta-io/delta PROTOCOL.md, "Checkpoints": the classic form is written; that
/// and the form in several parts are read.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"
#include "flowlake/table/checkpoint_adds.h"
#include "flowlake/table/log.h"
#include "flowlake/table/log_entry.h"
#include "flowlake/table/snapshot.h"

namespace flowlake {

/// What of a checkpoint is wanted. `kHead` (protocol, metadata, transactions) is small,
/// however many files the table has.
enum class CheckpointPart { kHead, kFiles };

/// Calls `take` with the actions, some thousands at a time, and `take_add` with those
/// that add files, one by one; neither at the same time as the other or itself. Errors
/// name the object. `table` names the schema. Of the files' statistics those of `schema`
/// are read, where the checkpoint has them as columns.
Status ReadCheckpoint(Store& store, const CheckpointFiles& files,
                      const std::string& table, const Schema& schema, CheckpointPart part,
                      const std::function<Status(LogEntry)>& take,
                      const TakeAdd& take_add);

/// Writes the checkpoint of `snapshot`, which has its files, then `_last_checkpoint`.
Status WriteCheckpoint(Store& store, const std::string& table_folder,
                       const Snapshot& snapshot);

/// The version that `_last_checkpoint` names: a hint, where a listing may begin. nullopt
/// if there is none or it is not understood.
std::optional<int64_t> ReadLastCheckpoint(Store& store, const std::string& table_folder);

}  // namespace flowlake
