#include "flowlake/query/sample_optimizer.h"

#include <duckdb/main/config.hpp>
#include <duckdb/optimizer/optimizer_extension.hpp>
#include <duckdb/planner/operator/logical_get.hpp>
#include <duckdb/planner/operator/logical_sample.hpp>
#include <random>

#include "flowlake/query/snapshot_file_list.h"

namespace flowlake {

namespace {

using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;

/// The list of the scan that is sampled: below projections and filters only.
SnapshotFileList* SampledList(LogicalOperator* node) {
  while (node->type == LogicalOperatorType::LOGICAL_PROJECTION ||
         node->type == LogicalOperatorType::LOGICAL_FILTER) {
    node = node->children[0].get();
  }
  if (node->type != LogicalOperatorType::LOGICAL_GET) return nullptr;
  return FileListOf(node->Cast<duckdb::LogicalGet>().bind_data.get());
}

void TakeSamples(duckdb::OptimizerExtensionInput& input,
                 duckdb::unique_ptr<LogicalOperator>& node) {
  for (auto& child : node->children) TakeSamples(input, child);
  if (node->type != LogicalOperatorType::LOGICAL_SAMPLE) return;
  const auto& options = *node->Cast<duckdb::LogicalSample>().sample_options;
  if (options.method != duckdb::SampleMethod::SYSTEM_SAMPLE || !options.is_percentage) {
    return;
  }
  SnapshotFileList* list = SampledList(node->children[0].get());
  if (list == nullptr) return;
  SampleWish sample = list->sample();
  sample.fraction *= options.sample_size.GetValue<double>() / 100;
  sample.seed = options.seed.IsValid() ? options.seed.GetIndex() : std::random_device()();
  list->SetSample(sample);
  node = std::move(node->children[0]);
}

void DrawFromLists(duckdb::unique_ptr<LogicalOperator>& node) {
  for (auto& child : node->children) DrawFromLists(child);
  if (node->type != LogicalOperatorType::LOGICAL_GET) return;
  SnapshotFileList* list = FileListOf(node->Cast<duckdb::LogicalGet>().bind_data.get());
  if (list != nullptr && list->is_sampled()) list->Draw();
}

void DrawSamples(duckdb::OptimizerExtensionInput& input,
                 duckdb::unique_ptr<LogicalOperator>& node) {
  // The scan below a sample of a WITH query is in sight only now.
  TakeSamples(input, node);
  DrawFromLists(node);
}

}  // namespace

void RegisterSampleOptimizer(duckdb::DatabaseInstance& database) {
  duckdb::OptimizerExtension extension;
  extension.pre_optimize_function = TakeSamples;
  extension.optimize_function = DrawSamples;
  duckdb::OptimizerExtension::Register(duckdb::DBConfig::GetConfig(database), extension);
}

}  // namespace flowlake
