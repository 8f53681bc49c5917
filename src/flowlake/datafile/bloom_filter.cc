#include "flowlake/datafile/bloom_filter.h"

#include <parquet/bloom_filter.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace flowlake {

namespace {
constexpr double kFalsePositives = 0.01;

bool HoldsEveryValue(const ColumnEncoder& column) {
  return column.type() == ColumnType::kString && column.values().dictionary_size() > 0 &&
         std::ranges::none_of(column.pages(), [](const EncodedPage& page) {
           return page.values.encoding != PageEncoding::kCodes &&
                  page.values.bounds.has_value();
         });
}

// A dictionary page: strings, each behind its length.
void InsertAll(const Bytes& page, parquet::BloomFilter& filter) {
  for (size_t at = 0; at < page.size();) {
    uint32_t length = 0;
    std::memcpy(&length, page.data() + at, sizeof length);
    at += sizeof length;
    const auto* text = reinterpret_cast<const char*>(page.data()) + at;
    filter.InsertHash(filter.Hash(std::string_view(text, length)));
    at += length;
  }
}
}  // namespace

Result<int64_t> WriteBloomFilter(const ColumnEncoder& column,
                                 arrow::io::OutputStream& sink) {
  if (!HoldsEveryValue(column)) return 0;
  Bytes page;
  column.values().AppendDictionary(page);
  parquet::BlockSplitBloomFilter filter;
  filter.Init(parquet::BlockSplitBloomFilter::OptimalNumOfBytes(
      column.values().dictionary_size(), kFalsePositives));
  InsertAll(page, filter);
  ARROW_ASSIGN_OR_RAISE(const int64_t begin, sink.Tell());
  filter.WriteTo(&sink);
  ARROW_ASSIGN_OR_RAISE(const int64_t end, sink.Tell());
  return end - begin;
}

}  // namespace flowlake
