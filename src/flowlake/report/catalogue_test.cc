#include "flowlake/report/catalogue.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace flowlake {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kHeader = "-- title: T\n-- question: Q?\n";

Report Parsed(const std::string& rest) {
  const auto report = ParseReport("r", std::string(kHeader) + rest, "r.sql");
  EXPECT_TRUE(report.ok()) << report.status();
  return report.ok() ? *report : Report{};
}

std::string ParseError(const std::string& text) {
  return ParseReport("r", text, "r.sql").status().message();
}

Result<std::string> Bound(const std::string& rest, const ReportArguments& arguments) {
  return BindReport(Parsed(rest), arguments, {"2026-09-20", "2026-09-21"});
}

std::string BindError(const std::string& rest, const ReportArguments& arguments) {
  return Bound(rest, arguments).status().message();
}

Result<std::vector<Report>> LoadedReports(const std::string& folder) {
  Failures failures;
  ARROW_ASSIGN_OR_RAISE(auto reports, LoadReports(folder, failures));
  ARROW_RETURN_NOT_OK(failures.ToStatus());
  return reports;
}

const Report& BuiltIn(const std::string& name) {
  static const std::vector<Report> reports = LoadedReports("").ValueOrDie();
  return **ChooseReport(reports, name);
}

constexpr size_t kBuiltIn = 46;

TEST(Catalogue, HoldsTheReportsOfFlowLogsAndLoadBalancers) {
  const auto reports = LoadedReports("");
  ASSERT_TRUE(reports.ok()) << reports.status();
  EXPECT_EQ(reports->size(), kBuiltIn);
}

TEST(Catalogue, EveryBuiltInReportBindsWithItsDefaults) {
  for (const Report& report : *LoadedReports("")) {
    ReportArguments arguments;
    if (report.name == "address-trace") arguments["ip"] = "10.0.0.1";
    if (report.name == "address-everywhere") arguments["address"] = "10.0.0.1";
    const std::vector<std::string> tables = {"alb"};
    const auto sql = BindReport(report, arguments, {"2026-09-20", "2026-09-21"}, tables);
    ASSERT_TRUE(sql.ok()) << report.name << ": " << sql.status();
    EXPECT_THAT(*sql, HasSubstr("date BETWEEN DATE '2026-09-20' AND DATE '2026-09-21'"));
    EXPECT_THAT(*sql, Not(HasSubstr("[[")));
  }
}

TEST(Catalogue, FindsAReportByAwsNameInAnyCase) {
  EXPECT_EQ(BuiltIn("vpcflowlogstoptalkers").name, "top-talkers");
}

TEST(Catalogue, AMistypedNameIsToldTheNearest) {
  const auto reports = *LoadedReports("");
  EXPECT_THAT(ChooseReport(reports, "top-talker").status().message(),
              HasSubstr("did you mean top-talkers?"));
}

TEST(Catalogue, AnAddressIsSearchedByEqualitiesOfOneColumn) {
  const auto sql = BindReport(BuiltIn("address-trace"), {{"ip", "10.0.0.1"}},
                              {"2026-09-20", "2026-09-21"});
  EXPECT_THAT(*sql, HasSubstr("WHERE srcaddr = '10.0.0.1'\n"));
  EXPECT_THAT(*sql, Not(HasSubstr("interfaces")));
}

TEST(Catalogue, DescribesParametersDefaultsAndHowToRead) {
  const std::string text = DescribeReport(BuiltIn("port-scan"));
  EXPECT_THAT(text, HasSubstr("--min_ports <integer>"));
  EXPECT_THAT(text, HasSubstr("[15]"));
  EXPECT_THAT(text, HasSubstr("How to read it"));
  EXPECT_THAT(text, HasSubstr("do this too; so do"));
  EXPECT_THAT(DescribeReport(BuiltIn("address-trace")), HasSubstr("(required)"));
}

TEST(Binding, TextIsQuotedNeverPasted) {
  EXPECT_EQ(*Bound("-- param t text: x\nSELECT :t", {{"t", "x' OR '1'='1"}}),
            "SELECT 'x'' OR ''1''=''1'");
}

TEST(Binding, ValuesMustFitTheirType) {
  const std::string number = "-- param n integer: x\nSELECT :n";
  EXPECT_EQ(BindError(number, {{"n", "ten"}}),
            "--n takes an integer, such as 50, not 'ten'");
  EXPECT_THAT(BindError(number, {{"n", "1; DROP TABLE t"}}), HasSubstr("an integer"));
  EXPECT_THAT(BindError("-- param a address: x\nSELECT :a", {{"a", "10.0.0.256"}}),
              HasSubstr("an IP address"));
  EXPECT_THAT(BindError("-- param c cidr: x\nSELECT :c", {{"c", "10.0.0.0/33"}}),
              HasSubstr("a range of addresses"));
  EXPECT_THAT(BindError("-- param d date: x\nSELECT :d", {{"d", "2026-02-30"}}),
              HasSubstr("a date"));
  EXPECT_THAT(BindError("-- param x number: x\nSELECT :x", {{"x", "nan"}}),
              HasSubstr("a number"));
}

TEST(Binding, EveryElementOfAListIsChecked) {
  const std::string list = "-- param p integer-list: x\nSELECT 1 IN (:p)";
  EXPECT_EQ(*Bound(list, {{"p", "22, 3389"}}), "SELECT 1 IN (22, 3389)");
  EXPECT_THAT(BindError(list, {{"p", "22,x"}}), HasSubstr("not 'x'"));
}

TEST(Binding, AWordComesFromTheAllowList) {
  const std::string dimension = "-- param dim dimension eni: x\nSELECT {dim}";
  EXPECT_EQ(*Bound(dimension, {{"dim", "vpc_id"}}), "SELECT vpc_id");
  EXPECT_THAT(BindError(dimension, {{"dim", "1; --"}}), HasSubstr("one of eni, "));
}

TEST(Binding, ASectionGoesWithItsEmptyValue) {
  const std::string section =
      "-- param a address-list \"\": x\nSELECT 1 [[WHERE x NOT IN (:a)]]";
  EXPECT_EQ(*Bound(section, {}), "SELECT 1 ");
  EXPECT_EQ(*Bound(section, {{"a", "10.0.0.1"}}), "SELECT 1 WHERE x NOT IN ('10.0.0.1')");
  EXPECT_EQ(*Bound(section, {{"a", " , "}}), "SELECT 1 ");
}

TEST(Binding, StringsCommentsAndCastsAreNoPlaceholders) {
  EXPECT_EQ(*Bound("SELECT ':x', \":y\", 1::int, {'k': 1} /* :z */", {}),
            "SELECT ':x', \":y\", 1::int, {'k': 1} /* :z */");
}

TEST(Binding, AnInstantBoundsStartAndDate) {
  const auto sql = BindReport(Parsed("SELECT 1 FROM t WHERE {W}"), {},
                              {"2026-09-20T06:00Z", "2026-09-21"});
  EXPECT_EQ(*sql,
            "SELECT 1 FROM t WHERE date BETWEEN DATE '2026-09-20' AND DATE '2026-09-21' "
            "AND \"start\" >= TIMESTAMP '2026-09-20 06:00:00'");
}

TEST(Binding, UnknownAndMissingParametersAreNamed) {
  const std::string needs = "-- param ip address: the address\nSELECT :ip";
  EXPECT_EQ(BindError(needs, {}), "the report r needs --ip: the address");
  EXPECT_EQ(BindError(needs, {{"ip", "10.0.0.1"}, {"x", "1"}}),
            "the report r has no parameter --x; it takes --ip");
}

TEST(Binding, AReportsOwnWithJoinsTheViews) {
  const auto sql = Bound("-- over: records\nWITH x AS (SELECT 1) SELECT * FROM x", {});
  EXPECT_THAT(*sql, testing::StartsWith("WITH "));
  EXPECT_THAT(*sql, HasSubstr(", x AS (SELECT 1) SELECT"));
}

TEST(ReportFile, ErrorsNameFileAndLine) {
  EXPECT_THAT(ParseError("SELECT 1"), HasSubstr("r.sql:1: a report begins with"));
  EXPECT_THAT(ParseError(std::string(kHeader) + "-- colour: red\nSELECT 1"),
              HasSubstr("r.sql:3: a header line is"));
  EXPECT_THAT(ParseError(std::string(kHeader) + "-- param n number ten: x\nSELECT :n"),
              HasSubstr("r.sql:3: --n takes a number"));
  EXPECT_THAT(ParseError(std::string(kHeader) + "SELECT :nobody"),
              HasSubstr("declares it"));
  EXPECT_THAT(ParseError(std::string(kHeader)), HasSubstr("there is no SQL"));
}

TEST(ReportFile, AHeaderLineGoesOnWhenIndented) {
  EXPECT_EQ(Parsed("-- read: one\n--   two\nSELECT 1").read, "one two");
}

TEST(ReportFolder, ReplacesABuiltInReportAndNamesWhatIsNone) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "flowlake_reports";
  fs::remove_all(folder);
  fs::create_directories(folder);
  std::ofstream(folder / "top-talkers.sql") << kHeader << "SELECT 1\n";
  const auto reports = LoadedReports(folder.string());
  ASSERT_TRUE(reports.ok()) << reports.status();
  EXPECT_EQ(reports->size(), kBuiltIn);
  EXPECT_EQ((*ChooseReport(*reports, "top-talkers"))->title, "T");
  std::ofstream(folder / "notes.sql") << "hello\n";
  EXPECT_THAT(LoadedReports(folder.string()).status().message(),
              HasSubstr("notes.sql:1: "));
  Failures failures;
  EXPECT_EQ(LoadReports(folder.string(), failures)->size(), kBuiltIn);
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures.list()[0].step, "load report");
  fs::remove_all(folder);
}

TEST(BindReport, LeavesOutSectionsOfTablesThatAreNotThere) {
  const Report report =
      ParseReport("r",
                  "-- title: T\n-- question: Q\n-- read: R\n"
                  "-- chart: table\n-- table: *\n"
                  "[[ SELECT 1 FROM {in:alb} WHERE {W} UNION ALL ]]\n"
                  "[[ SELECT 2 FROM {in:dns} WHERE {W:at} UNION ALL ]]\n"
                  "SELECT 3",
                  "test")
          .ValueOrDie();
  const std::vector<std::string> tables = {"dns", "vpc_flow"};
  const ReportWindow window{"2026-09-20 01:00", "2026-09-21"};
  const auto sql = BindReport(report, {}, window, tables).ValueOrDie();
  EXPECT_THAT(sql, Not(HasSubstr("SELECT 1")));
  EXPECT_THAT(sql, HasSubstr("SELECT 2 FROM \"dns\" WHERE date BETWEEN"));
  EXPECT_THAT(sql, HasSubstr("\"at\" >= TIMESTAMP '2026-09-20 01:00:00' UNION ALL"));
  EXPECT_THAT(BindReport(report, {}, window).ValueOrDie(), Not(HasSubstr("UNION")));
}

class ScriptedAnswer final : public Answer {
 public:
  explicit ScriptedAnswer(const std::string& text) {
    arrow::StringBuilder builder;
    EXPECT_TRUE(builder.Append(text).ok());
    batch_ = arrow::RecordBatch::Make(schema(), 1, {*builder.Finish()});
  }
  std::shared_ptr<arrow::Schema> schema() const override {
    return arrow::schema({arrow::field("newest", arrow::utf8())});
  }
  Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    return std::exchange(batch_, nullptr);
  }
  QueryStatistics statistics() const override { return {100, 1000, 1, 2, 3, 4, 0, 0}; }

 private:
  std::shared_ptr<arrow::RecordBatch> batch_;
};

/// Remembers what it was asked; the newest day is 2019-03-05.
class ScriptedEngine final : public Engine {
 public:
  Result<std::unique_ptr<Answer>> Run(const std::string& sql,
                                      const QueryOptions&) override {
    asked.push_back(sql);
    return std::make_unique<ScriptedAnswer>("2019-03-05");
  }
  Result<QueryStatistics> Estimate(const std::string&) override {
    return QueryStatistics{};
  }
  Result<std::vector<std::string>> Split(const std::string& script) override {
    return std::vector<std::string>{script};
  }
  Result<std::vector<std::string>> TableNames() override {
    return std::vector<std::string>{"vpc_flow"};
  }
  void Interrupt() override {}

  std::vector<std::string> asked;
};

TEST(RunReport, AsksForTheNewestTwoDaysOfTheTableAndSaysSo) {
  ScriptedEngine engine;
  const auto answer = RunReport(engine, BuiltIn("top-talkers"), {}, {});
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(engine.asked.size(), 2u);
  EXPECT_THAT(engine.asked[1],
              HasSubstr("date BETWEEN DATE '2019-03-04' AND DATE '2019-03-05'"));
  EXPECT_EQ((*answer)->statistics().bytes_scanned, 200);
  EXPECT_EQ((*answer)->statistics().bytes_stored, 1000);
  const auto note = (*answer)->schema()->metadata()->Get("flowlake.note");
  EXPECT_THAT(*note, HasSubstr("2019-03-04 to 2019-03-05, the newest 2 days"));
}

TEST(RunReport, SaysWhichTablesTheAnswerIsWithout) {
  ScriptedEngine engine;
  const auto answer = RunReport(engine, BuiltIn("api-from-scanner"), {}, {});
  ASSERT_TRUE(answer.ok()) << answer.status();
  const auto note = (*answer)->schema()->metadata()->Get("flowlake.note");
  EXPECT_THAT(*note, HasSubstr("; the lake has no cloudtrail"));
  const auto all =
      RunReport(engine, BuiltIn("address-everywhere"), {{"address", "203.0.113.7"}}, {});
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_THAT(*(*all)->schema()->metadata()->Get("flowlake.note"),
              Not(HasSubstr("has no")));
}

TEST(RunReport, ReadsNothingWhenAnArgumentIsWrong) {
  ScriptedEngine engine;
  EXPECT_FALSE(RunReport(engine, BuiltIn("top-talkers"), {{"limit", "x"}}, {}).ok());
  EXPECT_FALSE(RunReport(engine, BuiltIn("top-talkers"),
                         {{"from", "2026-02-02"}, {"to", "2026-02-01"}}, {})
                   .ok());
  EXPECT_TRUE(engine.asked.empty());
}

TEST(RunReport, AnAskedWindowNeedsNoLookUp) {
  ScriptedEngine engine;
  ASSERT_TRUE(
      RunReport(engine, BuiltIn("top-talkers"), {{"from", "2026-02-01"}}, {}).ok());
  ASSERT_EQ(engine.asked.size(), 1u);
  EXPECT_THAT(engine.asked[0], HasSubstr("DATE '2026-02-01' AND DATE '9999-12-31'"));
}

}  // namespace
}  // namespace flowlake
