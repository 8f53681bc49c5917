// Parsed records to Parquet files, on one thread: generated version 2 logs of one day, of
// two, and of thirty days of which every batch has rows.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "flowlake/format/detect.h"
#include "flowlake/format/generator.h"
#include "flowlake/ingest/day_writers.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

// The first million records of logs of ten million.
constexpr int64_t kRecords = 10'000'000;
constexpr int64_t kRows = 1 << 20;
constexpr size_t kBatchBytes = 1 << 20;
constexpr Date kFirstDay = 20'717;

Columns Parse(Parser& parser, std::string_view text, ColumnsBuilder& builder) {
  Rejects rejects;
  const size_t size = parser.Frame(text, /*is_last=*/true);
  const Status status = parser.Parse({text.substr(0, size), {}}, builder, rejects);
  if (!status.ok()) std::abort();
  return builder.Finish();
}

std::vector<Columns> GenerateBatches(int days) {
  GeneratorOptions options;
  options.records = kRecords;
  options.first_day = kFirstDay;
  options.days = days;
  auto generator = Generator::Make(options).ValueOrDie();
  FormatOptions format;
  format.limits.latest_time = (kFirstDay + 400) * kMicrosPerDay;
  std::unique_ptr<Parser> parser;
  std::optional<ColumnsBuilder> builder;
  std::vector<Columns> batches;
  int64_t rows = 0;
  for (std::string text; rows < kRows && generator->Next(kBatchBytes, text);
       text.clear()) {
    if (!parser) parser = DetectParser(text, false, format).ValueOrDie();
    if (!builder) builder.emplace(&parser->schema());
    batches.push_back(Parse(*parser, text, *builder));
    rows += batches.back().rows;
  }
  return batches;
}

// Each record gets a day of its own; what else it says stays.
std::vector<Columns> SpreadOver(int days, std::vector<Columns> batches) {
  std::mt19937 random(5);
  for (Columns& batch : batches) {
    const auto field = [&](const char* name) {
      return static_cast<size_t>(batch.schema->IndexOf(name));
    };
    Column& start = batch.columns[field("start")];
    Column& end = batch.columns[field("end")];
    for (size_t row = 0; row < start.numbers.size(); ++row) {
      const int64_t shift = static_cast<int64_t>(random()) % days * kMicrosPerDay;
      start.numbers[row] += shift;
      end.numbers[row] += shift;
    }
  }
  return batches;
}

const std::vector<Columns>& Batches(int days) {
  static std::map<int, std::vector<Columns>> made;
  auto& batches = made[days];
  if (batches.empty()) {
    batches = days <= 2 ? GenerateBatches(days) : SpreadOver(days, GenerateBatches(1));
  }
  return batches;
}

struct Written {
  int64_t rows = 0;
  int64_t bytes = 0;
  int64_t peak = 0;
};

Written Write(const std::vector<Columns>& batches, const DayWritersOptions& options,
              int repeats) {
  Written written;
  const auto store = MakeMemoryStore();
  DayWriters writers(Lake::OpenOrCreate(store).ValueOrDie(), options);
  for (int i = 0; i < repeats; ++i) {
    for (const Columns& batch : batches) {
      if (!writers.Append(batch, {}, HashOf("input")).ok()) std::abort();
      written.rows += batch.rows;
      written.peak = std::max(written.peak, writers.buffered_bytes());
    }
  }
  for (const auto& [table, files] : writers.Close().ValueOrDie()) {
    for (const AddedFile& added : files) written.bytes += added.file.bytes;
  }
  return written;
}

// range(0): the Compression; range(1): days.
void BM_DayWriters(benchmark::State& state) {
  const auto days = static_cast<int>(state.range(1));
  const std::vector<Columns>& batches = Batches(days);
  DayWritersOptions options;
  options.budget_bytes = int64_t{352} << 20;
  options.file.compression = static_cast<Compression>(state.range(0));
  Written written;
  for (auto _ : state) written = Write(batches, options, days <= 2 ? 1 : 4);
  state.SetItemsProcessed(state.iterations() * written.rows);
  const auto rows = static_cast<double>(written.rows);
  state.counters["bytes/row"] = static_cast<double>(written.bytes) / rows;
  state.counters["buffered"] = static_cast<double>(written.peak);
  state.counters["ns/row"] =
      benchmark::Counter(rows * 1e-9, benchmark::Counter::kIsIterationInvariantRate |
                                          benchmark::Counter::kInvert);
}
BENCHMARK(BM_DayWriters)
    ->ArgsProduct({{static_cast<int64_t>(Compression::kSnappy),
                    static_cast<int64_t>(Compression::kZstd)},
                   {1, 2, 30}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace flowlake
