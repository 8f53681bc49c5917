#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "flowlake/datafile/code_page.h"
#include "flowlake/datafile/dictionary_choice.h"
#include "flowlake/datafile/string_dictionary.h"
#include "flowlake/datafile/value_encoder.h"

static_assert(std::endian::native == std::endian::little, "Parquet is little endian");

namespace flowlake {

namespace {
// Page sizes are 32-bit numbers, and a reader holds a whole page: long strings make pages
// of fewer rows.
constexpr size_t kMaxPageStringBytes = 4 << 20;

void AppendString(std::string_view text, Bytes& out) {
  const auto length = static_cast<uint32_t>(text.size());
  const size_t begin = out.size();
  out.resize(begin + sizeof length + text.size());
  std::memcpy(out.data() + begin, &length, sizeof length);
  if (length > 0) std::memcpy(out.data() + begin + sizeof length, text.data(), length);
}

class StringEncoder final : public ValueEncoder {
 public:
  explicit StringEncoder(ValueScratch& scratch) : scratch_(scratch) {}

  size_t RoomFor(const Column& column, size_t rows) override {
    const size_t longest = std::max(1u, dictionary_.LongestOf(column.dictionary));
    const size_t room = kMaxPageStringBytes - std::min(kMaxPageStringBytes, bytes_);
    const bool is_empty = codes_.empty() && plain_.empty();
    return std::min(rows, std::max<size_t>(is_empty ? 1 : 0, room / longest));
  }

  void Append(const Column& column, const RowSlice& slice, Validity& validity) override {
    const std::span<const uint32_t> codes = ValuesOf(column, slice, validity);
    if (codes.empty()) return;
    if (!has_dictionary_) return AppendPlain(*column.dictionary, codes);
    if (IsOneCode(codes)) {
      uint32_t code = 0;
      dictionary_.Encode(column.dictionary, codes.first(1), &code);
      codes_.AppendRun(code, codes.size());
      Mark({&code, 1}, codes.size());
      return;
    }
    uint32_t* const to = codes_.Extend(codes.size());
    dictionary_.Encode(column.dictionary, codes, to);
    Mark({to, codes.size()}, 1);
  }

  Result<PageValues> EndPage(bool is_last, Bytes& out) override {
    PageValues page;
    page.string_bytes = static_cast<int64_t>(bytes_);
    if (!codes_.empty()) {
      page.bounds = BoundsOfCodes();
      EncodeCodes(is_last, out);
    } else if (plain_bounds_) {
      page.bounds = std::move(plain_bounds_);
    }
    AppendTo<uint8_t>(out, plain_);
    page.is_plain = codes_.empty();
    ClearPage();
    return page;
  }

  uint32_t dictionary_size() const override { return dictionary_.size(); }
  void AppendDictionary(Bytes& out) const override {
    AppendTo<uint8_t>(out, dictionary_.page());
  }

  size_t memory() const override {
    return dictionary_.memory() + codes_.memory() + plain_.capacity() +
           is_in_page_.capacity() + distinct_.capacity() * sizeof(uint32_t);
  }

  void Clear() override {
    dictionary_.Clear();
    choice_.Clear();
    has_dictionary_ = true;
    ClearPage();
  }

 private:
  std::span<const uint32_t> ValuesOf(const Column& column, const RowSlice& slice,
                                     Validity& validity) {
    const auto codes = Gather<uint32_t>(column.codes, slice, scratch_.gathered_codes);
    const auto bits_of = [&](size_t begin, size_t count) {
      return BitsOfCodes(codes.data() + begin, count, kNullCode);
    };
    return DropNulls(codes, bits_of, validity, scratch_.codes);
  }

  // Each code stands for `times` values. Without a branch on whether the page had one.
  void Mark(std::span<const uint32_t> codes, size_t times) {
    is_in_page_.resize(dictionary_.size(), 0);
    size_t count = distinct_.size();
    distinct_.resize(count + codes.size());
    uint32_t* const distinct = distinct_.data();
    uint8_t* const is_in_page = is_in_page_.data();
    const uint32_t* const lengths = dictionary_.lengths().data();
    size_t bytes = 0;
    for (const uint32_t code : codes) {
      bytes += lengths[code];
      distinct[count] = code;
      count += 1u - is_in_page[code];
      is_in_page[code] = 1;
    }
    distinct_.resize(count);
    bytes_ += bytes * times;
  }

  Bounds BoundsOfCodes() const {
    uint32_t min = distinct_.front();
    uint32_t max = min;
    for (const uint32_t code : distinct_) {
      if (dictionary_.Less(code, min)) min = code;
      if (dictionary_.Less(max, code)) max = code;
    }
    return {std::string(dictionary_[min]), std::string(dictionary_[max])};
  }

  void EncodeCodes(bool is_last, Bytes& out) {
    const size_t begin = out.size();
    codes_.Encode(dictionary_.size(), out);
    const auto verdict =
        choice_.Judge({bytes_ + codes_.size() * sizeof(uint32_t), out.size() - begin,
                       dictionary_.page().size(), is_last});
    has_dictionary_ = verdict == DictionaryChoice::Verdict::kKeep;
    if (verdict != DictionaryChoice::Verdict::kRevoke) return;
    out.resize(begin);
    for (const uint32_t code : codes_.Expand()) AppendString(dictionary_[code], plain_);
    codes_.Clear();
    dictionary_.Clear();
  }

  void AppendPlain(const Dictionary& dictionary, std::span<const uint32_t> codes) {
    for (const uint32_t code : codes) {
      const std::string_view text = dictionary[code];
      AppendString(text, plain_);
      bytes_ += text.size();
      WidenPlain(text);
    }
  }

  void WidenPlain(std::string_view text) {
    if (!plain_bounds_) plain_bounds_ = Bounds{std::string(text), std::string(text)};
    auto& min = std::get<std::string>(plain_bounds_->min);
    auto& max = std::get<std::string>(plain_bounds_->max);
    if (text < min) min = text;
    if (max < text) max = text;
  }

  void ClearPage() {
    codes_.Clear();
    plain_.clear();
    plain_bounds_.reset();
    for (const uint32_t code : distinct_) is_in_page_[code] = 0;
    distinct_.clear();
    bytes_ = 0;
  }

  ValueScratch& scratch_;
  StringDictionary dictionary_;
  DictionaryChoice choice_;
  bool has_dictionary_ = true;
  // Of the open page: its values are in one of the two.
  CodePage codes_;
  Bytes plain_;
  std::optional<Bounds> plain_bounds_;
  UninitializedVector<uint32_t> distinct_;   // codes
  UninitializedVector<uint8_t> is_in_page_;  // by code, 0 or 1
  size_t bytes_ = 0;
};
}  // namespace

std::unique_ptr<ValueEncoder> MakeStringEncoder(ValueScratch& scratch) {
  return std::make_unique<StringEncoder>(scratch);
}

}  // namespace flowlake
