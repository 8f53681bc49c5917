#include "flowlake/format/parquet_log_rows.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flowlake/format/rows_as_json.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const LogKind& KindOfTable(const std::string& table) {
  for (const LogKind* kind : LogKinds()) {
    if (kind->table == table) return *kind;
  }
  ADD_FAILURE() << table;
  return *LogKinds()[0];
}

std::shared_ptr<arrow::Array> Texts(const std::vector<std::string>& values) {
  arrow::StringBuilder builder;
  EXPECT_TRUE(builder.AppendValues(values).ok());
  return builder.Finish().ValueOrDie();
}

ParsedInput Parse(const std::vector<std::string>& names,
                  const arrow::ArrayVector& arrays) {
  arrow::FieldVector fields;
  for (size_t i = 0; i < names.size(); ++i) {
    fields.push_back(arrow::field(names[i], arrays[i]->type()));
  }
  const auto schema = arrow::schema(fields);
  const ParseLimits limits{1'798'761'600 * kMicrosPerSecond, 1000};
  const auto rows = MakeParquetLogRows(KindOfTable("cloudfront"), *schema, limits);
  ColumnsBuilder builder(&rows->schema());
  Rejects rejects;
  const auto batch = arrow::RecordBatch::Make(schema, arrays[0]->length(), arrays);
  EXPECT_TRUE(rows->Append(*batch, 7, builder, rejects).ok());
  ParsedInput result;
  AddResults(builder, rejects, result);
  return result;
}

TEST(ParquetLogRowsTest, ValuesOfAnyTypeBecomeOurs) {
  arrow::Int64Builder status;
  ASSERT_TRUE(status.AppendValues({200, 404}).ok());
  const ParsedInput parsed =
      Parse({"date", "time", "c-ip", "sc-status"},
            {Texts({"2026-10-02", "2026-10-02"}), Texts({"06:14:11", "06:14:12"}),
             Texts({"192.0.2.1", "-"}), status.Finish().ValueOrDie()});
  EXPECT_THAT(parsed.rows, ElementsAre(HasSubstr(R"("c_ip":"192.0.2.1","sc_status":200)"),
                                       HasSubstr(R"("sc_status":404)")));
}

TEST(ParquetLogRowsTest, ATextOverTheLimitRejectsItsRow) {
  const ParsedInput parsed =
      Parse({"date", "time", "cs-uri-query"},
            {Texts({"2026-10-02", "2026-10-02"}), Texts({"06:14:11", "06:14:12"}),
             Texts({std::string(1000, 'x'), std::string(1001, 'x')})});
  EXPECT_EQ(parsed.rows.size(), 1u);
  EXPECT_THAT(parsed.rejects, ElementsAre(HasSubstr("too_long")));
}

}  // namespace
}  // namespace flowlake
