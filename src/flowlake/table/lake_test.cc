#include "flowlake/table/lake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flowlake/store/faulty_store.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LakeTest : public testing::Test {
 protected:
  void Put(const std::string& path) { ASSERT_TRUE(store_->PutIfAbsent(path, "x").ok()); }
  bool Exists(const std::string& path) {
    return store_->Stat(path).ValueOrDie().has_value();
  }

  std::shared_ptr<Store> store_ = MakeMemoryStore();
};

TEST_F(LakeTest, FolderThatIsNoLakeSaysHowOneIsMade) {
  const Status status = Lake::Open(store_).status();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_EQ(
      status.message(),
      "open lake memory:: not a lake; `flowlake ingest <input> --lake memory:` makes "
      "one");
}

TEST_F(LakeTest, EmptyFolderBecomesALake) {
  EXPECT_THAT(Lake::OpenOrCreate(store_).ValueOrDie().TableNames().ValueOrDie(),
              IsEmpty());
  EXPECT_TRUE(Exists("flowlake.toml"));
  EXPECT_TRUE(Lake::Open(store_).ok());
  EXPECT_TRUE(Lake::OpenOrCreate(store_).ok());
}

/// Somebody else makes the lake after we looked whether it is one.
class RivalStore final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;

  Result<std::vector<std::string>> Names(const std::string& folder,
                                         const std::string& after) override {
    ARROW_RETURN_NOT_OK(PutIfAbsent("flowlake.toml", "").status());
    return FaultyStore::Names(folder, after);
  }
};

TEST_F(LakeTest, FolderThatSomebodyElseMakesALakeMeanwhileIsOne) {
  EXPECT_TRUE(Lake::OpenOrCreate(std::make_shared<RivalStore>(store_)).ok());
}

TEST_F(LakeTest, FolderWithOtherThingsIsRefusedAndLeftAlone) {
  Put("thesis.tex");
  EXPECT_THAT(Lake::OpenOrCreate(store_).status().message(),
              HasSubstr("not a lake and not empty"));
  EXPECT_FALSE(Exists("flowlake.toml"));
}

TEST_F(LakeTest, FolderWithATableIsALakeWithoutItsConfiguration) {
  Put("tgw_flow/_delta_log/00000000000000000000.json");
  EXPECT_TRUE(Lake::Open(store_).ok());
  EXPECT_TRUE(Lake::OpenOrCreate(store_).ok());
}

TEST_F(LakeTest, TablesAreTheFoldersWithALog) {
  Lake lake = Lake::OpenOrCreate(store_).ValueOrDie();
  const Schema schema("", {{"srcaddr", ColumnType::kString}});
  ASSERT_TRUE(lake.table("vpc_flow").CreateIfAbsent(schema).ok());
  ASSERT_TRUE(lake.table("rejects").CreateIfAbsent(schema).ok());
  Put("notes/readme.txt");
  Put("half/_delta_log/readme.txt");
  EXPECT_THAT(lake.TableNames().ValueOrDie(), ElementsAre("rejects", "vpc_flow"));
}

TEST_F(LakeTest, FoldersWithOtherNamesAreNoTablesAndNamedWithTheReason) {
  const Lake lake = Lake::OpenOrCreate(store_).ValueOrDie();
  const std::string log = "/_delta_log/00000000000000000000.json";
  const std::string longest(64, 'a');
  const std::vector<std::string> hostile = {"vpc_flow'); COPY (SELECT 1) TO 'x",
                                            "VPC_FLOW",
                                            "a b",
                                            "a\"b",
                                            "a`b",
                                            "a.b",
                                            "a-b",
                                            "\xE2\x80\xAE",
                                            "\xC3\xA9",
                                            "a\nb",
                                            "a\x1b[2J",
                                            longest + "a",
                                            "date=2026-09-21"};
  for (const std::string& name : hostile) Put(name + log);
  for (const std::string& name : {std::string("0_a"), std::string("_"), longest}) {
    Put(name + log);
  }
  Put("empty/readme.txt");
  Put("readme.txt");
  Put("_refused/2026-09-21/x");
  EXPECT_THAT(lake.TableNames().ValueOrDie(), ElementsAre("0_a", "_", longest));
  std::vector<std::string> others;
  for (const NotATable& each : lake.OtherNames().ValueOrDie()) {
    others.push_back(each.name + ": " + each.why);
  }
  std::vector<std::string> expected = {
      "empty: has no Delta log", "readme.txt: is not a folder (links are not followed)"};
  for (const std::string& name : hostile) {
    expected.push_back(name + ": a table's name is 1 to 64 of a-z, 0-9 and _");
  }
  EXPECT_THAT(others, testing::UnorderedElementsAreArray(expected));
}

TEST_F(LakeTest, OnlyTablesCanBeChosen) {
  const Lake lake = Lake::OpenOrCreate(store_).ValueOrDie();
  Put("vpc_flow/_delta_log/00000000000000000000.json");
  Put("x'y/_delta_log/00000000000000000000.json");
  EXPECT_THAT(lake.ChooseTables({}).ValueOrDie(), ElementsAre("vpc_flow"));
  for (const char* name : {"x'y", "", "../vpc_flow", "vpc_flow/", "VPC_FLOW"}) {
    EXPECT_THAT(lake.ChooseTables({name}).status().message(),
                HasSubstr("; it has vpc_flow"));
  }
}

}  // namespace
}  // namespace flowlake
