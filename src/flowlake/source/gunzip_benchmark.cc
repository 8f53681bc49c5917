// Gunzipping flow logs as AWS delivers them (small members) and as others keep them (one
// large one), in bytes of plain text.
#include <benchmark/benchmark.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "flowlake/source/byte_stream.h"

namespace flowlake {
namespace {

std::string FlowLog(size_t bytes) {
  std::minstd_rand random(1);
  const auto below = [&](uint32_t limit) { return std::to_string(random() % limit); };
  std::string text;
  text.reserve(bytes + 200);
  while (text.size() < bytes) {
    const std::string packets = below(40);
    text += "2 123456789010 eni-0a1b2c3d4e5f6" + below(300) + " 10.0." + below(4) + "." +
            below(250) + " 52." + below(16) + "." + below(256) + "." + below(64) +
            " 443 " + below(64000) + " 6 " + packets + " " + packets + below(1400) +
            " 17899488" + below(60) + " 17899489" + below(60) + " ACCEPT OK\n";
  }
  return text;
}

std::string Gzip(const std::string& plain) {
  isal_zstream stream;
  isal_deflate_init(&stream);
  std::vector<uint8_t> level_memory(ISAL_DEF_LVL2_DEFAULT);
  std::string stored(plain.size() + 1024, '\0');
  stream.level = 2;
  stream.level_buf = level_memory.data();
  stream.level_buf_size = static_cast<uint32_t>(level_memory.size());
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uint32_t>(plain.size());
  stream.next_out = reinterpret_cast<uint8_t*>(stored.data());
  stream.avail_out = static_cast<uint32_t>(stored.size());
  if (isal_deflate(&stream) != COMP_OK) std::abort();
  stored.resize(stream.total_out);
  return stored;
}

/// Unzips into a buffer of `out` bytes, again and again, fed with `in` bytes at once.
void Unzip(Gunzip& gunzip, std::string_view stored, size_t in, std::span<char> out) {
  gunzip.Reset();
  while (true) {
    const Result<size_t> count = gunzip.Read(out);
    if (!count.ok()) std::abort();
    benchmark::DoNotOptimize(out.data());
    if (*count > 0) continue;
    if (!gunzip.needs_input()) return;
    gunzip.Feed({stored.data(), std::min(in, stored.size())});
    stored.remove_prefix(std::min(in, stored.size()));
  }
}

void LargeMember(benchmark::State& state) {
  const std::string plain = FlowLog(32 << 20);
  const std::string stored = Gzip(plain);
  std::vector<char> out(static_cast<size_t>(state.range(0)));
  Gunzip gunzip;
  for (auto _ : state) Unzip(gunzip, stored, kPieceBytes, out);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(plain.size()));
}
BENCHMARK(LargeMember)->Arg(32 << 10)->Arg(256 << 10)->Arg(16 << 20);

void SmallMember(benchmark::State& state) {
  const std::string plain = FlowLog(static_cast<size_t>(state.range(0)));
  const std::string stored = Gzip(plain);
  std::vector<char> out(kLoadedBytes);
  Gunzip gunzip;
  for (auto _ : state) Unzip(gunzip, stored, stored.size(), out);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(plain.size()));
}
BENCHMARK(SmallMember)->Arg(1 << 10)->Arg(10 << 10)->Arg(60 << 10)->Arg(300 << 10);

}  // namespace
}  // namespace flowlake
