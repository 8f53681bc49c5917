#include "flowlake/datafile/columns_reader.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/bitmap_reader.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "flowlake/base/dictionary_identity.h"
#include "flowlake/datafile/batch_reader.h"

namespace flowlake {

namespace {
constexpr char kPartition[] = "date";
constexpr int kPassedOver = -1;

// What a column of the file is in the table, and what its dictionary's entries became.
struct Target {
  int field = kPassedOver;
  std::shared_ptr<arrow::ArrayData> entries;
  DictionaryIdentity dictionary;  // what the codes are of
  std::vector<uint32_t> codes;
};

bool IsText(const arrow::DataType& type) { return type.id() == arrow::Type::STRING; }

bool Fits(ColumnType ours, const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::DICTIONARY:
      return ours == ColumnType::kString &&
             IsText(*static_cast<const arrow::DictionaryType&>(type).value_type());
    case arrow::Type::STRING:
      return ours == ColumnType::kString;
    case arrow::Type::INT32:
      return ours == ColumnType::kInt32 || ours == ColumnType::kInt64;
    case arrow::Type::INT64:
      return ours == ColumnType::kInt64;
    case arrow::Type::TIMESTAMP:
      return ours == ColumnType::kTimestamp;
    case arrow::Type::DOUBLE:
      return ours == ColumnType::kDouble;
    default:
      return false;
  }
}

template <typename ArrayType>
void CopyNumbers(const arrow::Array& array, std::span<int64_t> to) {
  const auto* values = static_cast<const ArrayType&>(array).raw_values();
  std::copy_n(values, to.size(), to.data());
}

void CopyDoubles(const arrow::Array& array, std::span<int64_t> to) {
  const double* values = static_cast<const arrow::DoubleArray&>(array).raw_values();
  std::memcpy(to.data(), values, to.size_bytes());
}

void CopyInstants(const arrow::Array& array, std::span<int64_t> to) {
  CopyNumbers<arrow::TimestampArray>(array, to);
  const auto unit = static_cast<const arrow::TimestampType&>(*array.type()).unit();
  if (unit == arrow::TimeUnit::MILLI) {
    for (int64_t& value : to) value *= 1000;
  } else if (unit == arrow::TimeUnit::NANO) {
    for (int64_t& value : to) value /= 1000;
  }
}

// Most words of a validity bitmap are whole.
template <typename Visit>
void ForEachNull(const arrow::Array& array, Visit visit) {
  constexpr int64_t kWord = 64;
  const uint8_t* const bits = array.null_bitmap_data();
  arrow::internal::BitmapUInt64Reader words(bits, array.offset(), array.length());
  for (int64_t begin = 0; begin < array.length(); begin += kWord) {
    const int64_t count = std::min(kWord, array.length() - begin);
    uint64_t nulls = ~words.NextWord();
    if (count < kWord) nulls &= (uint64_t{1} << count) - 1;
    for (; nulls != 0; nulls &= nulls - 1) {
      visit(static_cast<size_t>(begin + std::countr_zero(nulls)));
    }
  }
}

class Reader final : public ColumnsReader {
 public:
  Reader(std::string name, std::unique_ptr<BatchReader> batches, ColumnsBuilder& builder)
      : name_(std::move(name)), batches_(std::move(batches)), builder_(builder) {}

  Status MapColumns() {
    for (const auto& field : batches_->schema()->fields()) {
      Target target;
      target.field = builder_.schema().IndexOf(field->name());
      if (target.field == kPassedOver && field->name() != kPartition) {
        return Foreign("column ", field->name(), " is not one of the table's");
      }
      if (target.field != kPassedOver &&
          !Fits(builder_.schema().field(target.field).type, *field->type())) {
        return Foreign("column ", field->name(), " is a ", field->type()->ToString());
      }
      targets_.push_back(std::move(target));
    }
    return Status::OK();
  }

  Result<std::optional<Columns>> Next(int64_t rows) override {
    while (builder_.rows() < rows) {
      ARROW_ASSIGN_OR_RAISE(const auto batch, batches_->Next());
      if (!batch) break;
      ARROW_RETURN_NOT_OK(Append(*batch));
    }
    if (builder_.rows() == 0) return std::nullopt;
    return builder_.Finish();
  }

 private:
  template <typename... Cause>
  Status Fail(const Cause&... cause) const {
    return Status::Invalid("read ", name_, ": ", cause...);
  }

  template <typename... What>
  Status Foreign(const What&... what) const {
    return Status::TypeError("read ", name_, ": ", what...);
  }

  Status Append(const arrow::RecordBatch& batch) {
    for (size_t i = 0; i < targets_.size(); ++i) {
      if (targets_[i].field == kPassedOver) continue;
      const arrow::Array& array = *batch.column(static_cast<int>(i));
      const Field& field = builder_.schema().field(targets_[i].field);
      if (!Fits(field.type, *array.type())) {
        return Fail("column ", field.name, " is a ", array.type()->ToString());
      }
      Append(array, targets_[i]);
    }
    builder_.FinishRows(static_cast<size_t>(batch.num_rows()));
    return Status::OK();
  }

  void Append(const arrow::Array& array, Target& target) {
    switch (array.type_id()) {
      case arrow::Type::DICTIONARY:
        return AppendCodes(static_cast<const arrow::DictionaryArray&>(array), target);
      case arrow::Type::STRING:
        return AppendTexts(static_cast<const arrow::StringArray&>(array), target.field);
      default:
        return AppendNumbers(array, target.field);
    }
  }

  void AppendCodes(const arrow::DictionaryArray& array, Target& target) {
    // Batches of a row group share their entries; but the dictionary that the builder had
    // for them may have been started anew, at the end of other rows or another reader's.
    const DictionaryIdentity dictionary = builder_.dictionary_identity(target.field);
    if (target.entries != array.data()->dictionary ||
        !IsSame(target.dictionary, dictionary)) {
      MeetEntries(array, target);
      target.dictionary = dictionary;
    }
    const auto& indices = static_cast<const arrow::Int32Array&>(*array.indices());
    const auto codes =
        builder_.AppendCodes(target.field, static_cast<size_t>(array.length()));
    // Entries may be none where all rows are NULL.
    if (target.codes.empty()) {
      std::ranges::fill(codes, kNullCode);
      return;
    }
    const int32_t* const from = indices.raw_values();
    if (array.null_count() == 0) {
      for (size_t i = 0; i < codes.size(); ++i) {
        codes[i] = target.codes[static_cast<size_t>(from[i])];
      }
      return;
    }
    // What stands in place of a NULL is any number.
    const size_t entries = target.codes.size();
    for (size_t i = 0; i < codes.size(); ++i) {
      const auto index = static_cast<size_t>(from[i]);
      codes[i] = target.codes[index < entries ? index : 0];
    }
    ForEachNull(array, [&](size_t i) { codes[i] = kNullCode; });
  }

  void MeetEntries(const arrow::DictionaryArray& array, Target& target) {
    target.entries = array.data()->dictionary;
    const auto& texts = static_cast<const arrow::StringArray&>(*array.dictionary());
    Dictionary& dictionary = builder_.dictionary(target.field);
    target.codes.resize(static_cast<size_t>(texts.length()));
    for (int64_t i = 0; i < texts.length(); ++i) {
      target.codes[static_cast<size_t>(i)] =
          texts.IsNull(i) ? kNullCode : dictionary.Encode(texts.GetView(i));
    }
  }

  void AppendTexts(const arrow::StringArray& array, int field) {
    Dictionary& dictionary = builder_.dictionary(field);
    const auto codes = builder_.AppendCodes(field, static_cast<size_t>(array.length()));
    for (size_t i = 0; i < codes.size(); ++i) {
      const auto row = static_cast<int64_t>(i);
      codes[i] = array.IsNull(row) ? kNullCode : dictionary.Encode(array.GetView(row));
    }
  }

  void AppendNumbers(const arrow::Array& array, int field) {
    const auto count = static_cast<size_t>(array.length());
    const auto numbers = builder_.AppendNumbers(field, count);
    if (array.type_id() == arrow::Type::INT32) {
      CopyNumbers<arrow::Int32Array>(array, numbers);
    } else if (array.type_id() == arrow::Type::INT64) {
      CopyNumbers<arrow::Int64Array>(array, numbers);
    } else if (array.type_id() == arrow::Type::DOUBLE) {
      CopyDoubles(array, numbers);
    } else {
      CopyInstants(array, numbers);
    }
    if (array.null_count() == 0) return;
    const auto valid = builder_.AppendValidity(field, count);
    ForEachNull(array, [&](size_t i) {
      valid[i] = 0;
      numbers[i] = 0;
    });
  }

  const std::string name_;
  const std::unique_ptr<BatchReader> batches_;
  ColumnsBuilder& builder_;
  std::vector<Target> targets_;  // parallel to the file's columns
};
}  // namespace

Result<std::unique_ptr<ColumnsReader>> ColumnsReader::Open(
    std::shared_ptr<arrow::io::RandomAccessFile> file, std::string name,
    ColumnsBuilder& builder, std::string footer) {
  BatchReaderOptions options;
  options.footer = std::move(footer);
  ARROW_ASSIGN_OR_RAISE(auto batches,
                        BatchReader::Open(std::move(file), name, {}, options));
  auto reader = std::make_unique<Reader>(std::move(name), std::move(batches), builder);
  ARROW_RETURN_NOT_OK(reader->MapColumns());
  return reader;
}

}  // namespace flowlake
