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
  void AppendNumber(int field, int64_t value);
  void AppendNull(int field);
  /// Appends `value`, to a string field, if the row before has it too, which costs less
  /// than a look-up; false if nothing was done.
  bool AppendRepeated(int field, std::string_view value) {
    State& state = At(field);
    std::vector<uint32_t>& codes = state.column.codes;
    if (codes.empty() || codes.size() != static_cast<size_t>(rows_)) return false;
    const uint32_t last = codes.back();
    if (last == kNullCode || !IsEqual((*state.dictionary)[last], value)) return false;
    codes.push_back(last);
    return true;
  }
  /// Of the field's dictionary.
  void AppendCode(int field, uint32_t code);

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

  void FinishRow() { FinishRows(1); }
  void FinishRows(size_t count) { rows_ += static_cast<int64_t>(count); }
  /// Forgets what was appended since rows were last finished.
  void DropRow() { KeepRows(rows_); }
  /// Forgets all but the first `count` <= rows() finished rows.
  void KeepRows(int64_t count);

  Columns Finish();

 private:
  struct State {
    Column column;
    std::shared_ptr<Dictionary> dictionary;  // of string fields
  };

  // Ids of one length mostly differ at once: then nothing is called.
  static bool IsEqual(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    const bool is_long = a.size() >= 16;
    if (is_long && internal::Load64(a.data() + a.size() - 8) !=
                       internal::Load64(b.data() + b.size() - 8)) {
      return false;
    }
    return a == b;
  }
  State& At(int field) { return states_[static_cast<size_t>(field)]; }
  bool IsString(int field) const {
    return schema_->field(field).type == ColumnType::kString;
  }
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
