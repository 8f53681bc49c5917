/// Rows in memory, column by column: the one currency between formats and data files.
/// A string column is a dictionary with one code per row, any other column plain numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "flowlake/base/dictionary.h"
#include "flowlake/base/schema.h"

namespace flowlake {

/// The code of NULL in a string column.
inline constexpr uint32_t kNullCode = 0xFFFFFFFF;

/// The values of one field. A column that the input does not have is absent: no codes, no
/// numbers. A present column has one entry per row.
struct Column {
  bool present = false;
  std::shared_ptr<const Dictionary> dictionary;  ///< of a string column
  std::vector<uint32_t> codes;   ///< of a string column; kNullCode is NULL
  std::vector<int64_t> numbers;  ///< of any other column; 0 where NULL
  std::vector<uint8_t> valid;    ///< of any other column, 0 where NULL; empty: no NULLs

  /// nullopt is NULL. Requires a present string column and row < rows.
  std::optional<std::string_view> string(int64_t row) const {
    const uint32_t code = codes[static_cast<size_t>(row)];
    if (code == kNullCode) return std::nullopt;
    return (*dictionary)[code];
  }
  /// nullopt is NULL. Requires a present column of numbers and row < rows.
  std::optional<int64_t> number(int64_t row) const {
    const auto at = static_cast<size_t>(row);
    if (!valid.empty() && valid[at] == 0) return std::nullopt;
    return numbers[at];
  }
};

/// Some rows of one table. Immutable once built; the dictionaries it points to may grow
/// (base/dictionary.h), which changes no value here.
struct Columns {
  const Schema* schema = nullptr;  ///< outlives the rows
  int64_t rows = 0;
  std::vector<Column> columns;  ///< parallel to schema->fields()

  const Column& column(int index) const { return columns[static_cast<size_t>(index)]; }
  /// Bytes held, without the dictionaries.
  size_t memory() const;
};

/// Builds Columns, row by row:
///   for each record: Append… at most once per field, then FinishRow() or DropRow()
/// or many rows at a time, column by column:
///   for each field the records have: Append…(field, count), then FinishRows(count) or
///   DropRow()
/// Finish() == the rows finished since the last Finish()
/// A field that gets no Append in a row is NULL there; a field that no finished row had
/// since the last Finish() is absent. Dictionaries live on from one Finish() to the next,
/// so that a worker pays for a value once, until together they outgrow a bound. Not
/// thread-safe.
class ColumnsBuilder {
 public:
  /// `schema` outlives the builder and everything it builds.
  explicit ColumnsBuilder(const Schema* schema);

  const Schema& schema() const { return *schema_; }
  /// Rows finished since the last Finish().
  int64_t rows() const { return rows_; }

  void AppendString(int field, std::string_view value);
  void AppendNumber(int field, int64_t value) {
    Column& column = At(field).column;
    if (column.numbers.empty() || column.numbers.size() != static_cast<size_t>(rows_)) {
      PadTo(field, rows_);
    }
    column.numbers.push_back(value);
    if (!column.valid.empty()) column.valid.push_back(1);
  }
  void AppendNull(int field);
  /// Appends `key.text`, to a string field, if it is what was appended last, which costs
  /// less than a look-up; false if nothing was done. The key needs no hash.
  bool AppendRepeated(int field, const DictionaryKey& key) {
    const State& state = At(field);
    const LastString& last = state.last;
    if (last.low != key.low || last.high != key.high ||
        last.size != static_cast<uint32_t>(key.text.size()) + 1) {
      return false;
    }
    if (key.text.size() > 16 &&
        !internal::IsSameMiddle((*state.dictionary)[last.code].data(), key.text)) {
      return false;
    }
    AppendCode(field, last.code);
    return true;
  }
  /// Appends `value`, to a string field of which nearly all values have been distinct so
  /// far, with a code of its own, which costs less than a look-up; false if nothing was
  /// done. Should it have come before after all, it has two codes then.
  bool AppendDistinct(int field, std::string_view value) {
    State& state = At(field);
    if (!state.is_distinct) return false;
    ++state.appended;
    AppendCode(field, state.dictionary->Append(value));
    return true;
  }
  /// Appends `key.text` to a string field.
  void AppendKey(int field, const DictionaryKey& key) {
    State& state = At(field);
    const uint32_t known = state.dictionary->size();
    const uint32_t code = state.dictionary->Encode(key);
    ++state.appended;
    state.repeats += code < known ? 1 : 0;
    state.last = {key.low, key.high, static_cast<uint32_t>(key.text.size()) + 1, code};
    AppendCode(field, code);
  }
  /// Of the field's dictionary.
  void AppendCode(int field, uint32_t code) {
    std::vector<uint32_t>& codes = At(field).column.codes;
    if (codes.empty() || codes.size() != static_cast<size_t>(rows_)) PadTo(field, rows_);
    codes.push_back(code);
  }

  /// Room for `count` rows of a string field, to be filled with codes of its dictionary
  /// or kNullCode. The spans are valid until the next call.
  std::span<uint32_t> AppendCodes(int field, size_t count);
  /// The same for any other field; the rows are not NULL.
  std::span<int64_t> AppendNumbers(int field, size_t count);
  /// Of the `count` rows just appended with AppendNumbers() some are NULL: set those to 0
  /// here and in the numbers. The others are 1 already.
  std::span<uint8_t> AppendValidity(int field, size_t count);
  /// Of a string field. Valid until Finish().
  Dictionary& dictionary(int field) { return *At(field).dictionary; }
  /// Expired or another one once the field's dictionary was started anew.
  std::weak_ptr<const Dictionary> dictionary_identity(int field) const {
    return states_[static_cast<size_t>(field)].dictionary;
  }
  /// Whether AppendDistinct() does anything; values that come as codes are then better
  /// appended to the dictionary, not looked up.
  bool is_distinct(int field) const {
    return states_[static_cast<size_t>(field)].is_distinct;
  }
  /// Of the strings that came as codes so many were looked up, or appended because they
  /// are distinct, and so many of them had come before.
  void CountStrings(int field, size_t appended, size_t repeats) {
    State& state = At(field);
    state.appended += static_cast<int64_t>(appended);
    state.repeats += static_cast<int64_t>(repeats);
  }

  void FinishRow() { FinishRows(1); }
  void FinishRows(size_t count) { rows_ += static_cast<int64_t>(count); }
  /// Forgets what was appended since rows were last finished.
  void DropRow() { KeepRows(rows_); }
  /// Forgets all but the first `count` <= rows() finished rows.
  void KeepRows(int64_t count);
  /// What the finished rows have in `field` so far; it may be shorter than rows(): the
  /// last ones are NULL. Valid until the next call that changes anything.
  const Column& finished(int field) const {
    return states_[static_cast<size_t>(field)].column;
  }
  /// Forgets these finished rows, ascending, each once. No row may be open.
  void EraseRows(std::span<const int64_t> rows);

  Columns Finish();

 private:
  struct LastString {
    uint64_t low = 0;  // as in its key
    uint64_t high = 0;
    uint32_t size = 0;  // plus one; 0: there is none
    uint32_t code = 0;
  };
  // What each value needs comes first, to lie in few cache lines.
  struct State {
    LastString last;
    bool is_distinct = false;                // as far as seen: not looked up
    std::shared_ptr<Dictionary> dictionary;  // of string fields
    Column column;
    int64_t appended = 0;  // values that came one by one since that was decided …
    int64_t repeats = 0;   // … and those of them that had come before
  };

  State& At(int field) { return states_[static_cast<size_t>(field)]; }
  bool IsString(int field) const {
    return schema_->field(field).type == ColumnType::kString;
  }
  static void StartDictionary(State& state);
  static void JudgeDistinct(State& state);
  void BoundDictionaries();
  void Reserve(int field);
  void PadTo(int field, int64_t rows);
  void Truncate(int field, int64_t rows);

  const Schema* schema_;
  int64_t rows_ = 0;
  size_t expected_rows_ = 0;
  std::vector<State> states_;
};

}  // namespace flowlake
