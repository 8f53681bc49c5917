#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "flowlake/ingest/ingest.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

using testing::HasSubstr;

constexpr int64_t kStart = 1'790'000'000;

std::string Lines(const std::string& account, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += "2 " + account + " eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 " +
            std::to_string(kStart + i) + " " + std::to_string(kStart + i + 60) +
            " ACCEPT OK\n";
  }
  return text;
}

Input Delivered(const std::string& bytes, const std::string& id, Date arrival) {
  return DeliveredInput("firehose:flows/" + id,
                        {std::make_shared<const std::string>(bytes), id, arrival});
}

class DeliveryTest : public testing::Test {
 protected:
  IngestSummary Take(const Input& input, const IngestOptions& options = {}) {
    const Lake lake = Lake::OpenOrCreate(store_).ValueOrDie();
    IngestProgress progress;
    return Ingest(lake, {input}, options, progress).ValueOrDie();
  }
  int64_t Rows() {
    const Lake lake = Lake::Open(store_).ValueOrDie();
    return lake.table("vpc_flow").Load().ValueOrDie()->rows();
  }

  const std::shared_ptr<Store> store_ = MakeMemoryStore();
};

TEST_F(DeliveryTest, TheSameIdIsOneInputTodayAndTomorrowWhateverItsBytes) {
  const std::string lines = Lines("1", 5);
  EXPECT_EQ(Take(Delivered(lines, "a", 20'000)).records, 5);
  EXPECT_EQ(Take(Delivered(lines, "a", 20'000)).files_skipped, 1);
  EXPECT_EQ(Take(Delivered(lines + Lines("2", 1), "a", 20'001)).files_skipped, 1);
  EXPECT_EQ(Take(Delivered(lines, "b", 20'001)).records, 5);
  EXPECT_EQ(Rows(), 10);
}

TEST_F(DeliveryTest, WithoutAnIdTheContentIsTheInput) {
  EXPECT_EQ(Take(Delivered(Lines("1", 5), "", 20'000)).records, 5);
  EXPECT_EQ(Take(Delivered(Lines("1", 5), "", 20'001)).files_skipped, 1);
  EXPECT_EQ(Take(Delivered(Lines("2", 5), "", 20'001)).records, 5);
}

TEST_F(DeliveryTest, WhatIsRefusedIsKept) {
  const IngestSummary summary = Take(Delivered("what is this\n", "a", 20'000));
  ASSERT_EQ(summary.problems.size(), 1U);
  EXPECT_TRUE(summary.problems[0].is_refused);
  EXPECT_THAT(summary.problems[0].message, HasSubstr("kept as _refused/2024-10-04/"));
  const auto kept = store_->List("_refused").ValueOrDie();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(ReadAll(*store_, kept[0].path).ValueOrDie(), "what is this\n");
  EXPECT_EQ(Take(Delivered("what is this\n", "a", 20'000)).refused_before, 1);
}

}  // namespace
}  // namespace flowlake
