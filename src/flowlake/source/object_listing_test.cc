#include "flowlake/source/object_listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "flowlake/base/date.h"
#include "flowlake/store/faulty_store.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A bucket that remembers which of its folders were listed.
class WatchedBucket final : public Store {
 public:
  std::string uri() const override { return inner_->uri(); }
  Result<std::vector<ObjectInfo>> List(const std::string& folder) override {
    listed.push_back(folder + "/**");
    return inner_->List(folder);
  }
  Result<std::vector<std::string>> Names(const std::string& folder,
                                         const std::string& after) override {
    listed.push_back(folder + "/*");
    return inner_->Names(folder, after);
  }
  Result<std::optional<ObjectInfo>> Stat(const std::string& path) override {
    return inner_->Stat(path);
  }
  Result<std::shared_ptr<arrow::io::RandomAccessFile>> Open(
      const std::string& path, const std::string& etag) override {
    return inner_->Open(path, etag);
  }
  Result<std::shared_ptr<arrow::io::OutputStream>> Create(
      const std::string& path) override {
    return inner_->Create(path);
  }
  Result<PutOutcome> PutIfAbsent(const std::string& path,
                                 std::string_view bytes) override {
    return inner_->PutIfAbsent(path, bytes);
  }
  Status Delete(const std::string& path) override { return inner_->Delete(path); }

  std::vector<std::string> listed;

 private:
  std::shared_ptr<Store> inner_ = MakeMemoryStore();
};

class ListObjectsTest : public testing::Test {
 protected:
  void Put(const std::string& key) { ASSERT_TRUE(bucket_->PutIfAbsent(key, "x").ok()); }

  Result<Listing> Find(const std::vector<std::string>& arguments,
                       const Selection& selection = {}) {
    return ListInputs(arguments, selection, [&](const std::string& uri) {
      EXPECT_EQ(uri, "s3://logs");
      return bucket_;
    });
  }
  std::vector<std::string> List(const std::vector<std::string>& arguments,
                                const Selection& selection = {}) {
    const auto inputs = Find(arguments, selection);
    if (!inputs.ok()) return {inputs.status().message()};
    std::vector<std::string> names;
    for (const Input& input : inputs->inputs) names.push_back(input.name);
    return names;
  }

  std::shared_ptr<WatchedBucket> bucket_ = std::make_shared<WatchedBucket>();
};

/// A bucket with keys that have empty names, as OpenLogStore() shows them.
class AnyNamesBucket final : public FaultyStore {
 public:
  explicit AnyNamesBucket(std::set<std::string> keys)
      : FaultyStore(MakeMemoryStore()), keys_(std::move(keys)) {}

  Result<std::vector<ObjectInfo>> List(const std::string& folder) override {
    std::vector<ObjectInfo> objects;
    for (const std::string& key : keys_) {
      if (key.starts_with(PrefixOf(folder))) objects.push_back({key, 1, 0, "etag"});
    }
    return objects;
  }
  Result<std::vector<std::string>> Names(const std::string& folder,
                                         const std::string&) override {
    EXPECT_LT(++calls_, 100) << "the listing goes round in circles";
    std::set<std::string> names;
    for (const std::string& key : keys_) {
      if (calls_ > 100 || !key.starts_with(PrefixOf(folder))) continue;
      const std::string below = key.substr(PrefixOf(folder).size());
      names.insert(below.substr(0, below.find('/') + (below.find('/') != below.npos)));
    }
    return std::vector<std::string>(names.begin(), names.end());
  }
  Result<std::optional<ObjectInfo>> Stat(const std::string& path) override {
    if (!keys_.contains(path)) return std::nullopt;
    return ObjectInfo{path, 1, 0, "etag"};
  }

 private:
  static std::string PrefixOf(const std::string& folder) {
    return folder.empty() || folder.ends_with('/') ? folder : folder + '/';
  }

  const std::set<std::string> keys_;
  int calls_ = 0;
};

const std::string kPlain = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/09/";

TEST_F(ListObjectsTest, PrefixGivesItsObjectsWithoutHiddenAndBookkeeping) {
  Put("in/b.log");
  Put("in/a/c.log");
  Put("in/_temporary/0.json");
  Put("in-2/d.log");
  EXPECT_THAT(List({"s3://logs/in"}),
              ElementsAre("s3://logs/in/a/c.log", "s3://logs/in/b.log"));
  EXPECT_EQ(List({"s3://logs/in/"}), List({"s3://logs/in"}));
  EXPECT_THAT(List({"s3://logs"}), Contains("s3://logs/in-2/d.log"));
}

TEST(ListObjects, KeysWithEmptyNamesAreInputs) {
  const std::string day = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/09/21/";
  const auto list = [&](const std::string& argument, bool is_narrow) {
    Selection selection;
    if (is_narrow) selection.from = ParseDate("2026-09-20");
    const auto listing = ListInputs({argument}, selection, [&](const std::string&) {
      return std::make_shared<AnyNamesBucket>(std::set<std::string>{
          "/" + day + "a.log", "flow//" + day + "b.log", "flow/" + day + "c.log",
          "//x/" + day + "d.log", "flow//marker/"});
    });
    std::vector<std::string> names;
    for (const Input& input : listing.ValueOrDie().inputs) names.push_back(input.name);
    return names;
  };
  for (const bool is_narrow : {false, true}) {
    EXPECT_THAT(
        list("s3://logs", is_narrow),
        ElementsAre("s3://logs///x/" + day + "d.log", "s3://logs//" + day + "a.log",
                    "s3://logs/flow//" + day + "b.log",
                    "s3://logs/flow/" + day + "c.log"));
    EXPECT_EQ(list("s3://logs/flow", is_narrow).size(), 2u);
    EXPECT_THAT(list("s3://logs/flow//", is_narrow),
                ElementsAre("s3://logs/flow//" + day + "b.log"));
    EXPECT_EQ(list("s3://logs//", is_narrow).size(), 2u);
    EXPECT_THAT(list("s3://logs//" + day + "a.log", is_narrow),
                ElementsAre("s3://logs//" + day + "a.log"));
    EXPECT_THAT(list("s3://logs//AWSLogs/**", is_narrow),
                ElementsAre("s3://logs//" + day + "a.log"));
  }
}

TEST_F(ListObjectsTest, NamesThatAreNoLogsAreTold) {
  const std::string account = "AWSLogs/123456789012/";
  Put(kPlain + "21/a.log");
  Put(account + "CloudTrail-Digest/us-east-1/2026/09/21/1.json.gz");
  Put(account + "CloudTrail-Digest/us-east-1/2026/09/21/2.json.gz");
  Put(account + "ELBAccessLogTestFile");
  Selection since;
  since.from = ParseDate("2026-09-20");
  for (const Selection& selection : {Selection(), since}) {
    const Listing listing = Find({"s3://logs"}, selection).ValueOrDie();
    EXPECT_THAT(listing.no_logs,
                ElementsAre("s3://logs/" + account + "CloudTrail-Digest",
                            "s3://logs/" + account + "ELBAccessLogTestFile"));
    EXPECT_EQ(listing.inputs.size(), 1u);
  }
}

TEST_F(ListObjectsTest, InputIsTheObjectWithTheContentThatWasListed) {
  Put(kPlain + "21/a.log");
  const std::vector<Input> inputs = Find({"s3://logs"}).ValueOrDie().inputs;
  ASSERT_EQ(inputs.size(), 1U);
  EXPECT_EQ(inputs[0].bytes, 1);
  EXPECT_EQ(inputs[0].date, ParseDate("2026-09-21"));
  EXPECT_EQ(inputs[0].account, "123456789012");
  EXPECT_EQ(inputs[0].object.path, kPlain + "21/a.log");
  EXPECT_EQ(inputs[0].object.etag, bucket_->Stat(kPlain + "21/a.log").ValueOrDie()->etag);
}

TEST_F(ListObjectsTest, KeysMayHaveAnyCharacters) {
  const std::string key = "in/a b+c=d%20é[1].log";
  Put(key);
  EXPECT_THAT(List({"s3://logs/in"}), ElementsAre("s3://logs/" + key));
  EXPECT_THAT(List({"s3://logs/" + key}), ElementsAre("s3://logs/" + key));
}

TEST_F(ListObjectsTest, LakesAndTablesBelowTheLogsAreNoInputs) {
  Put("in/a.log");
  Put("in/lake/flowlake.toml");
  Put("in/lake/vpc_flow/date=2026-09-21/part-1.parquet");
  Put("in/table/_delta_log/00000000000000000000.json");
  Put("in/table/part-1.parquet");
  EXPECT_THAT(List({"s3://logs/in"}), ElementsAre("s3://logs/in/a.log"));
  EXPECT_THAT(List({"s3://logs/in/lake"}), ElementsAre(HasSubstr("is a lake")));
  EXPECT_THAT(List({"s3://logs/in/table"}), ElementsAre(HasSubstr("is a lake")));
  Selection selection;
  selection.from = ParseDate("2026-09-21");
  EXPECT_THAT(List({"s3://logs/in"}, selection), ElementsAre("s3://logs/in/a.log"));
  EXPECT_THAT(List({"s3://logs/in/lake"}, selection),
              ElementsAre(HasSubstr("is a lake")));
}

TEST_F(ListObjectsTest, OnlyMatchingPrefixesOfThePlainLayoutAreListed) {
  Put(kPlain + "20/a.log");
  Put(kPlain + "21/b.log");
  Put(kPlain + "22/00/c.log");
  Put("AWSLogs/210987654321/vpcflowlogs/us-east-1/2026/09/21/d.log");
  Selection selection;
  selection.from = ParseDate("2026-09-21");
  selection.to = ParseDate("2026-09-22");
  selection.accounts = {"123456789012"};
  EXPECT_THAT(List({"s3://logs/AWSLogs"}, selection),
              ElementsAre("s3://logs/" + kPlain + "21/b.log",
                          "s3://logs/" + kPlain + "22/00/c.log"));
  EXPECT_THAT(
      bucket_->listed,
      AllOf(Contains(kPlain + "21/**"), Not(Contains(kPlain + "20/**")),
            Not(Contains(HasSubstr("210987654321"))), Not(Contains("AWSLogs/**"))));
}

TEST_F(ListObjectsTest, OnlyMatchingPrefixesOfTheHiveLayoutAreListed) {
  const std::string base =
      "AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/";
  Put(base + "year=2025/month=12/day=31/a.log");
  Put(base + "year=2026/month=01/day=01/hour=03/b.log");
  Selection selection;
  selection.from = ParseDate("2026-01-01");
  EXPECT_THAT(
      List({"s3://logs/AWSLogs"}, selection),
      ElementsAre("s3://logs/" + base + "year=2026/month=01/day=01/hour=03/b.log"));
  EXPECT_THAT(bucket_->listed, Not(Contains(HasSubstr("year=2025/"))));
}

TEST_F(ListObjectsTest, SelectionHoldsForKeysOutsideAnyLayout) {
  const std::string name = "123456789012_vpcflowlogs_us-east-1_fl-1_20260921T0930Z_a.log";
  Put("flat/" + name);
  Put("flat/123456789012_vpcflowlogs_us-east-1_fl-1_20260920T0930Z_a.log");
  Put("flat/deep/" + name);
  Selection selection;
  selection.from = ParseDate("2026-09-21");
  EXPECT_THAT(List({"s3://logs/flat"}, selection),
              ElementsAre("s3://logs/flat/" + name, "s3://logs/flat/deep/" + name));
}

TEST_F(ListObjectsTest, PatternsMatchNamesAndAnyDepth) {
  Put("x/1.log");
  Put("x/2.txt");
  Put("y/z/3.log");
  EXPECT_THAT(List({"s3://logs/*/*.log"}), ElementsAre("s3://logs/x/1.log"));
  EXPECT_THAT(List({"s3://logs/**/*.log"}),
              ElementsAre("s3://logs/x/1.log", "s3://logs/y/z/3.log"));
  EXPECT_THAT(List({"s3://logs/x/[12].*"}),
              ElementsAre("s3://logs/x/1.log", "s3://logs/x/2.txt"));
  EXPECT_THAT(List({"s3://logs/*/z"}), ElementsAre("s3://logs/y/z/3.log"));
}

TEST_F(ListObjectsTest, PatternsListOnlyWhatMayMatch) {
  Put("a/2026/x.log");
  Put("a/2025/x.log");
  Put("b/2026/x.log");
  EXPECT_THAT(List({"s3://logs/a/*6/*.log"}), ElementsAre("s3://logs/a/2026/x.log"));
  EXPECT_THAT(bucket_->listed, AllOf(Contains("a/*"), Contains("a/2026/**"),
                                     Not(Contains("a/2025/**")), Not(Contains("/*"))));
}

TEST_F(ListObjectsTest, WhatIsNotThereIsNamed) {
  Put("in/a.log");
  EXPECT_THAT(List({"s3://logs/out"}), ElementsAre(HasSubstr("s3://logs/out")));
  EXPECT_THAT(List({"s3://logs/in/*.gz"}), ElementsAre(HasSubstr("s3://logs/in/*.gz")));
  EXPECT_THAT(List({"s3:///in"}), ElementsAre(HasSubstr("no bucket")));
}

TEST_F(ListObjectsTest, PrefixWithoutAnInputOfTheSelectionIsNoError) {
  Put(kPlain + "20/a.log");
  Selection selection;
  selection.from = ParseDate("2027-01-01");
  EXPECT_THAT(List({"s3://logs/AWSLogs"}, selection), IsEmpty());
  EXPECT_THAT(List({"s3://logs/" + kPlain + "20/a.log"}, selection), IsEmpty());
}

TEST_F(ListObjectsTest, EachObjectComesOnceHoweverOftenItIsNamed) {
  Put("in/a.log");
  EXPECT_THAT(List({"s3://logs/in/a.log", "s3://logs/in", "s3://logs/*/a.log"}),
              ElementsAre("s3://logs/in/a.log"));
}

}  // namespace
}  // namespace flowlake
