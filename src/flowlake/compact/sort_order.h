/// The order of rows within a compacted window: "action, srcaddr, dstaddr, start".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// Ascending, NULL last; strings compare as unsigned bytes. Of numbers, `step` of them
/// make one: rows of one hour are equal in `start` by the hour.
struct SortColumn {
  int field;
  int64_t step = 1;
};
using SortOrder = std::vector<SortColumn>;

/// Names with commas between them. Invalid names the one that the schema does not have.
Result<SortOrder> ParseSortOrder(std::string_view text, const Schema& schema);
/// As tags have it: "action,srcaddr,dstaddr,start".
std::string FormatSortOrder(const SortOrder& order, const Schema& schema);
/// Of a table without the property: of flow logs action, srcaddr, dstaddr, start, as far
/// as the schema has them; else input and line; else none, the order of arrival.
SortOrder DefaultSortOrder(const Schema& schema);

/// Below 0, 0, above 0: row `i` of `a` is before, equal to, behind row `j` of `b`.
int CompareRows(const Columns& a, int64_t i, const Columns& b, int64_t j,
                const SortOrder& order);

/// Division towards minus infinity.
inline int64_t FloorDivide(int64_t value, int64_t step) {
  if (step == 1) return value;
  return value / step - static_cast<int64_t>(value % step < 0);
}

}  // namespace flowlake
