#include "flowlake/format/text_parser.h"

#include <gmock/gmock.h>

#include <chrono>
#include <random>

#include "flowlake/format/detect.h"
#include "flowlake/format/generator.h"
#include "flowlake/format/text_comparison.h"

namespace flowlake {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const std::string kRecord =
    "2 123456789010 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1439387263 1439387264 "
    "ACCEPT OK\n";

std::unique_ptr<Parser> Detect(const std::string& input) {
  FormatOptions options;
  options.limits.latest_time = 1'798'761'600 * kMicrosPerSecond;
  return DetectParser(input, true, options).ValueOrDie();
}

TEST(TextParserTest, AnEndlessLineIsRejectedOnceAndNotBuffered) {
  const std::string input = kRecord + std::string(5 << 20, 'x') + "\n" + kRecord;
  const auto parser = Detect(input);
  EXPECT_EQ(parser->Frame(std::string(1 << 20, 'x'), false), 0u);
  EXPECT_EQ(parser->Frame(std::string((1 << 20) + 4, 'x'), false), size_t{(1 << 20) + 4});
  const ParsedInput result = ParseInChunks(*parser, input, 64 << 10);
  EXPECT_THAT(result.rows, SizeIs(2));
  EXPECT_THAT(result.rejects, ElementsAre(HasSubstr("too_long")));
}

// Its mark must not make a line that is not yet whole look long enough to be cut.
TEST(TextParserTest, AFirstLineOfAboutTheLimitIsOneLineWithAByteOrderMarkToo) {
  for (size_t length = 295; length < 306; ++length) {
    const std::string input = "\xEF\xBB\xBF" + std::string(length, 'x') + "\n" + kRecord;
    for (const size_t chunk : {1, 7, 301, 303, 400}) {
      const TextComparison comparison = CompareTextParsers(input, chunk);
      EXPECT_EQ(comparison.real, comparison.obvious) << length << ' ' << chunk;
    }
  }
}

TEST(TextParserTest, UnknownNamesAreListedOnceInOrder) {
  const std::string input =
      "srcaddr zeta dstaddr Alpha bytes\nsrcaddr bytes dstaddr zeta\n";
  const auto parser = Detect(input);
  ParseInChunks(*parser, input, 1000);
  EXPECT_THAT(parser->unknown_fields(), ElementsAre("zeta", "Alpha"));
}

TEST(TextParserTest, DescribesItself) {
  EXPECT_EQ(Detect(kRecord)->description(), "vpc flow log, text, 14 fields");
}

/// Logs whose lines were damaged at random.
class Mutator {
 public:
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }

  std::string Next() {
    std::string input;
    for (uint32_t lines = Below(8); lines > 0; --lines) input += Line();
    for (uint32_t edits = Below(4); edits > 0 && !input.empty(); --edits) Edit(input);
    return input;
  }

  /// At or behind the byte `from`.
  void Edit(std::string& input, size_t from = 0) {
    static const std::vector<std::string> pieces{
        " ", "-", "\n", "\r", "9", "\xff", "%", "\t", "é", "a", std::string(1, '\0')};
    // One after the other: the order of arguments is the compiler's.
    const size_t at = from + Below(static_cast<uint32_t>(input.size() - from));
    const size_t count = Below(3);
    input.replace(at, count, pieces[Below(static_cast<uint32_t>(pieces.size()))]);
  }

 private:
  std::string Line() {
    static const std::vector<std::string> lines{
        kRecord,
        kRecord,
        "srcaddr new-field bytes start instance-tag\n",
        "10.0.0.1 x 5 1439387263 a%2Db\r\n",
        "version account-id tcp-flags\n",
        "3 000 19\n",
        "srcaddr dstaddr action\n",
        "tgw-id srcaddr dstaddr\n",
        "\n",
        "9223372036854775808 - 1e5\n",
        std::string(310, 'y') + "\n"};
    return lines[Below(static_cast<uint32_t>(lines.size()))];
  }

  std::mt19937 random_{20260921};
};

TEST(TextParserTest, AgreesWithTheObviousParserOnDamagedLogs) {
  Mutator mutator;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  for (size_t round = 1; std::chrono::steady_clock::now() < end; ++round) {
    const std::string input = mutator.Next();
    const TextComparison comparison = CompareTextParsers(input, 1 + round % 70);
    ASSERT_TRUE(comparison.agree()) << testing::PrintToString(input);
    ASSERT_EQ(comparison.real.rows, comparison.obvious.rows);
  }
}

// Long runs of records are parsed column by column; damage is where that must stop and go
// on.
TEST(TextParserTest, AgreesWithTheObviousParserOnLongLogsOfEachVersion) {
  Mutator mutator;
  for (const int version : {2, 3, 4, 5, 7, 8, 9, 10, 11}) {
    for (uint32_t edits = 0; edits < 12; ++edits) {
      GeneratorOptions options;
      options.version = version;
      options.records = 300;
      options.seed = edits;
      options.first_day = 20'000;
      std::string input;
      const auto generator = Generator::Make(options).ValueOrDie();
      while (generator->Next(1 << 20, input)) {
      }
      const size_t header = input.find('\n') + 1;
      for (uint32_t edit = 0; edit < edits; ++edit) mutator.Edit(input, header);
      const size_t chunk = 1000 + mutator.Below(60'000);
      const TextComparison comparison = CompareTextParsers(input, chunk, 1 << 20);
      ASSERT_EQ(comparison.real.rows, comparison.obvious.rows) << version;
      ASSERT_EQ(comparison.real.rejects, comparison.obvious.rejects) << version;
      ASSERT_GT(comparison.real.rows.size(), 250U);
    }
  }
}

}  // namespace
}  // namespace flowlake
