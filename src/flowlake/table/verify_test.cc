#include "flowlake/table/verify.h"

#include <gmock/gmock.h>

#include "flowlake/datafile/content_sum.h"
#include "flowlake/datafile/row_hasher.h"
#include "flowlake/datafile/writer.h"
#include "flowlake/table/checkpoint.h"
#include "flowlake/table/table_fixture.h"

namespace flowlake {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class VerifyTest : public TableFixture {
 protected:
  void SetUp() override {
    Create();
    Edit edit;
    edit.add = {RealFile()};
    edit.inputs = {RecordOf(2)};
    edit.add[0].inputs = {InputKey(2)};
    ASSERT_EQ(Commit(edit).version, 1);
    path_ = "vpc_flow/" + edit.add[0].file.path;
  }

  /// A Parquet file of 1,000 rows.
  AddedFile RealFile() {
    ColumnsBuilder builder(&schema_);
    for (int64_t row = 0; row < 1000; ++row) {
      builder.AppendString(0, "10.0.0." + std::to_string(row % 7));
      builder.AppendNumber(1, row);
      builder.FinishRow();
    }
    auto writer =
        DataFileWriter::Make(store_, "vpc_flow", ParseDate("2026-09-21"), &schema_, {})
            .ValueOrDie();
    const Columns columns = builder.Finish();
    EXPECT_TRUE(writer->Append(columns, {}).ok());
    DataFile file = writer->Close().ValueOrDie();
    file.tags[kContentTag] = RowHasher(schema_).Sum(columns).ToTag();
    return {std::move(file), {}};
  }

  std::vector<std::string> Findings(const Snapshot& snapshot, bool deep = false) {
    return VerifyTable(table_, snapshot, deep).ValueOrDie();
  }

  void Replace(const std::string& path, const std::string& bytes) {
    ASSERT_TRUE(store_->Delete(path).ok());
    ASSERT_TRUE(store_->PutIfAbsent(path, bytes).ok());
  }

  const Schema schema_ = FlowSchema();
  std::string path_;
};

TEST_F(VerifyTest, WholeTableHasNoFindings) {
  EXPECT_THAT(Findings(*Load()), IsEmpty());
  EXPECT_THAT(Findings(*Load(), true), IsEmpty());
}

TEST_F(VerifyTest, MissingAndCutFilesAreFound) {
  const std::string bytes = ReadAll(*store_, path_).ValueOrDie();
  Replace(path_, bytes.substr(0, bytes.size() - 1));
  EXPECT_THAT(Findings(*Load()), ElementsAre(AllOf(StartsWith(path_ + ": has "),
                                                   HasSubstr("bytes; the log says"))));
  ASSERT_TRUE(store_->Delete(path_).ok());
  EXPECT_THAT(Findings(*Load()), ElementsAre(path_ + ": is missing"));
}

TEST_F(VerifyTest, CheckpointThatContradictsTheLogIsFound) {
  Snapshot lie = *Load();
  DataFile other = lie.files[0];
  other.path = "date=2026-09-21/part-other.parquet";
  lie.files = FileList({other});
  lie.transactions["flowlake.inputs/x"] = 7;
  ASSERT_TRUE(WriteCheckpoint(*store_, "vpc_flow", lie).ok());
  EXPECT_THAT(
      Findings(*Load()),
      testing::IsSupersetOf(
          {HasSubstr("part-other.parquet: a checkpoint contradicts the log: it has "
                     "a file that the log does not have"),
           HasSubstr("_delta_log: a checkpoint contradicts the log: other")}));
}

TEST_F(VerifyTest, FooterThatIsNoneAndWrongRowCountAreFound) {
  Snapshot snapshot = *Load();
  DataFile file = snapshot.files[0];
  file.rows = 999;
  snapshot.files = FileList({file});
  EXPECT_THAT(Findings(snapshot),
              ElementsAre(path_ + ": has 1000 rows; the log says 999"));
  std::string bytes = ReadAll(*store_, path_).ValueOrDie();
  bytes.replace(bytes.size() - 4, 4, "XXXX");
  Replace(path_, bytes);
  EXPECT_THAT(Findings(*Load()), ElementsAre(HasSubstr(path_)));
}

TEST_F(VerifyTest, FlippedBitInAPageIsFoundByTheDeepCheckOnly) {
  std::string bytes = ReadAll(*store_, path_).ValueOrDie();
  // A bit of the first column's dictionary, which follows the magic and a page header.
  bytes[60] = static_cast<char>(bytes[60] ^ 1);
  Replace(path_, bytes);
  EXPECT_THAT(Findings(*Load()), IsEmpty());
  EXPECT_THAT(Findings(*Load(), true),
              ElementsAre(AllOf(HasSubstr(path_), HasSubstr("srcaddr"))));
}

TEST_F(VerifyTest, OtherRowsThanWereWrittenAreFoundByTheDeepCheckOnly) {
  Snapshot lie = *Load();
  DataFile file = lie.files[0];
  ContentSum other = *ContentOf(file);
  ++other.low;
  file.tags[kContentTag] = other.ToTag();
  lie.files = FileList({file});
  EXPECT_THAT(Findings(lie), IsEmpty());
  EXPECT_THAT(Findings(lie, true),
              ElementsAre(AllOf(StartsWith(path_ + ": has other rows than were written"),
                                HasSubstr("the log says " + other.ToTag()))));
}

TEST_F(VerifyTest, AFileWithoutAnAccountOfItsRowsIsNoFinding) {
  Snapshot older = *Load();
  DataFile file = older.files[0];
  for (const char* tag : {"", "2/1000/unheard of"}) {
    file.tags[kContentTag] = tag;
    older.files = FileList({file});
    EXPECT_THAT(Findings(older, true), IsEmpty());
  }
}

TEST_F(VerifyTest, DamagedLedgerIsFound) {
  const std::string path = "vpc_flow/_flowlake/inputs/2026-09-21/1.keys";
  Replace(path, "FLKEYS1\n");
  EXPECT_THAT(Findings(*Load()),
              ElementsAre(AllOf(HasSubstr(path), HasSubstr("the ledger is cut"))));
}

}  // namespace
}  // namespace flowlake
