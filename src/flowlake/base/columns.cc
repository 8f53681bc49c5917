#include "flowlake/base/columns.h"

#include <utility>

namespace flowlake {

namespace {
// Beyond this, all dictionaries together, the largest is started anew at the next
// Finish(): by then its hashing misses every cache, and an adversary who sends distinct
// strings must not own the memory.
constexpr size_t kMaxDictionaryBytes = 24 << 20;

// So many values of a column tell whether nearly all are distinct: with one that has come
// before among so many or fewer, there are millions.
constexpr int64_t kDistinctSample = 32 << 10;
constexpr int64_t kRepeatsAreRarer = 128;
// So many more are then believed to be.
constexpr int64_t kDistinctRun = 16 * kDistinctSample;

// Leaves out the elements at `gone`, which are ascending; some may lie behind the end.
template <typename T>
void EraseAt(std::vector<T>& values, std::span<const int64_t> gone) {
  if (values.empty()) return;
  size_t to = 0;
  size_t next = 0;
  for (size_t from = 0; from < values.size(); ++from) {
    if (next < gone.size() && static_cast<size_t>(gone[next]) == from) {
      ++next;
    } else {
      values[to++] = values[from];
    }
  }
  values.resize(to);
}

size_t Length(const Column& column, bool is_string) {
  return is_string ? column.codes.size() : column.numbers.size();
}
}  // namespace

size_t Columns::memory() const {
  size_t bytes = 0;
  for (const Column& column : columns) {
    bytes += column.codes.capacity() * sizeof(uint32_t) +
             column.numbers.capacity() * sizeof(int64_t) + column.valid.capacity();
  }
  return bytes;
}

ColumnsBuilder::ColumnsBuilder(const Schema* schema)
    : schema_(schema), states_(static_cast<size_t>(schema->size())) {
  for (int i = 0; i < schema->size(); ++i) {
    if (IsString(i)) At(i).dictionary = std::make_shared<Dictionary>();
  }
}

void ColumnsBuilder::AppendString(int field, std::string_view value) {
  if (AppendDistinct(field, value)) return;
  const DictionaryKey key = DictionaryKey::Unhashed(value);
  if (!AppendRepeated(field, key)) AppendKey(field, key.Hashed());
}

void ColumnsBuilder::AppendNull(int field) { PadTo(field, rows_ + 1); }

std::span<uint32_t> ColumnsBuilder::AppendCodes(int field, size_t count) {
  PadTo(field, rows_);
  std::vector<uint32_t>& codes = At(field).column.codes;
  codes.resize(codes.size() + count);
  return std::span(codes).last(count);
}

std::span<int64_t> ColumnsBuilder::AppendNumbers(int field, size_t count) {
  PadTo(field, rows_);
  Column& column = At(field).column;
  column.numbers.resize(column.numbers.size() + count);
  if (!column.valid.empty()) column.valid.resize(column.numbers.size(), 1);
  return std::span(column.numbers).last(count);
}

std::span<uint8_t> ColumnsBuilder::AppendValidity(int field, size_t count) {
  Column& column = At(field).column;
  column.valid.resize(column.numbers.size(), 1);
  return std::span(column.valid).last(count);
}

void ColumnsBuilder::KeepRows(int64_t count) {
  for (int i = 0; i < schema_->size(); ++i) Truncate(i, count);
  rows_ = count;
}

void ColumnsBuilder::EraseRows(std::span<const int64_t> rows) {
  for (State& state : states_) {
    EraseAt(state.column.codes, rows);
    EraseAt(state.column.numbers, rows);
    EraseAt(state.column.valid, rows);
  }
  rows_ -= static_cast<int64_t>(rows.size());
}

Columns ColumnsBuilder::Finish() {
  Columns result{schema_, rows_, {}};
  result.columns.reserve(states_.size());
  for (int i = 0; i < schema_->size(); ++i) {
    State& state = At(i);
    state.column.present = Length(state.column, IsString(i)) > 0;
    if (state.column.present) PadTo(i, rows_);
    state.column.dictionary = state.dictionary;
    result.columns.push_back(std::exchange(state.column, Column{}));
    if (state.dictionary) JudgeDistinct(state);
  }
  BoundDictionaries();
  // Blocks are alike: the next one has about as many.
  expected_rows_ = static_cast<size_t>(rows_ + rows_ / 16);
  rows_ = 0;
  return result;
}

void ColumnsBuilder::StartDictionary(State& state) {
  state.dictionary = std::make_shared<Dictionary>();
  state.last = {};
}

void ColumnsBuilder::JudgeDistinct(State& state) {
  if (state.appended < (state.is_distinct ? kDistinctRun : kDistinctSample)) return;
  // What was not looked up says nothing of what comes.
  if (state.is_distinct) StartDictionary(state);
  const bool are_rare = state.repeats * kRepeatsAreRarer <= state.appended;
  state.is_distinct = !state.is_distinct && are_rare;
  state.appended = 0;
  state.repeats = 0;
}

void ColumnsBuilder::BoundDictionaries() {
  size_t bytes = 0;
  State* largest = nullptr;
  for (State& state : states_) {
    if (!state.dictionary) continue;
    bytes += state.dictionary->memory();
    if (!largest || state.dictionary->memory() > largest->dictionary->memory()) {
      largest = &state;
    }
  }
  if (bytes > kMaxDictionaryBytes) StartDictionary(*largest);
}

void ColumnsBuilder::Reserve(int field) {
  Column& column = At(field).column;
  if (IsString(field)) {
    column.codes.reserve(expected_rows_);
  } else {
    column.numbers.reserve(expected_rows_);
  }
}

void ColumnsBuilder::PadTo(int field, int64_t rows) {
  Column& column = At(field).column;
  const auto wanted = static_cast<size_t>(rows);
  if (Length(column, IsString(field)) == 0) Reserve(field);
  if (Length(column, IsString(field)) >= wanted) return;
  if (IsString(field)) {
    column.codes.resize(wanted, kNullCode);
    return;
  }
  column.valid.resize(column.numbers.size(), 1);
  column.numbers.resize(wanted, 0);
  column.valid.resize(wanted, 0);
}

void ColumnsBuilder::Truncate(int field, int64_t rows) {
  Column& column = At(field).column;
  const auto wanted = static_cast<size_t>(rows);
  if (Length(column, IsString(field)) <= wanted) return;
  if (IsString(field)) {
    column.codes.resize(wanted);
    return;
  }
  column.numbers.resize(wanted);
  if (!column.valid.empty()) column.valid.resize(wanted);
}

}  // namespace flowlake
