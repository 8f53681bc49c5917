// Sort():
//   1. rank the values of each sort column                     (RankTexts, RankNumbers)
//   2. pack as many columns as fit into one 64-bit key per row           (AddToKeys)
//   3. radix sort by it; with several keys, the last columns first           (SortBy)
#include "flowlake/compact/row_pile.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>
#include <string_view>
#include <utility>

#include "flowlake/base/check.h"

namespace flowlake {

namespace {
constexpr int kKeyBits = 64;
constexpr size_t kBlockRows = 4096;  // gathered at a time: stays in a first-level cache
// Of Sort(), per row: a key, a row number, and the same again for the radix sort.
constexpr int64_t kSortBytes = 2 * (sizeof(uint64_t) + sizeof(uint32_t));

// Calls `visit` with blocks of [0, rows), as row numbers.
template <typename Visit>
void ForEachBlock(size_t rows, Visit visit) {
  std::vector<uint32_t> block(kBlockRows);
  for (size_t begin = 0; begin < rows; begin += kBlockRows) {
    block.resize(std::min(kBlockRows, rows - begin));
    std::iota(block.begin(), block.end(), static_cast<uint32_t>(begin));
    visit(std::span<const uint32_t>(block));
  }
}

struct PrefixedText {
  uint64_t prefix;
  uint32_t code;
};

PrefixedText WithPrefix(const Dictionary& dictionary, uint32_t code) {
  const std::string_view text = dictionary[code];
  uint64_t prefix = 0;
  std::memcpy(&prefix, text.data(), std::min<size_t>(sizeof prefix, text.size()));
  return {__builtin_bswap64(prefix), code};
}

template <typename Vector>
auto Part(const Vector& values, int64_t begin, int64_t end) {
  const std::span all(values);
  if (all.empty()) return all;
  return all.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
}
}  // namespace

RowPile::RowPile(const Schema* schema, SortOrder order, int64_t expected_rows)
    : schema_(schema), order_(std::move(order)) {
  for (const Field& field : schema->fields()) {
    columns_.emplace_back(field.type, static_cast<size_t>(expected_rows));
  }
  present_.resize(columns_.size());
  texts_.resize(columns_.size());
}

void RowPile::Append(const Columns& columns, int64_t begin, int64_t end) {
  Check(begin >= 0 && begin <= end && end <= columns.rows,
        "a slice with rows that the block does not have");
  Check(end - begin < std::numeric_limits<uint32_t>::max() - rows_,
        "a pile of 2^32 rows or more");
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns.columns[i];
    if (!column.present) continue;
    present_[i] = true;
    PadTo(i, rows_);
    if (IsText(i)) {
      AppendText(i, column, Part(column.codes, begin, end));
    } else {
      columns_[i].AppendNumbers(Part(column.numbers, begin, end),
                                Part(column.valid, begin, end));
    }
  }
  rows_ += end - begin;
}

void RowPile::PadTo(size_t field, int64_t rows) {
  const size_t missing = static_cast<size_t>(rows) - columns_[field].size();
  if (missing == 0) return;
  if (IsText(field)) {
    columns_[field].AppendCodes(std::vector<uint32_t>(missing, kNullCode));
  } else {
    columns_[field].AppendNulls(missing);
  }
}

void RowPile::AppendText(size_t field, const Column& column,
                         std::span<const uint32_t> codes) {
  Texts& texts = texts_[field];
  if (!texts.dictionary) texts.dictionary = column.dictionary;
  if (texts.dictionary == column.dictionary) return columns_[field].AppendCodes(codes);
  if (!texts.own) OwnTexts(texts);
  columns_[field].AppendCodes(Translate(texts, column, codes));
}

void RowPile::OwnTexts(Texts& texts) {
  texts.own = std::make_shared<Dictionary>();
  for (uint32_t code = 0; code < texts.dictionary->size(); ++code) {
    (void)texts.own->Encode((*texts.dictionary)[code]);
  }
  texts.dictionary = texts.own;
}

std::span<const uint32_t> RowPile::Translate(Texts& texts, const Column& column,
                                             std::span<const uint32_t> codes) {
  if (texts.foreign != column.dictionary) texts.remap.clear();
  texts.foreign = column.dictionary;
  texts.remap.resize(column.dictionary->size(), kNullCode);
  translated_.resize(codes.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    translated_[i] = kNullCode;
    if (codes[i] == kNullCode) continue;
    uint32_t& code = texts.remap[codes[i]];
    if (code == kNullCode) code = texts.own->Encode((*column.dictionary)[codes[i]]);
    translated_[i] = code;
  }
  return translated_;
}

int64_t RowPile::memory() const {
  size_t bytes = 0;
  for (size_t i = 0; i < columns_.size(); ++i) {
    bytes += columns_[i].memory();
    if (texts_[i].dictionary) bytes += texts_[i].dictionary->memory();
    bytes += texts_[i].remap.capacity() * sizeof(uint32_t);
  }
  return static_cast<int64_t>(bytes) + rows_ * kSortBytes;
}

void RowPile::Clear() {
  for (PackedColumn& column : columns_) column.Clear();
  for (Texts& texts : texts_) texts = {};
  sorted_.clear();
  rows_ = 0;
}

void RowPile::Sort() {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (present_[i]) PadTo(i, rows_);
  }
  sorted_.resize(static_cast<size_t>(rows_));
  std::iota(sorted_.begin(), sorted_.end(), 0u);
  std::vector<Ranking> rankings;
  for (const SortColumn& by : order_) {
    if (present_[static_cast<size_t>(by.field)]) rankings.push_back(RankingOf(by));
  }
  for (size_t end = rankings.size(); end > 0;) {
    size_t begin = end;
    int bits = 0;
    while (begin > 0 && bits + rankings[begin - 1].bits <= kKeyBits) {
      bits += rankings[--begin].bits;
    }
    SortBy(std::span(rankings).subspan(begin, end - begin));
    end = begin;
  }
}

RowPile::Ranking RowPile::RankingOf(const SortColumn& by) const {
  Ranking ranking;
  ranking.by = by;
  if (IsText(static_cast<size_t>(by.field))) {
    RankTexts(ranking);
  } else {
    RankNumbers(ranking);
  }
  ranking.bits = static_cast<int>(std::bit_width(ranking.null_rank));
  return ranking;
}

void RowPile::RankTexts(Ranking& ranking) const {
  const auto field = static_cast<size_t>(ranking.by.field);
  if (!texts_[field].dictionary) return;  // all NULL
  const Dictionary& dictionary = *texts_[field].dictionary;
  ranking.ranks.resize(dictionary.size());
  // A dictionary may have many more texts than the pile.
  std::vector<uint32_t> codes(kBlockRows);
  std::vector<PrefixedText> used;
  ForEachBlock(static_cast<size_t>(rows_), [&](std::span<const uint32_t> rows) {
    columns_[field].GatherCodes(rows, codes.data());
    for (size_t i = 0; i < rows.size(); ++i) {
      if (codes[i] == kNullCode || ranking.ranks[codes[i]] != 0) continue;
      ranking.ranks[codes[i]] = 1;
      used.push_back(WithPrefix(dictionary, codes[i]));
    }
  });
  std::ranges::sort(used, [&](const PrefixedText& a, const PrefixedText& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return dictionary[a.code] < dictionary[b.code];
  });
  for (size_t i = 0; i < used.size(); ++i) {
    ranking.ranks[used[i].code] = static_cast<uint32_t>(i);
  }
  ranking.null_rank = used.size();
}

void RowPile::RankNumbers(Ranking& ranking) const {
  const PackedColumn& column = columns_[static_cast<size_t>(ranking.by.field)];
  std::vector<int64_t> numbers(kBlockRows);
  if (rows_ == 0) return;
  // NULLs hold 0: they may widen the range, which does no harm.
  int64_t least = std::numeric_limits<int64_t>::max();
  int64_t greatest = std::numeric_limits<int64_t>::min();
  ForEachBlock(static_cast<size_t>(rows_), [&](std::span<const uint32_t> rows) {
    column.GatherUnits(rows, numbers.data());
    for (size_t i = 0; i < rows.size(); ++i) {
      least = std::min(least, numbers[i]);
      greatest = std::max(greatest, numbers[i]);
    }
  });
  ranking.by.step = std::max<int64_t>(1, ranking.by.step / column.unit());
  ranking.least = FloorDivide(least, ranking.by.step);
  const auto range = static_cast<uint64_t>(FloorDivide(greatest, ranking.by.step)) -
                     static_cast<uint64_t>(ranking.least);
  // Where all of the 64 bits are in use, NULL is as large as the largest.
  ranking.null_rank = range + (range < std::numeric_limits<uint64_t>::max());
}

void RowPile::SortBy(std::span<const Ranking> rankings) {
  keys_.assign(static_cast<size_t>(rows_), 0);
  for (const Ranking& ranking : rankings) AddToKeys(ranking);
  RadixSort(keys_, sorted_, radix_);
}

void RowPile::AddToKeys(const Ranking& ranking) {
  const bool is_text = IsText(static_cast<size_t>(ranking.by.field));
  for (size_t begin = 0; begin < sorted_.size(); begin += kBlockRows) {
    const auto rows = std::span<const uint32_t>(sorted_).subspan(
        begin, std::min(kBlockRows, sorted_.size() - begin));
    if (is_text) {
      AddTexts(ranking, rows, keys_.data() + begin);
    } else {
      AddNumbers(ranking, rows, keys_.data() + begin);
    }
  }
}

void RowPile::AddTexts(const Ranking& ranking, std::span<const uint32_t> rows,
                       uint64_t* keys) const {
  const int shift = ranking.bits % kKeyBits;  // 64: it is the only one
  std::array<uint32_t, kBlockRows> codes;
  columns_[static_cast<size_t>(ranking.by.field)].GatherCodes(rows, codes.data());
  for (size_t i = 0; i < rows.size(); ++i) {
    const uint64_t rank =
        codes[i] == kNullCode ? ranking.null_rank : ranking.ranks[codes[i]];
    keys[i] = keys[i] << shift | rank;
  }
}

void RowPile::AddNumbers(const Ranking& ranking, std::span<const uint32_t> rows,
                         uint64_t* keys) const {
  const PackedColumn& column = columns_[static_cast<size_t>(ranking.by.field)];
  const int shift = ranking.bits % kKeyBits;
  std::array<int64_t, kBlockRows> numbers;
  std::array<uint8_t, kBlockRows> valid;
  column.GatherUnits(rows, numbers.data());
  valid.fill(1);
  if (column.has_nulls()) column.GatherValid(rows, valid.data());
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto rank = static_cast<uint64_t>(FloorDivide(numbers[i], ranking.by.step)) -
                      static_cast<uint64_t>(ranking.least);
    keys[i] = keys[i] << shift | (valid[i] == 0 ? ranking.null_rank : rank);
  }
}

Columns RowPile::Take(int64_t begin, int64_t count) const {
  Check(sorted_.size() == static_cast<size_t>(rows_), "rows that are not sorted yet");
  Check(begin >= 0 && count >= 0 && count <= rows_ - begin,
        "a slice with rows that the pile does not have");
  const auto rows = Part(sorted_, begin, begin + count);
  Columns taken{schema_, count, {}};
  taken.columns.resize(columns_.size());
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (present_[i]) TakeColumn(i, rows, taken.columns[i]);
  }
  return taken;
}

void RowPile::TakeColumn(size_t field, std::span<const uint32_t> rows, Column& to) const {
  const PackedColumn& from = columns_[field];
  to.present = true;
  if (IsText(field)) {
    to.dictionary = texts_[field].dictionary;
    if (!to.dictionary) to.dictionary = std::make_shared<const Dictionary>();
    to.codes.resize(rows.size());
    from.GatherCodes(rows, to.codes.data());
    return;
  }
  to.numbers.resize(rows.size());
  from.GatherNumbers(rows, to.numbers.data());
  if (!from.has_nulls()) return;
  to.valid.resize(rows.size());
  from.GatherValid(rows, to.valid.data());
}

}  // namespace flowlake
