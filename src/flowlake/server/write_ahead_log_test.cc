#include "flowlake/server/write_ahead_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "flowlake/store/faulty_store.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {

namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

FirehoseDelivery Sample(const std::string& id) {
  FirehoseDelivery delivery;
  delivery.request_id = id;
  delivery.origin.stream = "arn:aws:firehose:us-east-1:1:deliverystream/flows";
  delivery.origin.attributes = {{"log-type", "vpc"}};
  delivery.groups = {{"", "one\ntwo\n"}, {"/vpc/flow", std::string("\x1f\x8b\0\n", 4)}};
  return delivery;
}

TEST(WriteAheadLogTest, WhatWasAppendedIsReadBackAsInputs) {
  WriteAheadLog log(MakeMemoryStore());
  ASSERT_TRUE(log.Append(Sample("id"), 86'400'000 * int64_t{3}).ok());
  const auto all = *log.List();
  ASSERT_THAT(all, SizeIs(1));
  const auto inputs = *log.Read(all[0]);
  ASSERT_THAT(inputs, SizeIs(2));
  EXPECT_EQ(inputs[0].name, "firehose:flows/id#1");
  EXPECT_EQ(*inputs[0].delivery.content, "one\ntwo\n");
  EXPECT_EQ(inputs[0].delivery.id, "firehose:id#1");
  EXPECT_EQ(inputs[0].delivery.arrival, 3);
  EXPECT_EQ(inputs[1].origin.log_group, "/vpc/flow");
  EXPECT_EQ(inputs[1].origin.attributes.at("log-type"), "vpc");
  EXPECT_EQ(*inputs[1].delivery.content, Sample("id").groups[1].bytes);
}

TEST(WriteAheadLogTest, TheSameRequestIsThereOnce) {
  WriteAheadLog log(MakeMemoryStore());
  EXPECT_TRUE(log.Append(Sample("id"), 1)->is_new);
  EXPECT_FALSE(log.Append(Sample("id"), 2)->is_new);
  EXPECT_TRUE(log.Append(Sample("other"), 3)->is_new);
  EXPECT_THAT(*log.List(), SizeIs(2));
}

TEST(WriteAheadLogTest, WhatAnotherProcessHasTakenIsNoError) {
  WriteAheadLog log(MakeMemoryStore());
  const auto appended = *log.Append(Sample("id"), 1);
  ASSERT_TRUE(log.Remove(appended.delivery).ok());
  EXPECT_THAT(*log.Read(appended.delivery), IsEmpty());
  EXPECT_TRUE(log.Remove(appended.delivery).ok());
}

TEST(WriteAheadLogTest, ADiskThatFailsIsAnErrorAndNothingIsThere) {
  auto faulty = std::make_shared<FaultyStore>(MakeMemoryStore());
  WriteAheadLog log(faulty);
  faulty->Inject({.operation = 0});
  EXPECT_FALSE(log.Append(Sample("id"), 1).ok());
  faulty->Heal();
  EXPECT_THAT(*log.List(), IsEmpty());
  EXPECT_TRUE(log.Append(Sample("id"), 1)->is_new);
}

TEST(WriteAheadLogTest, EveryDamageIsSeen) {
  const std::string good = FormatLoggedDelivery(Sample("id"), 7);
  int64_t arrived = 0;
  ASSERT_TRUE(ParseLoggedDelivery(good, &arrived).ok());
  EXPECT_EQ(arrived, 7);
  for (size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(ParseLoggedDelivery(good.substr(0, length), nullptr).ok()) << length;
  }
  EXPECT_FALSE(ParseLoggedDelivery(good + 'x', nullptr).ok());
  for (size_t at = good.find('\n') + 1; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_FALSE(ParseLoggedDelivery(bad, nullptr).ok()) << at;
  }
}

TEST(WriteAheadLogTest, AFolderHasOneOwnerAndNoLeftovers) {
  const std::string folder = testing::TempDir() + "/flowlake-wal-test";
  std::filesystem::remove_all(folder);
  {
    const auto log = *WriteAheadLog::Open(folder);
    ASSERT_TRUE(log->Append(Sample("id"), 1).ok());
    EXPECT_THAT(WriteAheadLog::Open(folder).status().message(),
                HasSubstr("another flowlake has it"));
    std::ofstream(folder + "/deliveries/.tmp-1") << "half";
  }
  const auto log = *WriteAheadLog::Open(folder);
  EXPECT_THAT(*log->List(), SizeIs(1));
  EXPECT_FALSE(std::filesystem::exists(folder + "/deliveries/.tmp-1"));
  std::filesystem::remove_all(folder);
}

}  // namespace

}  // namespace flowlake
