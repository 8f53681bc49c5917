#include "flowlake/ingest/table_fits.h"

#include <gmock/gmock.h>

#include <bit>

#include "flowlake/format/catalogue.h"
#include "flowlake/store/memory_store.h"
#include "flowlake/table/own_table.h"

namespace flowlake {
namespace {

const Schema& Ours() {
  static const Schema schema("app", {{"at", ColumnType::kTimestamp},
                                     {"host", ColumnType::kString},
                                     {"n", ColumnType::kInt64},
                                     {"part", ColumnType::kDouble},
                                     {"extra", ColumnType::kString}});
  return schema;
}

/// A table that has all but the host as numbers of another kind.
TableFit Fit() {
  const Schema table("app", {{"at", ColumnType::kString},
                             {"host", ColumnType::kString},
                             {"n", ColumnType::kString},
                             {"part", ColumnType::kInt64},
                             {"extra", ColumnType::kString}});
  return *FitToTable(Ours(), table).ValueOrDie();
}

TEST(FitRows, PutsWhatTheTableHasAsSomethingElseBehindExtra) {
  ColumnsBuilder builder(&Ours());
  builder.AppendNumber(0, 0);
  builder.AppendString(1, "a");
  builder.AppendNumber(2, -7);
  builder.AppendNumber(3, std::bit_cast<int64_t>(0.5));
  builder.AppendString(4, R"({"k":"v"})");
  builder.FinishRow();
  builder.AppendString(1, "b");
  builder.AppendString(4, R"({"k":"w"})");
  builder.FinishRow();
  builder.AppendString(1, "c");
  builder.FinishRow();
  builder.AppendNumber(2, 8);
  builder.FinishRow();
  const Columns rows = builder.Finish();
  const TableFit fit = Fit();
  const Columns fitted = FitRows(rows, fit);
  EXPECT_EQ(*fitted.schema, Schema("app", {{"host", ColumnType::kString},
                                           {"extra", ColumnType::kString}}));
  const Column& extra = fitted.column(1);
  EXPECT_EQ(extra.string(0),
            R"({"k":"v","at":"1970-01-01T00:00:00Z","n":-7,"part":0.5})");
  EXPECT_EQ(extra.string(1), R"({"k":"w"})");
  EXPECT_EQ(extra.string(2), std::nullopt);
  EXPECT_EQ(extra.string(3), R"({"n":8})");
  EXPECT_EQ(fitted.column(0).string(2), "c");
}

TEST(FitRows, HasNoExtraWhereNothingIsInIt) {
  ColumnsBuilder builder(&Ours());
  builder.AppendString(1, "a");
  builder.FinishRow();
  const Columns rows = builder.Finish();
  const TableFit fit = Fit();
  EXPECT_FALSE(FitRows(rows, fit).column(1).present);
}

TEST(TableOwner, KnowsEveryKindOfLogThereIs) {
  const Lake lake = Lake::OpenOrCreate(MakeMemoryStore()).ValueOrDie();
  TableOwner owner(lake);
  EXPECT_TRUE(owner.IsKind(RejectsSchema().table()));
  for (const Schema* schema : LogSchemas()) {
    EXPECT_TRUE(owner.IsKind(schema->table())) << schema->table();
  }
  EXPECT_FALSE(owner.IsKind("invoices"));
}

}  // namespace
}  // namespace flowlake
