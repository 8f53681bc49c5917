#include "flowlake/table/checkpoint.h"

#include <gmock/gmock.h>

#include "flowlake/datafile/content_sum.h"
#include "flowlake/store/faulty_store.h"
#include "flowlake/table/log_cleanup.h"
#include "flowlake/table/table_fixture.h"
#include "flowlake/table/table_property.h"

namespace flowlake {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class CheckpointTest : public TableFixture {
 protected:
  void SetUp() override { Create(); }

  void CommitSome(int first, int last) {
    for (int i = first; i <= last; ++i) {
      Edit edit = EditOf({{i}});
      DataFile& file = edit.add[0].file;
      // A long bound beside a short one.
      file.statistics["srcaddr"] = {0, Value("10.0.0." + std::to_string(i)),
                                    Value(std::string(i % 2 == 0 ? 8 : 40, '9')), true};
      file.statistics["start"] = {0, Value(int64_t{1'790'000'000'123'456}),
                                  Value(int64_t{1'790'000'001'000'000}), true};
      file.column_bytes = {{"srcaddr", 10}, {"start", 100 + i}};
      file.tags = {{kSortedTag, "srcaddr,start"},
                   {kWindowTag, ""},
                   {kContentTag, "1/1/0123456789abcdef0123456789abcdef"},
                   {"OPTIMIZE_TARGET_SIZE", "268435456"}};  // somebody else's
      if (i % 3 == 0) file.date.reset();
      Commit(edit);
    }
  }
  void RemoveOne() {
    Edit edit;
    edit.operation = "DELETE";
    edit.remove = {Load()->files.path(0)};
    ASSERT_GE(Commit(edit).version, 0);
  }

  std::vector<std::string> LogNames() {
    return store_->Names("vpc_flow/_delta_log").ValueOrDie();
  }
  static std::string LogPath(const std::string& name) {
    return "vpc_flow/_delta_log/" + name;
  }
  void DeleteEntriesBelow(int64_t version) {
    for (int64_t i = 0; i < version; ++i) {
      ASSERT_TRUE(store_->Delete(LogEntryPath("vpc_flow", i)).ok());
    }
  }

  /// As the log alone says, without any checkpoint.
  Snapshot FromEntries() {
    for (const std::string& name : LogNames()) {
      if (name.find("checkpoint") != name.npos) {
        EXPECT_TRUE(store_->Delete(LogPath(name)).ok());
      }
    }
    return *Load();
  }
  static void ExpectSame(const Snapshot& a, const Snapshot& b) {
    EXPECT_EQ(a.version, b.version);
    EXPECT_EQ(a.timestamp_ms, b.timestamp_ms);
    EXPECT_EQ(a.table_id, b.table_id);
    EXPECT_EQ(a.schema, b.schema);
    EXPECT_EQ(a.configuration, b.configuration);
    EXPECT_EQ(a.transactions, b.transactions);
    EXPECT_EQ(a.metadata_text, b.metadata_text);
    EXPECT_EQ(std::vector<DataFile>(a.files.begin(), a.files.end()),
              std::vector<DataFile>(b.files.begin(), b.files.end()));
    ASSERT_EQ(a.tombstones.size(), b.tombstones.size());
    for (size_t i = 0; i < a.tombstones.size(); ++i) {
      EXPECT_EQ(a.tombstones[i].path, b.tombstones[i].path);
      EXPECT_EQ(a.tombstones[i].date, b.tombstones[i].date);
      EXPECT_EQ(a.tombstones[i].bytes, b.tombstones[i].bytes);
      EXPECT_EQ(a.tombstones[i].deleted_ms, b.tombstones[i].deleted_ms);
    }
  }
};

TEST_F(CheckpointTest, IsWrittenEveryTenthCommit) {
  CommitSome(1, 9);
  EXPECT_EQ(ReadLastCheckpoint(*store_, "vpc_flow"), std::nullopt);
  CommitSome(10, 19);
  EXPECT_EQ(ReadLastCheckpoint(*store_, "vpc_flow"), 10);
  EXPECT_THAT(LogNames(), Contains("00000000000000000010.checkpoint.parquet"));
}

TEST_F(CheckpointTest, SaysWhatTheEntriesSay) {
  CommitSome(1, 10);
  RemoveOne();
  RemoveOne();
  CommitSome(11, 18);  // version 20
  RemoveOne();
  CommitSome(19, 21);
  const auto with_checkpoints = Load();
  EXPECT_EQ(with_checkpoints->tombstones.size(), 3U);
  ExpectSame(*with_checkpoints, FromEntries());
}

TEST_F(CheckpointTest, SpareReadersTheEntriesBeforeIt) {
  CommitSome(1, 13);
  const auto before = Load();
  DeleteEntriesBelow(10);
  ExpectSame(*Load(), *before);
  EXPECT_EQ(table_.Load(11).ValueOrDie()->files.size(), 11U);
  EXPECT_THAT(table_.Load(9).status().message(), HasSubstr("version 0 is missing"));
  Commit(EditOf({{100}}));
  EXPECT_EQ(Load()->version, 14);
}

TEST_F(CheckpointTest, OfManyGenerationsDoNotDrift) {
  CommitSome(1, 1);
  const DataFile first = Load()->files[0];
  for (int i = 0; i < 5; ++i) {
    CommitSome(100 + 10 * i, 109 + 10 * i);
    ASSERT_TRUE(table_.Checkpoint().ok());
  }
  DeleteEntriesBelow(50);
  const auto now = Load();
  EXPECT_EQ(now->files[*now->files.Find(first.path)], first);
}

TEST_F(CheckpointTest, CarriesAlongWhenEachApplicationWasSet) {
  Commit(EditOf({{1}}));
  const int64_t set_ms = Load()->transaction_ms.at("flowlake.ledger");
  EXPECT_GT(set_ms, 0);
  PutEntry(2, R"({"txn":{"appId":"theirs","version":5}})"
              "\n"
              R"({"txn":{"appId":"told","version":6,"lastUpdated":7000}})");
  EXPECT_EQ(Load()->transaction_ms.at("theirs"), 0);
  ASSERT_TRUE(table_.Checkpoint().ok());
  ASSERT_TRUE(store_->Delete(LogEntryPath("vpc_flow", 1)).ok());
  const auto times = Load()->transaction_ms;
  EXPECT_EQ(times.at("flowlake.ledger"), set_ms);
  EXPECT_EQ(times.at("told"), 7000);
  EXPECT_GE(times.at("theirs"), set_ms);  // nobody said it: it counts as set now
}

TEST_F(CheckpointTest, HeadIsLoadedWithoutFiles) {
  CommitSome(1, 12);
  const auto head = table_.LoadHead().ValueOrDie();
  const auto whole = Load();
  EXPECT_THAT(head->files, IsEmpty());
  EXPECT_EQ(head->version, whole->version);
  EXPECT_EQ(head->transactions, whole->transactions);
  EXPECT_EQ(head->schema, whole->schema);
}

TEST_F(CheckpointTest, DamagedOneIsPassedOverWhereTheLogGoesFurtherBack) {
  CommitSome(1, 22);
  const Snapshot before = *Load();
  for (const int version : {20, 10}) {
    ASSERT_TRUE(Replace(*store_, CheckpointPath("vpc_flow", version), "PAR1 no").ok());
    ExpectSame(*Load(), before);
  }
  DeleteEntriesBelow(5);
  EXPECT_THAT(LoadError(),
              HasSubstr("read checkpoint memory:/" + CheckpointPath("vpc_flow", 20)));
}

TEST_F(CheckpointTest, HintThatLiesIsNoObstacle) {
  CommitSome(1, 12);
  for (const char* hint : {"{\"version\":5}", "{\"version\":4000}", "", "{", "[]",
                           "{\"version\":-1}", "{\"version\":\"x\"}"}) {
    ASSERT_TRUE(Replace(*store_, LogPath("_last_checkpoint"), hint).ok());
    EXPECT_EQ(Load()->files.size(), 12U) << hint;
  }
}

TEST_F(CheckpointTest, InSeveralPartsCountsOnceAllAreThere) {
  CommitSome(1, 12);
  const std::string bytes = ReadAll(*store_, CheckpointPath("vpc_flow", 10)).ValueOrDie();
  ASSERT_TRUE(store_->Delete(CheckpointPath("vpc_flow", 10)).ok());
  DeleteEntriesBelow(10);
  const auto part = [](int number) {
    return LogPath("00000000000000000010.checkpoint.000000000" + std::to_string(number) +
                   ".0000000002.parquet");
  };
  ASSERT_TRUE(Replace(*store_, part(1), bytes).ok());
  EXPECT_THAT(LoadError(), HasSubstr("version 0 is missing"));
  // The second part has nothing that the first has not: any checkpoint will do here.
  ASSERT_TRUE(Replace(*store_, part(2), bytes).ok());
  EXPECT_EQ(Load()->version, 12);
}

TEST_F(CheckpointTest, CleanUpKeepsWhatTheCutoffNeeds) {
  CommitSome(1, 25);
  const Snapshot before = *Load();
  ASSERT_TRUE(Replace(*store_, LogPath("unrelated.txt"), "x").ok());
  EXPECT_EQ(CleanUpLog(*store_, "vpc_flow", 0).ValueOrDie(), 0);
  const int64_t now_ms = NowMicros() / 1000 + 1000;
  EXPECT_EQ(CleanUpLog(*store_, "vpc_flow", now_ms).ValueOrDie(), 21);
  EXPECT_THAT(LogNames(), Not(Contains("00000000000000000019.json")));
  EXPECT_THAT(LogNames(), Contains("00000000000000000020.json"));
  EXPECT_THAT(LogNames(), Contains("unrelated.txt"));
  ExpectSame(*Load(), before);
}

TEST_F(CheckpointTest, CleanUpStoppedAnywhereLeavesAWholeLog) {
  CommitSome(1, 25);
  const Snapshot before = *Load();
  auto faulty = std::make_shared<FaultyStore>(store_);
  const int64_t now_ms = NowMicros() / 1000 + 1000;
  for (int64_t k = 0; k < 30; ++k) {
    faulty->Inject({.operation = k, .forever = true});
    const auto cleaned = CleanUpLog(*faulty, "vpc_flow", now_ms);
    ExpectSame(*Load(), before);
    if (cleaned.ok()) break;
  }
  EXPECT_THAT(LogNames(), Not(Contains("00000000000000000000.json")));
}

TEST_F(CheckpointTest, FailureToWriteOneIsNoFailureOfTheCommit) {
  CommitSome(1, 9);
  auto faulty = std::make_shared<FaultyStore>(store_);
  const Table table(faulty, "vpc_flow");
  const Edit edit = EditOf({{10}});
  faulty->Inject({.operation = 4, .forever = true});  // behind the ledger and the entry
  EXPECT_EQ(table.Commit(edit).ValueOrDie().version, 10);
  EXPECT_TRUE(faulty->fired());
  EXPECT_EQ(Load()->version, 10);
}

TEST(TablePropertyTest, IntervalsAreSumsOfUnits) {
  EXPECT_EQ(ParseInterval("interval 1 week"), 604'800'000);
  EXPECT_EQ(ParseInterval("30 days"), 2'592'000'000);
  EXPECT_EQ(ParseInterval("interval 1 hour 30 minutes 2 seconds"), 5'402'000);
  for (const char* text :
       {"", "interval", "week", "1", "1 month", "-1 days", "1 days x"}) {
    EXPECT_EQ(ParseInterval(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace flowlake
