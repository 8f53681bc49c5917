// expire, vacuum and maintain on a lake of a few days.
#include <gmock/gmock.h>

#include "flowlake/base/waiting.h"
#include "flowlake/compact/compact_fixture.h"
#include "flowlake/compact/maintain.h"
#include "flowlake/store/faulty_store.h"
#include "flowlake/table/staged_edits.h"

namespace flowlake {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int64_t kDayMs = 86'400'000;

class UpkeepTest : public CompactFixture {
 protected:
  int64_t NowMs() const { return NowMicros() / 1000; }
  /// So much later that everything of today is old.
  VacuumOptions Later() const { return {NowMs() + 8 * kDayMs, 0}; }

  VacuumPlan VacuumAll() {
    const VacuumPlan plan = PlanVacuum(table_, Later()).ValueOrDie();
    EXPECT_TRUE(Vacuum(table_, plan).ok());
    return plan;
  }

  RandomRows random_{1};
};

TEST_F(UpkeepTest, VacuumDeletesWhatNoVersionNeedsAndNothingElse) {
  Append(random_.Make(100));
  Append(random_.Make(100));
  const DataFile orphan = Write(random_.Make(10));
  ASSERT_TRUE(Replace(*store_, "vpc_flow/date=2026-09-21/notes.txt", "mine").ok());
  const auto rows = Rows();
  Run();
  const VacuumPlan plan = VacuumAll();
  EXPECT_EQ(plan.data_files, 3);
  EXPECT_THAT(plan.paths, Contains("vpc_flow/" + orphan.path));
  EXPECT_EQ(Rows(), rows);
  EXPECT_TRUE(store_->Stat("vpc_flow/date=2026-09-21/notes.txt").ValueOrDie());
  EXPECT_THAT(VacuumAll().paths, IsEmpty());
}

TEST_F(UpkeepTest, VacuumLeavesWhatIsYoung) {
  Append(random_.Make(100));
  Run();
  Write(random_.Make(10));
  EXPECT_THAT(PlanVacuum(table_, {NowMs(), 0}).ValueOrDie().paths, IsEmpty());
  EXPECT_THAT(PlanVacuum(table_, {NowMs() + 6 * kDayMs, 0}).ValueOrDie().paths,
              IsEmpty());
}

TEST_F(UpkeepTest, VacuumLeavesWhatIsStaged) {
  Edit edit;
  edit.operation = "WRITE";
  edit.add = {{Write(random_.Make(10)), {}}};
  ASSERT_TRUE(StageEdit(table_, edit).ok());
  EXPECT_THAT(VacuumAll().paths, IsEmpty());
}

TEST_F(UpkeepTest, VacuumKnowsOldLedgers) {
  for (int i = 0; i < 3; ++i) {
    Edit edit;
    edit.operation = "WRITE";
    edit.inputs = {{HashOf(std::to_string(i)), "2026-09-21", {}}};
    ASSERT_TRUE(table_.Commit(edit).ok());
  }
  const VacuumPlan plan = VacuumAll();
  EXPECT_EQ(plan.data_files, 0);
  EXPECT_THAT(plan.paths,
              SizeIs(6));  // a root, a manifest and a part of each but the last
  const auto ledger = table_.ReadLedger(Load(), "2026-09-21").ValueOrDie();
  EXPECT_THAT(ledger.keys(), SizeIs(3));
}

TEST_F(UpkeepTest, VacuumKnowsWhatStandsBesideTheLedgersOfOldPrograms) {
  table_ = Table(store_, "vpc_flow_of_old_programs");
  ASSERT_TRUE(table_.CreateIfAbsent(FlowSchema(), Identity::kBoth).ok());
  for (int i = 0; i < 3; ++i) {
    Edit edit;
    edit.operation = "WRITE";
    edit.inputs = {{HashOf(std::to_string(i)), "2026-09-21", {}}};
    edit.inputs[0].old_key = OldHashOf(std::to_string(i));
    ASSERT_TRUE(table_.Commit(edit).ok());
  }
  EXPECT_THAT(VacuumAll().paths, SizeIs(4));
  const auto ledger = table_.ReadLedger(Load(), "2026-09-21").ValueOrDie();
  EXPECT_THAT(ledger.keys(), SizeIs(3));
  EXPECT_THAT(ledger.lists().paired, SizeIs(3));
}

TEST_F(UpkeepTest, VacuumKeepsALedgerUntilItWasSupersededLongAgo) {
  for (const bool has_root : {true, false}) {
    table_ = Table(store_, has_root ? "of_one_root" : "of_generations");
    const TableProperties properties =
        has_root ? LedgerRootProperties() : IdentityProperties(Identity::kBlake3);
    ASSERT_TRUE(table_.CreateIfAbsent(FlowSchema(), properties).ok());
    for (const char* name : {"a", "b"}) {
      Edit edit;
      edit.operation = "WRITE";
      edit.inputs = {{HashOf(name), "2026-09-21", {}}};
      ASSERT_TRUE(table_.Commit(edit).ok());
    }
    // As if the second commit had come ten days after the first.
    const std::string path = table_.folder() + "/_delta_log/00000000000000000002.json";
    std::string entry = ReadAll(*store_, path).ValueOrDie();
    const std::string begin = R"("timestamp":)";
    const size_t at = entry.find(begin) + begin.size();
    entry.replace(at, entry.find_first_not_of("0123456789", at) - at,
                  std::to_string(NowMs() + 10 * kDayMs));
    ASSERT_TRUE(Replace(*store_, path, entry).ok());
    const auto before = table_.Load(1).ValueOrDie();
    for (const int64_t day : {8, 16}) {
      const auto plan = PlanVacuum(table_, {NowMs() + day * kDayMs, 0}).ValueOrDie();
      EXPECT_THAT(plan.paths, IsEmpty()) << day;
    }
    EXPECT_TRUE(table_.ReadLedger(*before, "2026-09-21").ok());
    const auto plan = PlanVacuum(table_, {NowMs() + 18 * kDayMs, 0}).ValueOrDie();
    EXPECT_THAT(plan.paths, SizeIs(has_root ? 3 : 1));
    ASSERT_TRUE(Vacuum(table_, plan).ok());
    EXPECT_FALSE(table_.ReadLedger(*before, "2026-09-21").ok());
    EXPECT_EQ(table_.ReadLedger(Load(), "2026-09-21")->keys().size(), 2U);
  }
}

/// Says what is unfinished as it is told.
class UnfinishedStore final : public FaultyStore {
 public:
  UnfinishedStore(std::shared_ptr<Store> inner,
                  Result<std::vector<UnfinishedObject>> unfinished)
      : FaultyStore(std::move(inner)), unfinished_(std::move(unfinished)) {}
  Result<std::vector<UnfinishedObject>> ListUnfinished(const std::string&) override {
    return unfinished_;
  }

 private:
  const Result<std::vector<UnfinishedObject>> unfinished_;
};

TEST_F(UpkeepTest, VacuumTakesOldUnfinishedUploadsOfItsOwnFolders) {
  const int64_t now = NowMs();
  const std::vector<UnfinishedObject> unfinished = {
      {"vpc_flow/date=2026-09-21/part-1.parquet", "u1", 7, now},
      {"vpc_flow/_delta_log/00000000000000000010.checkpoint.parquet", "u2", 0, now},
      {"vpc_flow/_flowlake/inputs/2026-09-21/3.keys", "u3", 0, now},
      {"vpc_flow/date=2026-09-21/part-2.parquet", "young", 0, now + 3 * kDayMs},
      {"vpc_flow/somebodys/upload", "theirs", 0, now}};
  const Table table(std::make_shared<UnfinishedStore>(store_, unfinished), "vpc_flow");
  const VacuumPlan plan = PlanVacuum(table, Later()).ValueOrDie();
  std::vector<std::string> uploads;
  for (const UnfinishedObject& object : plan.unfinished) uploads.push_back(object.upload);
  EXPECT_THAT(uploads, ElementsAre("u1", "u2", "u3"));
  EXPECT_EQ(plan.bytes, 7);
  EXPECT_EQ(plan.unfinished_problem, "");
}

TEST_F(UpkeepTest, VacuumGoesOnWhereNobodySaysWhatIsUnfinished) {
  const DataFile orphan = Write(random_.Make(10));
  const Table table(std::make_shared<UnfinishedStore>(
                        store_, Status::IOError("not allowed; it needs a permission")),
                    "vpc_flow");
  const VacuumPlan plan = PlanVacuum(table, Later()).ValueOrDie();
  EXPECT_THAT(plan.paths, Contains("vpc_flow/" + orphan.path));
  EXPECT_THAT(plan.unfinished, IsEmpty());
  EXPECT_EQ(plan.unfinished_problem, "not allowed; it needs a permission");
  EXPECT_TRUE(Vacuum(table, plan).ok());
  EXPECT_FALSE(store_->Stat("vpc_flow/" + orphan.path).ValueOrDie());
}

TEST_F(UpkeepTest, VacuumRefusesAnUnsafeRetention) {
  EXPECT_THAT(PlanVacuum(table_, {NowMs(), 3'600'000}).status().message(),
              HasSubstr("must be a day at least"));
  EXPECT_THAT(PlanVacuum(table_, {NowMs(), 30 * kDayMs}).status().message(),
              HasSubstr("remembers its removed files for 168 hours"));
}

TEST_F(UpkeepTest, ExpireRemovesOldDaysAndRemembersTheHorizon) {
  Append(random_.Make(100), Date{kDay});
  Append(random_.Make(100), Date{kDay + 1});
  Append(random_.Make(100), std::nullopt);
  const Date before = kDay + 1;
  EXPECT_EQ(PlanExpire(table_, before).ValueOrDie().rows, 100);
  EXPECT_EQ(Load().rows(), 300);
  const ExpirePlan done = Expire(table_, before).ValueOrDie();
  EXPECT_EQ(done.days, 1);
  EXPECT_EQ(done.oldest, Date{kDay});
  EXPECT_EQ(Load().rows(), 200);
  EXPECT_EQ(ExpiredHorizon(Load()), before);
  const int64_t version = Load().version;
  EXPECT_EQ(Expire(table_, before).ValueOrDie().files, 0);
  EXPECT_EQ(Load().version, version);
}

TEST_F(UpkeepTest, MaintainDoesAllAndDeletesOnlyIfTold) {
  Append(random_.Make(5000), Date{kDay});
  Append(random_.Make(5000), Date{kDay});
  Append(random_.Make(100), Date{kDay - 500});
  Edit staged;
  staged.operation = "WRITE";
  staged.inputs = {{HashOf("staged"), "2026-09-21", {}}};
  staged.add = {{Write(random_.Make(100)), {HashOf("staged")}}};
  ASSERT_TRUE(StageEdit(table_, staged).ok());

  MaintainOptions options;
  options.now_ms = kDay * kDayMs;
  options.settings.expire_ms = 400 * kDayMs;
  options.settings.manifests = true;
  options.compact = options_;
  const Lake lake = *Lake::Open(store_);
  const MaintainReport planned = Maintain(lake, options).ValueOrDie();
  EXPECT_EQ(planned.folds.at(0).report.inputs, 1);
  EXPECT_EQ(planned.compaction.tables.at(0).done, 2);
  EXPECT_EQ(planned.expired.at(0).rows, 100);
  EXPECT_EQ(planned.manifests.written, 2);
  EXPECT_EQ(Load().rows(), 10'200);

  options.may_delete = true;
  const MaintainReport done = Maintain(lake, options).ValueOrDie();
  EXPECT_EQ(done.expired.at(0).rows, 100);
  EXPECT_EQ(done.manifests.deleted, 1);
  EXPECT_EQ(Load().rows(), 10'100);
  EXPECT_TRUE(
      store_->Stat("vpc_flow/_delta_log/_last_checkpoint").ValueOrDie().has_value());
}

Result<MaintainSettings> ParseMaintainSettings(const std::string& toml) {
  MaintainSettings settings;
  ARROW_ASSIGN_OR_RAISE(const ConfigFile config,
                        ConfigFile::Parse(toml, "flowlake.toml", ConfigOrigin::kLake));
  ARROW_RETURN_NOT_OK(ApplyMaintainSettings(config, settings));
  return settings;
}

TEST(MaintainSettingsTest, AreReadFromTheLakesFile) {
  const auto settings = ParseMaintainSettings(
                            "[[format]]\nmatch = 'x'\n[maintain]\nexpire = \"400d\"\n"
                            "vacuum = \"36h\"\nmanifests = true\n")
                            .ValueOrDie();
  EXPECT_EQ(settings.expire_ms, 400 * kDayMs);
  EXPECT_EQ(settings.vacuum_ms, 36 * 3'600'000);
  EXPECT_TRUE(settings.manifests);
  EXPECT_FALSE(ParseMaintainSettings("").ValueOrDie().expire_ms);
}

TEST(MaintainSettingsTest, WhatTheHostsFileSaysWins) {
  MaintainSettings settings =
      ParseMaintainSettings("[maintain]\nexpire = '400d'\nmanifests = true\n")
          .ValueOrDie();
  const auto hosts = ConfigFile::Parse("[maintain]\nexpire = '30d'\nvacuum = '7d'\n",
                                       "host.toml", ConfigOrigin::kHost)
                         .ValueOrDie();
  ASSERT_TRUE(ApplyMaintainSettings(hosts, settings).ok());
  EXPECT_EQ(settings.expire_ms, 30 * kDayMs);
  EXPECT_EQ(settings.vacuum_ms, 7 * kDayMs);
  EXPECT_TRUE(settings.manifests);
}

TEST(MaintainSettingsTest, MistakesAreNamedWithTheirLine) {
  for (const char* toml : {"[maintain]\nexpire = 400", "[maintain]\nexpire = '400'",
                           "[maintain]\nexpires = '400d'", "[maintain]\nmanifests = 'no'",
                           "\nmaintain = 1", "\n[maintain"}) {
    EXPECT_THAT(ParseMaintainSettings(toml).status().message(),
                HasSubstr("flowlake.toml, line 2: "))
        << toml;
  }
}

TEST(MaintainSettingsTest, AgesHaveAUnit) {
  EXPECT_EQ(ParseAge("2w").ValueOrDie(), 14 * kDayMs);
  for (const char* age :
       {"", "7", "d", "-1d", "0d", "1 d", "1.5d", "99999999d", "7days"}) {
    EXPECT_TRUE(ParseAge(age).status().IsInvalid()) << age;
  }
}

// Commits that are done, of which the answer got lost.
class UpkeepOutageTest : public UpkeepTest {
 protected:
  void Hide() { faulty_->InjectOutage({"_delta_log/", "", 600'000}); }

  const SkippedWaits skipped_;
  const std::shared_ptr<FaultyStore> faulty_ = std::make_shared<FaultyStore>(store_);
  const Table busy_{faulty_, "vpc_flow"};
};

TEST_F(UpkeepOutageTest, ExpireIsDoneOnce) {
  Append(random_.Make(100), kDay);
  Append(random_.Make(100), kDay + 1);
  Hide();
  const Status failed = Expire(busy_, kDay + 1).status();
  EXPECT_THAT(failed.message(), HasSubstr("is not known"));
  EXPECT_EQ(Load().rows(), 100);
  EXPECT_EQ(Expire(table_, kDay + 1).ValueOrDie().files, 0);
  EXPECT_EQ(Rows().size(), 100u);
}

}  // namespace
}  // namespace flowlake
