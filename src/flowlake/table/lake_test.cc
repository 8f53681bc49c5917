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

}  // namespace
}  // namespace flowlake
