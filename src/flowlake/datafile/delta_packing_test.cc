#include "flowlake/datafile/delta_packing.h"

#include <gtest/gtest.h>
#include <parquet/encoding.h>
#include <parquet/schema.h>

#include <random>
#include <vector>

namespace flowlake {
namespace {

template <typename ParquetType>
auto ReadByArrow(const Bytes& bytes, size_t count) {
  using Number = typename ParquetType::c_type;
  const parquet::ColumnDescriptor column(
      parquet::schema::PrimitiveNode::Make("n", parquet::Repetition::REQUIRED,
                                           ParquetType::type_num),
      0, 0);
  auto decoder = parquet::MakeTypedDecoder<ParquetType>(
      parquet::Encoding::DELTA_BINARY_PACKED, &column);
  decoder->SetData(static_cast<int>(count), bytes.data(), static_cast<int>(bytes.size()));
  std::vector<Number> values(count + 1);
  values.resize(static_cast<size_t>(
      decoder->Decode(values.data(), static_cast<int>(values.size()))));
  return values;
}

void ExpectReadBack(const std::vector<int32_t>& values) {
  Bytes bytes;
  AppendDeltaPacked(values, bytes);
  ASSERT_EQ(ReadByArrow<parquet::Int32Type>(bytes, values.size()), values);
}

void ExpectReadBack(const std::vector<int64_t>& values) {
  Bytes bytes;
  AppendDeltaPacked(values, bytes);
  ASSERT_EQ(ReadByArrow<parquet::Int64Type>(bytes, values.size()), values);
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
  ExpectReadBack(std::vector<int32_t>{0, INT32_MAX, 0, INT32_MAX, INT32_MAX, 0});
  ExpectReadBack(std::vector<int32_t>{INT32_MIN, INT32_MAX, INT32_MIN, -1, 0, INT32_MAX});
}

TEST(DeltaPacking, OfLongNumbersIsReadByArrow) {
  std::mt19937_64 random;
  for (uint32_t bits = 0; bits <= 64; ++bits) {
    std::vector<int64_t> values(300);
    for (int64_t& value : values) {
      value = bits == 0 ? 7 : static_cast<int64_t>(random() >> (64 - bits));
    }
    ExpectReadBack(values);
  }
  ExpectReadBack(std::vector<int64_t>{INT64_MIN, INT64_MAX, 0, -1, INT64_MIN, 1});
  ExpectReadBack(std::vector<int64_t>{});
}

TEST(DeltaPacking, OfOneLengthTakesNextToNothing) {
  Bytes bytes;
  AppendDeltaPacked(std::vector<int32_t>(20'000, 36), bytes);
  EXPECT_LT(bytes.size(), 1000U);
}

}  // namespace
}  // namespace flowlake
