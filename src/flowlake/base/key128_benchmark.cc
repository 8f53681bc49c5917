/// What knowing an input by its content costs, in pieces as a file is read.
#include <benchmark/benchmark.h>

#include "flowlake/base/input_keys.h"

namespace flowlake {
namespace {

constexpr size_t kPiece = 256 << 10;

template <typename Hash>
void Run(benchmark::State& state, Hash hash) {
  const std::string piece(kPiece, 'x');
  for (auto _ : state) hash.Update(piece);
  benchmark::DoNotOptimize(hash.Finish());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kPiece));
}

void BM_Key(benchmark::State& state) { Run(state, StreamingHash()); }
void BM_OldKey(benchmark::State& state) { Run(state, StreamingOldHash()); }
void BM_BothKeys(benchmark::State& state) { Run(state, StreamingKeys(true)); }

void BM_KeyOfSmallInput(benchmark::State& state) {
  const std::string input(static_cast<size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(HashOf(input));
}

void BM_KeyOfObject(benchmark::State& state) {
  const std::string uri = "s3://logs/" + std::string(120, 'x');
  for (auto _ : state) {
    benchmark::DoNotOptimize(DeriveKey(KeyKind::kObject, {uri, "\"0123456789abcdef\""}));
  }
}

BENCHMARK(BM_Key);
BENCHMARK(BM_OldKey);
BENCHMARK(BM_BothKeys);
BENCHMARK(BM_KeyOfSmallInput)->Arg(100)->Arg(1000)->Arg(10'000);
BENCHMARK(BM_KeyOfObject);

}  // namespace
}  // namespace flowlake
