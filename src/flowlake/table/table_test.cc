#include "flowlake/table/table.h"

#include <gmock/gmock.h>

#include "flowlake/datafile/writer.h"
#include "flowlake/table/table_fixture.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kProtocol[] =
    R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})";

/// A column of a foreign writer's schema, with its quotes escaped for the schema string.
std::string Column(const std::string& name, const std::string& type) {
  return R"({\"name\":\")" + name + R"(\",\"type\":)" + type +
         R"(,\"nullable\":true,\"metadata\":{}})";
}
const char kString[] = R"(\"string\")";
const char kDate[] = R"(\"date\")";

std::string MetadataOf(const std::string& columns,
                       const std::string& partitions = R"("date")") {
  return R"({"metaData":{"id":"i","format":{"provider":"parquet","options":{}},)"
         R"("schemaString":"{\"type\":\"struct\",\"fields\":[)" +
         columns + R"(]}","partitionColumns":[)" + partitions +
         R"(],"configuration":{},"createdTime":1}})";
}

std::string ForeignTable() {
  return std::string(kProtocol) + "\n" +
         MetadataOf(Column("date", kDate) + "," + Column("srcaddr", kString)) + "\n";
}

std::string Add(const std::string& path, const std::string& date = R"("2026-09-21")") {
  return R"({"add":{"path":")" + path + R"(","partitionValues":{"date":)" + date +
         R"(},"size":4,"modificationTime":5,"dataChange":true,)"
         R"("stats":"{\"numRecords\":3}"}})" +
         "\n";
}

class TableTest : public TableFixture {};

TEST_F(TableTest, MissingTableIsAnErrorThatNamesIt) {
  EXPECT_FALSE(table_.Exists().ValueOrDie());
  EXPECT_EQ(LoadError(), "open table vpc_flow in memory:: there is no such table");
}

TEST_F(TableTest, NewTableIsEmptyAndHasItsSchema) {
  Create();
  EXPECT_TRUE(table_.Exists().ValueOrDie());
  const auto snapshot = Load();
  EXPECT_EQ(snapshot->version, 0);
  EXPECT_EQ(snapshot->schema, FlowSchema());
  EXPECT_THAT(snapshot->files, IsEmpty());
  EXPECT_EQ(snapshot->configuration.at("delta.dataSkippingStatsColumns"),
            "start,srcaddr");
  EXPECT_GT(snapshot->timestamp_ms, 1'600'000'000'000);
}

TEST_F(TableTest, CreatingATableTwiceKeepsTheFirst) {
  Create();
  const std::string id = Load()->table_id;
  Create();
  EXPECT_EQ(Load()->table_id, id);
}

TEST_F(TableTest, ATableWhoseFirstEntryWasCleanedUpExists) {
  EXPECT_FALSE(table_.Exists().ValueOrDie());
  Create();
  EXPECT_TRUE(table_.Exists().ValueOrDie());
  PutEntry(1, R"({"commitInfo":{}})");
  ASSERT_TRUE(store_->Delete(LogEntryPath("vpc_flow", 0)).ok());
  EXPECT_TRUE(table_.Exists().ValueOrDie());
}

TEST_F(TableTest, FirstEntryBeginsWithItsProvenance) {
  Create();
  EXPECT_THAT(EntryText(0), testing::StartsWith(R"({"commitInfo":{"timestamp":)"));
  EXPECT_THAT(EntryText(0), HasSubstr(R"("engineInfo":"flowlake )"));
  EXPECT_THAT(EntryText(0),
              HasSubstr(R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})"));
}

TEST_F(TableTest, DataFileComesBackAsItWasCommitted) {
  Create();
  Edit edit = EditOf({{1}});
  DataFile& file = edit.add[0].file;
  file.rows = 12;
  file.modified_ms = 1'790'000'000'000;
  file.statistics["srcaddr"] = {3, Value("10.0.0.1"), Value("10.0.0.9"), true};
  file.column_bytes = {{"srcaddr", 123}, {"bytes", 45}};
  file.tags = {{"flowlake.sample", "0.1"}, {"flowlake.sorted", "srcaddr,start"}};
  EXPECT_EQ(Commit(edit).version, 1);
  // Which the file lacks, and the table's property lists.
  file.statistics["start"] = {12, std::nullopt, std::nullopt, false};
  EXPECT_THAT(Load()->files, ElementsAre(file));
  EXPECT_EQ(Load()->rows(), 12);
  EXPECT_EQ(Load()->bytes(), 4);
}

TEST_F(TableTest, NullPartitionComesBack) {
  Create();
  Edit edit = EditOf({{1}});
  edit.add[0].file.date.reset();
  Commit(edit);
  EXPECT_THAT(EntryText(1), HasSubstr(R"("partitionValues":{"date":null})"));
  EXPECT_EQ(Load()->files[0].date, std::nullopt);
}

TEST_F(TableTest, OldVersionsStayReadable) {
  Create();
  Commit(EditOf({{1}}));
  Commit(EditOf({{2}}));
  EXPECT_EQ(table_.Load(0).ValueOrDie()->files.size(), 0U);
  EXPECT_EQ(table_.Load(1).ValueOrDie()->files.size(), 1U);
  EXPECT_EQ(Load()->files.size(), 2U);
  EXPECT_THAT(table_.Load(3).status().message(),
              HasSubstr("there is no version 3; the newest is 2"));
}

TEST_F(TableTest, ForeignTableIsReadWhateverItsOrderAndExtras) {
  PutEntry(0, ForeignTable() + R"({"cdc":{"path":"x"}})" + "\n\n" +
                  Add("date=2026-09-21/a%20b.parquet") + Add("c.parquet", "\"\"") +
                  R"({"txn":{"appId":"other","version":9,"lastUpdated":1}})");
  const auto snapshot = Load();
  EXPECT_EQ(snapshot->schema, Schema("vpc_flow", {{"srcaddr", ColumnType::kString}}));
  ASSERT_EQ(snapshot->files.size(), 2U);
  EXPECT_EQ(snapshot->files[0].path, "c.parquet");
  EXPECT_EQ(snapshot->files[0].date, std::nullopt);
  EXPECT_EQ(snapshot->files[1].path, "date=2026-09-21/a b.parquet");
  EXPECT_EQ(snapshot->files[1].rows, 3);
  EXPECT_EQ(snapshot->transactions.at("other"), 9);
}

TEST_F(TableTest, RowsThatTheLogDoesNotCountComeFromTheFile) {
  const Schema schema = FlowSchema();
  ColumnsBuilder builder(&schema);
  for (int row = 0; row < 5; ++row) {
    builder.AppendString(0, "10.0.0.1");
    builder.FinishRow();
  }
  auto writer = DataFileWriter::Make(store_, "vpc_flow", std::nullopt, &schema, {});
  ASSERT_TRUE((*writer)->Append(builder.Finish(), {}).ok());
  const DataFile file = (*writer)->Close().ValueOrDie();
  PutEntry(0, ForeignTable() + R"({"add":{"path":")" + file.path +
                  R"(","partitionValues":{"date":null},"size":)" +
                  std::to_string(file.bytes) + "}}");
  EXPECT_EQ(Load()->rows(), 5);
}

TEST_F(TableTest, GapInTheLogIsRefused) {
  PutEntry(0, ForeignTable());
  PutEntry(2, Add("a.parquet"));
  EXPECT_EQ(LoadError(),
            "open table vpc_flow in memory:: the log has a gap: version 1 is missing");
  EXPECT_TRUE(table_.Load(0).ok());
  EXPECT_FALSE(table_.Commit(EditOf({{1}})).ok());
}

TEST_F(TableTest, CheckpointOfALaterKindIsRefusedByName) {
  PutEntry(3, ForeignTable());
  const std::string checkpoint =
      "vpc_flow/_delta_log/00000000000000000003.checkpoint."
      "80a083e8-7026-4e79-81be-64bd76c43a11.parquet";
  ASSERT_TRUE(store_->PutIfAbsent(checkpoint, "PAR1").ok());
  EXPECT_TRUE(table_.Exists().ValueOrDie());
  EXPECT_THAT(LoadError(), HasSubstr("checkpoint of version 3, of a kind"));
}

TEST_F(TableTest, UnreadableCheckpointThatTheLogNeedsIsRefusedByName) {
  PutEntry(3, ForeignTable());
  const std::string checkpoint =
      "vpc_flow/_delta_log/00000000000000000003.checkpoint.parquet";
  ASSERT_TRUE(store_->PutIfAbsent(checkpoint, "PAR1").ok());
  EXPECT_THAT(LoadError(), HasSubstr(checkpoint));
}

TEST_F(TableTest, UnreadableCheckpointBesideAWholeLogIsNoObstacle) {
  PutEntry(0, ForeignTable());
  const std::string checkpoint =
      "vpc_flow/_delta_log/00000000000000000000.checkpoint.parquet";
  ASSERT_TRUE(store_->PutIfAbsent(checkpoint, "PAR1").ok());
  ASSERT_TRUE(store_->PutIfAbsent("vpc_flow/_delta_log/_last_checkpoint", "{}").ok());
  EXPECT_EQ(Load()->version, 0);
}

struct BadEntry {
  std::string name;
  std::string text;
  std::string message;
};

class BadEntryTest : public TableFixture, public testing::WithParamInterface<BadEntry> {};

TEST_P(BadEntryTest, IsRefusedByTableVersionAndFile) {
  PutEntry(0, ForeignTable());
  PutEntry(1, GetParam().text);
  const Status status = table_.Load().status();
  EXPECT_TRUE(status.IsIOError());
  EXPECT_THAT(status.message(),
              testing::StartsWith("read version 1 of table vpc_flow (memory:/vpc_flow/"
                                  "_delta_log/00000000000000000001.json): line 1: "));
  EXPECT_THAT(status.message(), HasSubstr(GetParam().message));
  EXPECT_THAT(status.message(), Not(HasSubstr("exception")));
}

INSTANTIATE_TEST_SUITE_P(
    Entries, BadEntryTest,
    testing::Values(
        BadEntry{"Json", "{\"add\":", "not JSON"},
        BadEntry{"NoObject", "[1]", "no JSON object"},
        BadEntry{"Reader3",
                 R"({"protocol":{"minReaderVersion":3,"minWriterVersion":7,)"
                 R"("readerFeatures":["deletionVectors"],"writerFeatures":[]}})",
                 "deletionVectors"},
        BadEntry{"Reader2", R"({"protocol":{"minReaderVersion":2,"minWriterVersion":5}})",
                 "protocol reader 2, writer 5"},
        BadEntry{"Writer", R"({"protocol":{"minReaderVersion":1,"minWriterVersion":3}})",
                 "writer 3"},
        BadEntry{"AbsolutePath", Add("/etc/passwd"), "path '/etc/passwd' is absolute"},
        BadEntry{"S3Path", Add("s3://bucket/x"), "path 's3://bucket/x' is absolute"},
        BadEntry{"Escape", Add("a/%2E%2e/%2e%2e/x"), "does not name a file inside"},
        BadEntry{"RemoveEscape", R"({"remove":{"path":"../x"}})", "inside the table"},
        BadEntry{"NoSize", R"({"add":{"path":"a","partitionValues":{"date":null}}})",
                 "'size' is missing"},
        BadEntry{"PathNumber", R"({"add":{"path":7}})", "'path' is no string"},
        BadEntry{"NoPartition", R"({"add":{"path":"a","partitionValues":{},"size":1}})",
                 "no partition value"},
        BadEntry{"BadPartition", Add("a", "\"2026-13-01\""), "is no date"},
        BadEntry{"DeletionVector",
                 R"({"add":{"path":"a","partitionValues":{"date":null},"size":1,)"
                 R"("deletionVector":{"storageType":"u"}}})",
                 "deletion vector"},
        BadEntry{"TwiceTheSame",
                 MetadataOf(Column("date", kDate) + "," + Column("x", kString) + "," +
                            Column("x", kString)),
                 "there twice"},
        BadEntry{"NoDate", MetadataOf(Column("x", kString)), "'date' is missing"},
        BadEntry{"DateString", MetadataOf(Column("date", kString)), "not of type date"},
        BadEntry{"Unpartitioned", MetadataOf(Column("date", kDate), ""),
                 "partitioned by []"},
        BadEntry{"OtherPartition",
                 MetadataOf(Column("date", kDate), R"("date","account_id")"),
                 "partitioned by [\"date\",\"account_id\"]"}),
    [](const auto& param) { return param.param.name; });

TEST_F(TableTest, LogWithoutProtocolOrMetadataIsRefused) {
  PutEntry(0, MetadataOf(Column("date", kDate)));
  EXPECT_THAT(LoadError(), HasSubstr("the log has no protocol"));
}

TEST_F(TableTest, DamagedLedgerIsRefusedByName) {
  ASSERT_TRUE(
      table_.CreateIfAbsent(FlowSchema(), IdentityProperties(Identity::kBlake3)).ok());
  Commit(EditOf({{2}}));
  const std::string path = "vpc_flow/_flowlake/inputs/2026-09-21/1.keys";
  ASSERT_TRUE(store_->Delete(path).ok());
  EXPECT_THAT(table_.Commit(EditOf({{4}})).status().message(), HasSubstr(path));
  ASSERT_TRUE(store_->PutIfAbsent(path, "FLKEYS1\n").ok());
  EXPECT_THAT(table_.Commit(EditOf({{4}})).status().message(),
              HasSubstr(path + ": the ledger is cut"));
}

}  // namespace
}  // namespace flowlake
