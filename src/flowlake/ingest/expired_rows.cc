#include "flowlake/ingest/expired_rows.h"

#include <algorithm>
#include <vector>

namespace flowlake {

void EraseRowsFrom(Date day, int64_t first, ColumnsBuilder& columns) {
  const int field = columns.schema().time_field();
  if (field < 0) return;
  const Column& times = columns.finished(field);
  const auto end =
      std::min<int64_t>(columns.rows(), static_cast<int64_t>(times.numbers.size()));
  std::vector<int64_t> rows;
  for (int64_t row = first; row < end; ++row) {
    const auto micros = times.number(row);
    if (micros && DateOfMicros(*micros) >= day) rows.push_back(row);
  }
  if (!rows.empty()) columns.EraseRows(rows);
}

}  // namespace flowlake
