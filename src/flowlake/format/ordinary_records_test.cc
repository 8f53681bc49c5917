#include "flowlake/format/ordinary_records.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "flowlake/format/cloudfront_logs.h"
#include "flowlake/format/delimited_parser.h"
#include "flowlake/format/elb_logs.h"
#include "flowlake/format/positional_parser.h"
#include "flowlake/format/rows_as_json.h"

namespace flowlake {
namespace {

constexpr ParseLimits kLimits{1'798'761'600 * kMicrosPerSecond, 4096};

using Choices = std::vector<std::string>;

// What each kind of value may look like; what comes first is usual.
Choices ValuesOf(ValueKind kind) {
  switch (kind) {
    case ValueKind::kInt32:
    case ValueKind::kInt64:
    case ValueKind::kCount:
      return {"200", "0",          "-", "123456789",
              "-1",  "2147483648", "x", "00000000000000000001"};
    case ValueKind::kDouble:
    case ValueKind::kMeasurement:
      return {"0.003",
              "12",
              "-",
              "-1",
              "123456789012.345",
              "1234567890123456.7",
              "1e-7",
              ".5",
              "5.",
              "-0.5",
              "1.2.3",
              "inf",
              "0x1p3"};
    case ValueKind::kTime:
    case ValueKind::kInstant:
      return {"2026-10-02T06:14:10.882113Z",
              "2026-10-03T23:59:60Z",
              "-",
              "2026-10-02T06:14:10+02:00",
              "2009-10-02T06:14:10Z",
              "2026-10-02T6:14:10Z",
              "1790000000.123",
              "1790000000123",
              "2026-02-30T06:14:10Z"};
    case ValueKind::kDate:
      return {"2026-10-02", "2026-10-03", "-", "2026-13-01", "2008-01-01"};
    case ValueKind::kTimeOfDay:
      return {"06:14:11", "23:59:60", "-", "24:00:00", "6:14:11"};
    case ValueKind::kAddress:
      return {"203.0.113.24:51022", "[2001:db8::1]:443", "-",    "2001:db8::1:443",
              "203.0.113.24:",      "203.0.113.24",      ":443", "arn:aws:lambda:f:1",
              "203.0.113.24:x",     "203.0.113.24:-"};
    case ValueKind::kPercentText:
    case ValueKind::kUserAgent:
      return {"Mozilla/5.0%20(X11)", "curl/8.1", "-", "a%2520b", "100%", "%FF%FE", "%00"};
    default:
      return {"app/edge/0a1b",
              "TLSv1.3",
              "-",
              "a-much-longer-text-of-more-than-32-bytes-0001",
              "-a",
              "a\"b",
              "a\\b",
              "caf\xC3\xA9",
              "a\x01",
              "\xFF"};
  }
}

Choices QuotedValuesOf(ValueKind kind) {
  if (kind == ValueKind::kRequest) {
    return {"\"GET https://example.net:443/a?b=1 HTTP/2.0\"",
            "\"- http://example.net:80- -\"",
            "\"-\"",
            "\"- - - \"",
            "\"GET\"",
            "\"GET /a b c HTTP/1.1\"",
            "\"GET /\"",
            "GET",
            "\"\"",
            "\"GET /\\\" HTTP/1.1\"",
            "\"GET \"/\" HTTP/1.1\"",
            "\"a\nb\""};
  }
  Choices values = ValuesOf(kind);
  for (std::string& value : values) value = "\"" + value + "\"";
  values.insert(values.end(), {"\"\"", "\"a b\"", "\"a\\\\\"", "\"a", "b\"", "-"});
  return values;
}

/// Lines of the kind, all ordinary but every `odd`th, in which about one field is drawn
/// from all that there may be.
class LogMaker {
 public:
  LogMaker(const LogKind& kind, std::vector<int> fields, size_t odd)
      : kind_(kind), fields_(std::move(fields)), odd_(odd) {}

  std::string Make(int lines) {
    std::string log;
    for (int i = 0; i < lines; ++i) {
      log += MakeLine(Draw(odd_) == 0);
      log += Draw(odd_ * 4) == 0 ? "\r\n" : "\n";
      if (Draw(odd_ * 4) == 0) log += Draw(2) == 0 ? " \n" : "\n";
      if (Draw(odd_ * 4) == 0) log += "# a comment\n";
    }
    return log;
  }

 private:
  size_t Draw(size_t count) { return random_() % count; }

  std::string MakeLine(bool is_odd) {
    std::string line;
    const size_t missing = is_odd && Draw(3) == 0 ? Draw(fields_.size()) : 0;
    const size_t surplus = is_odd && Draw(4) == 0 ? 1 : 0;
    for (size_t i = 0; i < fields_.size() - missing; ++i) {
      if (i > 0) line += kind_.separator;
      line += MakeField(fields_[i], is_odd && Draw(fields_.size()) == 0);
    }
    for (size_t i = 0; i < surplus; ++i) line += kind_.separator + std::string("new");
    if (is_odd && Draw(8) == 0) line += kind_.separator;
    return line;
  }

  std::string MakeField(int field, bool is_odd) {
    if (field < 0) return is_odd ? "unknown" : "-";
    const ValueKind kind = kind_.fields[static_cast<size_t>(field)].kind;
    const bool is_quoted = kind_.separator == ' ' && (kind == ValueKind::kRequest ||
                                                      (field > 11 && field % 2 == 0));
    const Choices choices = is_quoted ? QuotedValuesOf(kind) : ValuesOf(kind);
    if (is_odd) return choices[Draw(choices.size())];
    // Distinct ones, so that dictionaries have something to do.
    if (kind == ValueKind::kText && Draw(2) == 0) {
      const std::string text = "text-" + std::to_string(random_());
      return is_quoted ? "\"" + text + "\"" : text;
    }
    return choices[Draw(3)];
  }

  const LogKind& kind_;
  const std::vector<int> fields_;
  const size_t odd_;
  std::mt19937 random_{17};
};

std::vector<int> AllFields(const LogKind& kind) {
  std::vector<int> fields;
  for (size_t i = 0; i < kind.fields.size(); ++i) fields.push_back(static_cast<int>(i));
  return fields;
}

template <typename ParserOf>
void ExpectTheSameSingly(const std::string& log, const ParserOf& parser_of) {
  auto many = parser_of();
  auto singly = parser_of();
  singly.ParseSingly();
  const ParsedInput all = ParseInChunks(many, log, log.size());
  const ParsedInput each = ParseInChunks(singly, log, log.size());
  EXPECT_EQ(all.rows, each.rows);
  EXPECT_EQ(all.rejects, each.rejects);
  EXPECT_GT(all.rows.size(), 0U);
}

TEST(OrdinaryRecords, OfALoadBalancerAreWhatRecordsAreSingly) {
  for (const LogKind* kind :
       {&ElbLog(), &AlbLog(), &AlbConnectionLog(), &AlbHealthLog(), &NlbLog()}) {
    for (const size_t odd : {1, 4, 50, 1000}) {
      LogMaker maker(*kind, AllFields(*kind), odd);
      SCOPED_TRACE(kind->table + ", odd " + std::to_string(odd));
      ExpectTheSameSingly(maker.Make(1500), [&] {
        return PositionalParser(*kind, {"111122223333", "eu-west-1"}, kLimits);
      });
    }
  }
}

TEST(OrdinaryRecords, OfCloudFrontAreWhatRecordsAreSingly) {
  const LogKind& kind = CloudFrontLog();
  std::vector<int> fields = AllFields(kind);
  fields.insert(fields.begin() + 7, -1);
  std::string header = "#Version: 1.0\n#Fields:";
  for (const int field : fields) {
    header += ' ';
    header += field < 0 ? "x-unknown" : kind.fields[static_cast<size_t>(field)].name;
  }
  header += '\n';
  for (const size_t odd : {1, 4, 50, 1000}) {
    LogMaker maker(kind, fields, odd);
    SCOPED_TRACE("odd " + std::to_string(odd));
    ExpectTheSameSingly(header + maker.Make(700) + header + maker.Make(700), [&] {
      return DelimitedParser(kind, {'\t'}, {"111122223333", ""}, kLimits);
    });
  }
}

TEST(OrdinaryRecords, AreTakenManyAtATime) {
  LogMaker maker(AlbLog(), AllFields(AlbLog()), 1'000'000);
  const std::string log = maker.Make(200);
  OrdinaryRecords records(AlbLog(), {"1", "eu-west-1"}, kLimits, {' ', true});
  records.SetPositions(AllFields(AlbLog()), AlbLog().fewest);
  ColumnsBuilder columns(&AlbLog().schema);
  records.SetText(log);
  // The first line lacks what must be readable before it, the last what must be behind.
  size_t at = log.find('\n') + 1;
  int64_t lines = 0;
  int pieces = 0;
  while (log.find('\n', at) != log.size() - 1) {
    const auto taken = records.Append(at, columns);
    ASSERT_GT(taken.lines, 0) << log.substr(at, 300);
    at += taken.bytes;
    lines += taken.lines;
    ++pieces;
  }
  EXPECT_EQ(lines, 198);
  EXPECT_LT(pieces, 12);
  EXPECT_EQ(columns.rows(), lines);
}

TEST(OrdinaryRecordsDeathTest, BeginInTheText) {
  OrdinaryRecords records(AlbLog(), {"1", "eu-west-1"}, kLimits, {' ', true});
  ColumnsBuilder columns(&AlbLog().schema);
  const std::string text = "1 2\n";
  records.SetText(text);
  EXPECT_DEATH((void)records.Append(text.size(), columns), "behind the end of the text");
}

}  // namespace
}  // namespace flowlake
