/// A lake that a program made which knew only XXH3 keys (testdata/old_lake): all that it
/// remembers of inputs, this one finds. And two files that were one to that program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "flowlake/base/uuid.h"
#include "flowlake/ingest/audit.h"
#include "flowlake/ingest/ingest.h"
#include "flowlake/source/byte_stream.h"
#include "flowlake/store/memory_store.h"
#include "flowlake/store/open_store.h"
#include "flowlake/table/fold.h"
#include "flowlake/table/upgrade.h"

namespace flowlake {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// make.py's: markers hash absolute paths.
const fs::path kInputs = "/tmp/flowlake-old-lake-inputs";

/// As make.py writes it.
std::string Line(int number) {
  const std::string start = std::to_string(1'790'000'000 + number);
  const std::string end = std::to_string(1'790'000'060 + number);
  return "2 123456789012 eni-1 10.1.0." + std::to_string(number) +
         " 10.0.0.2 443 49152 6 10 840 " + start + ' ' + end + " ACCEPT OK\n";
}

std::string WithRejects() {
  std::string bad = Line(2);
  bad.replace(bad.find("443"), 3, "x");
  return Line(2) + Line(2) + Line(2) + bad;
}

class OldLakeTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("flowlake-old-lake-" + NewUuid());
    const fs::path original = "testdata/old_lake/lake";
    for (const auto& entry : fs::recursive_directory_iterator(original)) {
      const fs::path to = folder_ / fs::relative(entry.path(), original);
      if (entry.is_directory()) continue;
      fs::create_directories(to.parent_path());
      // Not fs::copy: staged edits are as old as their file.
      std::ofstream(to, std::ios::binary)
          << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    }
    for (const auto& [name, text] :
         std::map<std::string, std::string>{{"plain.log", Line(1)},
                                            {"with_rejects.log", WithRejects()},
                                            {"grown.log", Line(3)},
                                            {"empty.log", ""},
                                            {"refused.log", "this is no log of ours\n"},
                                            {"staged.log", Line(4)}}) {
      Write(name, text);
    }
  }
  void TearDown() override {
    fs::remove_all(folder_);
    fs::remove_all(kInputs);
  }

  static void Write(const std::string& name, const std::string& text) {
    fs::create_directories(kInputs);
    std::ofstream(kInputs / name, std::ios::binary) << text;
  }
  Lake OpenedLake() {
    return Lake::Open(OpenStore(folder_.string()).ValueOrDie()).ValueOrDie();
  }
  static Input File(const std::string& name) {
    return DescribePath((kInputs / name).string());
  }
  static std::vector<Input> KnownFiles() {
    return {File("plain.log"), File("with_rejects.log"), File("grown.log"),
            File("empty.log"), File("refused.log")};
  }
  /// That of the folder's make.py; whatever its bucket, nobody reads it.
  static Input KnownObject() {
    const std::string path =
        "AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/09/21/x.log";
    Input input;
    input.name = "s3://logs/" + path;
    input.bytes = static_cast<int64_t>(Line(7).size());
    input.object = {MakeMemoryStore(), path, "\"0123\"", nullptr};
    input.date = ParseDate("2026-09-21");
    return input;
  }
  static Input Delivered(int number, int days_later) {
    const std::string id =
        "firehose:00000000-0000-4000-8000-00000000000" + std::to_string(number) + "#1";
    return DeliveredInput("firehose:flows/" + std::to_string(number),
                          {std::make_shared<const std::string>(Line(number)), id,
                           *ParseDate("2026-11-28") + days_later});
  }
  std::vector<Input> AllKnown() {
    std::vector<Input> inputs = KnownFiles();
    inputs.push_back(KnownObject());
    inputs.push_back(Delivered(5, 0));
    return inputs;
  }

  IngestSummary Take(const std::vector<Input>& inputs, bool stage = false) {
    IngestProgress progress;
    IngestOptions options;
    options.stage = stage;
    return Ingest(OpenedLake(), inputs, options, progress).ValueOrDie();
  }
  FoldReport Fold() {
    return FoldStagedEdits(OpenedLake().table("vpc_flow"), {.now_ms = NowMicros() / 1000})
        .ValueOrDie();
  }
  int64_t Rows() { return OpenedLake().table("vpc_flow").Load().ValueOrDie()->rows(); }
  void ExpectAllKnown() {
    const IngestSummary summary = Take(AllKnown());
    EXPECT_EQ(summary.files, 0);
    EXPECT_EQ(summary.files_skipped, 7);
    EXPECT_EQ(summary.refused_before, 1);
    EXPECT_THAT(summary.problems, IsEmpty());
    EXPECT_EQ(Take({Delivered(5, 1)}).files_skipped, 1);
  }
  void UpgradeLake() {
    const UpgradePlan plan = PlanUpgrade(OpenedLake()).ValueOrDie();
    EXPECT_THAT(plan.tables, ElementsAre("rejects", "vpc_flow"));
    ASSERT_TRUE(Upgrade(OpenedLake(), plan).ok());
  }

  fs::path folder_;
};

TEST_F(OldLakeTest, EveryInputIsKnown) {
  ExpectAllKnown();
  EXPECT_EQ(Rows(), 7);
}

TEST_F(OldLakeTest, ACheckOfTheSourceFindsThem) {
  const SourceAudit audit = AuditSource(OpenedLake(), KnownFiles()).ValueOrDie();
  EXPECT_THAT(audit.missing, IsEmpty());
  EXPECT_THAT(audit.refused, ElementsAre((kInputs / "refused.log").string()));
  EXPECT_THAT(AuditSource(OpenedLake(), {KnownObject()}).ValueOrDie().missing, IsEmpty());
  EXPECT_THAT(AuditSource(OpenedLake(), {File("staged.log")}).ValueOrDie().missing,
              SizeIs(1));
}

TEST_F(OldLakeTest, OfAFileThatHasGrownTheNewRecordsAreTaken) {
  const int64_t before = Rows();
  Write("grown.log", Line(3) + Line(8));
  const IngestSummary summary = Take({File("grown.log")});
  EXPECT_EQ(summary.records, 1);
  EXPECT_EQ(summary.files_grown, 1);
  EXPECT_EQ(Rows(), before + 1);
}

TEST_F(OldLakeTest, TheStagedEditIsFoldedOnce) {
  EXPECT_EQ(Fold().inputs, 1);
  EXPECT_EQ(Rows(), 8);
  EXPECT_EQ(Take({File("staged.log")}).files_skipped, 1);
}

TEST_F(OldLakeTest, TheStagedEditYieldsToWhoIngestsItsInputFirst) {
  EXPECT_EQ(Take({File("staged.log")}).files, 1);
  const FoldReport report = Fold();
  EXPECT_EQ(report.inputs, 0);
  EXPECT_EQ(report.duplicates, 1);
  EXPECT_EQ(Rows(), 8);
}

TEST_F(OldLakeTest, TheSameInputStagedByBothIsFoldedOnce) {
  Take({File("staged.log")}, /*stage=*/true);
  const FoldReport report = Fold();
  EXPECT_EQ(report.inputs, 1);
  EXPECT_EQ(report.duplicates, 1);
  EXPECT_EQ(Rows(), 8);
}

TEST_F(OldLakeTest, IsUpgradedOnceItsStagedEditIsFolded) {
  EXPECT_THAT(PlanUpgrade(OpenedLake()).ValueOrDie().waiting, SizeIs(1));
  Fold();
  UpgradeLake();
  ExpectAllKnown();
  Write("new.log", Line(9));
  EXPECT_EQ(Take({File("new.log")}).files, 1);
  ExpectAllKnown();
  EXPECT_EQ(Take({File("staged.log"), File("new.log")}).files_skipped, 2);
  EXPECT_EQ(Rows(), 9);
}

TEST_F(OldLakeTest, ATableThatItHadNotIsOneThatOldProgramsCanRead) {
  fs::remove_all(folder_ / "rejects");
  Write("bad.log", WithRejects() + Line(9));
  Take({File("bad.log")});
  const auto head = OpenedLake().table("rejects").LoadHead().ValueOrDie();
  EXPECT_EQ(IdentityOf(head->configuration), Identity::kBoth);
}

TEST_F(OldLakeTest, ATableThatNeedsANewerProgramTakesNothing) {
  Edit edit;
  edit.operation = "SET TBLPROPERTIES";
  edit.properties = {{"flowlake.min_writer", "4"}};
  ASSERT_TRUE(OpenedLake().table("vpc_flow").Commit(edit).ok());
  const IngestSummary taken = Take({File("staged.log")});
  EXPECT_EQ(taken.files, 0);
  ASSERT_THAT(taken.problems, SizeIs(1));
  EXPECT_EQ(taken.problems[0].table, "vpc_flow");
  EXPECT_THAT(taken.failures.ToStatus().message(),
              HasSubstr("write to table vpc_flow: it needs a newer flowlake"));
}

TEST_F(OldLakeTest, ANewLakeRecordsKeysAlone) {
  fs::remove_all(folder_);
  const Lake lake =
      Lake::OpenOrCreate(OpenStore(folder_.string()).ValueOrDie()).ValueOrDie();
  Take({File("with_rejects.log")});
  for (const char* name : {"rejects", "vpc_flow"}) {
    const auto head = lake.table(name).LoadHead().ValueOrDie();
    EXPECT_EQ(IdentityOf(head->configuration), Identity::kBlake3) << name;
    EXPECT_EQ(head->configuration.at("flowlake.min_writer"), "3");
    EXPECT_TRUE(HasLedgerRoot(head->configuration));
    const Ledger ledger = lake.table(name).ReadLedger(*head, "content").ValueOrDie();
    EXPECT_THAT(ledger.lists().old, IsEmpty());
    EXPECT_THAT(ledger.keys(), SizeIs(1));
  }
}

/// Two files of one XXH3 hash: in a lake of either kind both are inputs, whoever comes
/// first.
class TwoFilesOfOneHash : public OldLakeTest {
 protected:
  static Input Sample(const std::string& name) {
    return DescribePath("testdata/one_xxh3_hash/" + name);
  }
  void ExpectTwo(int64_t rows_before) {
    EXPECT_EQ(Take({Sample("b.log.gz")}).records, 1);
    EXPECT_THAT(AuditSource(OpenedLake(), {Sample("a.log.gz")}).ValueOrDie().missing,
                SizeIs(1));
    EXPECT_EQ(Take({Sample("a.log.gz"), Sample("b.log.gz")}).records, 1);
    EXPECT_EQ(Take({Sample("a.log.gz"), Sample("b.log.gz")}).files_skipped, 2);
    EXPECT_EQ(Rows(), rows_before + 2);
  }
};

TEST_F(TwoFilesOfOneHash, AreWhatTheirNameSays) {
  const InputKeys a = IdentifyContent(Sample("a.log.gz"))->keys;
  const InputKeys b = IdentifyContent(Sample("b.log.gz"))->keys;
  EXPECT_EQ(a.old, b.old);
  EXPECT_NE(a.key, b.key);
}

TEST_F(TwoFilesOfOneHash, AreBothTakenByANewLake) {
  fs::remove_all(folder_);
  ASSERT_TRUE(Lake::OpenOrCreate(OpenStore(folder_.string()).ValueOrDie()).ok());
  ExpectTwo(0);
}

TEST_F(TwoFilesOfOneHash, AreBothTakenByAnOldLake) { ExpectTwo(7); }

TEST_F(TwoFilesOfOneHash, AreBothTakenByAnUpgradedLake) {
  Fold();
  UpgradeLake();
  ExpectTwo(8);
}

TEST_F(TwoFilesOfOneHash, AreBothTakenInOneRunAndFromTwoStagedEdits) {
  EXPECT_EQ(Take({Sample("a.log.gz"), Sample("b.log.gz")}).records, 2);
  fs::remove_all(folder_);
  SetUp();
  Take({Sample("a.log.gz")}, /*stage=*/true);
  Take({Sample("b.log.gz")}, /*stage=*/true);
  EXPECT_EQ(Fold().inputs, 3);  // one is the old program's
  EXPECT_EQ(Rows(), 10);
}

}  // namespace
}  // namespace flowlake
