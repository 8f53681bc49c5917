// Logs whose records are JSON give the same rows and rejects in one piece and in many,
// whatever is in them, and what is not known is kept as JSON. The first byte says which
// log, and in what pieces.
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "flowlake/format/json_log_parser.h"
#include "flowlake/format/rows_as_json.h"

namespace {

constexpr flowlake::ParseLimits kLimits{2'000'000'000'000'000, 4096};

flowlake::ParsedInput Parse(const flowlake::LogKind& log, std::string_view input,
                            size_t chunk) {
  flowlake::JsonLogParser parser(log, {"1", "eu-west-1"}, kLimits);
  return flowlake::ParseInChunks(parser, input, chunk);
}

bool IsSoundJson(const std::string& row) {
  const auto cells = nlohmann::json::parse(row, nullptr, /*allow_exceptions=*/false);
  if (cells.is_discarded()) return false;
  return !cells.contains("extra") ||
         nlohmann::json::accept(cells["extra"].get<std::string>());
}

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const auto kinds = flowlake::LogKinds();
  const flowlake::LogKind& log = *kinds[data[0] % kinds.size()];
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const flowlake::ParsedInput whole = Parse(log, input, input.size());
  if (!(Parse(log, input, size_t{1} + data[0]) == whole)) Fail("in pieces: other rows");
  for (const std::string& row : whole.rows) {
    if (!row.starts_with('{') || !IsSoundJson(row)) Fail(row.c_str());
  }
  return 0;
}
