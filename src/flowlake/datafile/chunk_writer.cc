#include "flowlake/datafile/chunk_writer.h"

#include <parquet/size_statistics.h>
#include <parquet/statistics.h>

#include <algorithm>
#include <map>
#include <optional>

#include "flowlake/base/check.h"
#include "flowlake/base/text_bound.h"
#include "flowlake/datafile/page_header.h"
#include "flowlake/datafile/parquet_schema.h"

namespace flowlake {

namespace {
using parquet::EncodedStatistics;
using parquet::Encoding;

// A longer minimum or maximum costs every reader of the footer more than it can save.
constexpr size_t kMaxStatisticBytes = 64;

// The text if it is too long to be a bound.
const std::string* LongText(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && text->size() > kMaxStatisticBytes ? text : nullptr;
}

// nullopt: there is no shorter one.
std::optional<Value> ShortBound(const Value& value,
                                std::optional<std::string> (*cut)(std::string_view)) {
  const std::string* text = LongText(value);
  if (text == nullptr) return value;
  auto bound = cut(*text);
  return bound ? std::optional<Value>(*std::move(bound)) : std::nullopt;
}

EncodedStatistics Encode(ColumnType type, const std::optional<Bounds>& bounds,
                         int64_t nulls) {
  EncodedStatistics statistics;
  statistics.set_null_count(nulls);
  statistics.set_is_signed(type != ColumnType::kString);
  statistics.all_null_value = !bounds.has_value();
  if (!bounds) return statistics;
  const auto min = ShortBound(bounds->min, LowerTextBound);
  const auto max = ShortBound(bounds->max, UpperTextBound);
  if (!min || !max) return statistics;
  statistics.set_min(EncodeStatistic(type, *min));
  statistics.set_max(EncodeStatistic(type, *max));
  statistics.is_min_value_exact = *min == bounds->min;
  statistics.is_max_value_exact = *max == bounds->max;
  return statistics;
}

EncodedStatistics ChunkStatistics(const ColumnEncoder& column) {
  std::optional<Bounds> all;
  int64_t nulls = 0;
  for (const EncodedPage& page : column.pages()) {
    nulls += page.nulls;
    const auto& bounds = page.values.bounds;
    if (!all) {
      all = bounds;
    } else if (bounds) {
      all->min = std::min(all->min, bounds->min);
      all->max = std::max(all->max, bounds->max);
    }
  }
  return Encode(column.type(), all, nulls);
}

Encoding::type EncodingOf(const EncodedPage& page) {
  switch (page.values.encoding) {
    case PageEncoding::kCodes:
      return Encoding::RLE_DICTIONARY;
    case PageEncoding::kPlain:
      return Encoding::PLAIN;
    case PageEncoding::kDeltaPacked:
      return Encoding::DELTA_BINARY_PACKED;
    case PageEncoding::kFrontCoded:
      break;
  }
  return Encoding::DELTA_BYTE_ARRAY;
}

parquet::SizeStatistics Sizes(ColumnType type, const EncodedPage& page) {
  parquet::SizeStatistics sizes;
  sizes.definition_level_histogram = {page.nulls, page.rows - page.nulls};
  if (type == ColumnType::kString) {
    sizes.unencoded_byte_array_data_bytes = page.values.string_bytes;
  }
  return sizes;
}

class ChunkWriter {
 public:
  ChunkWriter(const ColumnEncoder& column, const ChunkOutput& output)
      : column_(column), output_(output) {}

  Status WriteDictionary() {
    Bytes raw;
    column_.values().AppendDictionary(raw);
    const RawPage page{raw};
    Bytes compressed(output_.compressor.MaxBytes(page));
    CompressionHistory untried;
    ARROW_ASSIGN_OR_RAISE(const size_t size,
                          output_.compressor.Compress(page, untried, compressed.data()));
    ARROW_ASSIGN_OR_RAISE(dictionary_offset_, output_.sink.Tell());
    ++dictionary_encodings_[Encoding::PLAIN];
    return Write({true,
                  column_.values().dictionary_size(),
                  Encoding::PLAIN,
                  static_cast<int64_t>(raw.size()),
                  {compressed.data(), size}});
  }

  Status WritePage(const EncodedPage& page) {
    const Encoding::type encoding = EncodingOf(page);
    ARROW_ASSIGN_OR_RAISE(const int64_t offset, output_.sink.Tell());
    if (data_offset_ == 0) data_offset_ = offset;
    const int64_t before = compressed_;
    ARROW_RETURN_NOT_OK(
        Write({false, page.rows, encoding, page.uncompressed_bytes, page.bytes}));
    const parquet::SizeStatistics sizes = Sizes(column_.type(), page);
    output_.bounds.AddPage(Encode(column_.type(), page.values.bounds, page.nulls), sizes);
    output_.offsets.AddPage(offset, static_cast<int32_t>(compressed_ - before),
                            page.first_row, sizes.unencoded_byte_array_data_bytes);
    ++encodings_[encoding];
    return Status::OK();
  }

  // Returns the bytes before compression.
  int64_t Finish() {
    const bool has_dictionary = dictionary_offset_ > 0;
    output_.bounds.Finish();
    output_.offsets.Finish(/*final_position=*/0);
    output_.chunk.SetStatistics(ChunkStatistics(column_));
    output_.chunk.Finish(column_.rows(), dictionary_offset_, /*index_page_offset=*/-1,
                         data_offset_, compressed_, uncompressed_, has_dictionary,
                         has_dictionary && encodings_.size() > 1, dictionary_encodings_,
                         encodings_);
    output_.chunk.WriteTo(&output_.sink);
    return uncompressed_;
  }

 private:
  Status Write(const PageHeader& page) {
    const Bytes header = EncodePageHeader(page);
    const auto header_bytes = static_cast<int64_t>(header.size());
    const auto page_bytes = static_cast<int64_t>(page.page.size());
    ARROW_RETURN_NOT_OK(output_.sink.Write(header.data(), header_bytes));
    ARROW_RETURN_NOT_OK(output_.sink.Write(page.page.data(), page_bytes));
    compressed_ += header_bytes + page_bytes;
    uncompressed_ += header_bytes + page.uncompressed_bytes;
    return Status::OK();
  }

  const ColumnEncoder& column_;
  const ChunkOutput& output_;
  int64_t dictionary_offset_ = 0;  // 0: there is none
  int64_t data_offset_ = 0;
  int64_t compressed_ = 0;
  int64_t uncompressed_ = 0;
  // Pages of each.
  std::map<Encoding::type, int32_t> dictionary_encodings_;
  std::map<Encoding::type, int32_t> encodings_;
};
}  // namespace

Result<int64_t> WriteChunk(const ColumnEncoder& column, const ChunkOutput& output) {
  Check(column.is_finished(), "a chunk of a column whose last page is open");
  ChunkWriter writer(column, output);
  if (column.values().dictionary_size() > 0) {
    ARROW_RETURN_NOT_OK(writer.WriteDictionary());
  }
  for (const EncodedPage& page : column.pages()) {
    ARROW_RETURN_NOT_OK(writer.WritePage(page));
  }
  return writer.Finish();
}

}  // namespace flowlake
