// Generated logs of each version to Columns, in the blocks that ingest makes; the oldest
// of these numbers are in doc/performance.md.
#include <benchmark/benchmark.h>

#include <map>
#include <string>

#include "flowlake/format/catalogue.h"
#include "flowlake/format/field_starts.h"
#include "flowlake/format/generator.h"
#include "flowlake/format/text_parser.h"

namespace flowlake {
namespace {

constexpr size_t kBlockBytes = 1 << 20;

const std::string& Log(int version) {
  static std::map<int, std::string> logs;
  std::string& log = logs[version];
  if (!log.empty()) return log;
  GeneratorOptions options;
  options.version = version;
  options.records = 400'000;
  options.header = false;
  options.first_day = 20'000;
  const auto generator = Generator::Make(options).ValueOrDie();
  while (generator->Next(kBlockBytes, log)) {
  }
  return log;
}

void ParseText(benchmark::State& state) {
  const auto version = static_cast<int>(state.range(0));
  const std::string_view log = Log(version);
  const auto fields = VpcFieldsThrough(version);
  const std::vector<std::string_view> names(fields.begin(), fields.end());
  const Layout layout = MakeLayout(names, VpcFlowSchema()).ValueOrDie();
  const ParseLimits limits{int64_t{4'000'000'000} * 1'000'000};
  ColumnsBuilder columns(&VpcFlowSchema());
  int64_t rows = 0;
  for (auto _ : state) {
    TextParser parser({layout, Separator::kBlanks}, limits);
    Rejects rejects;
    for (size_t at = 0; at < log.size();) {
      const size_t size = parser.Frame(log.substr(at, kBlockBytes), false);
      if (size == 0) break;
      const Block block{log.substr(at, size), static_cast<int64_t>(at)};
      if (!parser.Parse(block, columns, rejects).ok())
        return state.SkipWithError("parse");
      rows += columns.Finish().rows;
      at += size;
    }
    if (rejects.total() > 0) return state.SkipWithError("rejects");
  }
  state.SetItemsProcessed(rows);
  state.SetBytesProcessed(static_cast<int64_t>(log.size()) * state.iterations());
}
BENCHMARK(ParseText)->Arg(2)->Arg(5)->Arg(11)->Unit(benchmark::kMillisecond);

void FindFields(benchmark::State& state) {
  const auto set = static_cast<InstructionSet>(state.range(0));
  if (set > BestInstructionSet()) return state.SkipWithError("not on this processor");
  const std::string_view log = Log(2);
  FieldStarts starts({}, set);
  for (auto _ : state) {
    for (size_t at = 0; at < log.size(); at += FieldStarts::kMaxPiece) {
      benchmark::DoNotOptimize(starts.Find(log.substr(at, FieldStarts::kMaxPiece)));
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(log.size()) * state.iterations());
}
BENCHMARK(FindFields)->Arg(0)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace flowlake
