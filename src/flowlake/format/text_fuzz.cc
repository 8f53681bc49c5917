// The real text parser and the obvious one give the same rows and rejects, whatever the
// input and however it is cut.
#include <cstdio>
#include <cstdlib>

#include "flowlake/format/text_comparison.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  // Squared: small pieces cut lines, large ones have many that are parsed at once.
  const size_t piece = size < 2 ? 0 : data[size / 2];
  const size_t chunk = 1 + piece * piece / 8;
  const auto comparison = flowlake::CompareTextParsers(input, chunk);
  if (comparison.agree()) return 0;
  for (const auto* parsed : {&comparison.real, &comparison.obvious}) {
    std::fprintf(stderr, "-- %s\n", parsed->error.c_str());
    for (const auto& row : parsed->rows) std::fprintf(stderr, "%s\n", row.c_str());
    for (const auto& reject : parsed->rejects)
      std::fprintf(stderr, "%s\n", reject.c_str());
  }
  std::abort();
}
