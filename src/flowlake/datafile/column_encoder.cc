#include "flowlake/datafile/column_encoder.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "flowlake/base/check.h"

namespace flowlake {

namespace {
// Rows of a slice ascend.
bool IsWithin(const RowSlice& slice, size_t rows) {
  if (slice.count == 0) return true;
  const size_t end = slice.begin + slice.count;
  if (slice.rows.empty()) return end <= rows;
  return end <= slice.rows.size() && slice.rows[end - 1] < rows;
}

bool HasValue(const Column& column, const RowSlice& slice) {
  for (size_t i = slice.begin; i < slice.begin + slice.count; ++i) {
    const size_t row = slice.rows.empty() ? i : slice.rows[i];
    const bool is_null = column.codes.empty()
                             ? !column.valid.empty() && column.valid[row] == 0
                             : column.codes[row] == kNullCode;
    if (!is_null) return true;
  }
  return false;
}
}  // namespace

ColumnEncoder::ColumnEncoder(ColumnType type, PageOutput& output)
    : type_(type), output_(output), values_(MakeValueEncoder(type, output.scratch)) {}

void ColumnEncoder::Append(const Column& column, const RowSlice& slice) {
  const bool is_text = type_ == ColumnType::kString;
  const size_t rows = is_text ? column.codes.size() : column.numbers.size();
  Check(column.present && is_text == (column.dictionary != nullptr),
        "a column that is absent or of another type");
  Check(IsWithin(slice, rows), "a slice with rows that the block does not have");
  for (size_t done = 0; done < slice.count;) {
    RowSlice part = slice.Part(done, slice.count - done);
    // NULLs alone make one page, however many they are.
    if (IsFull() && HasOnlyNulls() && !HasValue(column, part)) {
      return AppendNulls(static_cast<int64_t>(part.count));
    }
    if (IsFull()) EndPage(/*is_last=*/false);
    const size_t room = output_.page_rows - validity_.rows();
    part.count = values_->RoomFor(column, std::min(room, part.count));
    if (part.count == 0) {
      EndPage(/*is_last=*/false);
      continue;
    }
    values_->Append(column, part, validity_);
    rows_ += static_cast<int64_t>(part.count);
    done += part.count;
  }
}

void ColumnEncoder::AppendNulls(int64_t count) {
  while (count > 0) {
    if (IsFull() && !HasOnlyNulls()) EndPage(/*is_last=*/false);
    const auto room = static_cast<int64_t>(output_.page_rows - validity_.rows());
    const int64_t step = HasOnlyNulls() ? count : std::min(count, room);
    validity_.AppendNulls(static_cast<size_t>(step));
    rows_ += step;
    count -= step;
  }
}

Status ColumnEncoder::Finish() {
  if (validity_.rows() > 0) EndPage(/*is_last=*/true);
  return failure_;
}

size_t ColumnEncoder::memory() const {
  return values_->memory() + validity_.memory() + pages_.capacity() * sizeof(EncodedPage);
}

void ColumnEncoder::Clear() {
  values_->Clear();
  validity_.Clear();
  rows_ = 0;
  pages_.clear();
  failure_ = Status::OK();
}

void ColumnEncoder::EndPage(bool is_last) {
  if (failure_.ok()) failure_ = EncodePage(is_last);
  validity_.Clear();
}

// Levels with their length in four bytes before them, then values.
Status ColumnEncoder::EncodePage(bool is_last) {
  Bytes& raw = output_.raw;
  raw.resize(sizeof(uint32_t));
  validity_.Encode(raw);
  const size_t level_bytes = raw.size();
  const auto length = static_cast<uint32_t>(level_bytes - sizeof(uint32_t));
  std::memcpy(raw.data(), &length, sizeof length);
  ARROW_ASSIGN_OR_RAISE(PageValues values, values_->EndPage(is_last, raw));
  const RawPage page{raw, level_bytes};
  uint8_t* const room = output_.memory.Reserve(output_.compressor.MaxBytes(page));
  ARROW_ASSIGN_OR_RAISE(const size_t size,
                        output_.compressor.Compress(page, compression_, room));
  const auto rows = static_cast<int64_t>(validity_.rows());
  pages_.push_back({output_.memory.Keep(size), static_cast<int64_t>(raw.size()),
                    rows_ - rows, rows, static_cast<int64_t>(validity_.nulls()),
                    std::move(values)});
  return Status::OK();
}

}  // namespace flowlake
