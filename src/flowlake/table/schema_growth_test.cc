#include "flowlake/table/schema_growth.h"

#include <gmock/gmock.h>

#include <thread>

#include "flowlake/table/table_fixture.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

Schema Columns(const std::vector<Field>& fields) { return Schema("vpc_flow", fields); }
Field Text(const std::string& name) { return {name, ColumnType::kString}; }

class SchemaGrowthTest : public TableFixture {
 protected:
  std::shared_ptr<const Snapshot> Head() { return table_.LoadHead().ValueOrDie(); }
  std::shared_ptr<const Snapshot> Grow(const std::vector<Field>& fields) {
    return GrowSchema(table_, Columns(fields), Head()).ValueOrDie();
  }
  std::vector<std::string> ColumnNames() {
    const auto head = Head();
    std::vector<std::string> names;
    for (const Field& field : head->schema.fields()) names.push_back(field.name);
    return names;
  }
  /// As another writer's ALTER TABLE ADD COLUMN FIRST.
  void AddForeignFirst(const std::string& name, const std::string& type) {
    const auto head = Head();
    std::string text = head->metadata_text;
    const std::string fields = R"(\"fields\":[)";
    text.insert(text.find(fields) + fields.size(),
                R"({\"name\":\")" + name + R"(\",\"type\":)" + type +
                    R"(,\"nullable\":true,\"metadata\":{\"comment\":\"theirs\"}},)");
    PutEntry(head->version + 1, R"({"metaData":)" + text + "}\n");
  }
};

TEST_F(SchemaGrowthTest, AddsWhatIsMissingBehindTheOthersAndKeepsTheRest) {
  Create();
  AddForeignFirst("theirs", R"(\"string\")");
  const auto head = Grow({Text("new"), Text("srcaddr"), {"more", ColumnType::kInt64}});
  EXPECT_THAT(ColumnNames(),
              ElementsAre("theirs", "srcaddr", "bytes", "start", "new", "more"));
  EXPECT_EQ(head->version, 2);
  EXPECT_THAT(head->metadata_text, HasSubstr("theirs"));
  EXPECT_THAT(head->metadata_text, HasSubstr(R"(\"comment\":\"theirs\")"));
  const std::string& text = head->metadata_text;
  EXPECT_LT(text.find(R"(\"more\")"), text.find(R"(\"date\")"));
  EXPECT_EQ(head->configuration, table_.Load(0).ValueOrDie()->configuration);
}

TEST_F(SchemaGrowthTest, CommitsNothingWhereNothingIsMissing) {
  Create();
  const auto head = Head();
  EXPECT_EQ(GrowSchema(table_, FlowSchema(), head).ValueOrDie(), head);
  EXPECT_EQ(Head()->version, 0);
}

TEST_F(SchemaGrowthTest, AColumnOfAnotherTypeOrCaseIsThere) {
  Create();
  AddForeignFirst("ASG_Tag", R"(\"long\")");
  AddForeignFirst("flag", R"(\"boolean\")");
  EXPECT_EQ(Grow({Text("asg_tag"), Text("flag"), Text("date"), Text("bytes")})->version,
            2);
}

TEST_F(SchemaGrowthTest, AWriterThatLostTheRaceAddsToWhatTheOtherAdded) {
  Create();
  const auto old = Head();
  Grow({Text("theirs")});
  const auto head = GrowSchema(table_, Columns({Text("ours")}), old).ValueOrDie();
  EXPECT_THAT(ColumnNames(), ElementsAre("srcaddr", "bytes", "start", "theirs", "ours"));
  EXPECT_EQ(head->version, 2);
}

TEST_F(SchemaGrowthTest, TwoWritersWithDifferentColumnsAHundredTimes) {
  for (int round = 0; round < 100; ++round) {
    store_ = MakeMemoryStore();
    table_ = Table(store_, "vpc_flow");
    Create();
    const Edit first = EditOf({{2 * round}});
    const Edit second = EditOf({{2 * round + 1}});
    const auto write = [&](const Edit& edit, const std::string& column) {
      const auto head = GrowSchema(table_, Columns({Text(column)}), Head());
      ASSERT_TRUE(head.ok()) << head.status();
      EXPECT_GE((*head)->schema.IndexOf(column), 0);
      ASSERT_TRUE(table_.Commit(edit, *head).ok());
    };
    std::thread other([&] { write(second, "b"); });
    write(first, "a");
    other.join();
    const auto now = Load();
    ASSERT_GE(now->schema.IndexOf("a"), 0) << round;
    ASSERT_GE(now->schema.IndexOf("b"), 0) << round;
    ASSERT_EQ(now->rows(), 2) << round;
  }
}

TEST_F(SchemaGrowthTest, ColumnsOfUnknownTypesAreNamedAndTheRestIsRead) {
  Create();
  AddForeignFirst("payload", R"({\"type\":\"array\",\"elementType\":\"string\"})");
  Commit(EditOf({{1}}));
  const auto now = Load();
  EXPECT_THAT(ColumnNames(), ElementsAre("srcaddr", "bytes", "start"));
  const auto foreign = ForeignColumns(*now).ValueOrDie();
  ASSERT_THAT(foreign, SizeIs(1));
  EXPECT_EQ(foreign[0].name, "payload");
  EXPECT_THAT(foreign[0].type, HasSubstr("array"));
  EXPECT_EQ(now->rows(), 1);
}

TEST(FitToTable, IsNothingWhereTheTableHasMoreInAnotherOrder) {
  const Schema ours = Columns({Text("a"), Text("extra")});
  const Schema table = Columns({Text("extra"), Text("theirs"), Text("a")});
  EXPECT_FALSE(FitToTable(ours, table).ValueOrDie());
}

TEST(FitToTable, WidensNumbersAndSendsOtherTypesToExtra) {
  const Schema ours = Columns(
      {{"n", ColumnType::kInt32}, Text("a"), {"m", ColumnType::kInt64}, Text("extra")});
  const Schema table = Columns({{"n", ColumnType::kInt64},
                                {"a", ColumnType::kInt64},
                                {"m", ColumnType::kInt32},
                                Text("extra")});
  const auto fit = FitToTable(ours, table).ValueOrDie();
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->schema, Columns({{"n", ColumnType::kInt64}, Text("extra")}));
  EXPECT_THAT(fit->sources, ElementsAre(0, 3));
  EXPECT_THAT(fit->to_extra, ElementsAre(1, 2));
}

TEST(FitToTable, NeedsAColumnForTheRest) {
  const Schema table = Columns({{"a", ColumnType::kInt64}});
  EXPECT_THAT(FitToTable(Columns({Text("a")}), table).status().message(),
              HasSubstr("has column 'a' with another type"));
}

}  // namespace
}  // namespace flowlake
