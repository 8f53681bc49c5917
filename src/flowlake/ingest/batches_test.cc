// A run of many inputs commits as it goes: what is done stays, and everything adds up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "flowlake/base/uuid.h"
#include "flowlake/ingest/ingest.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class BatchesTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  /// Records of an account of that number, and perhaps a line that is none.
  void Write(const std::string& name, int account, int records, bool has_reject) {
    std::ofstream log(folder_ / name);
    for (int i = 0; i < records; ++i) {
      log << "2 " << account << " eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 "
          << 1'790'000'000 + i << " 1790100000 ACCEPT OK\n";
    }
    if (has_reject) log << "bogus line\n";
  }

  Result<IngestSummary> Run(const IngestOptions& options) {
    ARROW_ASSIGN_OR_RAISE(const auto listing, ListInputs({folder_.string()}, {}));
    ARROW_ASSIGN_OR_RAISE(const Lake lake, Lake::OpenOrCreate(store_));
    return Ingest(lake, listing.inputs, options, progress_);
  }
  int64_t Rows(const std::string& table) {
    return Table(store_, table).Load().ValueOrDie()->rows();
  }

  const std::shared_ptr<Store> store_ = MakeMemoryStore();
  const fs::path folder_ = fs::temp_directory_path() / ("flowlake_batches_" + NewUuid());
  IngestProgress progress_;
};

TEST_F(BatchesTest, WhatIsDoneIsCommittedWhenItsTimeIsOver) {
  constexpr int kRecords = 20'000;  // take longer than the millisecond
  for (int i = 0; i < 10; ++i) Write(std::to_string(i), i, kRecords, true);
  Write("copy", 1, kRecords, true);
  IngestOptions options;
  options.commit_after_ms = 1;
  options.threads = 2;
  const IngestSummary summary = Run(options).ValueOrDie();
  EXPECT_GE(summary.versions.at("vpc_flow"), 3);
  EXPECT_EQ(summary.files, 10);
  EXPECT_EQ(summary.files_skipped, 1);
  EXPECT_EQ(summary.records, 10 * kRecords);
  EXPECT_EQ(summary.total_rejects(), 10);
  EXPECT_EQ(Rows("vpc_flow"), 10 * kRecords);
  EXPECT_EQ(Rows("rejects"), 10);
  EXPECT_EQ(progress_.inputs_done, 11);
  EXPECT_EQ(progress_.records, 10 * kRecords);
}

TEST_F(BatchesTest, AnEndedRunSaysWhatIsCommitted) {
  for (int i = 0; i < 4; ++i) Write(std::to_string(i), i, 5, false);
  Write("4", 4, 5, true);
  IngestOptions options;
  options.commit_every = 1;
  options.max_rejects = 0;
  EXPECT_THAT(Run(options).status().message(),
              HasSubstr("4 inputs with 20 records were committed"));
  EXPECT_EQ(Rows("vpc_flow"), 20);
  options.max_rejects = 1;
  EXPECT_EQ(Run(options).ValueOrDie().files, 1);
  EXPECT_EQ(Rows("vpc_flow"), 25);
}

}  // namespace
}  // namespace flowlake
