#include "flowlake/datafile/foreign_footer.h"

#include <arrow/buffer.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "flowlake/datafile/footer_checksum.h"

namespace flowlake {

namespace {
constexpr std::string_view kMagic = "PAR1";
constexpr int64_t kTail = 8;  // the footer's length, little endian, and the magic
constexpr int64_t kFirstRead = 64 << 10;
constexpr int kMaxDepth = 24;  // parquet.thrift needs six

// What parquet-cpp and Arrow have in memory for one of each, rounded up.
constexpr int64_t kSchemaElement = 1500;
constexpr int64_t kRowGroup = 200;
constexpr int64_t kColumnChunk = 1100;
constexpr int64_t kOtherStruct = 96;
constexpr int64_t kText = 32;
constexpr int64_t kNumber = 8;

enum Type : uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kInt16 = 4,
  kInt32 = 5,
  kInt64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
};

// Which structure is being read.
enum class Of { kFile, kRowGroup, kOther };

// Reads over all of it once and adds up what it would take.
class FooterScan {
 public:
  explicit FooterScan(std::string_view bytes) : rest_(bytes) {}

  Status Run() { return Struct(Of::kFile, 0); }

 private:
  static Status Damaged() { return Status::Invalid("its footer is damaged"); }

  Status Take(size_t count) {
    if (count > rest_.size()) return Damaged();
    rest_.remove_prefix(count);
    return Status::OK();
  }

  Result<uint8_t> Byte() {
    if (rest_.empty()) return Damaged();
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }

  Result<uint64_t> Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      ARROW_ASSIGN_OR_RAISE(const uint8_t byte, Byte());
      value |= uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    return Damaged();
  }

  Status Struct(Of structure, int depth) {
    if (depth > kMaxDepth) return Damaged();
    int64_t field = 0;
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const uint8_t header, Byte());
      const int type = header & 0x0F;
      if (type == kStop) return Status::OK();
      field += header >> 4;
      if (header >> 4 == 0) {
        ARROW_ASSIGN_OR_RAISE(const uint64_t zigzag, Varint());
        field = static_cast<int64_t>(zigzag >> 1) ^ -static_cast<int64_t>(zigzag & 1);
      }
      ARROW_RETURN_NOT_OK(Field(structure, field, type, depth));
    }
  }

  Status Field(Of structure, int64_t field, int type, int depth) {
    if (type == kTrue || type == kFalse) return Status::OK();
    if (type == kList || type == kSet) return List(structure, field, depth);
    return Value(type, depth);
  }

  Status Value(int type, int depth) {
    switch (type) {
      case kTrue:
      case kFalse:
      case kByte:
        return Take(1);
      case kInt16:
      case kInt32:
      case kInt64:
        return Varint().status();
      case kDouble:
        return Take(8);
      case kBinary: {
        ARROW_ASSIGN_OR_RAISE(const uint64_t size, Varint());
        return Take(size);
      }
      case kList:
      case kSet:
        return List(Of::kOther, 0, depth + 1);
      case kMap:
        return Map(depth + 1);
      case kStruct:
        return Struct(Of::kOther, depth + 1);
      default:
        return Damaged();
    }
  }

  Status List(Of structure, int64_t field, int depth) {
    if (depth > kMaxDepth) return Damaged();
    ARROW_ASSIGN_OR_RAISE(const uint8_t header, Byte());
    const int type = header & 0x0F;
    uint64_t size = header >> 4;
    if (size == 15) {
      ARROW_ASSIGN_OR_RAISE(size, Varint());
    }
    if (size > rest_.size()) return Damaged();  // an element takes a byte at least
    const auto count = static_cast<int64_t>(size);
    const bool is_schema = structure == Of::kFile && field == 2;
    const bool is_groups = structure == Of::kFile && field == 4;
    const bool is_chunks = structure == Of::kRowGroup && field == 1;
    if (is_schema && count > kMaxSchemaElements) {
      return Status::Invalid("it has ", count, " columns, more than ",
                             kMaxSchemaElements);
    }
    ARROW_RETURN_NOT_OK(Need(count * (is_schema   ? kSchemaElement
                                      : is_groups ? kRowGroup
                                      : is_chunks ? kColumnChunk
                                                  : BytesOf(type))));
    for (uint64_t i = 0; i < size; ++i) {
      ARROW_RETURN_NOT_OK(is_groups && type == kStruct ? Struct(Of::kRowGroup, depth + 1)
                                                       : Value(type, depth + 1));
    }
    return Status::OK();
  }

  Status Map(int depth) {
    ARROW_ASSIGN_OR_RAISE(const uint64_t size, Varint());
    if (size == 0) return Status::OK();
    if (depth > kMaxDepth || size > rest_.size()) return Damaged();
    ARROW_ASSIGN_OR_RAISE(const uint8_t types, Byte());
    ARROW_RETURN_NOT_OK(Need(static_cast<int64_t>(size) * kOtherStruct));
    for (uint64_t i = 0; i < size; ++i) {
      ARROW_RETURN_NOT_OK(Value(types >> 4, depth));
      ARROW_RETURN_NOT_OK(Value(types & 0x0F, depth));
    }
    return Status::OK();
  }

  static int64_t BytesOf(int type) {
    return type == kStruct ? kOtherStruct : type == kBinary ? kText : kNumber;
  }

  Status Need(int64_t bytes) {
    memory_ += bytes;
    if (memory_ <= kMaxFooterMemory) return Status::OK();
    return Status::Invalid(
        "its footer describes more row groups and columns than fit in ",
        kMaxFooterMemory >> 20, " MiB");
  }

  std::string_view rest_;
  int64_t memory_ = 0;
};

std::string_view TextOf(const arrow::Buffer& buffer) {
  return {reinterpret_cast<const char*>(buffer.data()),
          static_cast<size_t>(buffer.size())};
}

// Of the last eight bytes.
int64_t LengthOf(std::string_view tail) {
  uint32_t length = 0;
  for (size_t i = 4; i-- > 0;) length = length << 8 | static_cast<uint8_t>(tail[i]);
  return length;
}
}  // namespace

Status CheckFooter(std::string_view footer) { return FooterScan(footer).Run(); }

Result<std::shared_ptr<parquet::FileMetaData>> ReadForeignFooter(
    arrow::io::RandomAccessFile& file, const parquet::ReaderProperties& properties,
    std::string_view expected, std::string* checksum) {
  ARROW_ASSIGN_OR_RAISE(const int64_t size, file.GetSize());
  const int64_t first = std::min(size, kFirstRead);
  ARROW_ASSIGN_OR_RAISE(auto end, file.ReadAt(size - first, first));
  std::string_view bytes = TextOf(*end);
  if (!bytes.ends_with(kMagic) || bytes.size() < kTail + kMagic.size()) {
    return Status::Invalid("it does not end as a Parquet file that is not encrypted");
  }
  const int64_t length = LengthOf(bytes.substr(bytes.size() - kTail));
  if (length > kMaxFooterBytes) {
    return Status::Invalid("its footer has ", length, " bytes, more than ",
                           kMaxFooterBytes);
  }
  if (length > size - kTail) return Status::Invalid("its footer is cut short");
  if (length + kTail > first) {
    ARROW_ASSIGN_OR_RAISE(end, file.ReadAt(size - kTail - length, length + kTail));
    bytes = TextOf(*end);
  }
  const auto wanted = static_cast<size_t>(length + kTail);
  if (bytes.size() < wanted)
    return Status::IOError("it became shorter while it was read");
  const std::string_view footer =
      bytes.substr(bytes.size() - wanted, static_cast<size_t>(length));
  if (checksum != nullptr || !expected.empty()) {
    const std::string found = FooterChecksum(footer);
    ARROW_RETURN_NOT_OK(CheckFooterChecksum(expected, found));
    if (checksum != nullptr) *checksum = found;
  }
  ARROW_RETURN_NOT_OK(CheckFooter(footer));
  return parquet::FileMetaData::Make(footer.data(), length, properties);
}

}  // namespace flowlake
