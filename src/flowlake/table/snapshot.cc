#include "flowlake/table/snapshot.h"

#include <numeric>

namespace flowlake {

int64_t Snapshot::rows() const {
  return std::accumulate(
      files.begin(), files.end(), int64_t{0},
      [](int64_t sum, const DataFile& file) { return sum + file.rows; });
}

int64_t Snapshot::bytes() const {
  return std::accumulate(
      files.begin(), files.end(), int64_t{0},
      [](int64_t sum, const DataFile& file) { return sum + file.bytes; });
}

}  // namespace flowlake
