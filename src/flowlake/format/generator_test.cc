#include "flowlake/format/generator.h"

#include <gmock/gmock.h>

#include <set>
#include <string>

#include "flowlake/format/catalogue.h"
#include "flowlake/format/detect.h"
#include "flowlake/format/rows_as_json.h"

namespace flowlake {
namespace {
using testing::SizeIs;

std::string Generate(const GeneratorOptions& options) {
  const auto generator = Generator::Make(options).ValueOrDie();
  std::string log;
  while (generator->Next(10'000, log)) {
  }
  return log;
}

GeneratorOptions Version(int version) {
  GeneratorOptions options;
  options.version = version;
  options.records = 1000;
  options.first_day = *ParseDate("2026-09-21");
  return options;
}

ParsedInput Parse(const std::string& log) {
  FormatOptions options;
  options.limits.latest_time = 1'798'761'600 * kMicrosPerSecond;
  const auto parser = DetectParser(log, true, options).ValueOrDie();
  return ParseInChunks(*parser, log, log.size());
}

TEST(GeneratorTest, EveryVersionParsesWithoutRejects) {
  for (const int version : {2, 3, 4, 5, 7, 8, 9, 10, 11}) {
    const ParsedInput result = Parse(Generate(Version(version)));
    EXPECT_THAT(result.rows, SizeIs(1000)) << version;
    EXPECT_THAT(result.rejects, SizeIs(0)) << version;
  }
}

TEST(GeneratorTest, TransitGatewayParsesWithoutRejects) {
  GeneratorOptions options = Version(2);
  options.transit_gateway = true;
  const ParsedInput result = Parse(Generate(options));
  EXPECT_THAT(result.rows, SizeIs(1000));
  EXPECT_THAT(result.rejects, SizeIs(0));
}

TEST(GeneratorTest, TheSeedDecides) {
  GeneratorOptions options = Version(5);
  const std::string first = Generate(options);
  EXPECT_EQ(Generate(options), first);
  options.seed = 2;
  EXPECT_NE(Generate(options), first);
}

TEST(GeneratorTest, RecordsStayWithinTheirDays) {
  GeneratorOptions options = Version(2);
  options.fields = {"start"};
  options.days = 3;
  options.shuffle_days = true;
  for (const std::string& row : Parse(Generate(options)).rows) {
    EXPECT_GE(row, "{\"start\":\"2026-09-21");
    EXPECT_LT(row, "{\"start\":\"2026-09-24");
  }
}

TEST(GeneratorTest, ScatteredRecordsChangeDaysFromOneToTheNext) {
  GeneratorOptions options = Version(2);
  options.fields = {"start"};
  options.days = 3;
  options.scatter_days = true;
  std::set<std::string> days;
  const auto rows = Parse(Generate(options)).rows;
  for (size_t i = 0; i < 30; ++i) days.insert(rows.at(i).substr(0, 20));
  EXPECT_EQ(days,
            (std::set<std::string>{"{\"start\":\"2026-09-21", "{\"start\":\"2026-09-22",
                                   "{\"start\":\"2026-09-23"}));
}

TEST(GeneratorTest, RefusesWhatDoesNotExist) {
  EXPECT_FALSE(Generator::Make(Version(6)).ok());
  GeneratorOptions options = Version(2);
  options.fields = {"nonsense"};
  EXPECT_FALSE(Generator::Make(options).ok());
}

}  // namespace
}  // namespace flowlake
