// Random operations on a table, with faults and crashes, against a model of which inputs
// it must hold. Each input has rows of its own that say whose they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include "flowlake/base/uuid.h"
#include "flowlake/compact/compact_fixture.h"
#include "flowlake/compact/maintain.h"
#include "flowlake/store/faulty_store.h"
#include "flowlake/store/local_store.h"
#include "flowlake/table/staged_edits.h"
#include "flowlake/table/verify.h"

namespace flowlake {
namespace {

constexpr int kInputs = 120;
constexpr int kDays = 4;
constexpr int64_t kDayMs = 86'400'000;
// A sanitizer takes twenty times as long for a step.
#ifdef __SANITIZE_ADDRESS__
constexpr uint32_t kSeeds = 1;
#else
constexpr uint32_t kSeeds = 8;
#endif

int RowsOfInput(int input) { return 1 + input % 3; }
Date DayOfInput(int input) { return static_cast<Date>(kDay + input % kDays); }
Key128 KeyOfInput(int input) { return HashOf("input " + std::to_string(input)); }

class LakeModel {
 public:
  LakeModel(std::shared_ptr<Store> inner, uint32_t seed)
      : store_(std::make_shared<FaultyStore>(std::move(inner))),
        table_(store_, "vpc_flow"),
        lake_(Lake::OpenOrCreate(store_).ValueOrDie()),
        random_(seed) {
    EXPECT_TRUE(table_.CreateIfAbsent(FlowSchema()).ok());
  }

  void Step() {
    if (Below(3) == 0) InjectFault();
    const int operation = Below(12);
    Status status = Operate(operation);
    const bool may_have_failed = store_->fired();
    store_->Heal();
    ASSERT_TRUE(status.ok() || may_have_failed)
        << "operation " << operation << ": " << status.ToString();
    CheckRows(operation);
  }

  /// After a last quiet run all that was ever acknowledged is there, and the lake whole.
  void Finish() {
    const Status folded = Folded();
    ASSERT_TRUE(folded.ok()) << folded;
    for (const int input : acknowledged_) must_.insert(input);
    acknowledged_.clear();
    CheckRows(-1);
    const auto snapshot = table_.Load().ValueOrDie();
    EXPECT_THAT(VerifyTable(table_, *snapshot, /*deep=*/true).ValueOrDie(),
                testing::IsEmpty());
  }

 private:
  int Below(int bound) {
    return static_cast<int>(random_() % static_cast<unsigned>(bound));
  }
  static int64_t NowMs() { return NowMicros() / 1000; }

  void InjectFault() {
    store_->Inject({.operation = Below(12),
                    .kind = Below(2) == 0 ? FaultKind::kRefused : FaultKind::kAnswerLost,
                    .mutating_only = Below(2) == 0,
                    .forever = Below(2) == 0});
  }

  Status Operate(int operation) {
    if (operation < 4) return CommitSome();
    if (operation < 7) return StageSome();
    if (operation < 9) return Folded();
    if (operation == 9) return CompactAll();
    if (operation == 10) return VacuumAll();
    return Below(4) == 0 ? ExpireSome() : table_.Checkpoint();
  }

  /// A file for each input: no two share one.
  Result<Edit> DrawEdit() {
    std::set<int> inputs;
    for (int i = 0, count = 1 + Below(4); i < count; ++i) inputs.insert(Below(kInputs));
    Edit edit;
    edit.operation = "WRITE";
    for (const int input : inputs) {
      ARROW_ASSIGN_OR_RAISE(auto file, WriteFile(input));
      edit.add.push_back({std::move(file), {KeyOfInput(input)}});
      edit.inputs.push_back({KeyOfInput(input), FormatDate(DayOfInput(input)), {}});
      drawn_.push_back(input);
    }
    return edit;
  }

  Result<DataFile> WriteFile(int input) {
    ColumnsBuilder builder(&FlowSchema());
    for (int row = 0; row < RowsOfInput(input); ++row) {
      builder.AppendString(0, "10.0.0." + std::to_string(Below(20)));
      builder.AppendNumber(3, input);
      builder.AppendNumber(4, int64_t{DayOfInput(input)} * kMicrosPerDay);
      builder.FinishRow();
    }
    ARROW_ASSIGN_OR_RAISE(
        auto writer,
        DataFileWriter::Make(store_, "vpc_flow", DayOfInput(input), &FlowSchema(), {}));
    ARROW_RETURN_NOT_OK(writer->Append(builder.Finish(), {}));
    return writer->Close();
  }

  Status CommitSome() {
    drawn_.clear();
    ARROW_ASSIGN_OR_RAISE(const Edit edit, DrawEdit());
    may_.insert(drawn_.begin(), drawn_.end());
    ARROW_RETURN_NOT_OK(table_.Commit(edit).status());
    for (const int input : drawn_) Require(input);
    return Status::OK();
  }

  Status StageSome() {
    drawn_.clear();
    ARROW_ASSIGN_OR_RAISE(const Edit edit, DrawEdit());
    may_.insert(drawn_.begin(), drawn_.end());
    ARROW_RETURN_NOT_OK(StageEdit(table_, edit));
    for (const int input : drawn_) {
      if (!must_.contains(input) && !gone_.contains(input)) acknowledged_.insert(input);
    }
    return Status::OK();
  }

  void Require(int input) {
    if (!gone_.contains(input)) must_.insert(input);
  }

  Status CompactAll() {
    CompactOptions options;
    options.plan.now = NowMicros() + (kDay + 10) * kMicrosPerDay;
    options.plan.all = true;
    options.temporary_folder = testing::TempDir();
    ARROW_ASSIGN_OR_RAISE(const CompactReport report, Compact(lake_, options));
    return report.failures.ToStatus();
  }

  Status Folded() {
    ARROW_ASSIGN_OR_RAISE(const auto folds, FoldLake(lake_, NowMs()));
    for (const TableFold& fold : folds) {
      for (const std::string& problem : fold.report.problems) {
        return Status::IOError(problem);
      }
    }
    return Status::OK();
  }

  /// So much later that everything that is not needed goes.
  Status VacuumAll() {
    ARROW_ASSIGN_OR_RAISE(const auto plan, PlanVacuum(table_, {NowMs() + 8 * kDayMs, 0}));
    return Vacuum(table_, plan);
  }

  /// Only what is in the table is expired: a staged edit of an old day comes later.
  Status ExpireSome() {
    const Date before = static_cast<Date>(kDay + Below(kDays));
    for (int input = 0; input < kInputs; ++input) {
      const bool may_go = DayOfInput(input) < before && may_.contains(input);
      if (!may_go) continue;
      must_.erase(input);
      acknowledged_.erase(input);
      gone_.insert(input);
    }
    return Expire(table_, before).status();
  }

  /// Whole inputs, each once, all that must be there, none that cannot be.
  void CheckRows(int operation) {
    std::map<int, int> rows;
    ColumnsBuilder builder(&FlowSchema());
    const auto snapshot = table_.Load().ValueOrDie();
    for (const DataFile& file : snapshot->files) {
      const std::string path = "vpc_flow/" + file.path;
      auto reader =
          ColumnsReader::Open(store_->Open(path, "").ValueOrDie(), path, builder)
              .ValueOrDie();
      while (const auto columns = reader->Next(1000).ValueOrDie()) {
        for (int64_t i = 0; i < columns->rows; ++i) {
          ++rows[static_cast<int>(*columns->column(3).number(i))];
        }
      }
    }
    for (const auto& [input, count] : rows) {
      ASSERT_EQ(count, RowsOfInput(input)) << "operation " << operation;
      ASSERT_TRUE(may_.contains(input)) << "operation " << operation;
    }
    for (const int input : must_) {
      ASSERT_TRUE(rows.contains(input))
          << "input " << input << " after operation " << operation;
    }
  }

  std::shared_ptr<FaultyStore> store_;
  Table table_;
  Lake lake_;
  std::mt19937 random_;
  std::vector<int> drawn_;
  std::set<int> may_;           // was in an edit
  std::set<int> must_;          // was committed, and is not expired
  std::set<int> acknowledged_;  // was staged, and is not expired
  std::set<int> gone_;          // may have been expired: nothing is sure of it
};

uint32_t Seed() {
  const char* given = std::getenv("FLOWLAKE_SEED");
  const uint32_t seed = given ? static_cast<uint32_t>(std::strtoul(given, nullptr, 10))
                              : static_cast<uint32_t>(NowMicros());
  std::cout << "FLOWLAKE_SEED=" << seed << std::endl;
  return seed;
}

void RunSteps(LakeModel& model, int steps) {
  for (int i = 0; i < steps; ++i) {
    model.Step();
    if (testing::Test::HasFatalFailure()) FAIL() << "step " << i;
  }
  model.Finish();
}

TEST(LakeModelTest, InMemoryHoldsWhatItMust) {
  const uint32_t seed = Seed();
  for (uint32_t i = 0; i < kSeeds; ++i) {
    LakeModel model(MakeMemoryStore(), seed + i);
    RunSteps(model, 400);
    if (HasFatalFailure()) FAIL() << "seed " << seed + i;
  }
}

TEST(LakeModelTest, OnDiskHoldsWhatItMust) {
  const std::string folder =
      (std::filesystem::temp_directory_path() / ("flowlake-model-" + NewUuid())).string();
  LakeModel model(MakeLocalStore(folder), Seed());
  RunSteps(model, 150);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace flowlake
