#include "flowlake/compact/external_sort.h"

#include <filesystem>
#include <numeric>

#include "flowlake/base/uuid.h"
#include "flowlake/compact/compact_fixture.h"

namespace flowlake {
namespace {

// Some batches of rows, sorted; and what an obvious sort makes of them.
class ExternalSortTest : public testing::Test {
 protected:
  void Append(Columns columns) { batches_.push_back(std::move(columns)); }

  std::vector<std::string> Sorted(const SortOrder& order, int64_t memory) {
    ExternalSort sort(&FlowSchema(), order, {memory, folder_.string(), 100});
    for (const Columns& batch : batches_) EXPECT_TRUE(sort.Append(batch).ok());
    std::vector<std::string> texts;
    const Status status = sort.Drain([&](const Columns& rows) {
      AppendTexts(rows, texts);
      return Status::OK();
    });
    EXPECT_TRUE(status.ok()) << status;
    runs_ = sort.runs();
    return texts;
  }

  // Rows that compare equal may come in any order: the sort keys alone are compared.
  std::vector<std::string> Obvious(const SortOrder& order) {
    std::vector<std::pair<const Columns*, int64_t>> rows;
    for (const Columns& batch : batches_) {
      for (int64_t i = 0; i < batch.rows; ++i) rows.emplace_back(&batch, i);
    }
    std::ranges::stable_sort(rows, [&](const auto& a, const auto& b) {
      return CompareRows(*a.first, a.second, *b.first, b.second, order) < 0;
    });
    std::vector<std::string> texts;
    for (const auto& [batch, row] : rows) texts.push_back(TextOfRow(*batch, row));
    return texts;
  }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Other tests have runs, too.
  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("flowlake-runs-" + NewUuid());
  RandomRows random_{7};
  std::vector<Columns> batches_;
  int64_t runs_ = 0;
};

const SortOrder kByAddress{{0}, {1}, {4}};

TEST_F(ExternalSortTest, SortsInMemoryAsTheObviousSortDoes) {
  for (int i = 0; i < 5; ++i) Append(random_.Make(3000, 0, 23, i % 2 == 0));
  EXPECT_EQ(Sorted(kByAddress, int64_t{1} << 30), Obvious(kByAddress));
  EXPECT_EQ(runs_, 0);
}

TEST_F(ExternalSortTest, ByHourAndWideNumbersToo) {
  Append(random_.Make(5000));
  for (const SortOrder& order : {SortOrder{{4, 3 * kHour}, {0}, {4}}, SortOrder{{3}, {2}},
                                 SortOrder{{5}, {3}}, SortOrder{}}) {
    EXPECT_EQ(Sorted(order, int64_t{1} << 30), Obvious(order));
  }
}

TEST_F(ExternalSortTest, KeysThatFillMoreThan64BitsAreSortedInTurn) {
  ColumnsBuilder builder(&FlowSchema());
  for (int i = 0; i < 2000; ++i) {
    const auto wide = static_cast<int64_t>(random_.Below(1u << 31)) << 32;
    builder.AppendNumber(3, i % 2 == 0 ? wide : -wide);
    builder.AppendNumber(4, static_cast<int64_t>(random_.Below(5)) << 40);
    builder.FinishRow();
  }
  Append(builder.Finish());
  const SortOrder order{{4}, {3}};
  EXPECT_EQ(Sorted(order, int64_t{1} << 30), Obvious(order));
}

TEST_F(ExternalSortTest, RunsOnDiskGiveTheSameOrderAndAreRemoved) {
  for (int i = 0; i < 40; ++i) Append(random_.Make(2500, 0, 23, i > 20));
  const auto spilled = Sorted(kByAddress, 1 << 20);
  EXPECT_GT(runs_, 3);
  auto expected = Obvious(kByAddress);
  const auto key = [](const std::string& row) {
    return row.substr(0, row.find('|', row.find('|', 1) + 1));
  };
  ASSERT_EQ(spilled.size(), expected.size());
  for (size_t i = 0; i < spilled.size(); ++i) {
    ASSERT_EQ(key(spilled[i]), key(expected[i])) << i;
  }
  auto all = spilled;
  std::ranges::sort(all);
  std::ranges::sort(expected);
  EXPECT_EQ(all, expected);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(ExternalSortTest, NoRowsAreNoRows) { EXPECT_TRUE(Sorted(kByAddress, 1).empty()); }

}  // namespace
}  // namespace flowlake
