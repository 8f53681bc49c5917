#include "flowlake/ingest/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "flowlake/ingest/ingest.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kFlowLog = "111111111111_vpcflowlogs_us-east-1_fl-01";

class AuditTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() /
        ("flowlake_audit_" +
         std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void Write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }
  /// A file as AWS delivers it: of the window that ends at that time.
  void Deliver(const std::string& time) {
    Write(kFlowLog + "_20260921T" + time + "Z_0a1b.log",
          "srcaddr dstaddr action\n10.0.0.1 10.0.0.2 " + time + "\n");
  }

  std::vector<Input> List() {
    return ListInputs({folder_.string()}, {}).ValueOrDie().inputs;
  }
  void IngestAll() {
    const Lake lake = Lake::OpenOrCreate(store_).ValueOrDie();
    IngestProgress progress;
    ASSERT_TRUE(Ingest(lake, List(), {}, progress).ok());
  }
  SourceAudit Audit() {
    const Lake lake = Lake::OpenOrCreate(store_).ValueOrDie();
    SourceAudit audit = AuditSource(lake, List()).ValueOrDie();
    for (auto* names : {&audit.missing, &audit.refused}) {
      for (std::string& name : *names) name = fs::path(name).filename().string();
    }
    return audit;
  }

  fs::path folder_;
  std::shared_ptr<Store> store_ = MakeMemoryStore();
};

TEST_F(AuditTest, WhatWasNotIngestedIsMissing) {
  Write("a.log", "srcaddr dstaddr action\n10.0.0.1 10.0.0.2 ACCEPT\n");
  Write("empty.log", "");
  IngestAll();
  EXPECT_THAT(Audit().missing, IsEmpty());
  Write("b.log", "srcaddr dstaddr action\n10.0.0.9 10.0.0.2 ACCEPT\n");
  Write("copy.log", "srcaddr dstaddr action\n10.0.0.1 10.0.0.2 ACCEPT\n");
  EXPECT_EQ(Audit().inputs, 4);
  EXPECT_THAT(Audit().missing, ElementsAre("b.log"));
}

TEST_F(AuditTest, RefusedInputsAreNotMissing) {
  Write("odd.log", "this is no flow log\n");
  EXPECT_THAT(Audit().missing, ElementsAre("odd.log"));
  IngestAll();
  EXPECT_THAT(Audit().missing, IsEmpty());
  EXPECT_THAT(Audit().refused, ElementsAre("odd.log"));
}

TEST_F(AuditTest, WindowsWithoutAFileAreGaps) {
  for (const char* time : {"0000", "0005", "0010", "0030", "0035"}) Deliver(time);
  const std::vector<DeliveryGap> gaps = Audit().gaps;
  ASSERT_EQ(gaps.size(), 1U);
  const int64_t midnight = *ParseDate("2026-09-21") * int64_t{24 * 60};
  EXPECT_EQ(gaps[0].flow_log, kFlowLog);
  EXPECT_EQ(gaps[0].after_minute, midnight + 10);
  EXPECT_EQ(gaps[0].before_minute, midnight + 30);
}

TEST_F(AuditTest, SeveralFilesOfAWindowAndOtherNamesMakeNoGap) {
  Deliver("0000");
  Write(kFlowLog + "_20260921T0000Z_ffff.log", "x");
  Deliver("0005");
  Write("flow.log", "x");
  EXPECT_THAT(Audit().gaps, IsEmpty());
}

}  // namespace
}  // namespace flowlake
