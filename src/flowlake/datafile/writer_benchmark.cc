// Rows like those of a default (version 2) flow log, encoded by one thread.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "flowlake/datafile/writer.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

constexpr int64_t kBlockRows = 64 << 10;
constexpr int kBlocks = 16;
// Of a line of text: what a megabyte of input means for rows like these.
constexpr int64_t kLineBytes = 110;

const Schema& V2() {
  using enum ColumnType;
  static const Schema schema("vpc_flow", {{"version", kInt32},
                                          {"account_id", kString},
                                          {"interface_id", kString},
                                          {"srcaddr", kString},
                                          {"dstaddr", kString},
                                          {"srcport", kInt32},
                                          {"dstport", kInt32},
                                          {"protocol", kInt32},
                                          {"packets", kInt64},
                                          {"bytes", kInt64},
                                          {"start", kTimestamp},
                                          {"end", kTimestamp},
                                          {"action", kString},
                                          {"log_status", kString}});
  return schema;
}

// A few hundred hosts talk to each other and to a long tail of others.
class Flows {
 public:
  Flows() : builder_(&V2()) {}

  Columns Block() {
    for (int64_t i = 0; i < kBlockRows; ++i) AppendRow();
    return builder_.Finish();
  }

 private:
  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(random_()) % limit; }
  std::string Inside() {
    return "10.0." + std::to_string(Below(4)) + "." + std::to_string(Below(250));
  }
  std::string Outside() {
    const uint32_t a = Below(4) == 0 ? 1 + Below(220) : 52;
    return std::to_string(a) + "." + std::to_string(Below(16)) + "." +
           std::to_string(Below(256)) + "." + std::to_string(Below(64));
  }
  void AppendRow() {
    static constexpr int64_t kPorts[] = {443, 443, 443, 80, 53, 22, 3306, 5432};
    const bool in = Below(2) == 0;
    const int64_t start = 1789948800 + second_++ / 120;
    const int64_t packets = 1 + Below(Below(3) == 0 ? 2000 : 20);
    builder_.AppendNumber(0, 2);
    builder_.AppendString(1, "123456789012");
    builder_.AppendString(2, "eni-0a1b2c3d4e5f" + std::to_string(60000 + Below(500)));
    builder_.AppendString(3, in ? Outside() : Inside());
    builder_.AppendString(4, in ? Inside() : Outside());
    builder_.AppendNumber(5, 1024 + Below(64000));
    builder_.AppendNumber(6, kPorts[Below(8)]);
    builder_.AppendNumber(7, Below(10) == 0 ? 17 : 6);
    builder_.AppendNumber(8, packets);
    builder_.AppendNumber(9, packets * (40 + Below(1400)));
    builder_.AppendNumber(10, start * kMicrosPerSecond);
    builder_.AppendNumber(11, (start + Below(60)) * kMicrosPerSecond);
    builder_.AppendString(12, Below(5) == 0 ? "REJECT" : "ACCEPT");
    builder_.AppendString(13, "OK");
    builder_.FinishRow();
  }

  std::mt19937 random_;
  ColumnsBuilder builder_;
  int64_t second_ = 0;
};

const std::vector<Columns>& Blocks() {
  static const std::vector<Columns> blocks = [] {
    Flows flows;
    std::vector<Columns> made;
    for (int i = 0; i < kBlocks; ++i) made.push_back(flows.Block());
    return made;
  }();
  return blocks;
}

Result<DataFile> Write(const std::shared_ptr<Store>& store, Compression compression) {
  DataFileOptions options;
  options.compression = compression;
  ARROW_ASSIGN_OR_RAISE(
      auto writer, DataFileWriter::Make(store, "vpc_flow", Date{20717}, &V2(), options));
  for (const Columns& block : Blocks()) ARROW_RETURN_NOT_OK(writer->Append(block, {}));
  return writer->Close();
}

// range(0): the Compression.
void BM_Write(benchmark::State& state) {
  Blocks();
  const auto store = MakeMemoryStore();
  DataFile file;
  for (auto _ : state) {
    file = Write(store, static_cast<Compression>(state.range(0))).ValueOrDie();
    if (!store->Delete("vpc_flow/" + file.path).ok()) state.SkipWithError("delete");
  }
  state.SetItemsProcessed(state.iterations() * file.rows);
  state.SetBytesProcessed(state.iterations() * file.rows * kLineBytes);
  state.counters["bytes/row"] =
      static_cast<double>(file.bytes) / static_cast<double>(file.rows);
}
BENCHMARK(BM_Write)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace flowlake
