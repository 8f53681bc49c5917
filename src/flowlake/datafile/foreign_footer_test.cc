#include "flowlake/datafile/foreign_footer.h"

#include <arrow/io/memory.h>

#include <string>

#include "flowlake/datafile/data_file_testing.h"

namespace flowlake {
namespace {

using testing::HasSubstr;

// Thrift's compact protocol, as far as a footer needs it.
std::string Varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}
std::string ListOf(uint64_t count, char type) {
  return static_cast<char>(0xF0 | type) + Varint(count);
}
std::string Repeat(const std::string& text, int64_t count) {
  std::string all;
  for (int64_t i = 0; i < count; ++i) all += text;
  return all;
}
constexpr char kStruct = 12;
const std::string kStop(1, '\0');
const std::string kVersion = "\x15\x02";
const std::string kField2List = "\x19";  // one behind the version

std::string FaultOf(const std::string& footer) { return CheckFooter(footer).ToString(); }

class ForeignFooterTest : public DataFileTest {
 protected:
  std::string BytesOf(const DataFile& file) {
    return ReadAll(*store_, "flows/" + file.path).ValueOrDie();
  }
  static std::string FooterOfBytes(const std::string& bytes) {
    uint32_t length = 0;
    std::memcpy(&length, bytes.data() + bytes.size() - 8, 4);
    return bytes.substr(bytes.size() - 8 - length, length);
  }
};

TEST_F(ForeignFooterTest, OurOwnIsInOrder) {
  const std::string footer = FooterOfBytes(BytesOf(Write({MakeRow("a", 1)})));
  EXPECT_TRUE(CheckFooter(footer).ok()) << FaultOf(footer);
}

TEST_F(ForeignFooterTest, OneThatIsCutShortAnywhereIsRefused) {
  const std::string footer = FooterOfBytes(BytesOf(Write({MakeRow("a", 1)})));
  for (size_t size = 0; size < footer.size(); ++size) {
    EXPECT_FALSE(CheckFooter(footer.substr(0, size)).ok()) << size;
  }
}

TEST_F(ForeignFooterTest, MoreColumnsThanAnybodyHasAreRefused) {
  const std::string element = "\x48\x01x" + kStop;  // name "x"
  const auto with = [&](int64_t count) {
    return kVersion + kField2List + ListOf(static_cast<uint64_t>(count), kStruct) +
           Repeat(element, count) + kStop;
  };
  EXPECT_TRUE(CheckFooter(with(kMaxSchemaElements)).ok());
  EXPECT_THAT(FaultOf(with(kMaxSchemaElements + 1)), HasSubstr("4001 columns"));
}

TEST_F(ForeignFooterTest, MoreRowGroupsAndChunksThanMemoryIsForAreRefused) {
  const std::string groups = kVersion + "\x39";  // field 4
  EXPECT_THAT(
      FaultOf(groups + ListOf(1'000'000, kStruct) + Repeat(kStop, 1'000'000) + kStop),
      HasSubstr("row groups"));
  const std::string chunks = "\x19" + ListOf(100'000, kStruct) + Repeat(kStop, 100'000);
  EXPECT_THAT(FaultOf(groups + ListOf(1, kStruct) + chunks + kStop + kStop),
              HasSubstr("80 MiB"));
}

TEST_F(ForeignFooterTest, AListThatClaimsMoreThanThereIsTakesNoTime) {
  EXPECT_THAT(FaultOf(kVersion + kField2List + ListOf(1ULL << 60, kStruct) + kStop),
              HasSubstr("damaged"));
}

TEST_F(ForeignFooterTest, NestingHasAnEnd) {
  EXPECT_FALSE(CheckFooter(Repeat("\x1c", 1'000'000)).ok());
  EXPECT_FALSE(CheckFooter(kVersion + Repeat("\x19", 1'000'000)).ok());
}

TEST_F(ForeignFooterTest, ALongFooterIsReadInASecondPiece) {
  std::vector<Row> rows;
  for (int i = 0; i < 2000; ++i) rows.push_back(MakeRow(std::to_string(i), i));
  const DataFile file = Write(rows);
  arrow::io::BufferReader reader(arrow::Buffer::FromString(BytesOf(file)));
  const auto metadata =
      ReadForeignFooter(reader, parquet::default_reader_properties()).ValueOrDie();
  EXPECT_EQ(metadata->num_rows(), 2000);
}

TEST_F(ForeignFooterTest, ALengthThatIsNoneIsRefused) {
  std::string bytes = BytesOf(Write({MakeRow("a", 1)}));
  bytes.replace(bytes.size() - 8, 4, "\xff\xff\xff\x7f");
  arrow::io::BufferReader reader(arrow::Buffer::FromString(bytes));
  EXPECT_THAT(
      ReadForeignFooter(reader, parquet::default_reader_properties()).status().ToString(),
      HasSubstr("more than"));
}

}  // namespace
}  // namespace flowlake
