#include "flowlake/server/flusher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "flowlake/base/date.h"
#include "flowlake/server/endpoint.h"
#include "flowlake/store/faulty_store.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {

namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FlusherTest : public testing::Test {
 protected:
  FlusherTest()
      : lake_store_(std::make_shared<FaultyStore>(MakeMemoryStore())),
        log_(MakeMemoryStore()),
        writer_(*Lake::OpenOrCreate(lake_store_), int64_t{256} << 20, metrics_) {}

  void Start(const FlushOptions& options) {
    flusher_ = std::make_unique<Flusher>(log_, writer_, options, metrics_);
    ASSERT_TRUE(flusher_->Start().ok());
  }

  LoggedDelivery Append(const std::string& id, int64_t arrived_ms) {
    FirehoseDelivery delivery;
    delivery.request_id = id;
    delivery.groups = {{"", "2 1 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1789948800 " +
                                std::to_string(1789948860 + metrics_.records) +
                                " ACCEPT OK\n"}};
    return log_.Append(delivery, arrived_ms)->delivery;
  }
  void DeliverTrail(const std::string& id) {
    FirehoseDelivery delivery;
    delivery.request_id = id;
    delivery.groups = {
        {"", R"({"Records":[{"eventVersion":"1.08","eventTime":"2026-10-02T01:00:00Z",)"
             R"("eventSource":"sts.amazonaws.com","eventName":"AssumeRole",)"
             R"("awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7",)"
             R"("eventID":"00000000-0000-4000-8000-000000000001"}]})"}};
    flusher_->Add(log_.Append(delivery, NowMicros() / 1000)->delivery);
  }
  void Deliver(const std::string& id) { flusher_->Add(Append(id, NowMicros() / 1000)); }

  int64_t RowsInTheLake() const {
    return (*writer_.lake().table("vpc_flow").Load())->rows();
  }

  static bool Until(const std::function<bool()>& condition) {
    for (int i = 0; i < 1000 && !condition(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return condition();
  }

  std::shared_ptr<FaultyStore> lake_store_;
  Metrics metrics_;
  WriteAheadLog log_;
  LakeWriter writer_;
  std::unique_ptr<Flusher> flusher_;
};

TEST_F(FlusherTest, ADeliveryWaitsForItsAgeOrForEnoughBytes) {
  const LoggedDelivery first = Append("1", NowMicros() / 1000);
  Start({.bytes = first.bytes + 1, .max_delay_ms = 3'600'000});
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_EQ(metrics_.wal_deliveries, 1);
  Deliver("2");
  EXPECT_TRUE(Until([&] { return metrics_.wal_deliveries == 0; }));
  EXPECT_EQ(metrics_.records, 2);
  EXPECT_THAT(*log_.List(), IsEmpty());
}

TEST_F(FlusherTest, ALakeThatFailsKeepsTheDeliveryUntilItWorks) {
  lake_store_->Inject({.operation = 0, .forever = true});
  Start({.max_delay_ms = 1});
  Deliver("1");
  EXPECT_TRUE(Until([&] { return metrics_.failures > 0; }));
  EXPECT_THAT(*log_.List(), SizeIs(1));
  EXPECT_EQ(metrics_.records, 0);
  lake_store_->Heal();
  EXPECT_TRUE(Until([&] { return metrics_.wal_deliveries == 0; }));
  EXPECT_EQ(metrics_.records, 1);
}

TEST_F(FlusherTest, ATableThatFailsHoldsUpItsOwnDeliveriesOnly) {
  const std::string entry = "vpc_flow/_delta_log/00000000000000000000.json";
  ASSERT_TRUE(lake_store_->PutIfAbsent(entry, "{broken").ok());
  Start({.max_delay_ms = 1});
  Deliver("1");
  ASSERT_TRUE(Until([&] { return metrics_.wal_aside_bytes > 0; }));
  DeliverTrail("2");
  EXPECT_TRUE(Until([&] { return metrics_.records == 1; }));
  EXPECT_TRUE(Until([&] { return metrics_.wal_deliveries == 1; }));
  EXPECT_EQ(flusher_->pending_bytes(), 0);
  EXPECT_GT(metrics_.stuck_since_ms, 0);
  EXPECT_THAT(RenderMetrics(metrics_, NowMicros() / 1000),
              HasSubstr("flowlake_failed_steps_total{table=\"vpc_flow\",step=\"open\"}"));
  ASSERT_TRUE(lake_store_->Delete(entry).ok());
  EXPECT_TRUE(Until([&] { return metrics_.records == 2; }));
  EXPECT_TRUE(Until([&] { return metrics_.wal_deliveries == 0; }));
  EXPECT_TRUE(Until([&] { return metrics_.stuck_since_ms == 0; }));
  EXPECT_THAT(*log_.List(), IsEmpty());
}

TEST_F(FlusherTest, WhatIsSetAsideBeyondItsLimitCountsAsTheLog) {
  ASSERT_TRUE(
      lake_store_->PutIfAbsent("vpc_flow/_delta_log/00000000000000000000.json", "{broken")
          .ok());
  Start({.max_delay_ms = 1, .aside_bytes = 100});
  Deliver("1");
  EXPECT_TRUE(Until([&] { return metrics_.wal_aside_bytes > 0; }));
  EXPECT_TRUE(
      Until([&] { return flusher_->pending_bytes() == metrics_.wal_aside_bytes - 100; }));
}

TEST(SetAside, IsTriedByTableAndEachTimeLater) {
  SetAside aside(10);
  aside.Add({"a", 20, 1}, "x", 1000);
  aside.Add({"b", 20, 2}, "x", 1000);
  aside.Add({"c", 5, 3}, "y", 1500);
  EXPECT_EQ(aside.bytes(), 45);
  EXPECT_EQ(aside.excess_bytes(), 30);
  EXPECT_THAT(aside.Due(1999, 100), IsEmpty());
  EXPECT_THAT(aside.Due(2000, 100), SizeIs(2));
  EXPECT_THAT(aside.Due(2000, 1), SizeIs(1));
  aside.Add({"a", 20, 1}, "x", 2000);
  aside.Add({"b", 20, 2}, "x", 2000);
  EXPECT_THAT(aside.Due(2499, 100), IsEmpty());
  EXPECT_THAT(aside.Due(2500, 100), SizeIs(1));  // y's
  EXPECT_THAT(aside.Due(4000, 100), SizeIs(2));
  EXPECT_EQ(aside.since_ms(), 1000);
  EXPECT_EQ(aside.oldest_arrival_ms(), 1);
  for (const char* path : {"a", "b", "c"}) aside.Remove(path);
  aside.ForgetHealed();
  EXPECT_EQ(aside.since_ms(), 0);
  EXPECT_EQ(aside.count(), 0);
}

TEST(Readiness, EndsWhenDeliveriesHaveNotComeIntoTheLakeForMinutes) {
  Metrics metrics;
  AccessKeys keys;
  Endpoint endpoint({.stuck_ms = 60'000}, keys, keys, nullptr, nullptr, metrics);
  HttpHead ready;
  ready.method = "GET";
  ready.path = "/readyz";
  const auto status = [&] { return endpoint.Admit(ready)->status; };
  EXPECT_EQ(status(), 200);
  metrics.stuck_since_ms = NowMicros() / 1000 - 59'000;
  EXPECT_EQ(status(), 200);
  metrics.stuck_since_ms = NowMicros() / 1000 - 60'000;
  EXPECT_EQ(status(), 503);
  EXPECT_THAT(endpoint.Admit(ready)->body, HasSubstr("failed to come into the lake"));
}

TEST_F(FlusherTest, ACommitWhoseAnswerIsLostIsNotCountedTwice) {
  for (int operation = 0; operation < 12; ++operation) {
    lake_store_->Inject({.operation = operation, .kind = FaultKind::kAnswerLost});
    Start({.max_delay_ms = 1});
    Deliver(std::to_string(operation));
    ASSERT_TRUE(Until([&] { return metrics_.wal_deliveries == 0; })) << operation;
    flusher_.reset();
    lake_store_->Heal();
  }
  EXPECT_EQ(RowsInTheLake(), 12);
}

TEST_F(FlusherTest, WhatAnEarlierProcessLeftIsFlushedToo) {
  Append("1", NowMicros() / 1000);
  Start({.max_delay_ms = 1});
  EXPECT_TRUE(Until([&] { return metrics_.records == 1; }));
}

TEST_F(FlusherTest, WhatAnotherProcessLostIsAdoptedAfterAWhile) {
  Start({.max_delay_ms = 200});
  Append("1", NowMicros() / 1000);  // by somebody who dies before flushing it
  EXPECT_TRUE(Until([&] { return metrics_.records == 1; }));
  // It is removed after its commit.
  EXPECT_TRUE(Until([&] { return log_.List()->empty(); }));
}

TEST_F(FlusherTest, StoppingFlushesWhatIsThere) {
  Start({.max_delay_ms = 3'600'000, .step_bytes = 300});
  for (int i = 0; i < 5; ++i) Deliver(std::to_string(i));
  flusher_->Stop(/*flush=*/true);
  EXPECT_EQ(metrics_.records, 5);
  EXPECT_THAT(*log_.List(), IsEmpty());
}

}  // namespace

}  // namespace flowlake
