#include "flowlake/table/column_order.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

DataFile FileWith(std::map<std::string, int64_t> sizes) {
  DataFile file;
  file.column_bytes = std::move(sizes);
  return file;
}

std::map<std::string, int64_t> Parsed(const ColumnOrder& order, std::string_view text) {
  DataFile file = FileWith({{"left", 1}, {"over", 2}});  // of the file before
  order.Parse(text, &file);
  return file.column_bytes;
}

TEST(ColumnOrder, SizesComeBackWithoutTheColumnsThatAreNotThere) {
  const ColumnOrder order("srcaddr,bytes,start,end");
  EXPECT_EQ(order.Format(FileWith({})), "");
  const DataFile file = FileWith({{"start", 7}, {"bytes", 4711}});
  const std::string text = order.Format(file);
  EXPECT_EQ(text.substr(8), ":,4711,7");
  EXPECT_EQ(Parsed(order, text), file.column_bytes);
}

TEST(ColumnOrder, GrowsAtItsEndAndStillReadsWhatWasWritten) {
  ColumnOrder order("srcaddr,bytes");
  const DataFile file = FileWith({{"bytes", 4711}});
  const std::string before = order.Format(file);
  order.Extend(FileWith({{"team", 1}, {"bytes", 2}}));
  EXPECT_EQ(order.property(), "srcaddr,bytes,team");
  EXPECT_EQ(order.Format(file), before);
  EXPECT_EQ(Parsed(order, before), file.column_bytes);
}

TEST(ColumnOrder, SizesOfAnotherOrderAreUnknown) {
  const ColumnOrder order("srcaddr,bytes,start");
  const std::string text = order.Format(FileWith({{"bytes", 1}, {"start", 2}}));
  for (const char* other : {"", "srcaddr,bytes", "team,srcaddr,bytes,start",
                            "srcaddr,start,bytes", "src,addr,bytes,start"}) {
    EXPECT_TRUE(Parsed(ColumnOrder(other), text).empty()) << other;
  }
  EXPECT_EQ(Parsed(ColumnOrder("srcaddr,bytes,start,team"), text).size(), 2U);
}

TEST(ColumnOrder, WhatItDidNotWriteIsUnknown) {
  const ColumnOrder order("srcaddr,bytes");
  const std::string check = order.Format(FileWith({{"bytes", 1}})).substr(0, 8);
  for (const std::string& text :
       {std::string(""), std::string("1,2"), std::string(":1,2"), check, check + ":",
        check + ":1,x", check + ":1,2.5", check + ":1,2,3",
        check + ":,99999999999999999999"}) {
    EXPECT_TRUE(Parsed(order, text).empty()) << text;
  }
}

TEST(ColumnOrder, AColumnThatItCannotSayLeavesTheSizesUnknown) {
  ColumnOrder order("srcaddr");
  const DataFile file = FileWith({{"srcaddr", 1}, {"a,b", 2}});
  order.Extend(file);
  EXPECT_EQ(order.property(), "srcaddr");
  EXPECT_EQ(order.Format(file), "");
}

}  // namespace
}  // namespace flowlake
