// Compaction proves that it keeps rows, before it commits.
#include "flowlake/compact/compact_fixture.h"
#include "flowlake/compact/settings.h"
#include "flowlake/compact/task.h"
#include "flowlake/datafile/stored_content.h"
#include "flowlake/table/checkpoint.h"

namespace flowlake {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Codes stay in use while the dictionary under them is started anew, and is as large
// again: rows get other strings, and every count is right.
Columns WithDictionariesStartedAnew(Columns columns) {
  for (Column& column : columns.columns) {
    if (!column.dictionary) continue;
    auto anew = std::make_shared<Dictionary>();
    for (uint32_t code = column.dictionary->size(); code > 0; --code) {
      anew->Append((*column.dictionary)[code - 1]);
    }
    column.dictionary = anew;
  }
  return columns;
}

// Every column is what it was, its values in another order: no column's own checksum sees
// it.
Columns WithAColumnThatSlipped(Columns columns) {
  auto& codes = columns.columns[1].codes;
  if (!codes.empty()) std::rotate(codes.begin(), codes.begin() + 1, codes.end());
  return columns;
}

Columns WithARowTwiceInsteadOfAnother(Columns columns) {
  for (Column& column : columns.columns) {
    if (column.present && !column.codes.empty()) column.codes[0] = column.codes[1];
    if (column.present && !column.numbers.empty()) column.numbers[0] = column.numbers[1];
    if (column.present && !column.valid.empty()) column.valid[0] = column.valid[1];
  }
  return columns;
}

class KeptRowsTest : public CompactFixture {
 protected:
  void AppendFiles(int files, int rows = 1000) {
    for (int i = 0; i < files; ++i) Append(random_.Make(rows));
  }

  Result<TaskResult> RunTask(std::function<Columns(Columns)> fault = {}) {
    const Snapshot& snapshot = Load();
    const auto settings = ReadCompactionSettings(snapshot).ValueOrDie();
    const auto plan = PlanCompaction(snapshot, settings, options_.plan);
    TaskOptions options;
    options.sort.temporary_folder = testing::TempDir();
    options.fault = std::move(fault);
    return RunCompactionTask(table_, snapshot, plan.tasks.at(0), settings, options);
  }

  void ExpectFound(const std::function<Columns(Columns)>& fault) {
    const int64_t version = Load().version;
    const auto objects = store_->List("vpc_flow").ValueOrDie();
    const auto result = RunTask(fault);
    EXPECT_THAT(result.status().ToString(),
                AllOf(HasSubstr("compact vpc_flow/date=2026-09-21: rows would have "
                                "changed: the files had 1/"),
                      HasSubstr("nothing was committed")));
    EXPECT_EQ(Load().version, version);
    // Nothing was sent, so what was written is gone.
    EXPECT_EQ(store_->List("vpc_flow").ValueOrDie().size(), objects.size());
  }

  static ContentSum SumOfTags(const Snapshot& snapshot) {
    ContentSum sum;
    for (const DataFile& file : snapshot.files) sum += *ContentOf(file);
    return sum;
  }

  RandomRows random_{11};
};

TEST_F(KeptRowsTest, ADictionaryStartedAnewUnderCodesInUseIsFound) {
  AppendFiles(10);
  ExpectFound(WithDictionariesStartedAnew);
}

TEST_F(KeptRowsTest, AColumnThatSlippedByARowIsFound) {
  AppendFiles(10);
  ExpectFound(WithAColumnThatSlipped);
}

TEST_F(KeptRowsTest, ARowTwiceInsteadOfAnotherIsFound) {
  AppendFiles(10);
  ExpectFound(WithARowTwiceInsteadOfAnother);
}

TEST_F(KeptRowsTest, FaultsAreFoundInFilesWithoutTagsAndAmongOthersToo) {
  has_tags_ = false;
  AppendFiles(5);
  has_tags_ = true;
  AppendFiles(5);
  ExpectFound(WithDictionariesStartedAnew);
}

TEST_F(KeptRowsTest, ItsFilesSayWhatTheRowsWere) {
  AppendFiles(10);
  const ContentSum before = SumOfTags(Load());
  ASSERT_GE(RunTask().ValueOrDie().version, 0);
  EXPECT_EQ(SumOfTags(Load()), before);
  for (const DataFile& file : Load().files) {
    const std::string path = "vpc_flow/" + file.path;
    EXPECT_EQ(
        SumOfStored(store_->Open(path).ValueOrDie(), path, FlowSchema()).ValueOrDie(),
        ContentOf(file));
  }
}

TEST_F(KeptRowsTest, FilesWithoutTagsHaveThemAfterwards) {
  has_tags_ = false;
  AppendFiles(10);
  const auto rows = Rows();
  EXPECT_EQ(Run().done, 1);
  EXPECT_EQ(Rows(), rows);
  EXPECT_EQ(SumOfTags(Load()).rows, 10'000);
}

TEST_F(KeptRowsTest, AnInputThatIsNotWhatItsTagSaysIsNamed) {
  AppendFiles(9);
  has_tags_ = false;
  DataFile odd = Write(random_.Make(1000));
  odd.tags[kContentTag] = ContentSum{1, 2, 1000}.ToTag();
  Edit edit;
  edit.operation = "WRITE";
  edit.add.push_back({odd, {}});
  ASSERT_TRUE(table_.Commit(edit).ok());
  EXPECT_THAT(RunTask().status().ToString(),
              AllOf(HasSubstr(odd.path), HasSubstr("has other rows than were written")));
}

TEST_F(KeptRowsTest, ACheckpointKeepsTheTags) {
  AppendFiles(10);
  const ContentSum before = SumOfTags(Load());
  ASSERT_TRUE(WriteCheckpoint(*store_, "vpc_flow", Load()).ok());
  for (int64_t version = 0; version < Load().version; ++version) {
    ASSERT_TRUE(store_->Delete(LogEntryPath("vpc_flow", version)).ok());
  }
  EXPECT_EQ(SumOfTags(Load()), before);
}

}  // namespace
}  // namespace flowlake
