#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

#include "flowlake/base/date.h"
#include "flowlake/datafile/code_page.h"
#include "flowlake/datafile/delta_packing.h"
#include "flowlake/datafile/dictionary_choice.h"
#include "flowlake/datafile/number_bounds.h"
#include "flowlake/datafile/number_dictionary.h"
#include "flowlake/datafile/value_encoder.h"

static_assert(std::endian::native == std::endian::little, "Parquet is little endian");

namespace flowlake {

namespace {
template <typename T>
void AppendPlain(std::span<const int64_t> numbers, Bytes& out) {
  const size_t begin = out.size();
  Resize(out, begin + numbers.size() * sizeof(T));
  uint8_t* to = out.data() + begin;
  if constexpr (std::is_same_v<T, int64_t>) {
    if (!numbers.empty()) std::memcpy(to, numbers.data(), numbers.size_bytes());
  } else {
    for (const int64_t number : numbers) {
      const auto narrow = static_cast<T>(number);
      std::memcpy(to, &narrow, sizeof narrow);
      to += sizeof narrow;
    }
  }
}

// T is how the file holds a number: int32_t or int64_t.
template <typename T>
class NumberEncoder final : public ValueEncoder {
 public:
  NumberEncoder(uint64_t stride, ValueScratch& scratch, bool is_double = false)
      : scratch_(scratch), dictionary_(stride), is_double_(is_double) {}

  size_t RoomFor(const Column&, size_t rows) override { return rows; }

  void Append(const Column& column, const RowSlice& slice, Validity& validity) override {
    const std::span<const int64_t> numbers = ValuesOf(column, slice, validity);
    if (numbers.empty()) return;
    const NumberBounds bounds = BoundsOf(numbers);
    bounds_.Widen(bounds);
    if (!has_dictionary_) {
      AppendTo<int64_t>(numbers_, numbers);
    } else if (bounds.min == bounds.max) {
      uint32_t code = 0;
      dictionary_.Encode(numbers.first(1), bounds, &code);
      codes_.AppendRun(code, numbers.size());
    } else {
      dictionary_.Encode(numbers, bounds, codes_.Extend(numbers.size()));
    }
  }

  Result<PageValues> EndPage(bool is_last, Bytes& out) override {
    if (bounds_.min <= bounds_.max) ARROW_RETURN_NOT_OK(CheckRange());
    PageValues page;
    if (bounds_.min <= bounds_.max) page.bounds = PageBounds();
    if (!codes_.empty()) EncodeCodes(is_last, out);
    if (codes_.empty()) page.encoding = AppendNumbers(out);
    codes_.Clear();
    numbers_.clear();
    bounds_ = {};
    return page;
  }

  uint32_t dictionary_size() const override { return dictionary_.size(); }
  void AppendDictionary(Bytes& out) const override {
    AppendPlain<T>(dictionary_.values(), out);
  }

  size_t memory() const override {
    return dictionary_.memory() + codes_.memory() + narrow_.capacity() * sizeof(T) +
           numbers_.capacity() * sizeof(int64_t);
  }

  void Clear() override {
    dictionary_.Clear();
    codes_.Clear();
    numbers_.clear();
    choice_.Clear();
    bounds_ = {};
    has_dictionary_ = true;
    hashed_pages_ = 0;
  }

 private:
  std::span<const int64_t> ValuesOf(const Column& column, const RowSlice& slice,
                                    Validity& validity) {
    const auto numbers =
        Gather<int64_t>(column.numbers, slice, scratch_.gathered_numbers);
    if (column.valid.empty()) {
      validity.AppendValid(numbers.size());
      return numbers;
    }
    const auto valid = Gather<uint8_t>(column.valid, slice, scratch_.gathered_valid);
    const auto bits_of = [&](size_t begin, size_t count) {
      return BitsOfBytes(valid.data() + begin, count);
    };
    return DropNulls(numbers, bits_of, validity, scratch_.numbers);
  }

  void EncodeCodes(bool is_last, Bytes& out) {
    const size_t begin = out.size();
    codes_.Encode(dictionary_.size(), out);
    const size_t codes = out.size() - begin;
    const auto verdict = choice_.Judge(
        {BytesWithoutDictionary(out), codes, dictionary_.size() * sizeof(T), is_last});
    has_dictionary_ = verdict == DictionaryChoice::Verdict::kKeep;
    if (verdict != DictionaryChoice::Verdict::kRevoke) return;
    out.resize(begin);
    DecodeCodes();
    codes_.Clear();
    dictionary_.Clear();
  }

  /// What the open page would take without a dictionary. Numbers that lie close together
  /// soon have all been seen, so that their dictionary pays in the end; others are
  /// measured for some pages. A codec finds more in codes than in differences.
  size_t BytesWithoutDictionary(Bytes& out) {
    constexpr int kMeasuredPages = 4;
    const size_t plain = codes_.size() * sizeof(T);
    if (!dictionary_.is_hashed() || is_double_ || hashed_pages_ == kMeasuredPages) {
      return plain;
    }
    ++hashed_pages_;
    const size_t begin = out.size();
    DecodeCodes();
    AppendDeltaPacked(InFilesType(numbers_), out);
    const size_t packed = out.size() - begin;
    out.resize(begin);
    numbers_.clear();
    return std::min(plain, packed + packed / 3);
  }

  void DecodeCodes() {
    const std::span<const int64_t> values = dictionary_.values();
    for (const uint32_t code : codes_.Expand()) numbers_.push_back(values[code]);
  }

  /// The open page, in the shorter of the two ways.
  PageEncoding AppendNumbers(Bytes& out) {
    const size_t begin = out.size();
    if (!is_double_ && !numbers_.empty()) {
      AppendDeltaPacked(InFilesType(numbers_), out);
      const size_t plain = numbers_.size() * sizeof(T);
      if (out.size() - begin < plain) return PageEncoding::kDeltaPacked;
      out.resize(begin);
    }
    AppendPlain<T>(numbers_, out);
    return PageEncoding::kPlain;
  }

  std::span<const T> InFilesType(std::span<const int64_t> numbers) {
    if constexpr (std::is_same_v<T, int64_t>) {
      return numbers;
    } else {
      Resize(narrow_, numbers.size());
      for (size_t i = 0; i < numbers.size(); ++i) narrow_[i] = static_cast<T>(numbers[i]);
      return narrow_;
    }
  }

  /// The bits of doubles are in the order of the doubles where none is negative. Where
  /// one is, the bounds are wide.
  Bounds PageBounds() const {
    if (!is_double_ || bounds_.min >= 0) return {bounds_.min, bounds_.max};
    constexpr auto kLeast =
        std::bit_cast<int64_t>(-std::numeric_limits<double>::infinity());
    return {kLeast, std::max<int64_t>(bounds_.max, 0)};
  }

  Status CheckRange() const {
    using Limits = std::numeric_limits<T>;
    for (const int64_t number : {bounds_.min, bounds_.max}) {
      if (number < Limits::min() || number > Limits::max()) {
        return Status::Invalid("value does not fit INT32: ", number);
      }
    }
    return Status::OK();
  }

  ValueScratch& scratch_;
  NumberDictionary dictionary_;
  DictionaryChoice choice_;
  const bool is_double_;
  bool has_dictionary_ = true;
  int hashed_pages_ = 0;  // that were measured without a dictionary
  UninitializedVector<T> narrow_;
  // Of the open page: its values are in one of the two.
  CodePage codes_;
  UninitializedVector<int64_t> numbers_;
  NumberBounds bounds_;
};
}  // namespace

std::unique_ptr<ValueEncoder> MakeNumberEncoder(ColumnType type, ValueScratch& scratch) {
  switch (type) {
    case ColumnType::kInt32:
      return std::make_unique<NumberEncoder<int32_t>>(1, scratch);
    case ColumnType::kTimestamp:
      // Most logs know seconds.
      return std::make_unique<NumberEncoder<int64_t>>(uint64_t{kMicrosPerSecond},
                                                      scratch);
    case ColumnType::kDouble:
      return std::make_unique<NumberEncoder<int64_t>>(1, scratch, /*is_double=*/true);
    default:
      return std::make_unique<NumberEncoder<int64_t>>(1, scratch);
  }
}

}  // namespace flowlake
