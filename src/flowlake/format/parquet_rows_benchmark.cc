// Batches as AWS's Parquet gives them, mapped to Columns: whole columns against rows.
#include <arrow/api.h>
#include <benchmark/benchmark.h>

#include <random>
#include <string>

#include "flowlake/base/date.h"
#include "flowlake/format/parquet_rows.h"

namespace flowlake {
namespace {

constexpr int64_t kRows = 16 << 10;

template <typename Builder, typename MakeValue>
std::shared_ptr<arrow::Array> Column(MakeValue make_value) {
  Builder builder;
  for (int64_t i = 0; i < kRows; ++i) {
    if (!builder.Append(make_value(i)).ok()) std::abort();
  }
  return builder.Finish().ValueOrDie();
}

// The default format. `text` is how strings come: as a dictionary or plain.
template <typename Text>
std::shared_ptr<arrow::RecordBatch> MakeBatch() {
  std::mt19937 random;
  const auto below = [&](uint32_t limit) {
    return [&random, limit](int64_t) { return static_cast<int32_t>(random() % limit); };
  };
  const auto address = [&](int64_t) {
    return "10.0." + std::to_string(random() % 40) + "." + std::to_string(random() % 250);
  };
  const auto start = [](int64_t i) { return 1'789'948'800 + i / 120; };
  const auto always = [](std::string text) { return [text](int64_t) { return text; }; };
  using Int32 = arrow::Int32Builder;
  using Int64 = arrow::Int64Builder;
  const std::vector<std::pair<std::string, std::shared_ptr<arrow::Array>>> columns{
      {"version", Column<Int32>([](int64_t) { return 2; })},
      {"account_id", Column<Text>(always("123456789012"))},
      {"interface_id", Column<Text>(always("eni-0a1b2c3d4e5f60718"))},
      {"srcaddr", Column<Text>(address)},
      {"dstaddr", Column<Text>(address)},
      {"srcport", Column<Int32>(below(65'536))},
      {"dstport", Column<Int32>(below(65'536))},
      {"protocol", Column<Int32>([](int64_t) { return 6; })},
      {"packets", Column<Int64>(below(2000))},
      {"bytes", Column<Int64>(below(1 << 20))},
      {"start", Column<Int64>(start)},
      {"end", Column<Int64>(start)},
      {"action", Column<Text>(always("ACCEPT"))},
      {"log_status", Column<Text>(always("OK"))}};
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& [name, array] : columns) {
    fields.push_back(arrow::field(name, array->type()));
    arrays.push_back(array);
  }
  return arrow::RecordBatch::Make(arrow::schema(fields), kRows, arrays);
}

template <typename Text, auto Way>
void BM_Append(benchmark::State& state) {
  const auto batch = MakeBatch<Text>();
  const ParseLimits limits{2'000'000'000 * kMicrosPerSecond};
  const auto rows = ParquetRows::Make(*batch->schema(), limits).ValueOrDie();
  ColumnsBuilder columns(&rows->schema());
  Rejects rejects;
  for (auto _ : state) {
    if (!((*rows).*Way)(*batch, 1, columns, rejects).ok()) state.SkipWithError("append");
    benchmark::DoNotOptimize(columns.Finish());
  }
  if (rejects.total() > 0) state.SkipWithError("rejects");
  state.SetItemsProcessed(state.iterations() * kRows);
}
using Encoded = arrow::StringDictionary32Builder;
using Plain = arrow::StringBuilder;
BENCHMARK(BM_Append<Encoded, &ParquetRows::Append>);
BENCHMARK(BM_Append<Plain, &ParquetRows::Append>);
BENCHMARK(BM_Append<Encoded, &ParquetRows::AppendRowByRow>);
BENCHMARK(BM_Append<Plain, &ParquetRows::AppendRowByRow>);

}  // namespace
}  // namespace flowlake
