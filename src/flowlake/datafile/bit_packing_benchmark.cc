// Codes of one width to packed bytes.
#include <benchmark/benchmark.h>

#include <vector>

#include "flowlake/datafile/bit_packing.h"

namespace flowlake {
namespace {

// range(0): the width.
void BM_PackBits(benchmark::State& state) {
  constexpr size_t kCount = 16 << 10;
  const auto width = static_cast<int>(state.range(0));
  std::vector<uint32_t> values(kCount);
  for (size_t i = 0; i < kCount; ++i) {
    values[i] = static_cast<uint32_t>(i * 2654435761u) >> (32 - width);
  }
  std::vector<uint8_t> packed(kCount * sizeof(uint32_t));
  for (auto _ : state) {
    PackBits(values.data(), kCount, width, packed.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kCount));
}
BENCHMARK(BM_PackBits)->Arg(1)->Arg(5)->Arg(8)->Arg(12)->Arg(15)->Arg(17)->Arg(24);

}  // namespace
}  // namespace flowlake
