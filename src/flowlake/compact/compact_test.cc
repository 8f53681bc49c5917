#include "flowlake/compact/compact.h"

#include <set>
#include <thread>

#include "flowlake/base/waiting.h"
#include "flowlake/compact/compact_fixture.h"
#include "flowlake/store/faulty_store.h"

namespace flowlake {
namespace {

using testing::HasSubstr;

class CompactTest : public CompactFixture {
 protected:
  void AppendRandomFiles(int files, int rows) {
    for (int i = 0; i < files; ++i) {
      Append(random_.Make(rows, 0, 23, i % 2 == 0));
    }
  }
  std::vector<DataFile> FilesWithTag(const char* tag, const std::string& value) {
    std::vector<DataFile> files;
    for (const DataFile& file : Load().files) {
      const auto found = file.tags.find(tag);
      if (found != file.tags.end() && found->second == value) files.push_back(file);
    }
    return files;
  }

  RandomRows random_{1};
};

TEST_F(CompactTest, RowsAreTheSameAndSorted) {
  AppendRandomFiles(12, 2000);
  const auto before = Rows();
  const TableCompaction done = Run();
  EXPECT_EQ(done.done, 1);
  EXPECT_EQ(done.files_before, 12);
  EXPECT_EQ(done.rows, 24'000);
  EXPECT_EQ(Rows(), before);
  for (const DataFile& file : Load().files) {
    auto sources = RowsOf(file);
    for (std::string& row : sources) row = row.substr(1, row.find('|', 1) - 1);
    for (std::string& source : sources) {
      if (source.empty()) source = "~";  // NULL is last
    }
    EXPECT_TRUE(std::ranges::is_sorted(sources));
    EXPECT_EQ(file.tags.at(kSortedTag), "srcaddr,dstaddr,start");
    EXPECT_EQ(file.tags.at(kWindowTag), "2026-09-21T00/24");
  }
}

TEST_F(CompactTest, ATenthOfTheRowsIsInFilesOfItsOwn) {
  AppendRandomFiles(10, 5000);
  Run();
  const auto sample = FilesWithTag(kSampleTag, "0.1");
  const auto rest = FilesWithTag(kSampleTag, kSampleRest);
  ASSERT_EQ(sample.size(), 1u);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(sample[0].rows, 5000);
  EXPECT_EQ(rest[0].rows, 45'000);
}

TEST_F(CompactTest, FewRowsHaveNoSample) {
  AppendRandomFiles(3, 50);
  Run();
  EXPECT_EQ(Load().files.size(), 1u);
  EXPECT_FALSE(Load().files[0].tags.contains(kSampleTag));
}

TEST_F(CompactTest, DoneOnceThereIsNothingToDo) {
  AppendRandomFiles(3, 500);
  EXPECT_EQ(Run().tasks, 1);
  EXPECT_EQ(Run().tasks, 0);
  options_.plan.all = true;
  EXPECT_EQ(Run().tasks, 0);
}

TEST_F(CompactTest, LateFilesWaitUntilTheyAreEnough) {
  AppendRandomFiles(3, 500);
  Run();
  AppendRandomFiles(2, 100);
  EXPECT_EQ(Run().tasks, 0);
  EXPECT_EQ(Run().waiting_files, 2);
  AppendRandomFiles(6, 100);
  const auto before = Rows();
  EXPECT_EQ(Run().done, 1);
  EXPECT_EQ(Load().files.size(), 1u);
  EXPECT_EQ(Rows(), before);
}

TEST_F(CompactTest, ADryRunChangesNothingAndSaysWhatToExpect) {
  AppendRandomFiles(3, 500);
  options_.dry_run = true;
  const TableCompaction expected = Run();
  EXPECT_EQ(Load().version, 3);
  EXPECT_EQ(expected.tasks, 1);
  EXPECT_EQ(expected.files_before, 3);
  EXPECT_EQ(expected.rows, 1500);
  EXPECT_LT(expected.bytes_after, expected.bytes_before);
}

TEST_F(CompactTest, TheVersionBeforeStaysReadable) {
  AppendRandomFiles(3, 500);
  const auto before = Rows();
  Run();
  EXPECT_EQ(Rows(3), before);
}

TEST_F(CompactTest, TheCommitSaysThatNoDataChanged) {
  AppendRandomFiles(2, 100);
  Run();
  const std::string entry =
      ReadAll(*store_, "vpc_flow/_delta_log/00000000000000000003.json").ValueOrDie();
  EXPECT_THAT(entry, HasSubstr("\"operation\":\"OPTIMIZE\""));
  EXPECT_THAT(entry, HasSubstr("\"dataChange\":false"));
  EXPECT_THAT(entry, testing::Not(HasSubstr("\"dataChange\":true")));
}

TEST_F(CompactTest, TheNullPartitionAndRowsWithoutTimeAreKept) {
  options_.plan.all = true;  // the store's clock is ahead of the test's
  Append(random_.Make(700), std::nullopt);
  Append(random_.Make(300), std::nullopt);
  const auto before = Rows();
  Run();
  EXPECT_EQ(Rows(), before);
  EXPECT_EQ(Load().files.size(), 1u);
  EXPECT_EQ(Load().files[0].date, std::nullopt);
}

TEST_F(CompactTest, WhoHasNoTimeLeftStopsBetweenTasks) {
  for (Date day = kDay - 2; day <= kDay; ++day) {
    Append(random_.Make(100), day);
    Append(random_.Make(100), day);
  }
  const auto before = Rows();
  int asked = 0;
  options_.plan.all = true;
  options_.may_begin = [&asked](int64_t bytes) { return bytes > 0 && ++asked <= 1; };
  EXPECT_EQ(Run().tasks, 3);
  EXPECT_EQ(asked, 2);
  options_.may_begin = {};
  EXPECT_EQ(Run().done, 2);
  EXPECT_EQ(Rows(), before);
}

TEST_F(CompactTest, ATinyMemoryGivesTheSameRows) {
  AppendRandomFiles(20, 4000);
  const auto before = Rows();
  options_.memory = 4 << 20;
  EXPECT_EQ(Run().done, 1);
  EXPECT_EQ(Rows(), before);
}

TEST_F(CompactTest, FilesAppendedMeanwhileAreKept) {
  AppendRandomFiles(3, 500);
  const Columns late = random_.Make(100);
  bool appended = false;
  options_.progress = [&](const CompactProgress&) {
    if (!appended) Append(late);
    appended = true;
  };
  EXPECT_EQ(Run().done, 1);
  EXPECT_EQ(Rows().size(), 1600u);
  EXPECT_EQ(Load().files.size(), 2u);
}

TEST_F(CompactTest, OfTwoCompactionsTheSecondYields) {
  AppendRandomFiles(3, 500);
  const auto before = Rows();
  bool raced = false;
  options_.progress = [&](const CompactProgress&) {
    if (raced) return;
    raced = true;
    CompactOptions other = options_;
    other.progress = nullptr;
    EXPECT_EQ(Compact(*Lake::Open(store_), other).ValueOrDie().tables[0].done, 1);
  };
  const TableCompaction second = Run();
  EXPECT_EQ(second.done, 0);
  EXPECT_EQ(second.yielded, 1);
  EXPECT_EQ(Rows(), before);
  // What the second one wrote is gone.
  EXPECT_EQ(store_->List("vpc_flow/date=2026-09-21").ValueOrDie().size(), 3u + 1u);
}

TEST_F(CompactTest, AfterAFailureAtAnyStepTheNextRunCompletes) {
  for (int64_t step = 0;; ++step) {
    SCOPED_TRACE(step);
    const auto faulty = std::make_shared<FaultyStore>(MakeMemoryStore());
    store_ = faulty;
    table_ = Table(store_, "vpc_flow");
    ASSERT_TRUE(Lake::OpenOrCreate(store_).ok());
    ASSERT_TRUE(table_.CreateIfAbsent(FlowSchema()).ok());
    AppendRandomFiles(2, 200);
    const auto before = Rows();
    const Lake lake = *Lake::Open(store_);
    const auto kind = step % 2 == 0 ? FaultKind::kRefused : FaultKind::kAnswerLost;
    faulty->Inject({step / 2, kind, /*mutating_only=*/false, /*forever=*/false});
    const auto failed = Compact(lake, options_);
    const bool fired = faulty->fired();
    faulty->Heal();
    EXPECT_EQ(Rows(), before);
    const auto again = Compact(lake, options_);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(again->failures.empty()) << again->failures.ToStatus();
    EXPECT_EQ(Rows(), before);
    EXPECT_EQ(Load().files.size(), 1u);
    if (!fired) break;
  }
}

// The commit is done, its answer lost, and nothing can be read for longer than a minute.
TEST_F(CompactTest, ACommitWithoutAnAnswerKeepsItsFiles) {
  const auto faulty = std::make_shared<FaultyStore>(store_);
  AppendRandomFiles(3, 500);
  const auto before = Rows();
  const SkippedWaits skipped;
  faulty->InjectOutage({"_delta_log/", "_delta_log/", 600'000});
  const auto report = Compact(*Lake::Open(faulty), options_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->failures.ToStatus().message(),
              HasSubstr("is not known; its files are kept"));
  EXPECT_EQ(Load().files.size(), 1u);
  EXPECT_EQ(Rows(), before);
  EXPECT_EQ(Run().tasks, 0);
}

TEST_F(CompactTest, ACommitWhoseAnswerComesLateIsFound) {
  const auto faulty = std::make_shared<FaultyStore>(store_);
  AppendRandomFiles(3, 500);
  const auto before = Rows();
  const SkippedWaits skipped;
  faulty->InjectOutage({"_delta_log/", "", 20'000});
  const auto report = Compact(*Lake::Open(faulty), options_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->tables.at(0).done, 1);
  EXPECT_EQ(Rows(), before);
}

TEST_F(CompactTest, AnOrderOfAColumnThatIsNoneIsNamed) {
  options_.order = "srcaddr, sourceport";
  const auto result = Compact(*Lake::Open(store_), options_);
  EXPECT_THAT(result.status().message(), HasSubstr("'sourceport'"));
}

TEST_F(CompactTest, AnotherOrderIsForAllOnly) {
  AppendRandomFiles(2, 100);
  Run();
  options_.order = "dstaddr,srcaddr";
  EXPECT_EQ(Run().tasks, 0);
  options_.plan.all = true;
  EXPECT_EQ(Run().done, 1);
  EXPECT_EQ(Load().files[0].tags.at(kSortedTag), "dstaddr,srcaddr");
}

}  // namespace
}  // namespace flowlake
