/// A whole column of an Arrow batch as a column of ours: what the row-by-row rules of
/// field_value.h say, decided once per dictionary entry or by the least and the greatest
/// number instead of once per row.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/dictionary_identity.h"
#include "flowlake/base/seeded_hash.h"
#include "flowlake/format/field_value.h"
#include "flowlake/format/layout.h"
#include "flowlake/format/parser.h"

namespace flowlake {

/// For one field of one input. Not thread-safe.
class ColumnMapper {
 public:
  ColumnMapper(const LayoutField& field, const Schema& schema, const ParseLimits& limits);
  ColumnMapper(const ColumnMapper&) = delete;
  ColumnMapper& operator=(const ColumnMapper&) = delete;

  /// Whether columns of `type` can be mapped as a whole; the others row by row.
  bool Knows(const arrow::DataType& type) const;

  /// Appends all rows of `array`, whose type Knows() has, to the field of `columns`;
  /// false if some value does not fit or only the row-by-row rules can tell: then the
  /// caller drops what was appended. `columns` is the same at every call and nobody
  /// else's strings come into it (it remembers codes).
  bool Append(const arrow::Array& array, ColumnsBuilder& columns);

 private:
  bool is_number() const { return target_.kind >= FieldKind::kInt32; }

  bool AppendArray(const arrow::Array& array);
  bool AppendEncoded(const arrow::DictionaryArray& array);
  bool AppendEncodedText(const arrow::DictionaryArray& array);
  bool AppendEncodedNumbers(const arrow::DictionaryArray& array);
  void Remember(const arrow::DictionaryArray& array);
  void Meet(const arrow::BinaryArray& entries, const arrow::Int32Array& indices);

  template <typename ArrayType>
  bool AppendPlain(const ArrayType& array);
  template <typename ArrayType, typename PositionAt>
  void EncodeTexts(const ArrayType& array, size_t count, PositionAt at,
                   std::span<uint32_t> codes);
  template <typename ArrayType>
  void ParseTexts(const ArrayType& array, std::span<int64_t> numbers) const;
  bool SettleNumbers(std::span<int64_t> numbers);

  template <typename ArrayType>
  bool AppendTyped(const arrow::Array& array);
  template <typename ArrayType>
  bool AppendAsText(const ArrayType& array);
  template <typename ArrayType>
  bool AppendAsNumbers(const ArrayType& array);
  bool AppendInstants(const arrow::Array& array);
  bool AppendNulls(int64_t rows);

  uint32_t CodeOf(std::string_view text);
  uint32_t CodeOf(const Cell& cell);
  int64_t NumberOf(std::string_view text) const;
  bool IsClean(std::string_view text) const;
  bool CheckRange(std::span<int64_t> numbers) const;
  bool CheckTimes(std::span<int64_t> numbers, int64_t unit) const;
  void SetNulls(const arrow::Array& array, std::span<int64_t> numbers);
  void SetNullsMarked(std::span<int64_t> numbers);

  const FieldTarget target_;
  const ParseLimits limits_;
  // One field as ours, for values that the row-by-row rules turn into text.
  const Schema single_;
  ColumnsBuilder single_columns_;

  ColumnsBuilder* columns_ = nullptr;
  bool is_ascii_ = false;  // all text of this array, without NUL
  // What the entries of dictionary_ became.
  std::shared_ptr<arrow::ArrayData> dictionary_;
  std::vector<uint32_t> codes_;
  std::vector<int64_t> numbers_;
  size_t unmet_ = 0;          // entries that no row has had yet: they have no code
  std::vector<int32_t> met_;  // entries that a row of this batch is the first to have
  // Of numbers that became text, by their bits.
  std::unordered_map<uint64_t, uint32_t, SeededHash> texts_;
  // What codes_ and texts_ are of: it starts anew when it is large.
  DictionaryIdentity strings_;
};

}  // namespace flowlake
