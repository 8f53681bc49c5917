/// The commits of one batch: what workers have converted goes into the lake's tables.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <vector>

#include "flowlake/base/key128.h"
#include "flowlake/ingest/batch.h"
#include "flowlake/ingest/converter.h"
#include "flowlake/ingest/known_inputs.h"

namespace flowlake {

/// What workers made of a batch.
struct Conversion {
  /// Parallel to the batch's inputs; nullopt: not begun.
  std::vector<std::optional<ConvertedInput>> inputs;
  FilesByTable files;
};

/// What other writers have made of the commits.
struct CommittedBatch {
  std::set<Key128> again;
  std::set<Key128> already;

  /// Whether the input's rows are not in the lake after all.
  bool IsAgain(const ConvertedInput& input) const;
  /// Whether another writer has committed the input meanwhile.
  bool IsAlready(const ConvertedInput& input) const;
};

/// The schema of the rejects, then of every kind of log, the user's last; each table
/// once.
std::vector<const Schema*> SchemasOf(const LakeSettings& settings);

/// Commits `conversion` of `inputs`: the rejects first, then the tables of records. A
/// table that fails keeps its inputs from the lake, and no others: their outcome says
/// which. Adds to the summary's failures, versions and data files.
CommittedBatch CommitBatch(const BatchContext& context, const KnownInputs& known,
                           std::span<const Input> inputs, Conversion& conversion,
                           IngestSummary& summary);

}  // namespace flowlake
