#include "flowlake/datafile/page_head.h"

#include <utility>

namespace flowlake {

namespace {

// Ids of parquet.thrift.
enum Field : int { kType = 1, kUncompressed = 2, kCompressed = 3 };
// By PageType: the field of its own header; an index page has none that anybody writes.
constexpr int kHeaderOfType[] = {5, 0, 7, 8};
constexpr int kDictionaryHeader = 7;
constexpr int kDataHeader2 = 8;

enum Type : int { kStop, kTrue, kFalse, kByte, kInt16, kInt32, kInt64, kDouble, kBinary };
enum Nested : int { kList = 9, kSet = 10, kMap = 11, kStruct = 12 };
constexpr int kMaxDepth = 8;  // statistics in a header in the page's: three

class Scan {
 public:
  explicit Scan(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool Run(PageHead* head) {
    head_ = head;
    Struct(0, 0);
    head->header_bytes = static_cast<int64_t>(at_);
    const bool is_known = head->type >= 0 && head->type <= 3;
    is_broken_ |= !is_known || header_ == 0 || kHeaderOfType[head->type] != header_ ||
                  head->compressed_bytes < 0 || head->uncompressed_bytes < 0 ||
                  head->values < 0;
    return !is_broken_;
  }
  bool is_cut() const { return is_cut_; }

 private:
  bool stopped() const { return is_cut_ || is_broken_; }

  uint8_t Byte() {
    if (at_ < bytes_.size()) return bytes_[at_++];
    is_cut_ = true;
    return 0;
  }

  void Skip(uint64_t count) {
    if (count > bytes_.size() - at_) {
      is_cut_ = true;
    } else {
      at_ += count;
    }
  }

  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && !stopped(); shift += 7) {
      const uint8_t byte = Byte();
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    is_broken_ = true;
    return 0;
  }

  int64_t Zigzag() {
    const uint64_t value = Varint();
    return static_cast<int64_t>(value >> 1 ^ (0 - (value & 1)));
  }

  // `of` is the field of the header that this struct is, or 0 for the header itself.
  void Struct(int of, int depth) {
    if (depth > kMaxDepth) is_broken_ = true;
    int64_t field = 0;
    while (!stopped()) {
      const uint8_t begin = Byte();
      const int type = begin & 0x0F;
      if (type == kStop || stopped()) return;
      field = begin >> 4 != 0 ? field + (begin >> 4) : Zigzag();
      Value(type, of, field, depth);
    }
  }

  void Value(int type, int of, int64_t field, int depth) {
    if (type >= kInt16 && type <= kInt64) return Number(of, field, depth, Zigzag());
    if (type != kStruct) return Other(type, depth);
    // Two of them would contradict each other.
    if (depth == 0) is_broken_ |= std::exchange(header_, static_cast<int>(field)) != 0;
    Struct(depth == 0 ? static_cast<int>(field) : 0, depth + 1);
  }

  void Number(int of, int64_t field, int depth, int64_t number) {
    if (depth == 0 && field == kType) head_->type = number;
    if (depth == 0 && field == kUncompressed) head_->uncompressed_bytes = number;
    if (depth == 0 && field == kCompressed) head_->compressed_bytes = number;
    if (depth != 1 || of != header_) return;
    if (field == 1 && of != kDictionaryHeader) head_->values = number;
    if (field == (of == kDataHeader2 ? 4 : 2)) head_->encoding = number;
  }

  void Other(int type, int depth) {
    switch (type) {
      case kTrue:
      case kFalse:
        return;
      case kByte:
        return Skip(1);
      case kDouble:
        return Skip(sizeof(double));
      case kBinary:
        return Skip(Varint());
      case kList:
      case kSet:
        return List(depth + 1);
      default:  // no map is in a page's header
        is_broken_ = true;
    }
  }

  void List(int depth) {
    if (depth > kMaxDepth) is_broken_ = true;
    const uint8_t begin = Byte();
    const int type = begin & 0x0F;
    const uint64_t count = begin >> 4 == 15 ? Varint() : begin >> 4;
    for (uint64_t i = 0; i < count && !stopped(); ++i) {
      if (type == kTrue || type == kFalse) {
        Skip(1);
      } else {
        Value(type, 0, 0, depth + 1);
      }
    }
  }

  std::span<const uint8_t> bytes_;
  PageHead* head_ = nullptr;
  size_t at_ = 0;
  int header_ = 0;  // the field of the struct that says more
  bool is_cut_ = false;
  bool is_broken_ = false;
};

}  // namespace

Result<std::optional<PageHead>> ParsePageHead(std::span<const uint8_t> bytes) {
  PageHead head;
  Scan scan(bytes);
  const bool is_whole = scan.Run(&head);
  if (scan.is_cut()) return std::nullopt;
  if (is_whole) return head;
  return Status::Invalid("no header of a page");
}

}  // namespace flowlake
