#include "flowlake/datafile/page_header.h"

#include <isa-l/crc.h>

#include <utility>

#include "flowlake/base/check.h"
#include "flowlake/datafile/varint.h"

namespace flowlake {

namespace {
// Ids of parquet.thrift.
enum PageType : int32_t { kDataPage = 0, kDictionaryPage = 2 };
enum HeaderField : uint8_t {
  kType = 1,
  kUncompressedSize = 2,
  kCompressedSize = 3,
  kCrc = 4,
  kDataPageHeader = 5,
  kDictionaryPageHeader = 7,
};

// Fields of a struct in ascending order of their ids.
class CompactWriter {
 public:
  void Int32(uint8_t field, int64_t value) {
    Check(value == static_cast<int32_t>(value), "a page of 2 GiB or values or more");
    Begin(field, /*type=*/5);
    AppendZigzag(static_cast<int32_t>(value), bytes_);
  }
  void BeginStruct(uint8_t field) {
    Begin(field, /*type=*/12);
    last_ = 0;
  }
  void EndStruct() { bytes_.push_back(0); }
  Bytes Take() { return std::move(bytes_); }

 private:
  // The difference to the field before, in four bits.
  void Begin(uint8_t field, uint8_t type) {
    bytes_.push_back(static_cast<uint8_t>((field - last_) << 4 | type));
    last_ = field;
  }

  Bytes bytes_;
  uint8_t last_ = 0;
};
}  // namespace

Bytes EncodePageHeader(const PageHeader& header) {
  CompactWriter out;
  out.Int32(kType, header.is_dictionary ? kDictionaryPage : kDataPage);
  out.Int32(kUncompressedSize, header.uncompressed_bytes);
  out.Int32(kCompressedSize, static_cast<int64_t>(header.page.size()));
  out.Int32(kCrc, static_cast<int32_t>(
                      crc32_gzip_refl(0, header.page.data(), header.page.size())));
  out.BeginStruct(header.is_dictionary ? kDictionaryPageHeader : kDataPageHeader);
  out.Int32(1, header.values);
  out.Int32(2, header.encoding);
  if (!header.is_dictionary) {
    out.Int32(3, parquet::Encoding::RLE);  // definition levels
    out.Int32(4, parquet::Encoding::RLE);  // repetition levels
  }
  out.EndStruct();
  out.EndStruct();
  return out.Take();
}

}  // namespace flowlake
