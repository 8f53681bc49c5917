/// Objects of a bucket into a lake: what is different from files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "flowlake/ingest/audit.h"
#include "flowlake/ingest/ingest.h"
#include "flowlake/source/byte_stream.h"
#include "flowlake/store/memory_store.h"
#include "flowlake/table/fold.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A bucket that counts what is read, and in which some objects cannot be.
class Bucket final : public Store {
 public:
  std::string uri() const override { return inner_->uri(); }
  Result<std::vector<ObjectInfo>> List(const std::string& folder) override {
    ARROW_ASSIGN_OR_RAISE(auto objects, inner_->List(folder));
    for (ObjectInfo& object : objects) object.etag = etag_prefix + object.etag;
    return objects;
  }
  Result<std::vector<std::string>> Names(const std::string& folder,
                                         const std::string& after) override {
    return inner_->Names(folder, after);
  }
  Result<std::optional<ObjectInfo>> Stat(const std::string& path) override {
    return inner_->Stat(path);
  }
  Result<std::shared_ptr<arrow::io::RandomAccessFile>> Open(
      const std::string& path, const std::string& etag) override {
    ++opened;
    if (path == forbidden) {
      return Status::IOError("read ", path, ": InvalidObjectState");
    }
    const bool is_ours = etag.starts_with(etag_prefix);
    return inner_->Open(path, is_ours ? etag.substr(etag_prefix.size()) : etag);
  }
  Result<std::shared_ptr<arrow::io::OutputStream>> Create(
      const std::string& path) override {
    return inner_->Create(path);
  }
  Result<PutOutcome> PutIfAbsent(const std::string& path,
                                 std::string_view bytes) override {
    return inner_->PutIfAbsent(path, bytes);
  }
  Status Delete(const std::string& path) override { return inner_->Delete(path); }

  std::atomic<int> opened{0};
  std::string forbidden;
  std::string etag_prefix;  ///< of every object

 private:
  std::shared_ptr<Store> inner_ = MakeMemoryStore();
};

class ObjectIngestTest : public testing::Test {
 protected:
  void Put(const std::string& key, const std::string& bytes) {
    ASSERT_TRUE(bucket_->Delete(key).ok());
    ASSERT_EQ(bucket_->PutIfAbsent(key, bytes).ValueOrDie(), PutOutcome::kCreated);
  }
  /// A log of one record.
  static std::string Log(const std::string& srcaddr) {
    return "srcaddr dstaddr action\n" + srcaddr + " 10.0.0.2 ACCEPT\n";
  }
  std::vector<Input> List(const std::string& argument = "s3://logs") {
    return ListInputs({argument}, {}, [this](const auto&) { return bucket_; })
        .ValueOrDie()
        .inputs;
  }
  Lake OpenedLake() { return Lake::OpenOrCreate(lake_store_).ValueOrDie(); }
  IngestSummary IngestInputs(const std::vector<Input>& inputs,
                             const IngestOptions& options = {}) {
    IngestProgress progress;
    return Ingest(OpenedLake(), inputs, options, progress).ValueOrDie();
  }
  static IngestOptions Again() {
    IngestOptions options;
    options.take_expired = true;
    return options;
  }
  static IngestOptions Staging() {
    IngestOptions options;
    options.stage = true;
    return options;
  }
  IngestSummary IngestAll() { return IngestInputs(List()); }
  int64_t Rows() { return OpenedLake().table("vpc_flow").Load().ValueOrDie()->rows(); }

  std::shared_ptr<Bucket> bucket_ = std::make_shared<Bucket>();
  std::shared_ptr<Store> lake_store_ = MakeMemoryStore();
};

const std::string kDay = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/09/21/";

TEST_F(ObjectIngestTest, KnownObjectsAreSkippedWithoutBeingRead) {
  Put(kDay + "a.log", Log("10.0.0.1"));
  Put("firehose/b.log", Log("10.0.0.3"));
  EXPECT_EQ(IngestAll().records, 2);
  bucket_->opened = 0;
  Put(kDay + "c.log", Log("10.0.0.4"));
  const IngestSummary again = IngestAll();
  EXPECT_EQ(again.files, 1);
  EXPECT_EQ(again.files_skipped, 2);
  EXPECT_EQ(bucket_->opened, 1);
  EXPECT_EQ(Rows(), 3);
}

TEST_F(ObjectIngestTest, KeyEntersTheLedgerOfTheDayInItsName) {
  Put(kDay + "a.log", Log("10.0.0.1"));
  Put("firehose/b.log", Log("10.0.0.3"));
  IngestAll();
  const Table table = OpenedLake().table("vpc_flow");
  const auto snapshot = table.Load().ValueOrDie();
  for (const char* bucket : {"2026-09-21", "undated"}) {
    EXPECT_EQ(table.ReadLedger(*snapshot, bucket).ValueOrDie().keys().size(), 1U);
  }
  EXPECT_THAT(table.ReadLedger(*snapshot, "content").ValueOrDie().keys(), IsEmpty());
}

TEST_F(ObjectIngestTest, TwoObjectsWithOneContentAreTwoInputs) {
  Put(kDay + "a.log", Log("10.0.0.1"));
  Put(kDay + "b.log", Log("10.0.0.1"));
  EXPECT_EQ(IngestAll().records, 2);
}

TEST_F(ObjectIngestTest, ObjectThatWasWrittenAgainWithTheSameContentIsKnown) {
  Put("firehose/b.log", Log("10.0.0.3"));
  IngestAll();
  Put("firehose/b.log", Log("10.0.0.3"));
  EXPECT_EQ(IngestAll().files_skipped, 1);
}

TEST_F(ObjectIngestTest, ObjectThatWasWrittenAgainWithOtherContentIsRefusedOnce) {
  Put(kDay + "a.log", Log("10.0.0.1"));
  IngestAll();
  Put(kDay + "a.log", Log("10.0.0.1") + "10.0.0.9 10.0.0.2 ACCEPT\n");
  const IngestSummary summary = IngestAll();
  EXPECT_EQ(summary.records, 0);
  ASSERT_EQ(summary.problems.size(), 1U);
  EXPECT_THAT(summary.problems[0].message, HasSubstr("--again ingests it beside those"));
  EXPECT_EQ(Rows(), 1);
  EXPECT_EQ(OpenedLake().table("rejects").Load().ValueOrDie()->rows(), 1);
  EXPECT_EQ(IngestAll().files_skipped, 1);
  EXPECT_EQ(OpenedLake().table("rejects").Load().ValueOrDie()->rows(), 1);
}

TEST_F(ObjectIngestTest, OtherContentOfAnObjectIsTakenByWhoeverSaysSo) {
  Put(kDay + "a.log", Log("10.0.0.1"));
  IngestAll();
  Put(kDay + "a.log", Log("10.0.0.9"));
  EXPECT_EQ(IngestInputs(List(), Again()).records, 1);
  EXPECT_EQ(Rows(), 2);
  EXPECT_EQ(IngestAll().files_skipped, 1);
}

/// As after a copy onto itself, with another key for encryption: a new ETag alone.
TEST_F(ObjectIngestTest, ACopyInPlaceAddsNoRowAndIsKnownFromThenOn) {
  Put(kDay + "a.log", Log("10.0.0.1"));
  Put(kDay + "b.log", Log("10.0.0.2"));
  IngestAll();
  bucket_->etag_prefix = "copied ";
  const std::vector<Input> copied = List();
  EXPECT_EQ(IngestInputs(copied).files_skipped, 2);
  EXPECT_EQ(Rows(), 2);
  bucket_->opened = 0;
  EXPECT_EQ(IngestInputs(copied).files_skipped, 2);
  EXPECT_EQ(bucket_->opened, 0);
}

TEST_F(ObjectIngestTest, ACopyInPlaceIsSeenByTheCommitterToo) {
  Put(kDay + "a.log", Log("10.0.0.1"));
  const std::vector<Input> before = List();
  IngestInputs(before, Staging());
  bucket_->etag_prefix = "copied ";
  IngestInputs(List(), Staging());
  const Table table = OpenedLake().table("vpc_flow");
  const auto report = FoldStagedEdits(table, {.now_ms = NowMicros() / 1000}).ValueOrDie();
  EXPECT_EQ(report.edits, 2);
  EXPECT_EQ(report.inputs, 1);
  EXPECT_EQ(Rows(), 1);
  EXPECT_EQ(IngestInputs(List()).files_skipped, 1);
}

/// Removes the rows of days before that, as `expire` does.
void ExpireBefore(const Table& table, const char* day) {
  const auto snapshot = table.Load().ValueOrDie();
  Edit edit;
  edit.operation = "DELETE";
  edit.transactions = {{kExpiredApplication, *ParseDate(day)}};
  for (size_t i = 0; i < snapshot->files.size(); ++i) {
    const auto date = snapshot->files.date(i);
    if (date && *date < *ParseDate(day)) edit.remove.push_back(snapshot->files.path(i));
  }
  ASSERT_TRUE(table.Commit(edit).ok());
}

TEST_F(ObjectIngestTest, AnExpiredDayComesBackOnceForEachTimeThatItIsExpired) {
  const std::string next_day = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/09/22/";
  Put(kDay + "a.log", Log("10.0.0.1"));
  Put(next_day + "b.log", Log("10.0.0.2"));
  IngestAll();
  for (const char* day : {"2026-09-22", "2026-09-23"}) {
    ExpireBefore(OpenedLake().table("vpc_flow"), day);
    const int64_t rows = Rows();
    EXPECT_EQ(IngestAll().records, 0);
    EXPECT_EQ(IngestInputs(List(), Again()).records, 2 - rows) << day;
    EXPECT_EQ(IngestInputs(List(), Again()).records, 0) << day;
    EXPECT_EQ(IngestAll().records, 0);
    EXPECT_EQ(Rows(), 2);
  }
}

TEST_F(ObjectIngestTest, ALateInputOfAnExpiredDayComesOnceToo) {
  Put(kDay + "a.log", Log("10.0.0.1"));
  IngestAll();
  ExpireBefore(OpenedLake().table("vpc_flow"), "2026-09-22");
  Put(kDay + "late.log", Log("10.0.0.3"));
  EXPECT_EQ(IngestAll().expired, 2);
  EXPECT_EQ(IngestInputs(List(), Again()).records, 2);
  EXPECT_EQ(IngestInputs(List(), Again()).records, 0);
  EXPECT_EQ(Rows(), 2);
}

TEST_F(ObjectIngestTest, ADayThatAnotherTableExpiredIsStillTaken) {
  Put(kDay + "a.log", Log("10.0.0.1") + "10.0.0.1 10.0.0.2 ACCEPT too many fields\n");
  IngestAll();
  ExpireBefore(OpenedLake().table("rejects"), "2026-09-22");
  Put(kDay + "late.log", Log("10.0.0.3"));
  EXPECT_EQ(IngestAll().records, 1);
}

TEST_F(ObjectIngestTest, ObjectThatChangesBehindTheListingFailsAloneAndIsLaterNew) {
  Put("a.log", Log("10.0.0.1"));
  Put("b.log", Log("10.0.0.3"));
  const std::vector<Input> listed = List();
  Put("a.log", Log("10.0.0.7"));
  const IngestSummary summary = IngestInputs(listed);
  EXPECT_EQ(summary.files, 1);
  ASSERT_EQ(summary.problems.size(), 1U);
  EXPECT_EQ(summary.problems[0].name, "s3://logs/a.log");
  EXPECT_THAT(summary.problems[0].message, HasSubstr("has changed"));
  EXPECT_EQ(IngestAll().files, 1);
}

TEST_F(ObjectIngestTest, ObjectThatCannotBeReadFailsAloneAndIsTriedAgain) {
  Put("a.log", Log("10.0.0.1"));
  Put("b.log", Log("10.0.0.3"));
  bucket_->forbidden = "a.log";
  const IngestSummary summary = IngestAll();
  EXPECT_EQ(summary.files, 1);
  EXPECT_EQ(summary.files_failed, 1);
  EXPECT_THAT(summary.problems[0].message, HasSubstr("InvalidObjectState"));
  bucket_->forbidden.clear();
  EXPECT_EQ(IngestAll().files, 1);
  EXPECT_EQ(Rows(), 2);
}

TEST_F(ObjectIngestTest, EmptyAndRefusedObjectsAreRememberedByTheirKey) {
  Put("empty.log", "");
  Put("odd.log", "this is no flow log\n");
  EXPECT_EQ(IngestAll().files_failed, 1);
  bucket_->opened = 0;
  const IngestSummary again = IngestAll();
  EXPECT_EQ(again.files_skipped, 2);
  EXPECT_EQ(again.refused_before, 1);
  EXPECT_EQ(bucket_->opened, 0);
  IngestOptions options;
  options.retry_refused = true;
  EXPECT_EQ(IngestInputs(List(), options).files_failed, 1);
}

TEST_F(ObjectIngestTest, LargeObjectIsConvertedAsItIsRead) {
  std::string large = "srcaddr dstaddr action\n";
  int64_t records = 0;
  for (; large.size() < 3 * kLoadedBytes; ++records) {
    large += "10.0." + std::to_string(records % 256) + ".1 10.0.0.2 ACCEPT\n";
  }
  Put("large.log", large);
  EXPECT_EQ(IngestAll().records, records);
  bucket_->opened = 0;
  EXPECT_EQ(IngestAll().files_skipped, 1);
  EXPECT_EQ(bucket_->opened, 0);
}

TEST_F(ObjectIngestTest, FilesAndObjectsGoTogether) {
  const auto file = std::filesystem::temp_directory_path() / "flowlake_mixed.log";
  std::ofstream(file) << Log("10.0.0.5");
  Put(kDay + "a.log", Log("10.0.0.1"));
  std::vector<Input> inputs = List();
  for (Input& input : ListInputs({file.string()}, {}).ValueOrDie().inputs) {
    inputs.push_back(std::move(input));
  }
  EXPECT_EQ(IngestInputs(inputs).files, 2);
  EXPECT_EQ(IngestInputs(inputs).files_skipped, 2);
  std::filesystem::remove(file);
}

TEST_F(ObjectIngestTest, AuditComparesTheListingWithTheLedgerAndReadsNothing) {
  Put(kDay + "a.log", Log("10.0.0.1"));
  Put(kDay + "empty.log", "");
  Put("odd.log", "this is no flow log\n");
  IngestAll();
  Put("b.log", Log("10.0.0.3"));
  bucket_->opened = 0;
  const SourceAudit audit = AuditSource(OpenedLake(), List()).ValueOrDie();
  EXPECT_EQ(audit.inputs, 4);
  EXPECT_THAT(audit.missing, ElementsAre("s3://logs/b.log"));
  EXPECT_THAT(audit.refused, ElementsAre("s3://logs/odd.log"));
  EXPECT_EQ(bucket_->opened, 0);
}

}  // namespace
}  // namespace flowlake
