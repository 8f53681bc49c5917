// Every single I/O of an ingest fails once: then the lake must show whole inputs only,
// and the same command again must complete it, with every row exactly once.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "flowlake/base/uuid.h"
#include "flowlake/base/waiting.h"
#include "flowlake/ingest/identity.h"
#include "flowlake/ingest/ingest.h"
#include "flowlake/ingest/known_inputs.h"
#include "flowlake/store/faulty_store.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kDay = 86'400;
constexpr int64_t kStart = 1'790'000'000 / kDay * kDay;
constexpr int kMaxOperations = 1000;

std::string Lines(const std::string& account, int count, int days) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const auto start = std::to_string(kStart + (i % days) * kDay + i);
    text += "2 " + account + " eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 " + start +
            " " + start + " ACCEPT OK\n";
  }
  return text;
}

class IngestFaultTest : public testing::Test {
 protected:
  struct Sample {
    std::string bytes;
    int64_t rows = 0;
    int64_t rejects = 0;
  };

  void SetUp() override {
    // Its own, also where the same test runs elsewhere on the machine.
    folder_ = fs::temp_directory_path() / ("flowlake_fault_" + NewUuid());
    fs::create_directories(folder_);
    options_.threads = 1;
    for (const auto& [name, sample] : samples_) {
      std::ofstream(folder_ / name, std::ios::binary) << sample.bytes;
    }
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// Of all samples, or of those that are named.
  Result<IngestSummary> Run(const std::shared_ptr<Store>& store,
                            const std::vector<std::string>& names = {""}) {
    std::vector<std::string> paths;
    for (const std::string& name : names) paths.push_back((folder_ / name).string());
    ARROW_ASSIGN_OR_RAISE(const auto listing, ListInputs(paths, {}));
    ARROW_ASSIGN_OR_RAISE(const Lake lake, Lake::OpenOrCreate(store));
    IngestProgress progress;
    return Ingest(lake, listing.inputs, options_, progress);
  }

  static int64_t Rows(const Lake& lake, const std::string& table) {
    if (!lake.table(table).Exists().ValueOrDie()) return 0;
    const auto snapshot = lake.table(table).Load();
    EXPECT_TRUE(snapshot.ok()) << snapshot.status();
    return (*snapshot)->rows();
  }

  /// The tables have the rows of the inputs that the ledgers name, and no others.
  /// Returns how many of the samples with records are in.
  int64_t CheckWholeInputs(const std::shared_ptr<Store>& store) {
    const Lake lake = Lake::OpenOrCreate(store).ValueOrDie();
    const std::vector<Input> files(1);
    const KnownInputs known = KnownInputs::Load(lake, files, {}).ValueOrDie();
    int64_t rows = 0;
    int64_t rejects = 0;
    int64_t inputs = 0;
    for (const auto& [name, sample] : samples_) {
      const InputKeys content = ContentKeys(sample.bytes);
      const bool is_in = known.IsIngested(content);
      rows += is_in ? sample.rows : 0;
      inputs += is_in && sample.rows > 0 ? 1 : 0;
      const bool has_rejects =
          known.HasRejects(content) || known.IsRefused(RefusedKey(content, {}));
      rejects += has_rejects ? sample.rejects : 0;
      EXPECT_TRUE(!is_in || sample.rejects == 0 || has_rejects) << name;
    }
    EXPECT_EQ(Rows(lake, "vpc_flow"), rows);
    EXPECT_EQ(Rows(lake, "rejects"), rejects);
    return inputs;
  }

  /// False if the workload has no such operation.
  bool SurvivesFault(const Fault& fault) {
    const auto inner = MakeMemoryStore();
    const auto faulty = std::make_shared<FaultyStore>(inner);
    faulty->Inject(fault);
    const auto summary = Run(faulty);
    if (!faulty->fired()) return false;
    const int64_t inputs = CheckWholeInputs(inner);
    if (summary.ok() && summary->failures.empty()) {
      EXPECT_EQ(inputs, 3);
    }
    const auto again = Run(inner);
    EXPECT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(again->failures.empty()) << again->failures.ToStatus();
    EXPECT_EQ(CheckWholeInputs(inner), 3);
    EXPECT_EQ(Rows(Lake::Open(inner).ValueOrDie(), "rejects"), 3);
    return true;
  }

  void SurvivesEveryFault(Fault fault) {
    for (; fault.operation < kMaxOperations; ++fault.operation) {
      SCOPED_TRACE("operation " + std::to_string(fault.operation));
      if (!SurvivesFault(fault)) break;
      if (HasFailure()) return;
    }
    EXPECT_GT(fault.operation, 20);
    EXPECT_LT(fault.operation, kMaxOperations);
  }

  const std::map<std::string, Sample> samples_ = {
      {"a.log", {Lines("1", 8, 2) + "bogus line\n", 8, 1}},
      {"b.log", {Lines("2", 4, 2), 4, 0}},
      {"c.log", {Lines("3", 2, 1) + "another bogus line\n", 2, 1}},
      {"empty.log", {"", 0, 0}},
      {"odd.log", {"this is no flow log\n", 0, 1}},
  };
  IngestOptions options_;
  fs::path folder_;
};

// Entries are written, their answers lost, and nothing can be read for a while.
TEST_F(IngestFaultTest, ACommitWithoutAnAnswerKeepsItsFiles) {
  const SkippedWaits skipped;
  for (const char* table : {"vpc_flow", "rejects"}) {
    for (const int64_t lasts_ms : {20'000, 600'000}) {
      const auto inner = MakeMemoryStore();
      ASSERT_TRUE(Run(inner, {"b.log", "odd.log"}).ok());
      const auto faulty = std::make_shared<FaultyStore>(inner);
      faulty->InjectOutage({table + std::string("/_delta_log/"), "", lasts_ms});
      const auto summary = Run(faulty);
      EXPECT_TRUE(faulty->fired());
      ASSERT_TRUE(summary.ok()) << summary.status();
      EXPECT_EQ(summary->failures.empty(), lasts_ms < 60'000)
          << summary->failures.ToStatus();
      CheckWholeInputs(inner);
      ASSERT_TRUE(Run(inner).ok());
      EXPECT_EQ(CheckWholeInputs(inner), 3);
    }
  }
}

TEST_F(IngestFaultTest, EveryOperationOfHurriedCommitsIsRefusedOnce) {
  options_.commit_after_ms = 1;
  SurvivesEveryFault({.kind = FaultKind::kRefused, .mutating_only = false});
}

TEST_F(IngestFaultTest, EveryOperationIsRefusedOnce) {
  SurvivesEveryFault({.kind = FaultKind::kRefused, .mutating_only = false});
}

TEST_F(IngestFaultTest, EveryAnswerIsLostOnce) {
  SurvivesEveryFault({.kind = FaultKind::kAnswerLost, .mutating_only = false});
}

TEST_F(IngestFaultTest, StoreIsGoneFromEveryOperationOn) {
  SurvivesEveryFault(
      {.kind = FaultKind::kRefused, .mutating_only = false, .forever = true});
}

TEST_F(IngestFaultTest, StoreIsGoneAfterAnAnswerWasLost) {
  SurvivesEveryFault(
      {.kind = FaultKind::kAnswerLost, .mutating_only = false, .forever = true});
}

TEST_F(IngestFaultTest, EveryOperationOfSmallCommitsIsRefusedOnce) {
  options_.commit_every = 2;
  SurvivesEveryFault({.kind = FaultKind::kRefused, .mutating_only = false});
}

TEST_F(IngestFaultTest, EveryAnswerIsLostOnceByParallelWorkers) {
  options_.threads = 3;
  SurvivesEveryFault({.kind = FaultKind::kAnswerLost, .mutating_only = false});
}

}  // namespace
}  // namespace flowlake
