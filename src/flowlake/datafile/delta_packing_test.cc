#include "flowlake/datafile/delta_packing.h"

#include <gtest/gtest.h>
#include <parquet/encoding.h>
#include <parquet/schema.h>

#include <random>
#include <vector>

namespace flowlake {
namespace {

std::vector<int32_t> ReadByArrow(const Bytes& bytes, size_t count) {
  const parquet::ColumnDescriptor column(
      parquet::schema::Int32("n", parquet::Repetition::REQUIRED), 0, 0);
  auto decoder = parquet::MakeTypedDecoder<parquet::Int32Type>(
      parquet::Encoding::DELTA_BINARY_PACKED, &column);
  decoder->SetData(static_cast<int>(count), bytes.data(), static_cast<int>(bytes.size()));
  std::vector<int32_t> values(count + 1);
  values.resize(static_cast<size_t>(
      decoder->Decode(values.data(), static_cast<int>(values.size()))));
  return values;
}

void ExpectReadBack(const std::vector<int32_t>& values) {
  Bytes bytes;
  AppendDeltaPacked(values, bytes);
  ASSERT_EQ(ReadByArrow(bytes, values.size()), values);
}

TEST(DeltaPacking, OfAnyCountIsReadByArrow) {
  std::mt19937 random;
  for (size_t count = 0; count < 400; ++count) {
    std::vector<int32_t> values(count);
    for (int32_t& value : values) value = static_cast<int32_t>(random() % 100);
    ExpectReadBack(values);
  }
}

TEST(DeltaPacking, OfDifferencesOfAnyWidthIsReadByArrow) {
  std::mt19937 random;
  for (uint32_t bits = 0; bits <= 31; ++bits) {
    std::vector<int32_t> values(1000);
    for (int32_t& value : values) {
      value = static_cast<int32_t>(random() & ((uint64_t{1} << bits) - 1));
    }
    ExpectReadBack(values);
  }
  ExpectReadBack({0, INT32_MAX, 0, INT32_MAX, INT32_MAX, 0});
}

TEST(DeltaPacking, OfOneLengthTakesNextToNothing) {
  Bytes bytes;
  AppendDeltaPacked(std::vector<int32_t>(20'000, 36), bytes);
  EXPECT_LT(bytes.size(), 1000U);
}

}  // namespace
}  // namespace flowlake
