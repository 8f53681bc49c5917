#include "flowlake/table/manifest.h"

#include <gmock/gmock.h>

#include "flowlake/table/table_fixture.h"

namespace flowlake {
namespace {

class ManifestTest : public TableFixture {
 protected:
  void SetUp() override { Create(); }

  std::string ManifestOf(const std::string& day) {
    return ReadAll(*store_, "vpc_flow/_symlink_format_manifest/date=" + day + "/manifest")
        .ValueOrDie();
  }
};

TEST_F(ManifestTest, ListsTheFilesOfEachDayByAbsoluteUri) {
  Edit edit = EditOf({{1}, {2}});
  edit.add[1].file.date.reset();
  Commit(edit);
  const ManifestReport report = WriteManifests(table_).ValueOrDie();
  EXPECT_EQ(report.written, 2);
  EXPECT_EQ(ManifestOf("2026-09-21"), "memory:/vpc_flow/" + edit.add[0].file.path + "\n");
  EXPECT_EQ(ManifestOf("__HIVE_DEFAULT_PARTITION__"),
            "memory:/vpc_flow/" + edit.add[1].file.path + "\n");
}

TEST_F(ManifestTest, FollowsTheTable) {
  Commit(EditOf({{1}}));
  ASSERT_TRUE(WriteManifests(table_).ok());
  EXPECT_EQ(WriteManifests(table_).ValueOrDie().unchanged, 1);
  Edit remove;
  remove.operation = "DELETE";
  remove.remove = {Load()->files.path(0)};
  Commit(remove);
  const ManifestReport report = WriteManifests(table_).ValueOrDie();
  EXPECT_EQ(report.deleted, 1);
  EXPECT_EQ(report.written, 0);
}

}  // namespace
}  // namespace flowlake
