#include "flowlake/base/large_blocks.h"

#include <cstdlib>  // says which C library there is

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace flowlake {

void ReturnLargeBlocks() {
#if defined(__GLIBC__)
  // Setting it also ends its growth, malloc(3) "dynamic mmap threshold".
  (void)::mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

}  // namespace flowlake
