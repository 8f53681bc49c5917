// Delimited text gives the same rows and rejects in one piece, its records many at once,
// and in pieces, its records singly, whatever is in it. The first byte says with what
// separator, with quotes or without, with a header, with fields or in the log's own
// order; and in what pieces.
#include <cstdio>
#include <cstdlib>

#include "flowlake/format/cloudfront_logs.h"
#include "flowlake/format/delimited_parser.h"
#include "flowlake/format/rows_as_json.h"

namespace {

constexpr flowlake::ParseLimits kLimits{2'000'000'000'000'000, 4096};

flowlake::DelimitedFormat FormatOf(uint8_t choice) {
  constexpr char kSeparators[] = {'\t', ',', ' ', '|'};
  flowlake::DelimitedFormat format{kSeparators[choice & 3U], (choice & 4U) != 0,
                                   (choice & 8U) != 0};
  if ((choice & 16U) != 0) format.fields = {"timestamp", "c-ip", "sc-status", "unknown"};
  return format;
}

flowlake::ParsedInput Parse(uint8_t choice, std::string_view input, size_t chunk,
                            bool is_singly) {
  flowlake::DelimitedParser parser(flowlake::CloudFrontLog(), FormatOf(choice),
                                   {"1", "eu-west-1"}, kLimits);
  if (is_singly) parser.ParseSingly();
  return flowlake::ParseInChunks(parser, input, chunk);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const flowlake::ParsedInput whole = Parse(data[0], input, input.size(), false);
  if (Parse(data[0], input, size_t{1} + data[0], true) == whole) return 0;
  std::fprintf(stderr, "in pieces of %d: other rows or rejects\n", 1 + data[0]);
  std::abort();
}
