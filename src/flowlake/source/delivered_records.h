/// The records of one delivery (a Firehose request, a Kinesis batch, a CloudWatch Logs
/// event) as a file would hold them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

/// What one record may unzip to: CloudWatch Logs packs up to 1 MB of gzip.
inline constexpr size_t kMaxPlainRecord = 64 << 20;

/// Records of one log group, one after the other. What is gzip stays so where all of them
/// are; other records end with a line feed.
struct RecordGroup {
  std::string log_group;  ///< of CloudWatch Logs documents, else empty
  std::string bytes;
};

/// `records` in their order within each group, the groups in the order of their first
/// records. The same records make the same groups, always. A zlib record is unzipped. A
/// damaged record is in a group of its own, so that it alone is refused.
std::vector<RecordGroup> GroupRecords(std::span<const std::string_view> records);

/// The `logGroup` of a CloudWatch Logs document, plain or gzip; empty if it is none.
/// Looks at its first bytes only.
std::string PeekLogGroup(std::string_view record);

/// The user records of a Kinesis record: of one that the Kinesis Producer Library has
/// aggregated all that are in it, of any other itself. They point into `record`. Invalid
/// if it is an aggregate whose content is damaged: it is taken whole or not at all.
/// Source: awslabs/amazon-kinesis-producer, aggregation-format.md.
Result<std::vector<std::string_view>> Deaggregate(std::string_view record);

}  // namespace flowlake
