#include "flowlake/format/batch_meter.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace flowlake {
namespace {

std::shared_ptr<arrow::Array> Texts(const std::vector<std::string>& texts) {
  arrow::StringBuilder builder;
  EXPECT_TRUE(builder.AppendValues(texts).ok());
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::Array> Encoded(const std::vector<std::string>& entries,
                                      const std::vector<int32_t>& codes) {
  arrow::Int32Builder builder;
  EXPECT_TRUE(builder.AppendValues(codes).ok());
  return arrow::DictionaryArray::FromArrays(
             arrow::dictionary(arrow::int32(), arrow::utf8()),
             builder.Finish().ValueOrDie(), Texts(entries))
      .ValueOrDie();
}

std::shared_ptr<arrow::RecordBatch> Batch(const arrow::ArrayVector& arrays) {
  arrow::FieldVector fields;
  for (const auto& array : arrays) fields.push_back(arrow::field("x", array->type()));
  return arrow::RecordBatch::Make(arrow::schema(fields), arrays[0]->length(), arrays);
}

const std::string kLong(1000, 'l');

TEST(BatchMeter, ValuesAreEightBytesAndTextsTheirLengthBeside) {
  BatchMeter meter;
  EXPECT_EQ(meter.Measure(
                *Batch({Texts({"10.0.0.1", "10.0.0.2"}), Encoded({"ACCEPT"}, {0, 0})})),
            2 * 2 * 8 + 2 * 8);
}

TEST(BatchMeter, CodesThatAreNotInTheDictionaryCountForNothing) {
  BatchMeter meter;
  const auto codes = arrow::Int32Array(3, arrow::Buffer::FromString(std::string(
                                              "\0\0\0\0\xff\xff\xff\x7f\0\0\0\x80", 12)));
  const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  const auto damaged = std::make_shared<arrow::DictionaryArray>(
      type, std::make_shared<arrow::Int32Array>(codes.data()), Texts({kLong}));
  EXPECT_EQ(meter.Measure(*Batch({damaged})), 3 * 8 + 1000);
}

TEST(BatchMeter, ALongEntryCountsWithEveryReferenceToIt) {
  BatchMeter meter;
  EXPECT_EQ(meter.Measure(*Batch({Encoded({kLong, "s"}, {0, 1, 0, 0})})),
            4 * 8 + 3 * 1000 + 1);
}

TEST(BatchMeter, ASliceCountsForItself) {
  BatchMeter meter;
  const auto batch =
      Batch({Texts({kLong, "s", kLong + kLong}), Encoded({kLong}, {0, 0, 0})});
  EXPECT_EQ(meter.Measure(*batch->Slice(0, 1)), 2 * 8 + 1000 + 1000);
  EXPECT_EQ(meter.Measure(*batch->Slice(2)), 2 * 8 + 2000 + 1000);
}

TEST(BatchMeter, AnotherDictionaryIsLookedAtAnew) {
  BatchMeter meter;
  EXPECT_EQ(meter.Measure(*Batch({Encoded({"s"}, {0})})), 8);
  EXPECT_EQ(meter.Measure(*Batch({Encoded({kLong}, {0})})), 8 + 1000);
}

TEST(BatchMeter, NestedColumnsCountWithAllThatBelongsToThem) {
  auto values = std::make_shared<arrow::Int64Builder>();
  arrow::ListBuilder builder(arrow::default_memory_pool(), values);
  EXPECT_TRUE(builder.Append().ok());
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(values->Append(i).ok());
  BatchMeter meter;
  EXPECT_GE(meter.Measure(*Batch({builder.Finish().ValueOrDie()})), 4000);
}

TEST(BatchMeter, NoRowsAreNothing) {
  BatchMeter meter;
  EXPECT_EQ(meter.Measure(*Batch({Texts({}), Encoded({kLong}, {})})), 0);
}

}  // namespace
}  // namespace flowlake
