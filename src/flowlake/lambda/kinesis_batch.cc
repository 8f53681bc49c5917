#include "flowlake/lambda/kinesis_batch.h"

#include <memory>
#include <string_view>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/source/delivered_records.h"
#include "flowlake/table/shard_claims.h"

namespace flowlake {

namespace {

constexpr int kMaxRounds = 20;

/// The records of `batch` behind `position`, as inputs that only this attempt has: what
/// makes them count is the claim.
std::vector<Input> InputsBehind(const KinesisBatch& batch, const ShardPosition& position,
                                const EditClaim& claim) {
  std::vector<std::string_view> records;
  std::vector<RecordGroup> damaged;
  std::string first;
  std::string last;
  for (const KinesisRecord& record : batch.records) {
    if (!IsBehind(record.sequence, position.sequence)) continue;
    if (first.empty()) first = record.sequence;
    last = record.sequence;
    const auto users = Deaggregate(record.data);
    if (users.ok()) {
      records.insert(records.end(), users->begin(), users->end());
    } else {
      damaged.push_back({"", record.data});
    }
  }
  std::vector<RecordGroup> groups = GroupRecords(records);
  for (RecordGroup& group : damaged) groups.push_back(std::move(group));
  const Date today = DateOfMicros(NowMicros());
  const std::string name = "kinesis:" + batch.stream.substr(batch.stream.rfind('/') + 1) +
                           '/' + batch.shard + '/' + first + '-' + last;
  std::vector<Input> inputs;
  for (RecordGroup& group : groups) {
    const std::string number = '#' + std::to_string(inputs.size() + 1);
    Delivery delivery{std::make_shared<const std::string>(std::move(group.bytes)),
                      "kinesis:" + claim.id + number, today};
    inputs.push_back(DeliveredInput(name + number, std::move(delivery),
                                    {group.log_group, batch.stream, {}}));
  }
  return inputs;
}

Status FirstFailure(const IngestSummary& summary) {
  for (const InputProblem& problem : summary.problems) {
    if (!problem.is_refused) return Status::IOError(problem.message);
  }
  return Status::OK();
}

}  // namespace

Result<IngestSummary> StageKinesisBatch(const StagingContext& context,
                                        const KinesisBatch& batch) {
  const ShardClaims claims(context.lake.store(), batch.stream + '/' + batch.shard);
  for (int round = 0; round < kMaxRounds; ++round) {
    ARROW_ASSIGN_OR_RAISE(const ShardPosition position, claims.Position());
    const std::string& through = batch.records.back().sequence;
    if (!IsBehind(through, position.sequence)) return IngestSummary{};
    const EditClaim claim = claims.ClaimBehind(position);
    const auto inputs = InputsBehind(batch, position, claim);
    ARROW_ASSIGN_OR_RAISE(IngestSummary summary, StageInputs(context, inputs, claim));
    ARROW_RETURN_NOT_OK(FirstFailure(summary));
    ARROW_ASSIGN_OR_RAISE(const bool is_ours, claims.Claim(position, through, claim));
    if (is_ours) return summary;
  }
  return Status::IOError("claim records of ", batch.stream, '/', batch.shard, ": lost ",
                         kMaxRounds, " races in a row");
}

}  // namespace flowlake
