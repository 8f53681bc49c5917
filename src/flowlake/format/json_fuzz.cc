// Whatever detection makes of an input, its parser gives the same rows and rejects the
// fast way and the obvious way, in one piece and in many; both framers find the same
// documents.
#include <cstdio>
#include <cstdlib>

#include "flowlake/format/json_comparison.h"

namespace {
void Print(const flowlake::ParsedInput& parsed) {
  std::fprintf(stderr, "-- %s\n", parsed.error.c_str());
  for (const auto& row : parsed.rows) std::fprintf(stderr, "%s\n", row.c_str());
  for (const auto& reject : parsed.rejects) std::fprintf(stderr, "%s\n", reject.c_str());
}

void Expect(const flowlake::ParsedInput& parsed, const flowlake::ParsedInput& expected) {
  if (parsed == expected) return;
  Print(parsed);
  Print(expected);
  std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (!flowlake::FramersAgree(input)) std::abort();
  // What a log keeps as JSON text is written anew on the obvious path; it has a fuzzer of
  // its own.
  if (flowlake::IsJsonLog(input)) return 0;
  const flowlake::ParsedInput obvious = flowlake::ParseJsonObviously(input);
  Expect(flowlake::ParseJson(input, size + 1), obvious);
  if (obvious.error.empty()) Expect(flowlake::ParseJson(input, 1 + size / 3), obvious);
  return 0;
}
