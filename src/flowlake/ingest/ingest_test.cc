#include "flowlake/ingest/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "flowlake/source/gzip.h"
#include "flowlake/store/faulty_store.h"
#include "flowlake/store/local_store.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr int64_t kDay = 86'400;
constexpr int64_t kStart = 1'790'000'000 / kDay * kDay;  // a midnight in September 2026

std::string Line(const std::string& account, int64_t start) {
  return "2 " + account + " eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 " +
         std::to_string(start) + " " + std::to_string(start + 60) + " ACCEPT OK\n";
}

/// `count` records of one account, on `days` days in turn.
std::string Lines(const std::string& account, int count, int days = 1) {
  std::string text;
  for (int i = 0; i < count; ++i) text += Line(account, kStart + (i % days) * kDay + i);
  return text;
}

class IngestTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() /
        ("flowlake_ingest_" +
         std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void Write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }

  Result<IngestSummary> TryRun(const std::vector<std::string>& names,
                               const IngestOptions& options = {}) {
    std::vector<std::string> paths;
    for (const auto& name : names) paths.push_back((folder_ / name).string());
    ARROW_ASSIGN_OR_RAISE(const auto listing, ListInputs(paths, {}));
    ARROW_ASSIGN_OR_RAISE(const Lake lake, Lake::OpenOrCreate(store_));
    const auto progress = std::make_shared<IngestProgress>();
    auto summary = Ingest(lake, listing.inputs, options, *progress);
    const std::lock_guard lock(mutex_);
    progress_ = progress;
    return summary;
  }
  IngestSummary Run(const std::vector<std::string>& names,
                    const IngestOptions& options = {}) {
    auto summary = TryRun(names, options);
    EXPECT_TRUE(summary.ok()) << summary.status();
    return summary.ok() ? *summary : IngestSummary{};
  }

  /// Ingests the bytes through a pipe, and further inputs.
  IngestSummary RunPipe(const std::string& bytes, std::vector<std::string> names = {}) {
    const std::string path = (folder_ / "pipe").string();
    fs::remove(path);
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    std::jthread writer([&] { std::ofstream(path, std::ios::binary) << bytes; });
    names.push_back("pipe");
    return Run(names);
  }

  /// A run that dies when its rejects are in, and its records are not.
  void DieBetweenCommits(const std::vector<std::string>& names) {
    for (int64_t operation = 0;; ++operation) {
      store_ = MakeMemoryStore();
      const auto inner = store_;
      const auto faulty = std::make_shared<FaultyStore>(inner);
      faulty->Inject({.operation = operation, .forever = true});
      store_ = faulty;
      const auto run = TryRun(names);
      ASSERT_FALSE(run.ok() && run->failures.empty())
          << "no operation is between the commits";
      store_ = inner;
      const auto rejects = store_->List("rejects/_delta_log").ValueOrDie();
      if (rejects.size() == 2) return;
    }
  }

  void Configure(const std::string& toml) {
    ASSERT_TRUE(store_->PutIfAbsent("flowlake.toml", toml).ok());
  }

  std::shared_ptr<const Snapshot> Load(const std::string& table) {
    return Lake::Open(store_)->table(table).Load().ValueOrDie();
  }
  int64_t Rows(const std::string& table) { return Load(table)->rows(); }

  fs::path folder_;
  std::shared_ptr<Store> store_ = MakeMemoryStore();
  std::mutex mutex_;
  std::shared_ptr<IngestProgress> progress_;  // of the last run; guarded by mutex_
};

TEST_F(IngestTest, RecordsGoToTheDayOfTheirStart) {
  Write("a.log", Lines("1", 30, /*days=*/3));
  const IngestSummary summary = Run({"a.log"});
  EXPECT_EQ(summary.files, 1);
  EXPECT_EQ(summary.records, 30);
  EXPECT_EQ(summary.data_files, 3);
  EXPECT_THAT(summary.versions, ElementsAre(Pair("vpc_flow", 1)));
  const auto snapshot = Load("vpc_flow");
  ASSERT_EQ(snapshot->files.size(), 3U);
  for (const DataFile& file : snapshot->files) {
    EXPECT_EQ(file.rows, 10);
    EXPECT_THAT(file.path, HasSubstr("date=" + FormatDate(*file.date)));
  }
}

TEST_F(IngestTest, SameInputsAgainIngestNothing) {
  Write("a.log", Lines("1", 10));
  Write("copy.log", Lines("1", 10));
  EXPECT_EQ(Run({"a.log", "copy.log"}).files_skipped, 1);
  const IngestSummary again = Run({"copy.log", "a.log"});
  EXPECT_EQ(again.files, 0);
  EXPECT_EQ(again.files_skipped, 2);
  EXPECT_EQ(Rows("vpc_flow"), 10);
  EXPECT_EQ(Load("vpc_flow")->version, 1);
}

TEST_F(IngestTest, SmallInputsOfOneThreadShareAFilePerDay) {
  IngestOptions options;
  options.threads = 1;
  for (int i = 0; i < 20; ++i) Write(std::to_string(i), Lines(std::to_string(i), 5));
  EXPECT_EQ(Run({"*"}, options).data_files, 1);
  EXPECT_EQ(Rows("vpc_flow"), 100);
}

TEST_F(IngestTest, LargeInputOwnsItsFiles) {
  IngestOptions options;
  options.threads = 1;
  const std::string large = Lines("1", 250'000);
  ASSERT_GT(large.size(), size_t{16} << 20);
  Write("large.log", large);
  Write("small.log", Lines("2", 5));
  const IngestSummary summary = Run({"*.log"}, options);
  EXPECT_EQ(summary.records, 250'005);
  EXPECT_EQ(summary.data_files, static_cast<int64_t>(Load("vpc_flow")->files.size()));
  EXPECT_GE(summary.data_files, 2);
}

TEST_F(IngestTest, LargeCopyUnderAnotherNameIsDroppedAtItsEnd) {
  const std::string large = Lines("1", 250'000) + "bogus line\n";
  Write("a.log", large);
  EXPECT_EQ(Run({"a.log"}).records, 250'000);
  const auto before = store_->List("").ValueOrDie().size();
  Write("b.log", large);
  IngestOptions options;
  options.max_rejects = 0;  // those of an input that is dropped do not count
  EXPECT_EQ(Run({"b.log"}, options).files_skipped, 1);
  EXPECT_EQ(progress_->records, 0);
  EXPECT_EQ(Run({"a.log"}).files_skipped, 1);
  EXPECT_EQ(Rows("vpc_flow"), 250'000);
  EXPECT_EQ(store_->List("").ValueOrDie().size(), before);
}

TEST_F(IngestTest, LargeCopiesInOneRunCountOnce) {
  const std::string large = Lines("1", 250'000);
  Write("a.log", large);
  Write("b.log", large);
  Write("c.log", large);
  const IngestSummary summary = Run({"*.log"});
  EXPECT_EQ(summary.files, 1);
  EXPECT_EQ(summary.files_skipped, 2);
  EXPECT_EQ(Rows("vpc_flow"), 250'000);
}

TEST_F(IngestTest, LargeRefusedInputIsKnownByAnyName) {
  std::string text = Lines("1", 600);
  while (text.size() <= size_t{16} << 20) text += "something else entirely\n";
  Write("a.log", text);
  EXPECT_EQ(Run({"a.log"}).files_failed, 1);
  EXPECT_EQ(Run({"a.log"}).files_skipped, 1);
  Write("b.log", text);
  EXPECT_EQ(Run({"b.log"}).files_skipped, 1);
  EXPECT_EQ(Rows("rejects"), 1);
}

TEST_F(IngestTest, RowsOfAnInputThatFailsLeaveTheirNeighboursAlone) {
  IngestOptions options;
  options.threads = 1;
  std::string mixed = Lines("2", 600);
  for (int i = 0; i < 700; ++i) mixed += "something else entirely\n";
  const std::string header = "version account-id start end action log-status tgw-id\n";
  Write("a", Lines("1", 10));
  Write("b", mixed);                    // refused when its rows wait with a's
  Write("c", Lines("3", 10) + header);  // another kind of log: refused at its end
  Write("d", Lines("4", 10) + "bogus line\n");
  Write("e", Lines("5", 5000, /*days=*/3));
  Write("f", Lines("6", 1));
  const IngestSummary summary = Run({"*"}, options);
  EXPECT_EQ(summary.files_failed, 2);
  EXPECT_EQ(summary.records, 10 + 10 + 5000 + 1);
  EXPECT_EQ(summary.data_files, 3 + 1);
  EXPECT_EQ(Rows("vpc_flow"), summary.records);
  EXPECT_EQ(Rows("rejects"), 3);
  EXPECT_EQ(Run({"*"}, options).files_skipped, 6);
}

TEST_F(IngestTest, WaitingRowsWithoutStartTakeTheDayOfTheirOwnFileName) {
  IngestOptions options;
  options.threads = 1;
  const auto name = [](const std::string& day) {
    return "111111111111_vpcflowlogs_us-east-2_fl-02_" + day + "T0930Z_3a9d.log";
  };
  const std::string header = "srcaddr dstaddr action\n";
  Write(name("20260128"), header + "10.0.0.1 10.0.0.2 ACCEPT\n");
  Write(name("20260129"), header + "10.0.0.3 10.0.0.2 ACCEPT\n");
  Write("x.log", Lines("1", 3));
  EXPECT_EQ(Run({"*"}, options).data_files, 3);
  std::map<std::optional<Date>, int64_t> rows;
  const auto snapshot = Load("vpc_flow");  // not in the loop's head, which lets go of it
  for (const DataFile& file : snapshot->files) rows[file.date] += file.rows;
  EXPECT_EQ(rows[ParseDate("2026-01-28")], 1);
  EXPECT_EQ(rows[ParseDate("2026-01-29")], 1);
}

TEST_F(IngestTest, BadLinesGoToRejectsAndAreCounted) {
  Write("a.log", Lines("1", 5) + "bogus line\n" + Lines("1", 5));
  const IngestSummary summary = Run({"a.log"});
  EXPECT_EQ(summary.records, 10);
  EXPECT_EQ(summary.total_rejects(), 1);
  EXPECT_EQ(Rows("vpc_flow"), 10);
  EXPECT_EQ(Rows("rejects"), 1);
  EXPECT_EQ(Run({"a.log"}).files_skipped, 1);
  EXPECT_EQ(Rows("rejects"), 1);
}

TEST_F(IngestTest, MaxRejectsFailsAndCommitsNothing) {
  Write("a.log", Lines("1", 5) + "bogus line\nanother\n");
  IngestOptions options;
  options.max_rejects = 1;
  EXPECT_THAT(TryRun({"a.log"}, options).status().message(), HasSubstr("--max-rejects"));
  EXPECT_THAT(Lake::Open(store_)->TableNames().ValueOrDie(), IsEmpty());
  options.max_rejects = 2;
  EXPECT_EQ(Run({"a.log"}, options).records, 5);
}

TEST_F(IngestTest, DamagedGzipIsRefusedAndTheOthersGoOn) {
  const std::string whole = Gzip(Lines("1", 1000));
  Write("cut.gz", whole.substr(0, whole.size() / 2));
  Write("good.gz", Gzip(Lines("2", 7)));
  const IngestSummary summary = Run({"*.gz"});
  EXPECT_EQ(summary.files, 1);
  EXPECT_EQ(summary.files_failed, 1);
  EXPECT_THAT(summary.problems[0].message, HasSubstr("cut.gz"));
  EXPECT_EQ(Rows("vpc_flow"), 7);
  EXPECT_EQ(Rows("rejects"), 1);

  EXPECT_EQ(Run({"*.gz"}).files_skipped, 2);
  IngestOptions retry;
  retry.retry_refused = true;
  EXPECT_EQ(Run({"cut.gz"}, retry).files_failed, 1);
  EXPECT_EQ(Rows("rejects"), 1);
}

TEST_F(IngestTest, LargeDamagedGzipLeavesNothing) {
  const std::string whole = Gzip(Lines("1", 400'000));
  Write("cut.gz", whole.substr(0, whole.size() - 10));
  EXPECT_EQ(Run({"cut.gz"}).files_failed, 1);
  EXPECT_THAT(Lake::Open(store_)->TableNames().ValueOrDie(), ElementsAre("rejects"));
  EXPECT_THAT(store_->List("vpc_flow").ValueOrDie(), IsEmpty());
}

TEST_F(IngestTest, InputThatIsMostlyRejectsIsRefused) {
  std::string text = Lines("1", 600);
  for (int i = 0; i < 700; ++i) text += "something else entirely\n";
  Write("mixed.log", text);
  const IngestSummary summary = Run({"mixed.log"});
  EXPECT_EQ(summary.files_failed, 1);
  EXPECT_EQ(summary.records, 0);
  EXPECT_EQ(Rows("rejects"), 1);
}

TEST_F(IngestTest, UnknownFormatIsRefusedUntilAFormatIsGiven) {
  Write("odd.log", "OK ACCEPT 10.0.0.1 " + std::to_string(kStart) + "\n");
  const IngestSummary refused = Run({"odd.log"});
  EXPECT_EQ(refused.files_failed, 1);
  EXPECT_THAT(refused.problems[0].message, HasSubstr("--format"));
  IngestOptions options;
  options.fields = {"log_status", "action", "srcaddr", "start"};
  EXPECT_EQ(Run({"odd.log"}, options).records, 1);
}

TEST_F(IngestTest, SettingsOfTheLakeGiveTheFormat) {
  Write("odd.log", "OK ACCEPT 10.0.0.1 " + std::to_string(kStart) + "\n");
  Configure(
      "[[format]]\nmatch = \"*/odd.*\"\nfields = "
      "\"log-status action srcaddr start\"\n");
  EXPECT_EQ(Run({"odd.log"}).records, 1);
}

TEST_F(IngestTest, EmptyAndHeaderOnlyInputsAreDoneOnce) {
  Write("empty.log", "");
  Write(
      "header.log",
      "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets "
      "bytes start end action log-status\n");
  const IngestSummary summary = Run({"*.log"});
  EXPECT_EQ(summary.files, 2);
  EXPECT_EQ(summary.records, 0);
  EXPECT_EQ(Run({"*.log"}).files_skipped, 2);
}

TEST_F(IngestTest, RecordWithoutStartTakesTheDayOfTheFileName) {
  const std::string name =
      "111111111111_vpcflowlogs_us-east-2_fl-02_20260128T0930Z_3a9d.log";
  Write(name, "srcaddr dstaddr action\n10.0.0.1 10.0.0.2 ACCEPT\n");
  Write("plain.log", "srcaddr dstaddr action\n10.0.0.3 10.0.0.2 ACCEPT\n");
  Run({name, "plain.log"});
  std::vector<std::optional<Date>> days;
  const auto snapshot = Load("vpc_flow");
  for (const DataFile& file : snapshot->files) days.push_back(file.date);
  EXPECT_THAT(days, testing::UnorderedElementsAre(ParseDate("2026-01-28"), std::nullopt));
}

TEST_F(IngestTest, CommitEveryMakesACommitPerSoManyInputs) {
  for (int i = 0; i < 10; ++i) Write(std::to_string(i), Lines(std::to_string(i), 1));
  IngestOptions options;
  options.commit_every = 3;
  EXPECT_THAT(Run({"*"}, options).versions, ElementsAre(Pair("vpc_flow", 4)));
  EXPECT_EQ(Rows("vpc_flow"), 10);
}

TEST_F(IngestTest, PipeIsReadOnceAndKnownAgain) {
  const std::string text = Lines("1", 10) + "bogus line\n";
  EXPECT_EQ(RunPipe(Gzip(text)).records, 10);
  EXPECT_EQ(RunPipe(Gzip(text)).files_skipped, 1);
  EXPECT_EQ(Rows("vpc_flow"), 10);
  EXPECT_EQ(Rows("rejects"), 1);
}

TEST_F(IngestTest, PipeWhoseRejectsAreInIsFinishedByTheNextRun) {
  const std::string text = Lines("1", 10) + "bogus line\n";
  Write("a.log", text);
  DieBetweenCommits({"a.log"});
  Write("b.log", Lines("2", 5) + "another one\n");
  EXPECT_EQ(RunPipe(text, {"b.log"}).files, 2);
  EXPECT_EQ(Rows("vpc_flow"), 15);
  EXPECT_EQ(Rows("rejects"), 2);
}

TEST_F(IngestTest, CopyThatHasAFormatIsIngestedWhereTheOtherIsRefused) {
  const std::string text = "OK ACCEPT 10.0.0.1 " + std::to_string(kStart) + "\n";
  Write("a.log", text);
  Write("odd.log", text);
  Configure(
      "[[format]]\nmatch = \"*/odd.*\"\nfields = "
      "\"log-status action srcaddr start\"\n");
  const IngestSummary summary = Run({"a.log", "odd.log"});
  EXPECT_EQ(summary.records, 1);
  EXPECT_EQ(summary.files, 1);
  EXPECT_EQ(summary.files_failed + summary.files_skipped, 1);
}

TEST_F(IngestTest, MaxRejectsHoldsForTheWholeRun) {
  for (int i = 0; i < 4; ++i)
    Write(std::to_string(i), Lines(std::to_string(i), 5) + "x\n");
  IngestOptions options;
  options.commit_every = 1;
  options.max_rejects = 2;
  EXPECT_THAT(TryRun({"*"}, options).status().message(), HasSubstr("--max-rejects"));
  EXPECT_EQ(Rows("vpc_flow"), 10);
}

TEST_F(IngestTest, ProgressCountsEveryInputOnce) {
  for (int i = 0; i < 5; ++i) Write(std::to_string(i), Lines(std::to_string(i), 10));
  Write("copy", Lines("1", 10));
  Run({"*"});
  EXPECT_EQ(progress_->inputs_done, 6);
  EXPECT_EQ(progress_->records, 50);
  EXPECT_EQ(progress_->bytes_done, 6 * static_cast<int64_t>(Lines("1", 10).size()));
}

TEST_F(IngestTest, TwoRunsWithOverlappingInputsKeepEveryRowOnce) {
  for (int i = 0; i < 60; ++i) {
    Write(std::to_string(i), Lines(std::to_string(i), 10) + "bogus line\n");
  }
  Run({"0"});  // the tables exist: both runs race for the same versions
  IngestOptions options;
  options.commit_every = 7;
  {
    std::jthread other([&] { Run({"[0-3]*"}, options); });
    Run({"[2-9]*", "[0-1]*"}, options);
  }
  EXPECT_EQ(Rows("vpc_flow"), 600);
  EXPECT_EQ(Rows("rejects"), 60);
}

}  // namespace
}  // namespace flowlake
