// Samples of tables that are smaller than a row group.
#include <gtest/gtest.h>

#include "flowlake/query/query_fixture.h"

namespace flowlake {
namespace {

/// Three days of one row each.
class TinyTableTest : public QueryFixture {
 protected:
  std::vector<DataFile> WriteFiles() override {
    return {WriteFile(0, FileKind::kAll, 1), WriteFile(1, FileKind::kAll, 1),
            WriteFile(2, FileKind::kAll, 1)};
  }
};

TEST_F(TinyTableTest, SamplesAreNeverEmpty) {
  for (const char* sql :
       {"SELECT count(*) FROM vpc_flow TABLESAMPLE SYSTEM (1)",
        "SELECT count(*) FROM vpc_flow_logs TABLESAMPLE SYSTEM (1)",
        "SELECT count(*) FROM flowlogs TABLESAMPLE SYSTEM (0.01)",
        "SELECT count(*) FROM flowlogs TABLESAMPLE SYSTEM (1) WHERE date = '2026-09-21'",
        "SELECT count(*) FROM vpc_flow TABLESAMPLE SYSTEM (1) REPEATABLE (4) "
        "WHERE srcaddr = '10.2.0.0'",
        "WITH s AS (SELECT * FROM vpc_flow_logs TABLESAMPLE SYSTEM (1)) "
        "SELECT count(*) FROM s",
        "WITH s AS (SELECT * FROM vpc_flow) SELECT count(*) FROM s "
        "TABLESAMPLE SYSTEM (1)",
        "SELECT count(*) FROM (SELECT srcaddr, bytes + 1 FROM vpc_flow "
        "TABLESAMPLE SYSTEM (1))"}) {
    EXPECT_EQ(Ask(sql), "1\n") << sql;
  }
}

TEST_F(TinyTableTest, SamplesOfNothingAreEmpty) {
  EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow TABLESAMPLE SYSTEM (50) "
                "WHERE date = '2020-01-01'"),
            "0\n");
}

TEST_F(TinyTableTest, ASampleUsedTwiceIsOneSample) {
  EXPECT_EQ(Ask("WITH s AS MATERIALIZED (SELECT srcaddr FROM vpc_flow TABLESAMPLE SYSTEM "
                "(1)) SELECT count(*) FROM s a JOIN s b USING (srcaddr)"),
            "1\n");
}

}  // namespace
}  // namespace flowlake
