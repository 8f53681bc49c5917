#include "flowlake/report/renderer.h"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

namespace flowlake {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class RowsAnswer final : public Answer {
 public:
  explicit RowsAnswer(std::shared_ptr<arrow::RecordBatch> batch) : batch_(batch) {
    schema_ = batch->schema();
  }
  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    return std::exchange(batch_, nullptr);
  }
  QueryStatistics statistics() const override {
    return {1'200'000, 34'500'000, 3, 5, 12, 40, 0.031, 0.00005, false};
  }

 private:
  std::shared_ptr<arrow::RecordBatch> batch_;
  std::shared_ptr<arrow::Schema> schema_;
};

struct NamedColumn {
  std::string name;
  std::shared_ptr<arrow::Array> values;
};

RowsAnswer AnswerOf(const std::vector<NamedColumn>& columns) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const NamedColumn& column : columns) {
    fields.push_back(arrow::field(column.name, column.values->type()));
    arrays.push_back(column.values);
  }
  const int64_t rows = arrays.empty() ? 0 : arrays[0]->length();
  return RowsAnswer(arrow::RecordBatch::Make(arrow::schema(fields), rows, arrays));
}

template <typename Builder, typename Value>
std::shared_ptr<arrow::Array> ArrayOf(Builder builder,
                                      const std::vector<std::optional<Value>>& values) {
  for (const auto& value : values) {
    EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  }
  return *builder.Finish();
}

std::shared_ptr<arrow::Array> Texts(
    const std::vector<std::optional<std::string>>& values) {
  return ArrayOf(arrow::StringBuilder(), values);
}
std::shared_ptr<arrow::Array> Integers(const std::vector<std::optional<int64_t>>& v) {
  return ArrayOf(arrow::Int64Builder(), v);
}
std::shared_ptr<arrow::Array> Doubles(const std::vector<std::optional<double>>& v) {
  return ArrayOf(arrow::DoubleBuilder(), v);
}
std::shared_ptr<arrow::Array> Timestamps(const std::vector<std::optional<int64_t>>& v) {
  return ArrayOf(arrow::TimestampBuilder(arrow::timestamp(arrow::TimeUnit::MICRO),
                                         arrow::default_memory_pool()),
                 v);
}

std::string Rendered(OutputFormat format, RowsAnswer answer, int width = 0) {
  std::ostringstream out;
  RenderOptions options;
  options.format = format;
  options.width = width;
  const auto rows = Render(answer, options, out);
  EXPECT_TRUE(rows.ok()) << rows.status();
  return out.str();
}

json RenderedObject(RowsAnswer answer) {
  std::ostringstream out;
  EXPECT_TRUE(RenderJsonObject(answer, out).ok());
  return json::parse(out.str());
}

const std::vector<std::string> kHostile = {
    "\x1b[31mred\x1b]0;title\x07", "\u202Eevil\u202C", "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",          "say \"hi\"",       "two\r\nlines",
    "a|b `c` [d](e) &amp;",        "\xff\xfe broken",  "\u009b31m",
    std::string("nul\0here", 8)};

std::shared_ptr<arrow::Array> HostileTexts() {
  return Texts({kHostile.begin(), kHostile.end()});
}

TEST(Renderer, CsvTellsNullFromEmptyText) {
  const auto csv =
      Rendered(OutputFormat::kCsv,
               AnswerOf({{"a", Texts({"x", "", {}})}, {"b", Integers({1, {}, 3})}}));
  EXPECT_EQ(csv, "a,b\nx,1\n\"\",\n,3\n");
}

TEST(Renderer, CsvQuotesCommasQuotesAndLineBreaks) {
  const auto csv = Rendered(OutputFormat::kCsv,
                            AnswerOf({{"a,b", Texts({"say \"hi\"", "two\r\nlines"})}}));
  EXPECT_EQ(csv, "\"a,b\"\n\"say \"\"hi\"\"\"\n\"two\r\nlines\"\n");
}

TEST(Renderer, CsvTextThatASpreadsheetWouldRunIsDefusedAndNumbersAreNot) {
  const auto csv = Rendered(OutputFormat::kCsv,
                            AnswerOf({{"t", Texts({"=1+1", "+2", "-", "@x", "10.0.0.1"})},
                                      {"n", Integers({-1, -2, -3, -4, -5})}}));
  EXPECT_EQ(csv, "t,n\n'=1+1,-1\n'+2,-2\n-,-3\n'@x,-4\n10.0.0.1,-5\n");
}

TEST(Renderer, CsvWritesTimestampsInUtcAndDoublesThatReadBack) {
  const auto csv = Rendered(
      OutputFormat::kCsv,
      AnswerOf({{"t", Timestamps({1'790'000'000'000'000})}, {"d", Doubles({0.1})}}));
  EXPECT_EQ(csv, "t,d\n2026-09-21 14:13:20,0.1\n");
}

TEST(Renderer, JsonKeepsHostileTextWhole) {
  const json rows =
      json::parse(Rendered(OutputFormat::kJson, AnswerOf({{"text", HostileTexts()}})));
  ASSERT_EQ(rows.size(), kHostile.size());
  for (size_t i = 0; i < kHostile.size(); ++i) {
    const std::string text = rows[i]["text"];
    const bool is_utf8 = kHostile[i].find('\xff') == std::string::npos;
    EXPECT_EQ(text, is_utf8 ? kHostile[i] : "\uFFFD\uFFFD broken");
  }
}

TEST(Renderer, JsonIsPlainAsciiWithoutControlCharacters) {
  const auto text =
      Rendered(OutputFormat::kJsonLines, AnswerOf({{"text", HostileTexts()}}));
  for (const char c : text) {
    EXPECT_TRUE(c == '\n' || (c >= 32 && c < 127)) << static_cast<int>(c);
  }
}

TEST(Renderer, JsonHasNoNanAndKeepsWideIntegers) {
  const json rows = json::parse(Rendered(
      OutputFormat::kJson, AnswerOf({{"d", Doubles({std::nan(""), INFINITY, 0.5})},
                                     {"i", Integers({INT64_MAX, INT64_MIN, {}})}})));
  EXPECT_TRUE(rows[0]["d"].is_null());
  EXPECT_TRUE(rows[1]["d"].is_null());
  EXPECT_EQ(rows[2]["d"], 0.5);
  EXPECT_EQ(rows[0]["i"], INT64_MAX);
  EXPECT_EQ(rows[1]["i"], INT64_MIN);
  EXPECT_TRUE(rows[2]["i"].is_null());
}

TEST(Renderer, JsonTellsColumnsOfOneNameApart) {
  const json rows = json::parse(Rendered(
      OutputFormat::kJson, AnswerOf({{"a", Integers({1})}, {"a", Integers({2})}})));
  EXPECT_EQ(rows[0], json::parse(R"({"a": 1, "a:1": 2})"));
}

TEST(Renderer, ObjectHasColumnsRowsAndStatistics) {
  const json object = RenderedObject(
      AnswerOf({{"srcaddr", Texts({"10.0.0.1"})}, {"bytes", Integers({40})}}));
  EXPECT_EQ(object["columns"], json::parse(R"([{"name": "srcaddr", "type": "VARCHAR"},
                                               {"name": "bytes", "type": "BIGINT"}])"));
  EXPECT_EQ(object["rows"], json::parse(R"([["10.0.0.1", 40]])"));
  EXPECT_EQ(object["stats"]["bytes_scanned"], 1'200'000);
  EXPECT_EQ(object["stats"]["athena_usd"], 0.00005);
  EXPECT_EQ(object["stats"].size(), 8u);
}

TEST(Renderer, NoRowsAreStillJson) {
  const auto nothing = [] { return AnswerOf({{"a", Integers({})}}); };
  EXPECT_EQ(json::parse(Rendered(OutputFormat::kJson, nothing())), json::array());
  EXPECT_EQ(RenderedObject(nothing())["rows"], json::array());
}

TEST(Renderer, NestedValuesAreJson) {
  const auto numbers = std::make_shared<arrow::Int64Builder>();
  arrow::ListBuilder lists(arrow::default_memory_pool(), numbers);
  ASSERT_TRUE(lists.Append().ok());
  ASSERT_TRUE(numbers->AppendValues({1, 2}).ok());
  const auto pair = *arrow::StructArray::Make({Integers({7}), Texts({"x"})},
                                              std::vector<std::string>{"n", "t"});
  const json object = RenderedObject(AnswerOf({{"l", *lists.Finish()}, {"s", pair}}));
  EXPECT_EQ(object["rows"], json::parse(R"([[[1, 2], {"n": 7, "t": "x"}]])"));
  EXPECT_EQ(object["columns"][0]["type"], "BIGINT[]");
  EXPECT_EQ(object["columns"][1]["type"], "STRUCT(n BIGINT, t VARCHAR)");
}

TEST(Renderer, EveryTypeOfDuckDbHasANameAndAText) {
  const auto decimal = arrow::decimal128(38, 2);
  const auto dictionary = *arrow::DictionaryArray::FromArrays(
      arrow::dictionary(arrow::int64(), arrow::utf8()), Integers({1}), Texts({"a", "b"}));
  const json object = RenderedObject(AnswerOf(
      {{"decimal",
        ArrayOf(arrow::Decimal128Builder(decimal),
                std::vector<std::optional<arrow::Decimal128>>{arrow::Decimal128(-1234)})},
       {"date", ArrayOf(arrow::Date32Builder(), std::vector<std::optional<int>>{0})},
       {"bool", ArrayOf(arrow::BooleanBuilder(), std::vector<std::optional<bool>>{true})},
       {"null", std::make_shared<arrow::NullArray>(1)},
       {"dictionary", dictionary}}));
  EXPECT_EQ(object["rows"], json::parse(R"([[-12.34, "1970-01-01", true, null, "b"]])"));
  std::vector<std::string> types;
  for (const json& column : object["columns"]) types.push_back(column["type"]);
  EXPECT_THAT(
      types, testing::ElementsAre("DECIMAL(38,2)", "DATE", "BOOLEAN", "NULL", "VARCHAR"));
}

TEST(Renderer, TableAlignsNumbersRightAndCountsRows) {
  const auto table = Rendered(
      OutputFormat::kTable,
      AnswerOf({{"name", Texts({"a", "long name"})}, {"n", Integers({5, 12345})}}));
  EXPECT_EQ(table,
            "name      │     n\n"
            "──────────┼──────\n"
            "a         │     5\n"
            "long name │ 12345\n"
            "(2 rows)\n");
}

TEST(Renderer, TableShowsNullAndCutsToTheTerminal) {
  const auto table =
      Rendered(OutputFormat::kTable,
               AnswerOf({{"a", Texts({std::string(100, 'x')})}, {"b", Texts({{}})}}), 30);
  EXPECT_THAT(table, HasSubstr(std::string(22, 'x') + "… │ "));
  EXPECT_THAT(table, HasSubstr("\x1b[2mNULL\x1b[0m"));
}

TEST(Renderer, TableAndMarkdownShowNoControlOfHostileText) {
  for (const auto format : {OutputFormat::kTable, OutputFormat::kMarkdown}) {
    const auto text = Rendered(format, AnswerOf({{"text", HostileTexts()}}));
    for (const char* bad : {"\x1b", "\x07", "\r", "\u202E", "\u009b", "\xff"}) {
      EXPECT_THAT(text, Not(HasSubstr(bad)));
    }
    const auto lines = std::count(text.begin(), text.end(), '\n');
    EXPECT_EQ(lines, static_cast<int64_t>(kHostile.size()) +
                         (format == OutputFormat::kTable ? 3 : 2));
  }
}

TEST(Renderer, MarkdownHoldsNoHtmlAndNoCellBreaks) {
  const auto markdown =
      Rendered(OutputFormat::kMarkdown, AnswerOf({{"t", Texts({"<b>|`&"})}}));
  EXPECT_EQ(markdown, "| t |\n| --- |\n| &lt;b&gt;\\|\\`&amp; |\n");
}

TEST(Renderer, ParquetReadsBackTheSameRows) {
  const auto file =
      Rendered(OutputFormat::kParquet,
               AnswerOf({{"a", Texts({"x", {}})}, {"b", Integers({1, 2})}}));
  const auto buffer =
      std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(file));
  const auto reader = parquet::arrow::OpenFile(buffer, arrow::default_memory_pool());
  ASSERT_TRUE(reader.ok()) << reader.status();
  const auto table = (*reader)->ReadTable().ValueOrDie();
  EXPECT_TRUE(table->GetColumnByName("a")->chunk(0)->Equals(Texts({"x", {}})));
  EXPECT_TRUE(table->GetColumnByName("b")->chunk(0)->Equals(Integers({1, 2})));
}

TEST(Renderer, StatisticsAreOneLine) {
  EXPECT_EQ(DescribeStatistics(AnswerOf({}).statistics(), false),
            "1.20 MB scanned of 34.5 MB stored · 3 files read, 5 skipped · 12 row groups "
            "read, 40 skipped · 0.031 s · Athena would bill about $0.00005");
}

TEST(Renderer, AnUnknownOutputIsToldWhichThereAre) {
  EXPECT_EQ(*ParseOutputFormat("jsonl"), OutputFormat::kJsonLines);
  EXPECT_THAT(ParseOutputFormat("xml").status().message(),
              HasSubstr("table, csv, json, jsonl, markdown, parquet"));
}

}  // namespace
}  // namespace flowlake
