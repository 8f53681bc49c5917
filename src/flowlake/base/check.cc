#include "flowlake/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace flowlake::internal {

void FailCheck(const char* message, const char* file, int line) {
  std::fprintf(stderr, "flowlake has a bug: %s (%s:%d)\n", message, file, line);
  std::abort();
}

}  // namespace flowlake::internal
