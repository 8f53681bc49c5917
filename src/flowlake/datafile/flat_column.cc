#include "flowlake/datafile/flat_column.h"

#include <arrow/api.h>
#include <parquet/column_page.h>
#include <parquet/encoding.h>
#include <parquet/exception.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace flowlake {

namespace {
using arrow::Type;

bool IsEpochOf(const parquet::ColumnDescriptor& column, const arrow::DataType& type) {
  using Unit = parquet::LogicalType::TimeUnit;
  const auto& logical = column.logical_type();
  if (type.id() != Type::TIMESTAMP || !logical->is_timestamp()) return false;
  const auto stored =
      static_cast<const parquet::TimestampLogicalType&>(*logical).time_unit();
  switch (static_cast<const arrow::TimestampType&>(type).unit()) {
    case arrow::TimeUnit::MILLI:
      return stored == Unit::MILLIS;
    case arrow::TimeUnit::MICRO:
      return stored == Unit::MICROS;
    case arrow::TimeUnit::NANO:
      return stored == Unit::NANOS;
    default:
      return false;
  }
}

bool IsOneOf(Type::type id, std::initializer_list<Type::type> ids) {
  return std::ranges::find(ids, id) != ids.end();
}

// Whether an array of `type` holds the file's values as they are.
bool IsStoredAs(const parquet::ColumnDescriptor& column, const arrow::DataType& type) {
  switch (column.physical_type()) {
    case parquet::Type::INT32:
      return IsOneOf(type.id(), {Type::INT32, Type::UINT32, Type::DATE32});
    case parquet::Type::INT64:
      return IsOneOf(type.id(), {Type::INT64, Type::UINT64}) || IsEpochOf(column, type);
    case parquet::Type::FLOAT:
      return type.id() == Type::FLOAT;
    case parquet::Type::DOUBLE:
      return type.id() == Type::DOUBLE;
    default:
      return false;
  }
}

std::shared_ptr<arrow::DataType> TextTypeOf(
    const std::shared_ptr<arrow::DataType>& type) {
  if (type->id() == Type::DICTIONARY) {
    return TextTypeOf(static_cast<const arrow::DictionaryType&>(*type).value_type());
  }
  const bool is_text =
      IsOneOf(type->id(), {Type::STRING, Type::BINARY, Type::LARGE_STRING,
                           Type::LARGE_BINARY, Type::STRING_VIEW, Type::BINARY_VIEW});
  return is_text ? arrow::utf8() : nullptr;
}

void Require(bool condition, const char* what) {
  if (!condition) throw parquet::ParquetException(what);
}

// Which of some rows are there. A column without NULLs stores no levels.
class Presence {
 public:
  explicit Presence(int16_t max_level) : max_level_(max_level) {}

  int16_t* Extend(int64_t rows) {
    const size_t begin = size_;
    size_ += static_cast<size_t>(rows);
    // Never shorter: what the next batch decodes need not be set before.
    if (levels_.size() < size_) levels_.resize(size_, max_level_);
    return max_level_ == 0 ? nullptr : levels_.data() + begin;
  }
  // Of the rows from `begin` on.
  int64_t Count(int64_t begin) const {
    return std::count(levels_.begin() + begin, levels_.begin() + size(), max_level_);
  }
  bool operator[](int64_t row) const {
    return levels_[static_cast<size_t>(row)] == max_level_;
  }
  int64_t size() const { return static_cast<int64_t>(size_); }
  void Clear() { size_ = 0; }

  std::shared_ptr<arrow::Buffer> Bitmap(arrow::MemoryPool* pool) const {
    auto bitmap = parquet::AllocateBuffer(pool, (size() + 7) / 8);
    for (int64_t begin = 0; begin < size(); begin += 8) {
      uint32_t bits = 0;
      const int64_t count = std::min<int64_t>(size() - begin, 8);
      for (int64_t i = 0; i < count; ++i) bits |= uint32_t{(*this)[begin + i]} << i;
      bitmap->mutable_data()[begin / 8] = static_cast<uint8_t>(bits);
    }
    return bitmap;
  }

  // Moves dense values to their rows, the last first; 0 where there is none.
  template <typename T>
  void Space(T* values, int64_t count) const {
    for (int64_t row = size() - 1; row >= 0; --row) {
      values[row] = (*this)[row] ? values[--count] : T{0};
    }
  }

 private:
  int16_t max_level_;
  std::vector<int16_t> levels_;
  size_t size_ = 0;
};

template <typename ParquetType>
class NumberColumn final : public FlatColumn {
 public:
  using T = typename ParquetType::c_type;

  NumberColumn(const parquet::ColumnDescriptor* column,
               std::shared_ptr<arrow::DataType> type, arrow::MemoryPool* pool)
      : column_(column),
        type_(std::move(type)),
        pool_(pool),
        presence_(column->max_definition_level()) {}

  void Open(std::unique_ptr<parquet::PageReader> pages) override {
    reader_ = std::static_pointer_cast<parquet::TypedColumnReader<ParquetType>>(
        parquet::ColumnReader::Make(column_, std::move(pages), pool_));
  }

  std::shared_ptr<arrow::Array> Read(int64_t rows) override {
    std::shared_ptr<arrow::Buffer> buffer =
        parquet::AllocateBuffer(pool_, rows * static_cast<int64_t>(sizeof(T)));
    auto* values = reinterpret_cast<T*>(buffer->mutable_data());
    presence_.Clear();
    int16_t* levels = presence_.Extend(rows);
    int64_t read = 0;
    int64_t dense = 0;
    while (read < rows) {
      int64_t count = 0;
      const int64_t more =
          reader_->ReadBatch(rows - read, levels == nullptr ? nullptr : levels + read,
                             nullptr, values + dense, &count);
      Require(more > 0, "a column has fewer values than its row group has rows");
      read += more;
      dense += count;
    }
    std::shared_ptr<arrow::Buffer> bitmap;
    if (dense < rows) {
      // A page may promise more values than it has.
      Require(presence_.Count(0) == dense, "a page has fewer values than it says");
      presence_.Space(values, dense);
      bitmap = presence_.Bitmap(pool_);
    }
    return arrow::MakeArray(
        arrow::ArrayData::Make(type_, rows, {std::move(bitmap), std::move(buffer)}));
  }

 private:
  const parquet::ColumnDescriptor* column_;
  std::shared_ptr<arrow::DataType> type_;
  arrow::MemoryPool* const pool_;
  Presence presence_;
  std::shared_ptr<parquet::TypedColumnReader<ParquetType>> reader_;
};

class TextColumn final : public FlatColumn {
 public:
  TextColumn(const parquet::ColumnDescriptor* column,
             std::shared_ptr<arrow::DataType> type, arrow::MemoryPool* pool)
      : column_(column),
        type_(std::move(type)),
        pool_(pool),
        level_decoder_(column->max_definition_level()),
        presence_(column->max_definition_level()),
        plain_(pool) {}

  void Open(std::unique_ptr<parquet::PageReader> pages) override {
    pages_ = std::move(pages);
    page_rows_ = 0;
    code_decoder_ = nullptr;
    dictionary_ = arrow::StringBuilder().Finish().ValueOrDie();
  }

  std::shared_ptr<arrow::Array> Read(int64_t rows) override {
    BeginBatch(rows);
    while (presence_.size() < rows) {
      if (page_rows_ == 0) NextPage();
      const int64_t begin = presence_.size();
      const int64_t count = std::min(rows - begin, page_rows_);
      int16_t* levels = presence_.Extend(count);
      if (levels != nullptr) {
        Require(level_decoder_.Decode(static_cast<int>(count), levels) == count,
                "a page has fewer levels than it says");
      }
      page_rows_ -= count;
      ReadValues(begin, presence_.Count(begin));
    }
    return is_plain_ ? PlainBatch() : EncodedBatch();
  }

 private:
  using Text = parquet::ByteArrayType;

  void BeginBatch(int64_t rows) {
    presence_.Clear();
    codes_ = parquet::AllocateBuffer(pool_, rows * static_cast<int64_t>(sizeof(int32_t)));
    code_count_ = 0;
    is_plain_ = false;
    texts_.resize(static_cast<size_t>(rows));
  }

  int32_t* codes() { return reinterpret_cast<int32_t*>(codes_->mutable_data()); }

  void NextPage() {
    while (page_rows_ == 0) {
      page_ = pages_->NextPage();
      Require(page_ != nullptr, "a column has fewer values than its row group has rows");
      switch (page_->type()) {
        case parquet::PageType::DICTIONARY_PAGE:
          OpenDictionary(static_cast<const parquet::DictionaryPage&>(*page_));
          break;
        case parquet::PageType::DATA_PAGE:
          OpenPage(static_cast<const parquet::DataPageV1&>(*page_));
          break;
        case parquet::PageType::DATA_PAGE_V2:
          OpenPage(static_cast<const parquet::DataPageV2&>(*page_));
          break;
        default:  // a page of a later version of the format may be skipped
          break;
      }
    }
  }

  void OpenDictionary(const parquet::DictionaryPage& page) {
    Require(code_decoder_ == nullptr, "a column chunk has two dictionaries");
    auto values =
        parquet::MakeTypedDecoder<Text>(parquet::Encoding::PLAIN, column_, pool_);
    values->SetData(page.num_values(), page.data(), page.size());
    code_decoder_ = parquet::MakeDictDecoder<Text>(column_, pool_);
    code_decoder_->SetDict(values.get());
    const parquet::ByteArray* texts = nullptr;
    int32_t count = 0;
    code_decoder_->GetDictionary(&texts, &count);
    arrow::StringBuilder builder(pool_);
    PARQUET_THROW_NOT_OK(builder.Reserve(count));
    for (int32_t i = 0; i < count; ++i) {
      PARQUET_THROW_NOT_OK(
          builder.Append(texts[i].ptr, static_cast<int32_t>(texts[i].len)));
    }
    PARQUET_THROW_NOT_OK(builder.Finish(&dictionary_));
  }

  void OpenPage(const parquet::DataPageV1& page) {
    int size = 0;
    if (column_->max_definition_level() > 0) {
      size = level_decoder_.SetData(page.definition_level_encoding(),
                                    column_->max_definition_level(), page.num_values(),
                                    page.data(), page.size());
    }
    OpenValues(page, size);
  }

  void OpenPage(const parquet::DataPageV2& page) {
    const int64_t size = int64_t{page.repetition_levels_byte_length()} +
                         page.definition_levels_byte_length();
    Require(page.repetition_levels_byte_length() >= 0 &&
                page.definition_levels_byte_length() >= 0 && size <= page.size(),
            "the levels of a page are longer than the page");
    if (column_->max_definition_level() > 0) {
      level_decoder_.SetDataV2(page.definition_levels_byte_length(),
                               column_->max_definition_level(), page.num_values(),
                               page.data() + page.repetition_levels_byte_length());
    }
    OpenValues(page, static_cast<int>(size));
  }

  void OpenValues(const parquet::DataPage& page, int offset) {
    page_rows_ = page.num_values();
    Require(page_rows_ >= 0 && offset <= page.size(), "a page is too short");
    const auto encoding = page.encoding();
    page_has_codes_ = encoding == parquet::Encoding::PLAIN_DICTIONARY ||
                      encoding == parquet::Encoding::RLE_DICTIONARY;
    if (page_has_codes_) {
      Require(code_decoder_ != nullptr, "a column chunk has no dictionary");
      decoder_ = code_decoder_.get();
    } else {
      text_decoder_ = parquet::MakeTypedDecoder<Text>(encoding, column_, pool_);
      decoder_ = text_decoder_.get();
    }
    decoder_->SetData(page.num_values(), page.data() + offset, page.size() - offset);
  }

  // The values of the rows from `begin` on, of which `count` are there.
  void ReadValues(int64_t begin, int64_t count) {
    if (page_has_codes_ && !is_plain_) {
      Require(code_decoder_->DecodeIndices(static_cast<int>(count),
                                           codes() + code_count_) == count,
              "a page has fewer values than it says");
      CheckCodes(codes() + code_count_, count);
      code_count_ += count;
      return;
    }
    if (!is_plain_) BecomePlain(begin);
    Require(decoder_->Decode(texts_.data(), static_cast<int>(count)) == count,
            "a page has fewer values than it says");
    AppendTexts(begin, presence_.size());
  }

  void CheckCodes(const int32_t* codes, int64_t count) const {
    uint32_t largest = 0;
    for (int64_t i = 0; i < count; ++i) {
      largest = std::max(largest, static_cast<uint32_t>(codes[i]));
    }
    Require(count == 0 || largest < dictionary_->length(),
            "a page has a code that its dictionary does not");
  }

  // The first rows of this batch were codes, the next are not.
  void BecomePlain(int64_t rows) {
    is_plain_ = true;
    const auto& dictionary = static_cast<const arrow::StringArray&>(*dictionary_);
    for (int64_t i = 0; i < code_count_; ++i) {
      texts_[static_cast<size_t>(i)] = parquet::ByteArray(dictionary.GetView(codes()[i]));
    }
    AppendTexts(0, rows);
  }

  // The page that texts_ point into is gone with the next one, so they are copied.
  void AppendTexts(int64_t begin, int64_t end) {
    PARQUET_THROW_NOT_OK(plain_.Reserve(end - begin));
    const parquet::ByteArray* text = texts_.data();
    for (int64_t row = begin; row < end; ++row) {
      if (!presence_[row]) {
        plain_.UnsafeAppendNull();
        continue;
      }
      PARQUET_THROW_NOT_OK(plain_.Append(text->ptr, static_cast<int32_t>(text->len)));
      ++text;
    }
  }

  std::shared_ptr<arrow::Array> PlainBatch() {
    std::shared_ptr<arrow::Array> array;
    PARQUET_THROW_NOT_OK(plain_.Finish(&array));
    return array;
  }

  std::shared_ptr<arrow::Array> EncodedBatch() {
    std::shared_ptr<arrow::Buffer> bitmap;
    if (code_count_ < presence_.size()) {
      presence_.Space(codes(), code_count_);
      bitmap = presence_.Bitmap(pool_);
    }
    auto data = arrow::ArrayData::Make(type_, presence_.size(),
                                       {std::move(bitmap), std::move(codes_)});
    data->dictionary = dictionary_->data();
    return arrow::MakeArray(data);
  }

  const parquet::ColumnDescriptor* column_;
  std::shared_ptr<arrow::DataType> type_;
  arrow::MemoryPool* const pool_;
  std::unique_ptr<parquet::PageReader> pages_;

  std::shared_ptr<parquet::Page> page_;  // decoders point into it
  int64_t page_rows_ = 0;                // not yet read
  bool page_has_codes_ = false;
  parquet::LevelDecoder level_decoder_;
  std::unique_ptr<parquet::TypedDecoder<Text>> text_decoder_;
  std::unique_ptr<parquet::DictDecoder<Text>> code_decoder_;
  parquet::TypedDecoder<Text>* decoder_ = nullptr;  // the page's
  std::shared_ptr<arrow::Array> dictionary_;

  // The batch that is being read.
  Presence presence_;
  std::shared_ptr<arrow::Buffer> codes_;
  int64_t code_count_ = 0;
  bool is_plain_ = false;
  std::vector<parquet::ByteArray> texts_;
  arrow::StringBuilder plain_;
};
}  // namespace

std::shared_ptr<arrow::DataType> FlatTypeOf(
    const parquet::ColumnDescriptor& column,
    const std::shared_ptr<arrow::DataType>& type) {
  const bool is_flat = column.max_repetition_level() == 0 &&
                       column.max_definition_level() <= 1 &&
                       column.path()->ToDotVector().size() == 1;
  if (!is_flat) return nullptr;
  if (column.physical_type() != parquet::Type::BYTE_ARRAY) {
    return IsStoredAs(column, *type) ? type : nullptr;
  }
  const auto text = TextTypeOf(type);
  return text ? arrow::dictionary(arrow::int32(), text) : nullptr;
}

std::unique_ptr<FlatColumn> FlatColumn::Make(const parquet::ColumnDescriptor* column,
                                             std::shared_ptr<arrow::DataType> type,
                                             arrow::MemoryPool* pool) {
  switch (column->physical_type()) {
    case parquet::Type::INT32:
      return std::make_unique<NumberColumn<parquet::Int32Type>>(column, std::move(type),
                                                                pool);
    case parquet::Type::INT64:
      return std::make_unique<NumberColumn<parquet::Int64Type>>(column, std::move(type),
                                                                pool);
    case parquet::Type::FLOAT:
      return std::make_unique<NumberColumn<parquet::FloatType>>(column, std::move(type),
                                                                pool);
    case parquet::Type::DOUBLE:
      return std::make_unique<NumberColumn<parquet::DoubleType>>(column, std::move(type),
                                                                 pool);
    default:
      return std::make_unique<TextColumn>(column, std::move(type), pool);
  }
}

}  // namespace flowlake
