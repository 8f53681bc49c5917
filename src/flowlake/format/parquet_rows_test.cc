#include "flowlake/format/parquet_rows.h"

#include <arrow/api.h>
#include <gmock/gmock.h>

#include <random>

#include "flowlake/format/rows_as_json.h"

namespace flowlake {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

/// Columns of one file, each with its name.
class File {
 public:
  template <typename Builder, typename Value>
  File& With(const std::string& name, std::vector<std::optional<Value>> values,
             Builder&& builder = Builder()) {
    for (const auto& value : values) {
      EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
    }
    return With(name, builder.Finish().ValueOrDie());
  }
  File& With(const std::string& name, std::shared_ptr<arrow::Array> array) {
    fields_.push_back(arrow::field(name, array->type()));
    arrays_.push_back(std::move(array));
    return *this;
  }

  /// As Append() does it, which must be as its twin does it.
  ParsedInput Parse() const {
    const ParsedInput result = ParseBy(&ParquetRows::Append);
    EXPECT_EQ(result, ParseBy(&ParquetRows::AppendRowByRow));
    return result;
  }

 private:
  using Way = Status (ParquetRows::*)(const arrow::RecordBatch&, int64_t, ColumnsBuilder&,
                                      Rejects&);

  ParsedInput ParseBy(Way way) const {
    const ParseLimits limits{1'798'761'600 * kMicrosPerSecond, 1000};
    const auto schema = arrow::schema(fields_);
    auto rows = ParquetRows::Make(*schema, limits);
    if (!rows.ok()) return {{}, {}, rows.status().message()};
    const auto batch = arrow::RecordBatch::Make(schema, arrays_[0]->length(), arrays_);
    ColumnsBuilder builder(&(*rows)->schema());
    Rejects rejects;
    ParsedInput result;
    // In two batches, between which the columns are taken.
    const int64_t half = batch->num_rows() / 2;
    EXPECT_TRUE(((**rows).*way)(*batch->Slice(0, half), 10, builder, rejects).ok());
    AddResults(builder, rejects, result);
    EXPECT_TRUE(((**rows).*way)(*batch->Slice(half), 10 + half, builder, rejects).ok());
    AddResults(builder, rejects, result);
    return result;
  }

  arrow::FieldVector fields_;
  arrow::ArrayVector arrays_;
};

using Texts = std::vector<std::optional<std::string>>;
using Longs = std::vector<std::optional<int64_t>>;
using Doubles = std::vector<std::optional<double>>;

TEST(ParquetRowsTest, TypesThatDriftBecomeOurs) {
  File file;
  file.With<arrow::StringBuilder>("srcport", Texts{"443", "-", "None"})
      .With<arrow::Int64Builder>("account-id", Longs{42, 123456789010, {}})
      .With<arrow::DoubleBuilder>("bytes", Doubles{5.0, {}, 7.0})
      .With<arrow::LargeStringBuilder>("action", Texts{"ACCEPT", "-", {}})
      .With<arrow::UInt16Builder>("DstPort", std::vector<std::optional<uint16_t>>{
                                                 uint16_t{80}, {}, uint16_t{65535}});
  EXPECT_THAT(
      file.Parse().rows,
      ElementsAre(
          R"({"account_id":"000000000042","srcport":443,"dstport":80,"bytes":5,"action":"ACCEPT"})",
          R"({"account_id":"123456789010"})", R"({"dstport":65535,"bytes":7})"));
}

TEST(ParquetRowsTest, TimesOfAnyUnitAreInstants) {
  File file;
  const auto nanos = arrow::timestamp(arrow::TimeUnit::NANO);
  const auto millis = arrow::timestamp(arrow::TimeUnit::MILLI, "UTC");
  file.With("start", Longs{1439387263000000000},
            arrow::TimestampBuilder(nanos, arrow::default_memory_pool()))
      .With("end", Longs{1439387264500},
            arrow::TimestampBuilder(millis, arrow::default_memory_pool()))
      .With<arrow::StringBuilder>("srcaddr", Texts{"10.0.0.1"});
  EXPECT_THAT(file.Parse().rows,
              ElementsAre(R"({"srcaddr":"10.0.0.1","start":"2015-08-12 13:47:43",)"
                          R"("end":"2015-08-12 13:47:44.500000"})"));
}

TEST(ParquetRowsTest, DictionariesAreRead) {
  File file;
  file.With<arrow::StringDictionaryBuilder>("srcaddr", Texts{"a", "b", {}, "a"})
      .With<arrow::Int32Builder>("srcport",
                                 std::vector<std::optional<int32_t>>{1, 2, 3, 4});
  EXPECT_THAT(
      file.Parse().rows,
      ElementsAre(R"({"srcaddr":"a","srcport":1})", R"({"srcaddr":"b","srcport":2})",
                  R"({"srcport":3})", R"({"srcaddr":"a","srcport":4})"));
}

TEST(ParquetRowsTest, AValueThatDoesNotFitRejectsItsRow) {
  File file;
  file.With<arrow::Int64Builder>("start", Longs{1439387263, 5, 1439387263, {}})
      .With<arrow::DoubleBuilder>("bytes", Doubles{1.5, 1.0, -1.0, 2.0})
      .With<arrow::StringBuilder>("srcaddr", Texts{"a", "b", "c", "d"});
  const ParsedInput result = file.Parse();
  EXPECT_THAT(result.rows, ElementsAre(R"({"srcaddr":"d","bytes":2})"));
  EXPECT_THAT(
      result.rejects,
      ElementsAre(HasSubstr(R"("line":10,"offset":0,"column":"bytes","reason":"not_a)"),
                  HasSubstr("time_too_early"), HasSubstr("out_of_range")));
}

TEST(ParquetRowsTest, UnknownColumnsGoToExtra) {
  File file;
  file.With<arrow::StringBuilder>("srcaddr", Texts{"a"})
      .With<arrow::StringBuilder>("dstaddr", Texts{"b"})
      .With<arrow::Int64Builder>("bytes", Longs{1})
      .With<arrow::Int64Builder>("team", Longs{7});
  EXPECT_THAT(file.Parse().rows, ElementsAre(HasSubstr(R"("extra":"{\"team\":\"7\"}")")));
}

TEST(ParquetRowsTest, OtherTablesAreRefusedByName) {
  File file;
  file.With<arrow::Int64Builder>("price", Longs{1});
  EXPECT_THAT(file.Parse().error, HasSubstr("price"));
}

// --- The whole-column way and the row-by-row way, on columns of any type.

constexpr int64_t kRows = 3000;

class RandomColumns {
 public:
  explicit RandomColumns(uint32_t seed) : random_(seed) {}

  /// A few columns of a flow log with the values that collectors write, mostly.
  File Make() {
    static const std::vector<std::string> kNames{"account-id", "srcaddr", "srcport",
                                                 "bytes",      "start",   "end",
                                                 "action",     "team",    "pkt-srcaddr"};
    misfits_ = Below(3) == 0 ? 0 : 400;  // one in so many
    File file;
    file.With("interface-id", Texts());
    for (const std::string& name : kNames) {
      if (Below(4) == 0) continue;
      const bool is_time = name == "start" || name == "end";
      file.With(name, is_time ? Times() : Any());
    }
    return file;
  }

 private:
  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }
  bool IsMisfit() { return misfits_ != 0 && Below(misfits_) == 0; }

  template <typename Builder, typename MakeValue>
  std::shared_ptr<arrow::Array> Fill(MakeValue make_value, Builder builder = Builder()) {
    const uint32_t nulls = Below(2) == 0 ? 0 : 1 + Below(4);
    for (int64_t i = 0; i < kRows; ++i) {
      const bool is_null = nulls != 0 && Below(nulls) == 0;
      EXPECT_TRUE((is_null ? builder.AppendNull() : builder.Append(make_value())).ok());
    }
    return builder.Finish().ValueOrDie();
  }

  std::string Text() {
    static const std::vector<std::string> kOdd{
        std::string("a\0b", 3), "\xC3\x28", std::string(1001, 'x'), "1.5", "-7",
        "99999999999999999999", "%41%zz"};
    static const std::vector<std::string> kUsual{
        "-", "", "None", "443", "0", "80", "2147483647", "000000000000000000001"};
    if (IsMisfit()) return kOdd[Below(7)];
    if (Below(3) == 0) return kUsual[Below(misfits_ == 0 ? 7 : 8)];
    return std::to_string(Below(Below(2) == 0 ? 20 : 100'000));
  }
  std::shared_ptr<arrow::Array> Texts() {
    const auto text = [&] { return Text(); };
    switch (Below(4)) {
      case 0:
        return Fill<arrow::StringBuilder>(text);
      case 1:
        return Fill<arrow::LargeBinaryBuilder>(text);
      default:
        return Fill<arrow::StringDictionary32Builder>(text);
    }
  }

  template <typename T>
  T Number() {
    if (IsMisfit()) return static_cast<T>(static_cast<T>(Below(4)) - T{2});
    return static_cast<T>(Below(127));
  }
  std::shared_ptr<arrow::Array> Any() {
    switch (Below(10)) {
      case 0:
        return Fill<arrow::Int8Builder>([&] { return Number<int8_t>(); });
      case 1:
        return Fill<arrow::Int32Builder>([&] { return Number<int32_t>(); });
      case 2:
        return Fill<arrow::Int64Builder>([&] { return Number<int64_t>(); });
      case 3:
        return Fill<arrow::UInt64Builder>([&] { return Number<uint64_t>(); });
      case 4:
        return Fill<arrow::FloatBuilder>(
            [&] { return Number<float>() / (IsMisfit() ? 0.0F : 1.0F); });
      case 5:
        return Fill<arrow::DoubleBuilder>(
            [&] { return Number<double>() * (IsMisfit() ? 1e17 : 1); });
      case 6:
        return Below(2) == 0 ? Fill<arrow::BooleanBuilder>([&] { return Below(2) == 0; })
                             : arrow::MakeArrayOfNull(arrow::null(), kRows).ValueOrDie();
      default:
        return Texts();
    }
  }

  std::shared_ptr<arrow::Array> Times() {
    static constexpr int64_t kPerSecond[] = {1, 1000, 1'000'000, 1'000'000'000};
    const uint32_t unit = Below(4);
    const auto instant = [&, unit] {
      const int64_t time = 1'439'387'263 + int64_t{Below(1000)};
      return IsMisfit() ? int64_t{Below(9)} : time * kPerSecond[unit] + Below(2);
    };
    switch (Below(4)) {
      case 0:
        return Fill(instant,
                    arrow::TimestampBuilder(
                        arrow::timestamp(static_cast<arrow::TimeUnit::type>(unit)),
                        arrow::default_memory_pool()));
      case 1:
        return Fill<arrow::Date32Builder>(
            [&] { return static_cast<int32_t>(IsMisfit() ? 1 : 16'000 + Below(9)); });
      case 2:
        return Fill<arrow::StringDictionary32Builder>([&] {
          return IsMisfit() ? Text() : std::to_string(1'439'387'263 + Below(9));
        });
      default: {
        const bool is_mixed = misfits_ != 0 && Below(4) == 0;
        return Fill<arrow::Int64Builder>([&, is_mixed] {
          const int64_t time = 1'439'387'263 + int64_t{Below(1000)};
          if (IsMisfit()) return int64_t{5};
          return time * (unit % 2 == 0 || (is_mixed && Below(2) == 0) ? 1 : 1000);
        });
      }
    }
  }

  std::mt19937 random_;
  uint32_t misfits_ = 0;
};

TEST(ParquetRowsTest, WholeColumnsBecomeWhatRowsBecome) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    const ParsedInput result = RandomColumns(seed).Make().Parse();
    if (result.error.empty()) {
      EXPECT_EQ(result.rows.size() + result.rejects.size(), static_cast<size_t>(kRows));
    }
    if (HasFailure()) return;
  }
}

TEST(ParquetRowsTest, TagsAreDecoded) {
  File file;
  file.With<arrow::StringDictionary32Builder>("srcaddr", Texts{"a", "b", "c"})
      .With<arrow::StringDictionary32Builder>("instance-tag", Texts{"a%20b", "%zz", "-"});
  const ParsedInput result = file.Parse();
  EXPECT_THAT(result.rows, ElementsAre(R"({"srcaddr":"a","instance_tag":"a b"})",
                                       R"({"srcaddr":"c"})"));
  EXPECT_THAT(result.rejects, ElementsAre(HasSubstr("bad_escape")));
}

// Our dictionary starts anew when it has grown large; the file's stays the same.
TEST(ParquetRowsTest, CodesOfADictionaryThatWasGivenUpAreForgotten) {
  arrow::StringBuilder entries;
  for (int i = 0; i < 40'000; ++i) {
    ASSERT_TRUE(entries.Append(std::to_string(i) + std::string(300, 'x')).ok());
  }
  arrow::Int32Builder indices;
  for (int i = 0; i < 80'000; ++i) ASSERT_TRUE(indices.Append(i % 40'000).ok());
  const auto array = arrow::DictionaryArray::FromArrays(indices.Finish().ValueOrDie(),
                                                        entries.Finish().ValueOrDie());
  File file;
  file.With("srcaddr", array.ValueOrDie());
  const ParsedInput result = file.Parse();
  EXPECT_EQ(result.rows.size(), 80'000U);
  EXPECT_EQ(result.rows.front(), result.rows[40'000]);
}

// The limit is 1,000 bytes here.
TEST(ParquetRowsTest, WhatAllUnknownColumnsOfARowHaveIsNoLongerThanARecord) {
  File file;
  file.With<arrow::StringBuilder>("srcaddr", Texts{"a", "b", "c"})
      .With<arrow::StringBuilder>("dstaddr", Texts{"d", "e", "f"})
      .With<arrow::Int64Builder>("srcport", Longs{1, 2, 3})
      .With<arrow::StringBuilder>(
          "one", Texts{std::string(500, 's'), std::string(501, 's'), "short"})
      .With<arrow::StringDictionaryBuilder>(
          "two",
          Texts{std::string(500, 't'), std::string(500, 't'), std::string(5000, 't')});
  const ParsedInput parsed = file.Parse();
  EXPECT_EQ(parsed.rows.size(), 1U);
  EXPECT_THAT(parsed.rejects, ElementsAre(HasSubstr("too_long"), HasSubstr("too_long")));
}

}  // namespace
}  // namespace flowlake
