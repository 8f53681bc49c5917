/// The values of one column chunk, without its NULLs, encoded page by page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "flowlake/base/columns.h"
#include "flowlake/base/status.h"
#include "flowlake/base/value.h"
#include "flowlake/datafile/hybrid_encoding.h"
#include "flowlake/datafile/row_slice.h"
#include "flowlake/datafile/validity.h"

namespace flowlake {

struct Bounds {
  Value min;
  Value max;
};

enum class PageEncoding : uint8_t {
  kCodes,        ///< RLE_DICTIONARY
  kPlain,        ///< PLAIN, of numbers or of no value at all
  kDeltaPacked,  ///< DELTA_BINARY_PACKED, of numbers
  kFrontCoded,   ///< DELTA_BYTE_ARRAY, of strings
};

/// What a page holds besides its bytes.
struct PageValues {
  std::optional<Bounds> bounds;  ///< nullopt: it has no values
  int64_t string_bytes = 0;      ///< of the strings alone; 0 for numbers
  PageEncoding encoding = PageEncoding::kCodes;
};

/// Memory for the slice in hand, shared by the columns of a file.
struct ValueScratch {
  UninitializedVector<uint32_t> gathered_codes;
  UninitializedVector<uint32_t> codes;
  UninitializedVector<int64_t> gathered_numbers;
  UninitializedVector<int64_t> numbers;
  UninitializedVector<uint8_t> gathered_valid;

  size_t memory() const {
    return (gathered_codes.capacity() + codes.capacity()) * sizeof(uint32_t) +
           (gathered_numbers.capacity() + numbers.capacity()) * sizeof(int64_t) +
           gathered_valid.capacity();
  }
};

/// Begins with a dictionary and leaves it, for good, where it does not pay. Not
/// thread-safe.
class ValueEncoder {
 public:
  virtual ~ValueEncoder() = default;

  /// How many of the next `rows` rows of `column` the open page takes. 0: it must end
  /// first, which is not said of an empty page.
  virtual size_t RoomFor(const Column& column, size_t rows) = 0;
  /// Appends the values of the slice to the open page, and to `validity` which of its
  /// rows have one.
  virtual void Append(const Column& column, const RowSlice& slice,
                      Validity& validity) = 0;
  /// Appends the open page's values to `out` as a data page holds them, and begins the
  /// next one. Invalid if they do not fit the column's type.
  virtual Result<PageValues> EndPage(bool is_last, Bytes& out) = 0;

  /// Entries of the dictionary page; 0: there is none.
  virtual uint32_t dictionary_size() const = 0;
  /// Appends the dictionary page: every entry, PLAIN.
  virtual void AppendDictionary(Bytes& out) const = 0;

  virtual size_t memory() const = 0;
  /// Begins the next chunk; keeps the memory.
  virtual void Clear() = 0;
};

/// `scratch` outlives the encoder.
std::unique_ptr<ValueEncoder> MakeValueEncoder(ColumnType type, ValueScratch& scratch);
std::unique_ptr<ValueEncoder> MakeStringEncoder(ValueScratch& scratch);
std::unique_ptr<ValueEncoder> MakeNumberEncoder(ColumnType type, ValueScratch& scratch);

}  // namespace flowlake
