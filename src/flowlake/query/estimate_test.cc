#include "flowlake/query/estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "flowlake/query/fetch_forecast.h"
#include "flowlake/query/query_fixture.h"

namespace flowlake {
namespace {

/// A million rows in eight row groups of two files, in the order of time.
class EstimateTest : public QueryFixture {
 protected:
  static constexpr int kFileRows = 500'000;

  std::vector<DataFile> WriteFiles() override { return {WriteLarge(0), WriteLarge(1)}; }

  DataFile WriteLarge(int day) {
    DataFileOptions options;
    options.row_group_rows = kFileRows / 4;
    auto writer = DataFileWriter::Make(store_, "vpc_flow", *ParseDate("2026-09-20") + day,
                                       &schema_, options)
                      .ValueOrDie();
    std::mt19937 random(7);
    for (int begin = 0; begin < kFileRows; begin += 10'000) {
      ColumnsBuilder builder(&schema_);
      for (int row = begin; row < begin + 10'000; ++row) {
        AppendLargeRow(builder, day, row, static_cast<uint32_t>(random()));
      }
      EXPECT_TRUE(writer->Append(builder.Finish(), {}).ok());
    }
    return writer->Close().ValueOrDie();
  }

  void AppendLargeRow(ColumnsBuilder& builder, int day, int row, uint32_t random) {
    const auto field = [&](const char* name) { return schema_.IndexOf(name); };
    const Date date = *ParseDate("2026-09-20") + day;
    builder.AppendNumber(field("version"), 2);
    builder.AppendString(field("srcaddr"), "10.0." + std::to_string(random % 200) + "." +
                                               std::to_string(random / 256 % 250));
    builder.AppendNumber(field("dstport"), random % 3 == 0 ? 443 : random % 60'000);
    builder.AppendNumber(field("bytes"), random % 1'000'000);
    builder.AppendNumber(field("packets"), 1 + random % 100);
    builder.AppendNumber(field("start"),
                         date * kMicrosPerDay + row / 10 * kMicrosPerSecond);
    builder.AppendString(field("action"), random % 5 == 0 ? "REJECT" : "ACCEPT");
    builder.FinishRow();
  }

  QueryStatistics EstimateOf(const std::string& sql) {
    auto estimate = engine_->Estimate(sql);
    EXPECT_TRUE(estimate.ok()) << estimate.status() << sql;
    return estimate.ValueOr(QueryStatistics{});
  }

  void ExpectClose(const std::string& sql) {
    const QueryStatistics estimate = EstimateOf(sql);
    const QueryStatistics run = Cost(sql);
    EXPECT_FALSE(estimate.upper_bound) << sql;
    EXPECT_NEAR(static_cast<double>(estimate.bytes_scanned),
                static_cast<double>(run.bytes_scanned),
                0.05 * static_cast<double>(run.bytes_scanned))
        << sql;
    EXPECT_EQ(estimate.files_read, run.files_read) << sql;
    EXPECT_EQ(estimate.row_groups_read, run.row_groups_read) << sql;
    EXPECT_DOUBLE_EQ(estimate.athena_usd, run.athena_usd) << sql;
  }
};

TEST_F(EstimateTest, ScansWithoutFilters) {
  for (const char* sql :
       {"SELECT sum(bytes) FROM vpc_flow",
        "SELECT srcaddr, sum(bytes) FROM vpc_flow "
        "GROUP BY 1",
        "SELECT sum(bytes), sum(version), min(action) FROM vpc_flow",
        "SELECT count(*) FROM vpc_flow", "SELECT sum(tcp_flags) FROM vpc_flow",
        "SELECT sourceaddress, count(*) AS cnt FROM flowlogs GROUP BY sourceaddress "
        "ORDER BY cnt DESC LIMIT 10",
        "SELECT max(hash(srcaddr, dstport, bytes, packets, start, action, version)) "
        "FROM vpc_flow"}) {
    ExpectClose(sql);
  }
}

TEST_F(EstimateTest, ScansWithFilters) {
  for (const char* sql :
       {"SELECT sum(bytes) FROM vpc_flow WHERE date = '2026-09-21'",
        "SELECT srcaddr, sum(bytes) FROM vpc_flow WHERE action = 'REJECT' GROUP BY 1",
        "SELECT sum(bytes) FROM vpc_flow WHERE start >= TIMESTAMP '2026-09-20 05:00:00' "
        "AND start < TIMESTAMP '2026-09-20 08:00:00'",
        "SELECT sum(bytes) FROM vpc_flow_logs WHERE start < 1789863000",
        "SELECT sum(bytes) FROM vpc_flow WHERE packets > 50 AND dstport >= 0",
        "SELECT sum(bytes) FROM vpc_flow WHERE packets + 1 < 5 OR action = 'REJECT'",
        "SELECT sum(bytes) FROM vpc_flow WHERE srcaddr = '9.9.9.9'",
        "SELECT sum(bytes) FROM vpc_flow WHERE date = '2026-09-20' AND action = "
        "'REJECT'",
        "SELECT sum(bytes) FROM flowlogs TABLESAMPLE SYSTEM (25) REPEATABLE (3)"}) {
    ExpectClose(sql);
  }
}

TEST_F(EstimateTest, AtMostWhereAScanMayEndEarly) {
  for (const char* sql :
       {"SELECT srcaddr FROM vpc_flow LIMIT 10",
        "SELECT srcaddr FROM vpc_flow ORDER BY start DESC LIMIT 10",
        "SELECT sum(bytes) FROM vpc_flow WHERE srcaddr = '10.0.3.251'",
        "SELECT sum(bytes) FROM vpc_flow WHERE action = 'REJECT' AND packets = 100",
        "SELECT count(*) FROM vpc_flow a JOIN vpc_flow b ON a.start = b.start AND "
        "a.bytes = b.bytes"}) {
    const QueryStatistics estimate = EstimateOf(sql);
    EXPECT_TRUE(estimate.upper_bound) << sql;
    EXPECT_GE(static_cast<double>(estimate.bytes_scanned) * 1.05,
              static_cast<double>(Cost(sql).bytes_scanned))
        << sql;
  }
}

TEST(FooterReadBytesTest, AreAThousandthOfTheFileAsAPowerOfTwo) {
  EXPECT_EQ(FooterReadBytes(1000), 1000);
  EXPECT_EQ(FooterReadBytes(10'000'000), 16'384);
  EXPECT_EQ(FooterReadBytes(22'075'805), 32'768);
  EXPECT_EQ(FooterReadBytes(200'566'241), 262'144);
}

/// More files than footers are read of.
class ManyFilesTest : public QueryFixture {
 protected:
  std::vector<DataFile> WriteFiles() override {
    std::vector<DataFile> files;
    for (int i = 0; i < 150; ++i) {
      files.push_back(WriteFile(i, FileKind::kAll, 500 + i % 7 * 200));
    }
    return files;
  }
};

TEST_F(ManyFilesTest, OtherFilesAreEstimatedFromSome) {
  for (const char* sql : {"SELECT sum(bytes), max(action) FROM vpc_flow",
                          "SELECT sum(packets) FROM vpc_flow WHERE bytes < 150"}) {
    const auto estimate = static_cast<double>(engine_->Estimate(sql)->bytes_scanned);
    EXPECT_NEAR(estimate, static_cast<double>(Cost(sql).bytes_scanned), 0.05 * estimate)
        << sql;
  }
}

}  // namespace
}  // namespace flowlake
