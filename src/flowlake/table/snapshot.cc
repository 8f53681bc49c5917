#include "flowlake/table/snapshot.h"

namespace flowlake {

int64_t Snapshot::rows() const {
  int64_t rows = 0;
  for (size_t i = 0; i < files.size(); ++i) rows += files.rows(i);
  return rows;
}

int64_t Snapshot::bytes() const {
  int64_t bytes = 0;
  for (size_t i = 0; i < files.size(); ++i) bytes += files.bytes(i);
  return bytes;
}

std::optional<Date> ExpiredHorizon(const Snapshot& snapshot) {
  const auto found = snapshot.transactions.find(kExpiredApplication);
  if (found == snapshot.transactions.end()) return std::nullopt;
  return static_cast<Date>(found->second);
}

}  // namespace flowlake
