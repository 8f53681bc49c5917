#include "flowlake/base/uuid.h"

#include <cstdint>
#include <cstdio>
#include <random>

namespace flowlake {

std::string NewUuid() {
  // random_device, not a seeded generator: two machines that start at once must differ.
  std::random_device random;
  uint32_t words[4] = {random(), random(), random(), random()};
  words[1] = (words[1] & 0xFFFF0FFFU) | 0x00004000U;
  words[2] = (words[2] & 0x3FFFFFFFU) | 0x80000000U;
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%04x%08x", words[0],
                words[1] >> 16, words[1] & 0xFFFF, words[2] >> 16, words[2] & 0xFFFF,
                words[3]);
  return text;
}

}  // namespace flowlake
