// Pages that do not become smaller are framed, not searched:
//   snappy  one stream of elements (format_description.txt of google/snappy): those of
//   the
//           compressed levels, then the values as one literal
//   zstd    a frame (RFC 8878) of raw blocks
#include "flowlake/datafile/page_compressor.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace flowlake {

namespace {
constexpr int kZstdLevel = 3;
constexpr int kUntriedPages = 7;
// What a page must lose to be worth a decompressor's work: a sixteenth.
constexpr int kLeastGain = 4;

constexpr size_t kSnappyFrame = 5 + 5;  // length of the whole, length of the literal
constexpr size_t kZstdBlock = 128 << 10;
constexpr size_t kZstdFrame = 4 + 1 + 4;
constexpr size_t kZstdBlockHeader = 3;

arrow::Compression::type ArrowCodec(Compression compression) {
  switch (compression) {
    case Compression::kSnappy:
      return arrow::Compression::SNAPPY;
    case Compression::kZstd:
      return arrow::Compression::ZSTD;
    case Compression::kGzip:
      return arrow::Compression::GZIP;
    default:
      return arrow::Compression::UNCOMPRESSED;
  }
}

uint8_t* Put(uint64_t value, size_t bytes, uint8_t* to) {
  std::memcpy(to, &value, bytes);  // little endian
  return to + bytes;
}

uint8_t* Put(std::span<const uint8_t> bytes, uint8_t* to) {
  // std::ranges::copy of g++ 12 goes byte by byte.
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  return to + bytes.size();
}

uint8_t* PutVarint(uint64_t value, uint8_t* to) {
  for (; value >= 0x80; value >>= 7) *to++ = static_cast<uint8_t>(value | 0x80);
  *to++ = static_cast<uint8_t>(value);
  return to;
}

// A literal whose length is in the four bytes behind the tag.
uint8_t* PutSnappyLiteral(std::span<const uint8_t> bytes, uint8_t* to) {
  if (bytes.empty()) return to;
  *to++ = 63 << 2;
  return Put(bytes, Put(bytes.size() - 1, 4, to));
}

size_t StoreZstd(std::span<const uint8_t> bytes, uint8_t* out) {
  constexpr uint64_t kMagic = 0xFD2FB528;
  constexpr uint64_t kOneSegmentLengthInFourBytes = 0xA0;
  uint8_t* to =
      Put(bytes.size(), 4, Put(kOneSegmentLengthInFourBytes, 1, Put(kMagic, 4, out)));
  while (true) {
    const size_t size = std::min(bytes.size(), kZstdBlock);
    const bool is_last = size == bytes.size();
    to = Put(bytes.first(size), Put(size << 3 | is_last, kZstdBlockHeader, to));
    if (is_last) return static_cast<size_t>(to - out);
    bytes = bytes.subspan(size);
  }
}
}  // namespace

PageCompressor::PageCompressor(Compression compression,
                               std::unique_ptr<arrow::util::Codec> codec)
    : compression_(compression), codec_(std::move(codec)) {}

Result<PageCompressor> PageCompressor::Make(Compression compression) {
  const int level = compression == Compression::kZstd
                        ? kZstdLevel
                        : arrow::util::Codec::UseDefaultCompressionLevel();
  ARROW_ASSIGN_OR_RAISE(auto codec,
                        arrow::util::Codec::Create(ArrowCodec(compression), level));
  return PageCompressor(compression, std::move(codec));
}

size_t PageCompressor::MaxBytes(const RawPage& page) const {
  const size_t size = page.bytes.size();
  if (!codec_) return size;
  const size_t frame =
      kSnappyFrame + kZstdFrame + (size / kZstdBlock + 1) * kZstdBlockHeader;
  const int64_t most = codec_->MaxCompressedLen(static_cast<int64_t>(size), nullptr);
  return static_cast<size_t>(most) + frame;
}

Result<size_t> PageCompressor::Compress(const RawPage& page, CompressionHistory& history,
                                        uint8_t* out) const {
  const size_t size = page.bytes.size();
  if (!codec_) {
    Put(page.bytes, out);
    return size;
  }
  const bool can_store =
      compression_ == Compression::kSnappy || compression_ == Compression::kZstd;
  if (can_store && history.untried > 0) {
    --history.untried;
    return compression_ == Compression::kZstd ? StoreZstd(page.bytes, out)
                                              : StoreSnappy(page, out);
  }
  ARROW_ASSIGN_OR_RAISE(const size_t compressed, CompressWhole(page.bytes, out));
  if (can_store && compressed + (size >> kLeastGain) > size)
    history.untried = kUntriedPages;
  return compressed;
}

Result<size_t> PageCompressor::CompressWhole(std::span<const uint8_t> bytes,
                                             uint8_t* out) const {
  const auto size = static_cast<int64_t>(bytes.size());
  ARROW_ASSIGN_OR_RAISE(
      const int64_t compressed,
      codec_->Compress(size, bytes.data(), codec_->MaxCompressedLen(size, nullptr), out));
  return static_cast<size_t>(compressed);
}

// The elements of the levels refer to nothing before them, so they may begin any stream.
Result<size_t> PageCompressor::StoreSnappy(const RawPage& page, uint8_t* out) const {
  uint8_t* to = PutVarint(page.bytes.size(), out);
  if (page.level_bytes > 0) {
    ARROW_ASSIGN_OR_RAISE(const size_t size,
                          CompressWhole(page.bytes.first(page.level_bytes), to));
    const auto is_length = [](uint8_t byte) { return byte < 0x80; };
    const uint8_t* const elements = std::find_if(to, to + size, is_length) + 1;
    std::memmove(to, elements, size - static_cast<size_t>(elements - to));
    to += size - static_cast<size_t>(elements - to);
  }
  to = PutSnappyLiteral(page.bytes.subspan(page.level_bytes), to);
  return static_cast<size_t>(to - out);
}

}  // namespace flowlake
