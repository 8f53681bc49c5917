#include "flowlake/table/own_table.h"

#include <gmock/gmock.h>

#include "flowlake/table/schema_growth.h"
#include "flowlake/table/table_fixture.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class OwnTableTest : public TableFixture {
 protected:
  Lake OpenedLake() { return Lake::OpenOrCreate(store_).ValueOrDie(); }
  TableSurvey Survey() { return SurveyTables(OpenedLake()).ValueOrDie(); }

  static std::vector<std::string> NamesOf(const TableSurvey& survey) {
    std::vector<std::string> names;
    for (const OwnTable& own : survey.ours) names.push_back(own.name);
    return names;
  }
  static std::vector<std::string> OthersOf(const TableSurvey& survey) {
    std::vector<std::string> names;
    for (const NotATable& other : survey.others) names.push_back(other.name);
    return names;
  }

  /// What another program would make, or a flowlake before there was a mark.
  void PutTable(const std::string& folder, const std::string& engine,
                const std::string& properties = "{}", const std::string& more = "") {
    const std::string schema =
        R"({\"type\":\"struct\",\"fields\":[{\"name\":\"bytes\",\"type\":\"long\",)"
        R"(\"nullable\":true,\"metadata\":{}},{\"name\":\"date\",\"type\":\"date\",)"
        R"(\"nullable\":true,\"metadata\":{}}]})";
    const std::string text =
        R"({"commitInfo":{"timestamp":1,"engineInfo":")" + engine + "\"}}\n" +
        R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})" + "\n" +
        R"({"metaData":{"id":"id-1","format":{"provider":"parquet","options":{}},)" +
        R"("schemaString":")" + schema + R"(","partitionColumns":["date"],)" +
        R"("configuration":)" + properties + R"(,"createdTime":1}})" + "\n" + more;
    ASSERT_TRUE(store_->PutIfAbsent(LogEntryPath(folder, 0), text).ok());
  }
  static constexpr char kLedger[] =
      R"({"txn":{"appId":"flowlake.inputs/content","version":1}})";
};

TEST_F(OwnTableTest, ATableThatFlowlakeMakesSaysSo) {
  Create();
  const auto head = table_.LoadHead().ValueOrDie();
  EXPECT_EQ(head->configuration.at("flowlake.table"), "vpc_flow/" + head->table_id);
  EXPECT_THAT(NamesOf(Survey()), ElementsAre("vpc_flow"));
}

TEST_F(OwnTableTest, AnotherProgramsTableIsLeftAloneWhateverItsNameAndColumns) {
  PutTable("invoices", "Apache-Spark/4.0");
  PutTable("vpc_flow", "Apache-Spark/4.0");
  const TableSurvey survey = Survey();
  EXPECT_THAT(NamesOf(survey), IsEmpty());
  EXPECT_THAT(OthersOf(survey), ElementsAre("invoices", "vpc_flow"));
  EXPECT_EQ(survey.others[0].why, "not flowlake's: left alone");
  EXPECT_THAT(survey.failures, IsEmpty());
}

TEST_F(OwnTableTest, AsksForATableByNameThatIsNotOursIsAnError) {
  PutTable("invoices", "Apache-Spark/4.0");
  const Status status = SurveyTables(OpenedLake(), {"invoices"}).status();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_THAT(status.message(), HasSubstr("invoices"));
  EXPECT_THAT(status.message(), HasSubstr("not flowlake's"));
}

TEST_F(OwnTableTest, AnOldProgramsTableIsKnownByItsLedgerAndName) {
  PutTable("vpc_flow", "flowlake 0.1.0", "{}", kLedger);
  PutTable("vpc_flow_backup", "flowlake 0.1.0", "{}", kLedger);
  const TableSurvey survey = Survey();
  EXPECT_THAT(NamesOf(survey), ElementsAre("vpc_flow"));
  EXPECT_THAT(OthersOf(survey), ElementsAre("vpc_flow_backup"));
}

TEST_F(OwnTableTest, AnOldProgramsTableOfALogIsKnownByTheLakesFile) {
  PutTable("app", "flowlake 0.1.0", "{}", kLedger);
  EXPECT_THAT(OthersOf(Survey()), ElementsAre("app"));
  ASSERT_TRUE(store_->Delete("flowlake.toml").ok());
  ASSERT_TRUE(store_->PutIfAbsent("flowlake.toml", "[[log]]\ntable = \"app\"\n").ok());
  EXPECT_THAT(NamesOf(Survey()), ElementsAre("app"));
}

TEST_F(OwnTableTest, AnOldProgramThatDiedBeforeItsFirstCommitLeavesATableOfOurs) {
  PutTable("vpc_flow", "flowlake 0.1.0");
  PutTable("alb", "delta-rs:1.0");
  EXPECT_THAT(NamesOf(Survey()), ElementsAre("vpc_flow"));
}

TEST_F(OwnTableTest, TheNextCommitMarksAnOldProgramsTable) {
  PutTable("vpc_flow", "flowlake 0.1.0", R"({"flowlake.identity":"blake3","a":"b"})",
           kLedger);
  ASSERT_TRUE(
      store_->PutIfAbsent("vpc_flow/" + LedgerPath("content", 1), Ledger().Serialize())
          .ok());
  Commit(EditOf({{1}}));
  const auto head = table_.LoadHead().ValueOrDie();
  EXPECT_EQ(head->configuration.at("flowlake.table"), "vpc_flow/id-1");
  EXPECT_EQ(head->configuration.at("a"), "b");
  EXPECT_THAT(EntryText(1), HasSubstr("metaData"));
  Commit(EditOf({{2}}));
  EXPECT_THAT(EntryText(2), testing::Not(HasSubstr("metaData")));
}

TEST_F(OwnTableTest, ACloneIsNotOursThoughItCarriesTheMark) {
  PutTable("vpc_flow", "delta-rs", R"({"flowlake.table":"vpc_flow/another-id"})",
           kLedger);
  PutTable("copied", "flowlake", R"({"flowlake.table":"vpc_flow/id-1"})", kLedger);
  EXPECT_THAT(NamesOf(Survey()), IsEmpty());
  const Status status = table_.Commit(EditOf({{1}})).status();
  EXPECT_THAT(status.message(), HasSubstr("it is not flowlake's"));
  EXPECT_EQ(Load()->version, 0);
}

TEST_F(OwnTableTest, OneThatCannotBeOpenedFailsAloneIfItShouldBeOurs) {
  Create();
  ASSERT_TRUE(store_->PutIfAbsent(LogEntryPath("alb", 0), "{broken").ok());
  ASSERT_TRUE(store_->PutIfAbsent(LogEntryPath("summary", 0), "{broken").ok());
  const TableSurvey survey = Survey();
  EXPECT_THAT(NamesOf(survey), ElementsAre("vpc_flow"));
  ASSERT_THAT(survey.failures, SizeIs(1));
  EXPECT_EQ(survey.failures.list()[0].object, "alb");
  ASSERT_THAT(OthersOf(survey), ElementsAre("summary"));
  EXPECT_THAT(survey.others[0].why, HasSubstr("not flowlake's: left alone ("));
}

TEST_F(OwnTableTest, OneThatNeedsANewerProgramFailsAlone) {
  Create();
  PutTable("alb", "flowlake 9",
           R"({"flowlake.table":"alb/id-1","flowlake.min_writer":"9"})");
  const TableSurvey survey = Survey();
  EXPECT_THAT(NamesOf(survey), ElementsAre("vpc_flow"));
  EXPECT_THAT(survey.failures.ToStatus().message(), HasSubstr("needs a newer flowlake"));
}

}  // namespace
}  // namespace flowlake
