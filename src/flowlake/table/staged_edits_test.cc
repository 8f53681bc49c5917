#include "flowlake/table/staged_edits.h"

#include <gmock/gmock.h>

#include "flowlake/table/table_fixture.h"

namespace flowlake {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class StagedEditsTest : public TableFixture {
 protected:
  void SetUp() override { Create(); }

  Edit RichEdit() {
    Edit edit = EditOf({{1}, {2}});
    edit.parameters = {{"mode", "Append"}};
    edit.inputs[0].markers = {InputKey(100), InputKey(101)};
    DataFile& file = edit.add[0].file;
    file.statistics["srcaddr"] = {0, Value("10.0.0.1"), Value("10.0.0.2"), true};
    file.statistics["start"] = {0, Value(int64_t{1000}), Value(int64_t{2000}), false};
    file.column_bytes = {{"srcaddr", 17}, {"start", 4}};
    file.tags = {{kWindowTag, "w"}};
    edit.add[1].file.date.reset();
    return edit;
  }
};

TEST_F(StagedEditsTest, ComeBackAsTheyWere) {
  const Edit edit = RichEdit();
  ASSERT_TRUE(StageEdit(table_, edit).ok());
  const auto objects = ListStagedEdits(table_).ValueOrDie();
  ASSERT_EQ(objects.size(), 1U);
  const auto staged = ReadStagedEdits(table_, FlowSchema(), objects).edits;
  ASSERT_EQ(staged.size(), 1U);
  const Edit& read = staged[0].edit;
  EXPECT_EQ(read.operation, edit.operation);
  EXPECT_EQ(read.parameters, edit.parameters);
  ASSERT_EQ(read.add.size(), 2U);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read.add[i].file, edit.add[i].file);
    EXPECT_EQ(read.add[i].inputs, edit.add[i].inputs);
    EXPECT_EQ(read.inputs[i].key, edit.inputs[i].key);
    EXPECT_EQ(read.inputs[i].bucket, edit.inputs[i].bucket);
    EXPECT_EQ(read.inputs[i].markers, edit.inputs[i].markers);
  }
}

TEST_F(StagedEditsTest, AreNoPartOfTheTable) {
  ASSERT_TRUE(StageEdit(table_, RichEdit()).ok());
  EXPECT_EQ(Load()->version, 0);
  EXPECT_THAT(Load()->files, IsEmpty());
}

TEST_F(StagedEditsTest, ThatAreGoneMeanwhileAreLeftOut) {
  ASSERT_TRUE(StageEdit(table_, RichEdit()).ok());
  ASSERT_TRUE(StageEdit(table_, EditOf({{3}})).ok());
  const auto objects = ListStagedEdits(table_).ValueOrDie();
  ASSERT_TRUE(store_->Delete(objects[0].path).ok());
  EXPECT_EQ(ReadStagedEdits(table_, FlowSchema(), objects).edits.size(), 1U);
}

TEST_F(StagedEditsTest, ThatAreDamagedAreNamedAndTheOthersRead) {
  ASSERT_TRUE(StageEdit(table_, RichEdit()).ok());
  ASSERT_TRUE(store_->PutIfAbsent("vpc_flow/_flowlake/staged/x.json", "{}").ok());
  const auto objects = ListStagedEdits(table_).ValueOrDie();
  const StagedEdits read = ReadStagedEdits(table_, FlowSchema(), objects);
  EXPECT_EQ(read.edits.size(), 1U);
  ASSERT_EQ(read.unreadable.size(), 1U);
  EXPECT_EQ(read.unreadable.list()[0].object, "vpc_flow/_flowlake/staged/x.json");
  EXPECT_THAT(read.unreadable.ToStatus().message(),
              HasSubstr("vpc_flow/_flowlake/staged/x.json: line 1: neither"));
}

TEST_F(StagedEditsTest, CutAnywhereAreRefused) {
  const std::string text = FormatStagedEdit(RichEdit(), FlowSchema(), Identity::kBlake3);
  ASSERT_TRUE(ParseStagedEdit(text, FlowSchema()).ok());
  for (size_t size = 0; size + 1 < text.size(); ++size) {
    EXPECT_TRUE(ParseStagedEdit(text.substr(0, size), FlowSchema()).status().IsInvalid())
        << size;
  }
}

TEST_F(StagedEditsTest, OfALaterFormatAreRefused) {
  std::string text = FormatStagedEdit(RichEdit(), FlowSchema(), Identity::kBlake3);
  const std::string version = R"("formatVersion":2)";
  text.replace(text.find(version), version.size(), R"("formatVersion":3)");
  EXPECT_THAT(ParseStagedEdit(text, FlowSchema()).status().message(),
              HasSubstr("version 3, which this release does not know"));
}

using StagedEditsDeathTest = StagedEditsTest;

TEST_F(StagedEditsDeathTest, AFileHoldsRowsOfOneInput) {
  const Edit edit = EditOf({{1, 2}});
  EXPECT_DEATH((void)StageEdit(table_, edit), "a staged file with rows of two inputs");
}

}  // namespace
}  // namespace flowlake
