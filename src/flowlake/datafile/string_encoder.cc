#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "flowlake/datafile/code_page.h"
#include "flowlake/datafile/delta_packing.h"
#include "flowlake/datafile/dictionary_choice.h"
#include "flowlake/datafile/string_dictionary.h"
#include "flowlake/datafile/value_encoder.h"

static_assert(std::endian::native == std::endian::little, "Parquet is little endian");

namespace flowlake {

namespace {
// Page sizes are 32-bit numbers, and a reader holds a whole page: long strings make pages
// of fewer rows.
constexpr size_t kMaxPageStringBytes = 4 << 20;

/// How many bytes at their beginnings are the same.
size_t CommonPrefix(std::string_view a, std::string_view b) {
  const size_t most = std::min(a.size(), b.size());
  size_t same = 0;
  for (; same + sizeof(uint64_t) <= most; same += sizeof(uint64_t)) {
    uint64_t words[2];
    std::memcpy(&words[0], a.data() + same, sizeof words[0]);
    std::memcpy(&words[1], b.data() + same, sizeof words[1]);
    if (words[0] == words[1]) continue;
    return same + static_cast<size_t>(std::countr_zero(words[0] ^ words[1])) / 8;
  }
  while (same < most && a[same] == b[same]) ++same;
  return same;
}

/// Texts without what each begins with as the one before it does: DELTA_BYTE_ARRAY
/// (Encodings.md of apache/parquet-format, "Delta Strings"). Where hardly any text comes
/// twice they are ids, of one length and with one beginning; without both there is
/// nothing left in them that a codec would find.
class FrontCodedTexts {
 public:
  void Append(std::string_view text) {
    const size_t prefix = CommonPrefix(last_, text);
    const std::string_view suffix = text.substr(prefix);
    prefixes_.push_back(static_cast<int32_t>(prefix));
    suffixes_.push_back(static_cast<int32_t>(suffix.size()));
    AppendTo<uint8_t>(bytes_,
                      {reinterpret_cast<const uint8_t*>(suffix.data()), suffix.size()});
    last_ = text;
  }
  void Encode(Bytes& out) const {
    AppendDeltaPacked(prefixes_, out);
    AppendDeltaPacked(suffixes_, out);
    AppendTo<uint8_t>(out, bytes_);
  }

  bool empty() const { return prefixes_.empty(); }
  size_t memory() const {
    return (prefixes_.capacity() + suffixes_.capacity()) * sizeof(int32_t) +
           bytes_.capacity() + last_.capacity();
  }
  void Clear() {
    prefixes_.clear();
    suffixes_.clear();
    bytes_.clear();
    last_.clear();
  }

 private:
  UninitializedVector<int32_t> prefixes_;  // lengths
  UninitializedVector<int32_t> suffixes_;
  Bytes bytes_;  // of the suffixes
  std::string last_;
};

class StringEncoder final : public ValueEncoder {
 public:
  explicit StringEncoder(ValueScratch& scratch) : scratch_(scratch) {}

  size_t RoomFor(const Column& column, size_t rows) override {
    const size_t longest = std::max(1u, dictionary_.LongestOf(column.dictionary));
    const size_t room = kMaxPageStringBytes - std::min(kMaxPageStringBytes, bytes_);
    const bool is_empty = codes_.empty() && texts_.empty();
    return std::min(rows, std::max<size_t>(is_empty ? 1 : 0, room / longest));
  }

  void Append(const Column& column, const RowSlice& slice, Validity& validity) override {
    const std::span<const uint32_t> codes = ValuesOf(column, slice, validity);
    if (codes.empty()) return;
    if (!has_dictionary_) return AppendTexts(*column.dictionary, codes);
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
    } else if (text_bounds_) {
      page.bounds = std::move(text_bounds_);
    }
    if (codes_.empty()) page.encoding = PageEncoding::kPlain;
    if (!texts_.empty()) {
      texts_.Encode(out);
      page.encoding = PageEncoding::kFrontCoded;
    }
    ClearPage();
    return page;
  }

  uint32_t dictionary_size() const override { return dictionary_.size(); }
  void AppendDictionary(Bytes& out) const override {
    AppendTo<uint8_t>(out, dictionary_.page());
  }

  size_t memory() const override {
    return dictionary_.memory() + codes_.memory() + texts_.memory() +
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
    Resize(distinct_, count + codes.size());
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
    for (const uint32_t code : codes_.Expand()) texts_.Append(dictionary_[code]);
    codes_.Clear();
    dictionary_.Clear();
  }

  void AppendTexts(const Dictionary& dictionary, std::span<const uint32_t> codes) {
    for (const uint32_t code : codes) {
      const std::string_view text = dictionary[code];
      texts_.Append(text);
      bytes_ += text.size();
      WidenBounds(text);
    }
  }

  void WidenBounds(std::string_view text) {
    if (!text_bounds_) text_bounds_ = Bounds{std::string(text), std::string(text)};
    auto& min = std::get<std::string>(text_bounds_->min);
    auto& max = std::get<std::string>(text_bounds_->max);
    if (text < min) min = text;
    if (max < text) max = text;
  }

  void ClearPage() {
    codes_.Clear();
    texts_.Clear();
    text_bounds_.reset();
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
  FrontCodedTexts texts_;
  std::optional<Bounds> text_bounds_;
  UninitializedVector<uint32_t> distinct_;   // codes
  UninitializedVector<uint8_t> is_in_page_;  // by code, 0 or 1
  size_t bytes_ = 0;
};
}  // namespace

std::unique_ptr<ValueEncoder> MakeStringEncoder(ValueScratch& scratch) {
  return std::make_unique<StringEncoder>(scratch);
}

}  // namespace flowlake
