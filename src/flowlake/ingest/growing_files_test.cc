/// Files that grow while they are ingested: each of their records once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "flowlake/ingest/ingest.h"
#include "flowlake/source/gzip.h"
#include "flowlake/store/faulty_store.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int64_t kStart = 1'790'000'000;
/// Source and destination, and their ports, stand the other way round.
constexpr char kHeader[] =
    "version account-id interface-id dstaddr srcaddr dstport srcport protocol packets "
    "bytes start end action log-status\n";

std::string Line(int number) {
  const std::string start = std::to_string(kStart + number);
  return "2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 " + start + ' ' +
         start + " ACCEPT OK\n";
}

std::string Lines(int first, int count) {
  std::string text;
  for (int i = first; i < first + count; ++i) text += Line(i);
  return text;
}

/// Calls somebody just before the first put of an object whose path has `part`.
class InterruptedStore : public FaultyStore {
 public:
  InterruptedStore(std::shared_ptr<Store> inner, std::string part,
                   std::function<void()> call)
      : FaultyStore(std::move(inner)), part_(std::move(part)), call_(std::move(call)) {}

  Result<PutOutcome> PutIfAbsent(const std::string& path,
                                 std::string_view bytes) override {
    if (call_ && path.find(part_) != std::string::npos) std::exchange(call_, nullptr)();
    return FaultyStore::PutIfAbsent(path, bytes);
  }

 private:
  std::string part_;
  std::function<void()> call_;
};

class GrowingFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() /
        ("flowlake_growing_" +
         std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path Path(const std::string& name = "flow.log") const { return folder_ / name; }
  void Write(const std::string& bytes, const std::string& name = "flow.log") {
    std::ofstream(Path(name), std::ios::binary) << bytes;
  }
  void Append(const std::string& bytes) {
    std::ofstream(Path(), std::ios::binary | std::ios::app) << bytes;
  }
  void LeaveAlone() {
    fs::last_write_time(Path(),
                        fs::file_time_type::clock::now() - std::chrono::minutes(11));
  }

  Result<IngestSummary> TryTake(const std::shared_ptr<Store>& store,
                                FileWriter writer = FileWriter::kDone) {
    ARROW_ASSIGN_OR_RAISE(auto listing, ListInputs({folder_.string()}, {}));
    for (Input& input : listing.inputs) input.writer = writer;
    ARROW_ASSIGN_OR_RAISE(const Lake lake, Lake::OpenOrCreate(store));
    IngestProgress progress;
    return Ingest(lake, listing.inputs, {}, progress);
  }
  IngestSummary Take(FileWriter writer = FileWriter::kDone) {
    auto summary = TryTake(store_, writer);
    EXPECT_TRUE(summary.ok()) << summary.status();
    return summary.ok() ? *summary : IngestSummary{};
  }
  int64_t Rows(const std::string& table = "vpc_flow") {
    const auto snapshot = Lake::Open(store_)->table(table).Load();
    return snapshot.ok() ? (*snapshot)->rows() : 0;
  }

  fs::path folder_;
  std::shared_ptr<Store> store_ = MakeMemoryStore();
};

TEST_F(GrowingFilesTest, GiveTheirNewRecordsOnce) {
  Write(kHeader + Lines(0, 3));
  EXPECT_EQ(Take().records, 3);
  for (int round = 1; round <= 3; ++round) {
    Append(Lines(round * 10, 2));
    const IngestSummary summary = Take();
    EXPECT_EQ(summary.records, 2);
    EXPECT_EQ(summary.files_grown, 1);
    EXPECT_EQ(summary.bytes_in, static_cast<int64_t>(Lines(round * 10, 2).size()));
    EXPECT_EQ(Take().files_skipped, 1);
  }
  EXPECT_EQ(Rows(), 9);
  EXPECT_EQ(Rows("rejects"), 0);
}

TEST_F(GrowingFilesTest, OfAnySizeGiveTheirNewRecords) {
  Write(Lines(0, 250'000));
  Take();
  Append(Lines(300'000, 3));
  EXPECT_EQ(Take().records, 3);
  Append(Lines(400'000, 250'000));
  EXPECT_EQ(Take().records, 250'000);
  EXPECT_EQ(Take().files_skipped, 1);
  EXPECT_EQ(Rows(), 500'003);
}

TEST_F(GrowingFilesTest, ThatAreWrittenWhileTheyAreReadGiveWhatIsThere) {
  constexpr int kFirst = 250'000;
  Write(Lines(0, kFirst));
  std::atomic<int> written{kFirst};
  std::jthread writer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) Append(Line(written++));
  });
  while (written == kFirst) std::this_thread::yield();
  for (int round = 0; round < 3; ++round) EXPECT_THAT(Take().problems, IsEmpty());
  EXPECT_GE(Rows(), kFirst);
  writer = std::jthread();
  Take();
  EXPECT_EQ(Rows(), written);
}

TEST_F(GrowingFilesTest, FollowTheLastHeaderBefore) {
  Write(kHeader + Lines(0, 2) + "srcaddr dstaddr action\n10.0.0.7 10.0.0.8 REJECT\n");
  EXPECT_EQ(Take().records, 3);
  Append("10.0.0.9 10.0.0.8 REJECT\n");
  EXPECT_EQ(Take().records, 1);
  EXPECT_EQ(Rows("rejects"), 0);
}

TEST_F(GrowingFilesTest, WhoseLastLineHasNoEndKeepItUntilItHas) {
  Write(Lines(0, 3));
  Take();
  const std::string line = Line(7);
  Append(Line(5) + line.substr(0, 40));
  const IngestSummary summary = Take();
  EXPECT_EQ(summary.records, 1);
  EXPECT_THAT(summary.waiting, SizeIs(1));
  const IngestSummary nothing = Take();
  EXPECT_EQ(nothing.files, 0);
  EXPECT_THAT(nothing.waiting, SizeIs(1));
  Append(line.substr(40));
  EXPECT_EQ(Take().records, 1);
  EXPECT_EQ(Rows(), 5);
  EXPECT_EQ(Rows("rejects"), 0);
}

TEST_F(GrowingFilesTest, ThatNobodyWritesAnyMoreGiveALastLineWithoutEnd) {
  Write(Lines(0, 3));
  Take();
  const std::string line = Line(7);
  Append(line.substr(0, line.size() - 1));
  EXPECT_EQ(Take().records, 0);
  LeaveAlone();
  EXPECT_EQ(Take().records, 1);
  Append("\n" + Line(8));
  EXPECT_EQ(Take().records, 1);
  EXPECT_EQ(Rows(), 5);
  EXPECT_EQ(Rows("rejects"), 0);
}

TEST_F(GrowingFilesTest, WhoseCutLineWasARejectGiveTheWholeOne) {
  const std::string line = Line(7);
  Write(Lines(0, 3) + line.substr(0, 40));
  EXPECT_EQ(Take().records, 3);
  EXPECT_EQ(Rows("rejects"), 1);
  Append(line.substr(40) + Line(8));
  EXPECT_EQ(Take().records, 2);
  EXPECT_EQ(Take().files_skipped, 1);
  EXPECT_EQ(Rows(), 5);
  EXPECT_EQ(Rows("rejects"), 1);
}

TEST_F(GrowingFilesTest, WhoseRejectLackedALineFeedGiveItOnce) {
  Write(Lines(0, 3) + "bogus");
  Take();
  Append("\n" + Line(8) + "bog");
  EXPECT_EQ(Take().records, 1);
  Append("us\n");
  Take();
  EXPECT_EQ(Rows(), 4);
  EXPECT_EQ(Rows("rejects"), 2);
}

TEST_F(GrowingFilesTest, WhoseCutLineIsARowGiveTheWholeOneAsAReject) {
  const std::string line = Line(7);
  Write(Lines(0, 3) + line.substr(0, line.size() - 2));  // "… ACCEPT O"
  EXPECT_EQ(Take().records, 4);
  Append("K");
  EXPECT_THAT(Take().waiting, SizeIs(1));
  Append("\n" + Line(8));
  const IngestSummary summary = Take();
  EXPECT_EQ(summary.records, 1);
  EXPECT_EQ(summary.rejects[static_cast<size_t>(RejectReason::kCutLine)], 1);
  EXPECT_EQ(Take().files_skipped, 1);
  EXPECT_EQ(Rows(), 5);
  EXPECT_EQ(Rows("rejects"), 1);
}

TEST_F(GrowingFilesTest, BeginWithAHeaderThatMayBeCut) {
  const std::string header = kHeader;
  Write(header.substr(0, 60));
  Take();
  Append(header.substr(60) + Line(1));
  EXPECT_EQ(Take().records, 1);
  Append(Line(2));
  EXPECT_EQ(Take().records, 1);
  EXPECT_EQ(Rows(), 2);
}

TEST_F(GrowingFilesTest, OfGzipAreNamed) {
  Write(Gzip(Lines(0, 3)));
  Take();
  Append(Gzip(Lines(5, 3)));
  EXPECT_THAT(Take().problems.at(0).message, HasSubstr("gzip"));
  EXPECT_EQ(Rows(), 3);
}

TEST_F(GrowingFilesTest, ThatBeginOtherwiseAreOtherFilesAndNamed) {
  Write(Lines(0, 3));
  Take();
  Write(Lines(10, 7));
  const IngestSummary summary = Take();
  EXPECT_EQ(summary.records, 7);
  EXPECT_EQ(summary.files_grown, 0);
  EXPECT_THAT(summary.replaced, ElementsAre(Path().string()));
  EXPECT_THAT(Take().replaced, IsEmpty());
  EXPECT_EQ(Rows(), 10);
}

TEST_F(GrowingFilesTest, ThatAreRenamedGiveWhatWasNotTaken) {
  Write(Lines(0, 3));
  Take();
  Append(Lines(3, 2));
  fs::rename(Path(), Path("flow.log.1"));
  Write(Lines(10, 1));
  const IngestSummary summary = Take();
  EXPECT_EQ(summary.records, 3);
  fs::rename(Path("flow.log.1"), Path("flow.log.2"));
  EXPECT_EQ(Take().files, 0);
  EXPECT_EQ(Rows(), 6);
}

TEST_F(GrowingFilesTest, ThatAreCopiedAndTruncatedGiveWhatWasNotTaken) {
  Write(Lines(0, 3));
  Take();
  Append(Lines(3, 2));
  fs::copy_file(Path(), Path("flow.log-20261128"));
  EXPECT_EQ(Take().records, 2) << "of the file and its copy, once";
  Write("");
  EXPECT_EQ(Take().records, 0);
  Append(Lines(10, 2));
  EXPECT_EQ(Take().records, 2);
  Append(Lines(12, 2));
  EXPECT_EQ(Take().records, 2);
  EXPECT_EQ(Rows(), 9);
}

TEST_F(GrowingFilesTest, ThatSomebodyWritesGiveWholeRecordsFromTheFirstTimeOn) {
  const std::string line = Line(2);
  Write(std::string(kHeader) + Line(1) + line.substr(0, 30));
  EXPECT_EQ(Take(FileWriter::kBusy).records, 1);
  Append(line.substr(30));
  EXPECT_EQ(Take(FileWriter::kQuiet).records, 1);
  EXPECT_EQ(Take().files_skipped, 1);
  EXPECT_EQ(Rows(), 2);
  EXPECT_EQ(Rows("rejects"), 0);
}

TEST_F(GrowingFilesTest, WithoutAWholeRecordWait) {
  Write("2 123456789012 eni-1 10.0");
  EXPECT_THAT(Take(FileWriter::kBusy).waiting, SizeIs(1));
  Write(Gzip(Lines(0, 3)).substr(0, 30));
  EXPECT_THAT(Take(FileWriter::kBusy).waiting, SizeIs(1));
  Write(Gzip(Lines(0, 3)));
  EXPECT_EQ(Take(FileWriter::kQuiet).records, 3);
}

/// A run that dies between its two commits, and a file that goes on: at every operation.
TEST_F(GrowingFilesTest, OfAKilledRunAreFinishedAsTheyWereBegun) {
  for (const bool is_new : {true, false}) {
    bool is_done = false;
    for (int64_t operation = 0; !is_done; ++operation) {
      fs::remove(Path());
      store_ = MakeMemoryStore();
      if (!is_new) {
        Write(Lines(0, 3));
        Take();
      }
      Write(Lines(0, 5) + "bogus\n");
      const auto faulty = std::make_shared<FaultyStore>(store_);
      faulty->Inject({.operation = operation, .forever = true});
      is_done = TryTake(faulty).ok() && !faulty->fired();
      Append(Lines(10, 2) + "another\n");
      Take();
      EXPECT_EQ(Take().files_skipped, 1);
      ASSERT_EQ(Rows(), 7) << operation;
      ASSERT_EQ(Rows("rejects"), 2) << operation;
    }
  }
}

/// Another writer takes the file when it has grown, before this one commits.
TEST_F(GrowingFilesTest, ThatTwoWritersTakeAreInOnce) {
  for (const bool is_new : {true, false}) {
    for (const std::string table : {"rejects", "vpc_flow"}) {
      fs::remove(Path());
      store_ = MakeMemoryStore();
      Write(is_new ? "" : Lines(0, 3) + "bogus\n");
      Take();
      if (is_new) {  // so that both find the tables
        fs::remove(Path());
        Write(Line(90) + "bogus\n", "other.log");
        Take();
        fs::remove(Path("other.log"));
      }
      const int64_t rows = Rows();
      const int64_t rejects = Rows("rejects");
      Write(Lines(0, 5) + "bogus\nnew\n");
      if (!is_new) Write(Lines(0, 3) + "bogus\n" + Lines(3, 2) + "new\n");
      const auto interrupted =
          std::make_shared<InterruptedStore>(store_, table + "/_delta_log/", [&] {
            Append(Lines(10, 4) + "third\n");
            Take();
          });
      ASSERT_TRUE(TryTake(interrupted).ok());
      EXPECT_EQ(Take().files, 0);
      EXPECT_EQ(Rows(), rows + (is_new ? 9 : 6)) << table << is_new;
      EXPECT_EQ(Rows("rejects"), rejects + (is_new ? 3 : 2)) << table << is_new;
    }
  }
}

}  // namespace
}  // namespace flowlake
