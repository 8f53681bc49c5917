/// A batch of a Kinesis stream: each record once, however often and however cut batches
/// come.
#pragma once

#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/lambda/staging.h"

namespace flowlake {

struct KinesisRecord {
  std::string sequence;  ///< decimal text
  std::string data;      ///< decoded
};

/// The records of one shard, in their order.
struct KinesisBatch {
  std::string stream;  ///< ARN
  std::string shard;   ///< "shardId-000000000003"
  std::vector<KinesisRecord> records;
};

/// Stages and claims what of the batch lies behind the shard's position. An error means
/// that none of it counts, and that the batch must come again.
Result<IngestSummary> StageKinesisBatch(const StagingContext& context,
                                        const KinesisBatch& batch);

}  // namespace flowlake
