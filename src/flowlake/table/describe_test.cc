#include "flowlake/table/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowlake {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Describe(const std::string& text) {
  return DescribeLogEntry(text).ValueOrDie();
}

TEST(Describe, EveryActionIsOneLine) {
  EXPECT_EQ(
      Describe(
          R"({"commitInfo":{"timestamp":1790000000123,"operation":"WRITE","engineInfo":"x 1"}})"
          "\n"
          R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})"
          "\n\n"
          R"({"txn":{"appId":"flowlake.inputs/2026-09-21","version":17}})"
          "\n"
          R"({"add":{"path":"a.parquet","size":1230000,"stats":"{\"numRecords\":12345,)"
          R"(\"minValues\":{\"srcaddr\":\"10.0.0.1\"},\"maxValues\":{\"srcaddr\":\"10.0.0.9\"}}"}})"
          "\n"
          R"({"remove":{"path":"b.parquet","size":999,"deletionTimestamp":1790000000000}})"
          "\n"),
      "commit    2026-09-21 14:13:20.123000  WRITE  by x 1  -\n"
      "protocol  reader 1, writer 2\n"
      "txn       flowlake.inputs/2026-09-21 = 17\n"
      "add       a.parquet  1.23 MB  12,345 rows  srcaddr=10.0.0.1..10.0.0.9\n"
      "remove    b.parquet  999 B  at 2026-09-21 14:13:20\n");
}

TEST(Describe, MetadataListsItsColumns) {
  EXPECT_THAT(
      Describe(
          R"({"metaData":{"id":"i","partitionColumns":["date"],"schemaString":"{\"fields\":)"
          R"([{\"name\":\"srcaddr\",\"type\":\"string\"}]}"}})"),
      HasSubstr("id i  partitioned by [\"date\"]  columns srcaddr:string"));
}

TEST(Describe, WhatIsUnknownOrWrongIsShownAsItIs) {
  EXPECT_EQ(Describe(R"({"cdc":{"path":"x"}})"),
            "other     {\"cdc\":{\"path\":\"x\"}}\n");
  EXPECT_EQ(Describe(R"({"remove":{"path":7,"deletionTimestamp":-5}})"),
            "remove    7  -  at -5\n");
  EXPECT_EQ(DescribeLogEntry("{}\n{").status().message(), "line 2: not JSON");
}

TEST(Describe, HostileTextIsEscaped) {
  EXPECT_THAT(Describe(R"({"add":{"path":"a\u001b[2Jb\nc"}})"), Not(HasSubstr("\x1b")));
}

TEST(Describe, LedgerListsItsKeysAndTheirKinds) {
  const Ledger ledger(Ledger::Lists{
      .keys = {{1, 2}}, .markers = {{3, 4}}, .old = {{5, 6}}, .paired = {{7, 8}}});
  EXPECT_EQ(DescribeLedger(ledger),
            "input ledger, 4 keys\n"
            "00000000000000010000000000000002  key\n"
            "00000000000000030000000000000004  marker\n"
            "00000000000000050000000000000006  old\n"
            "00000000000000070000000000000008  old with key\n");
}

}  // namespace
}  // namespace flowlake
