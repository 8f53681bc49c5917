// Version 2 records in the envelopes that AWS puts around them, and as named fields.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "flowlake/format/catalogue.h"
#include "flowlake/format/detect.h"
#include "flowlake/format/document_framer.h"
#include "flowlake/format/generator.h"
#include "flowlake/format/message_scanner.h"

namespace flowlake {
namespace {

constexpr int64_t kRecords = 40'000;
constexpr size_t kBlockBytes = 1 << 20;
constexpr size_t kEventsPerDocument = 1000;

std::vector<std::string> Lines() {
  GeneratorOptions options;
  options.records = kRecords;
  options.first_day = Date{20717};
  options.header = false;
  const auto generator = Generator::Make(options).ValueOrDie();
  std::string text;
  while (generator->Next(kBlockBytes, text)) {
  }
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// As Firehose writes them into S3: one behind the other, with nothing between.
std::string CloudWatchDocuments() {
  std::string text;
  size_t event = 0;
  for (const std::string& line : Lines()) {
    text += event % kEventsPerDocument == 0
                ? R"({"messageType":"DATA_MESSAGE","owner":"123456789010",)"
                  R"("logGroup":"vpc-flow-logs","logStream":"eni-1235b8ca123456789-all",)"
                  R"("subscriptionFilters":["to-firehose"],"logEvents":[)"
                : ",";
    text += R"({"id":"319531066069669833788090250798042111432896)" +
            std::to_string(15'424'298'221'568 + event) +
            R"(","timestamp":1789948855000,"message":")" + line + "\"}";
    if (++event % kEventsPerDocument == 0) text += "]}";
  }
  return text;
}

std::string Messages() {
  std::string text;
  for (const std::string& line : Lines()) text += R"({"message":")" + line + "\"}\n";
  return text;
}

std::string NamedDocuments() {
  const std::vector<std::string> names = DefaultVpcFields();
  std::string text;
  for (const std::string& line : Lines()) {
    size_t at = 0;
    for (size_t i = 0; i < names.size(); ++i) {
      const size_t end = std::min(line.find(' ', at), line.size());
      const std::string value = line.substr(at, end - at);
      const bool is_number = value.find_first_not_of("0123456789") == std::string::npos;
      text += (i == 0 ? "{\"" : ",\"") + names[i] + "\":";
      text += is_number ? value : "\"" + value + "\"";
      at = end + 1;
    }
    text += "}\n";
  }
  return text;
}

Status ParseAll(const std::string& input) {
  ARROW_ASSIGN_OR_RAISE(const auto parser,
                        DetectParser(input.substr(0, kDetectBytes), false,
                                     {{}, {.latest_time = INT64_MAX}}));
  ColumnsBuilder columns(&parser->schema());
  Rejects rejects;
  for (size_t at = 0; at < input.size();) {
    const auto bytes = std::string_view(input).substr(at, kBlockBytes);
    const size_t size = parser->Frame(bytes, at + bytes.size() == input.size());
    ARROW_RETURN_NOT_OK(parser->Parse({bytes.substr(0, size), static_cast<int64_t>(at)},
                                      columns, rejects));
    columns.Finish();
    at += size;
  }
  return rejects.total() == 0 ? Status::OK() : Status::Invalid("rejects");
}

void BM_Convert(benchmark::State& state, std::string (*make)()) {
  const std::string input = make();
  for (auto _ : state) {
    const Status status = ParseAll(input);
    if (!status.ok()) state.SkipWithError(status.ToString().c_str());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(input.size()));
}
BENCHMARK_CAPTURE(BM_Convert, CloudWatch, CloudWatchDocuments)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Convert, Message, Messages)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Convert, Named, NamedDocuments)->Unit(benchmark::kMillisecond);

void BM_ScanCloudWatch(benchmark::State& state) {
  const std::string input = CloudWatchDocuments();
  MessageBlock block(/*is_apart=*/false);
  for (auto _ : state) {
    for (size_t at = 0; at < input.size();) {
      block.Clear();
      block.BeginDocument({1, static_cast<int64_t>(at)});
      at += ScanCloudWatch(std::string_view(input).substr(at), block);
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(input.size()));
}
BENCHMARK(BM_ScanCloudWatch);

void BM_Frame(benchmark::State& state, std::string (*make)()) {
  const std::string input = make();
  for (auto _ : state) {
    for (size_t at = 0; at < input.size();) {
      at = NextPiece(input, at).end;
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(input.size()));
}
BENCHMARK_CAPTURE(BM_Frame, CloudWatch, CloudWatchDocuments);
BENCHMARK_CAPTURE(BM_Frame, Message, Messages);
BENCHMARK_CAPTURE(BM_Frame, Named, NamedDocuments);

}  // namespace
}  // namespace flowlake
