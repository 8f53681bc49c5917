#include "flowlake/datafile/row_hasher.h"

#include <algorithm>

#include "flowlake/base/check.h"

namespace flowlake {

namespace {
// So many rows of a column are added at a time: they and their sums stay in the
// first-level cache while one column after the other comes.
constexpr size_t kBlockRows = 1024;
// So many are seen at a time to be no NULLs.
constexpr size_t kNullStep = 32;

// Eight at a time: a loop of a few instructions is mostly loop.
template <typename Add>
void ForEachRow(size_t count, Add add) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    add(i);
    add(i + 1);
    add(i + 2);
    add(i + 3);
    add(i + 4);
    add(i + 5);
    add(i + 6);
    add(i + 7);
  }
  for (; i < count; ++i) add(i);
}

// NULL is 0, codes are 1, 2, …
uint32_t PlaceOf(uint32_t code) { return code + 1; }
static_assert(kNullCode + 1 == 0);

uint32_t LastPlace(std::span<const uint32_t> codes) {
  using Four = uint32_t __attribute__((vector_size(16)));
  Four most{};
  Four other{};
  size_t i = 0;
  for (; i + 8 <= codes.size(); i += 8) {
    Four eight[2];
    std::memcpy(eight, codes.data() + i, sizeof eight);
    eight[0] += 1;
    eight[1] += 1;
    most = eight[0] > most ? eight[0] : most;
    other = eight[1] > other ? eight[1] : other;
  }
  most = other > most ? other : most;
  uint32_t last = std::max({most[0], most[1], most[2], most[3]});
  for (; i < codes.size(); ++i) last = std::max(last, PlaceOf(codes[i]));
  return last;
}

// As signed numbers, because so NULL is -1, and its place the one before the first.
void AddCodes(std::span<const uint32_t> codes, std::span<const uint64_t> added,
              uint64_t* rows) {
  Check(LastPlace(codes) < added.size() && added.size() < size_t{1} << 31,
        "a column with codes of another dictionary");
  const uint64_t* const by_code = added.data() + 1;
  ForEachRow(codes.size(),
             [&](size_t i) { rows[i] += by_code[static_cast<int32_t>(codes[i])]; });
}

void AddNumbers(std::span<const int64_t> numbers, uint64_t multiplier, uint64_t* rows) {
  ForEachRow(numbers.size(), [&](size_t i) {
    rows[i] += static_cast<uint64_t>(numbers[i]) * multiplier;
  });
}

bool AreAllValid(const uint8_t* valid) {
  constexpr uint64_t kAllValid = 0x0101010101010101;
  uint64_t words[kNullStep / sizeof(uint64_t)];
  std::memcpy(words, valid, sizeof words);
  return (words[0] & words[1] & words[2] & words[3]) == kAllValid;
}

// NULLs are rare, as a rule.
template <typename Visit>
void ForEachNull(std::span<const uint8_t> valid, Visit visit) {
  for (size_t begin = 0; begin < valid.size(); begin += kNullStep) {
    const size_t end = std::min(begin + kNullStep, valid.size());
    if (end - begin == kNullStep && AreAllValid(valid.data() + begin)) continue;
    ForEachRow(end - begin, [&](size_t i) {
      if (valid[begin + i] == 0) visit(begin + i);
    });
  }
}
}  // namespace

RowHasher::RowHasher(const Schema& schema)
    : schema_(schema), texts_(static_cast<size_t>(schema.size())) {
  for (const Field& field : schema.fields()) fields_.emplace_back(field);
}

std::span<const uint64_t> RowHasher::Hash(const Columns& columns) {
  Check(columns.columns.size() == fields_.size(), "rows of another schema");
  const auto count = static_cast<size_t>(columns.rows);
  rows_.assign(count, AddedToEveryRow(columns));
  for (size_t i = 0; i < fields_.size(); ++i) {
    const Column& column = columns.columns[i];
    if (!column.present) continue;
    Check(std::max(column.codes.size(), column.numbers.size()) == count,
          "a column of more or fewer rows than the others");
    if (column.dictionary) MeetDictionary(i, column);
  }
  for (size_t begin = 0; begin < count; begin += kBlockRows) {
    HashBlock(columns, begin, std::min(kBlockRows, count - begin));
  }
  return rows_;
}

ContentSum RowHasher::Sum(const Columns& columns) { return SumOf(Hash(columns), {}); }

void RowHasher::MeetDictionary(size_t field, const Column& column) {
  Texts& texts = texts_[field];
  if (!IsSame(texts.dictionary, column.dictionary)) {
    texts.dictionary = column.dictionary;
    texts.added.assign(1, 0);
  }
  const Dictionary& dictionary = *column.dictionary;
  const auto known = static_cast<uint32_t>(texts.added.size()) - 1;
  for (uint32_t code = known; code < dictionary.size(); ++code) {
    texts.added.push_back(fields_[field].OfText(dictionary[code]));
  }
}

// That they are there, of columns of numbers; NULLs take it back.
uint64_t RowHasher::AddedToEveryRow(const Columns& columns) const {
  uint64_t added = 0;
  for (size_t i = 0; i < fields_.size(); ++i) {
    const Column& column = columns.columns[i];
    const bool is_text = schema_.fields()[i].type == ColumnType::kString;
    if (column.present && !is_text) added += fields_[i].presence();
  }
  return added;
}

void RowHasher::HashBlock(const Columns& columns, size_t begin, size_t count) {
  const std::span<uint64_t> rows(rows_.data() + begin, count);
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (columns.columns[i].present) AddColumn(i, columns.columns[i], begin, rows);
  }
}

void RowHasher::AddColumn(size_t field, const Column& column, size_t begin,
                          std::span<uint64_t> rows) const {
  if (schema_.fields()[field].type == ColumnType::kString) {
    AddCodes(std::span(column.codes).subspan(begin, rows.size()), texts_[field].added,
             rows.data());
    return;
  }
  const auto numbers = std::span(column.numbers).subspan(begin, rows.size());
  AddNumbers(numbers, fields_[field].multiplier(), rows.data());
  if (column.valid.empty()) return;
  ForEachNull(std::span(column.valid).subspan(begin, rows.size()),
              [&](size_t i) { rows[i] -= fields_[field].OfNumber(numbers[i]); });
}

ContentSum SumOf(std::span<const uint64_t> hashes, std::span<const uint32_t> rows) {
  ContentSum sum;
  if (rows.empty()) {
    for (const uint64_t hash : hashes) sum.AddRow(hash);
  } else {
    for (const uint32_t row : rows) sum.AddRow(hashes[row]);
  }
  return sum;
}

}  // namespace flowlake
