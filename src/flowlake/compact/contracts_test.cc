// What the headers of this module require of their callers, broken on purpose.
#include <array>

#include "flowlake/compact/compact_fixture.h"
#include "flowlake/compact/packed_column.h"
#include "flowlake/compact/row_pile.h"

namespace flowlake {
namespace {

TEST(CompactContractsDeathTest, NullsAreAskedOfAColumnThatHasSome) {
  PackedColumn column(ColumnType::kInt64, 4);
  column.AppendNumbers(std::array<int64_t, 2>{1, 2}, {});
  const std::array<uint32_t, 1> rows{0};
  uint8_t valid = 0;
  EXPECT_DEATH(column.GatherValid(rows, &valid), "the NULLs of a column without any");
}

TEST(CompactContractsDeathTest, RowsAreTakenSortedAndNoMoreThanThereAre) {
  RowPile pile(&FlowSchema(), {{0}});
  const Columns rows = RandomRows(1).Make(10);
  pile.Append(rows, 0, 10);
  EXPECT_DEATH(pile.Take(0, 1), "rows that are not sorted yet");
  pile.Sort();
  EXPECT_DEATH(pile.Take(5, 6), "rows that the pile does not have");
  pile.Append(rows, 0, 1);
  EXPECT_DEATH(pile.Take(0, 1), "rows that are not sorted yet");
}

TEST(CompactContractsDeathTest, ASliceIsWithinItsBlock) {
  RowPile pile(&FlowSchema(), {{0}});
  const Columns rows = RandomRows(1).Make(10);
  EXPECT_DEATH(pile.Append(rows, 5, 11), "rows that the block does not have");
  EXPECT_DEATH(pile.Append(rows, -1, 5), "rows that the block does not have");
}

}  // namespace
}  // namespace flowlake
