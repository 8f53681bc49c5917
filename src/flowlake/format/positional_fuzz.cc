// A log whose records have positions gives the same rows and rejects in one piece, its
// records many at once, and in pieces, its records singly, whatever is in it. The first
// byte says which log, and in what pieces.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "flowlake/format/positional_parser.h"
#include "flowlake/format/rows_as_json.h"

namespace {

constexpr flowlake::ParseLimits kLimits{2'000'000'000'000'000, 4096};

const std::vector<const flowlake::LogKind*>& PositionalKinds() {
  static const std::vector<const flowlake::LogKind*> kinds = [] {
    std::vector<const flowlake::LogKind*> positional;
    for (const flowlake::LogKind* kind : flowlake::LogKinds()) {
      const bool is_positional = kind->begins_record != nullptr && kind->separator == ' ';
      if (is_positional) positional.push_back(kind);
    }
    return positional;
  }();
  return kinds;
}

flowlake::ParsedInput Parse(const flowlake::LogKind& log, std::string_view input,
                            size_t chunk, bool is_singly) {
  flowlake::PositionalParser parser(log, {"1", "eu-west-1"}, kLimits);
  if (is_singly) parser.ParseSingly();
  return flowlake::ParseInChunks(parser, input, chunk);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const auto& kinds = PositionalKinds();
  const flowlake::LogKind& log = *kinds[data[0] % kinds.size()];
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const flowlake::ParsedInput whole = Parse(log, input, input.size(), false);
  if (Parse(log, input, size_t{1} + data[0], true) == whole) return 0;
  std::fprintf(stderr, "in pieces of %d: other rows or rejects\n", 1 + data[0]);
  std::abort();
}
