// Arrow's page reader parses headers and checks CRCs; told that nothing is compressed, it
// leaves the inflating to us:
//   page := <levels, version 2 only> <one gzip or zlib stream>
#include "flowlake/datafile/page_inflater.h"

#include <arrow/buffer.h>
#include <isa-l/igzip_lib.h>
#include <parquet/column_page.h>
#include <parquet/exception.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace flowlake {

namespace {
using Bytes = std::span<const uint8_t>;

// Deflate makes at most 258 bytes of two bits.
constexpr size_t kMaxRatio = 1032;
constexpr size_t kGzipTrailer = 8;  // CRC-32 and size, little endian

bool IsGzip(Bytes bytes) {
  return bytes.size() > kGzipTrailer && bytes[0] == 0x1F && bytes[1] == 0x8B;
}

uint32_t GzipSize(Bytes bytes) {
  uint32_t size = 0;
  for (size_t i = 1; i <= 4; ++i) size = size << 8 | bytes[bytes.size() - i];
  return size;
}

struct Inflated {
  int error;
  size_t size;
};
Inflated Inflate(Bytes from, std::span<uint8_t> to) {
  // Tens of kilobytes that need no clearing.
  const auto state = std::make_unique_for_overwrite<inflate_state>();
  isal_inflate_init(state.get());
  state->crc_flag = IsGzip(from) ? ISAL_GZIP : ISAL_ZLIB;
  state->next_in = const_cast<uint8_t*>(from.data());  // read only
  state->avail_in = static_cast<uint32_t>(from.size());
  state->next_out = to.data();
  state->avail_out = static_cast<uint32_t>(to.size());
  const int error = isal_inflate_stateless(state.get());
  return {error, to.size() - state->avail_out};
}

class PageInflater final : public parquet::PageReader {
 public:
  PageInflater(std::unique_ptr<parquet::PageReader> stored, arrow::MemoryPool* pool)
      : stored_(std::move(stored)), buffer_(parquet::AllocateBuffer(pool, 0)) {}

  void set_max_page_header_size(uint32_t size) override {
    stored_->set_max_page_header_size(size);
  }

  std::shared_ptr<parquet::Page> NextPage() override {
    auto page = stored_->NextPage();
    if (!page) return page;
    switch (page->type()) {
      case parquet::PageType::DICTIONARY_PAGE:
        return Dictionary(static_cast<const parquet::DictionaryPage&>(*page));
      case parquet::PageType::DATA_PAGE:
        return Data(static_cast<const parquet::DataPageV1&>(*page));
      case parquet::PageType::DATA_PAGE_V2:
        return Data(static_cast<const parquet::DataPageV2&>(*page));
      default:
        return page;
    }
  }

 private:
  static Bytes BytesOf(const parquet::Page& page) {
    return {page.data(), static_cast<size_t>(page.size())};
  }

  std::shared_ptr<parquet::Page> Dictionary(const parquet::DictionaryPage& page) {
    InflateUnsized(BytesOf(page));
    return std::make_shared<parquet::DictionaryPage>(buffer_, page.num_values(),
                                                     page.encoding(), page.is_sorted());
  }

  std::shared_ptr<parquet::Page> Data(const parquet::DataPageV1& page) {
    InflateSized(BytesOf(page), 0, page.uncompressed_size());
    return std::make_shared<parquet::DataPageV1>(
        buffer_, page.num_values(), page.encoding(), page.definition_level_encoding(),
        page.repetition_level_encoding(), page.uncompressed_size());
  }

  std::shared_ptr<parquet::Page> Data(const parquet::DataPageV2& page) {
    const int64_t levels = int64_t{page.definition_levels_byte_length()} +
                           page.repetition_levels_byte_length();
    if (page.definition_levels_byte_length() < 0 ||
        page.repetition_levels_byte_length() < 0 || levels > page.size()) {
      throw parquet::ParquetException("the levels of a page are longer than the page");
    }
    if (page.is_compressed()) {
      InflateSized(BytesOf(page), static_cast<size_t>(levels), page.uncompressed_size());
    } else {
      Resize(BytesOf(page).size());
      std::ranges::copy(BytesOf(page), buffer_->mutable_data());
    }
    return std::make_shared<parquet::DataPageV2>(
        buffer_, page.num_values(), page.num_nulls(), page.num_rows(), page.encoding(),
        page.definition_levels_byte_length(), page.repetition_levels_byte_length(),
        page.uncompressed_size());
  }

  void Resize(size_t size) {
    PARQUET_THROW_NOT_OK(buffer_->Resize(static_cast<int64_t>(size), false));
  }

  // The first `levels` bytes are as they are; `size` is of the whole.
  void InflateSized(Bytes bytes, size_t levels, int64_t size) {
    const Bytes deflated = bytes.subspan(levels);
    const auto values = size - static_cast<int64_t>(levels);
    if (values < 0 || values > static_cast<int64_t>(deflated.size() * kMaxRatio)) {
      throw parquet::ParquetException("a page cannot have the size it says");
    }
    Resize(static_cast<size_t>(size));
    std::ranges::copy(bytes.first(levels), buffer_->mutable_data());
    if (values == 0) return;
    const Inflated result = Inflate(
        deflated, {buffer_->mutable_data() + levels, static_cast<size_t>(values)});
    if (result.error != ISAL_DECOMP_OK || result.size != static_cast<size_t>(values)) {
      throw parquet::ParquetException("a page does not inflate to the size it says");
    }
  }

  // The page reader keeps a dictionary's size to itself; gzip says it at its end.
  void InflateUnsized(Bytes bytes) {
    const size_t limit = std::min<size_t>(bytes.size() * kMaxRatio, INT32_MAX);
    size_t size = IsGzip(bytes) ? GzipSize(bytes) : bytes.size() * 4;
    while (true) {
      Resize(std::clamp<size_t>(size, 1, std::max<size_t>(limit, 1)));
      const Inflated result =
          Inflate(bytes, {buffer_->mutable_data(), static_cast<size_t>(buffer_->size())});
      if (result.error == ISAL_DECOMP_OK) return Resize(result.size);
      if (result.error != ISAL_OUT_OVERFLOW || size >= limit) {
        throw parquet::ParquetException("a dictionary page does not inflate");
      }
      size = std::max<size_t>(size, 1) * 4;
    }
  }

  const std::unique_ptr<parquet::PageReader> stored_;
  const std::shared_ptr<arrow::ResizableBuffer> buffer_;
};
}  // namespace

bool HasGzipPages(const parquet::FileMetaData& file,
                  const parquet::ColumnChunkMetaData& chunk) {
  // Older writers left the dictionary out of a chunk's size: Arrow knows what to do.
  const bool knows_size = !file.writer_version().VersionLt(
      parquet::ApplicationVersion::PARQUET_816_FIXED_VERSION());
  return chunk.compression() == parquet::Compression::GZIP && knows_size &&
         chunk.crypto_metadata() == nullptr;
}

std::unique_ptr<parquet::PageReader> OpenInflatedPages(
    const std::shared_ptr<arrow::io::RandomAccessFile>& file,
    parquet::ReaderProperties properties, const parquet::ColumnChunkMetaData& chunk,
    const parquet::ColumnDescriptor& column) {
  int64_t begin = chunk.data_page_offset();
  if (chunk.has_dictionary_page() && chunk.dictionary_page_offset() > 0) {
    begin = std::min(begin, chunk.dictionary_page_offset());
  }
  auto stored = parquet::PageReader::Open(
      properties.GetStream(file, begin, chunk.total_compressed_size()),
      chunk.num_values(), parquet::Compression::UNCOMPRESSED, properties, column);
  return std::make_unique<PageInflater>(std::move(stored), properties.memory_pool());
}

}  // namespace flowlake
