/// Rows in memory that are sorted together and come out in order: what fits the memory of
/// a sorted run, and each step of a merge.
///
///   Append(rows) …, then Sort(), then Take(begin, count) …, then Clear()
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/compact/packed_column.h"
#include "flowlake/compact/radix_sort.h"
#include "flowlake/compact/sort_order.h"

namespace flowlake {

/// Rows are compared by the ranks of their dictionary codes, packed into 64-bit keys: no
/// string is compared twice. Not thread-safe.
class RowPile {
 public:
  /// `schema` outlives the pile and what it gives.
  RowPile(const Schema* schema, SortOrder order, int64_t expected_rows = 0);

  /// Rows [begin, end) of `columns`. A pile holds fewer than 2^32 rows.
  void Append(const Columns& columns, int64_t begin, int64_t end);

  int64_t rows() const { return rows_; }
  /// Bytes that it holds, and that Sort() will need.
  int64_t memory() const;
  /// Which fields any appended Columns had since construction, Clear() or not: those that
  /// Take() gives.
  const std::vector<bool>& present() const { return present_; }

  void Sort();
  /// Requires Sort() since the last Append(). `count` <= rows() - begin.
  Columns Take(int64_t begin, int64_t count) const;
  /// Forgets the rows, but keeps the memory.
  void Clear();

 private:
  // What the codes of one field's column mean. Columns bring one dictionary, as a rule;
  // when they bring another one, `own` takes over.
  struct Texts {
    std::shared_ptr<const Dictionary> dictionary;
    std::shared_ptr<Dictionary> own;            // the same as `dictionary`, or null
    std::shared_ptr<const Dictionary> foreign;  // whose codes `remap` translates
    std::vector<uint32_t> remap;
  };
  // How the values of a sort column become numbers in the same order; NULL is the
  // largest.
  struct Ranking {
    SortColumn by;
    int bits = 0;
    std::vector<uint32_t> ranks;  // of a text column, by code
    int64_t least = 0;            // of any other
    uint64_t null_rank = 0;
  };

  bool IsText(size_t field) const {
    return schema_->fields()[field].type == ColumnType::kString;
  }
  void PadTo(size_t field, int64_t rows);
  static void OwnTexts(Texts& texts);
  void TakeColumn(size_t field, std::span<const uint32_t> rows, Column& to) const;
  void AppendText(size_t field, const Column& column, std::span<const uint32_t> codes);
  std::span<const uint32_t> Translate(Texts& texts, const Column& column,
                                      std::span<const uint32_t> codes);
  Ranking RankingOf(const SortColumn& by) const;
  void RankTexts(Ranking& ranking) const;
  void RankNumbers(Ranking& ranking) const;
  void SortBy(std::span<const Ranking> rankings);
  void AddToKeys(const Ranking& ranking);
  void AddTexts(const Ranking& ranking, std::span<const uint32_t> rows,
                uint64_t* keys) const;
  void AddNumbers(const Ranking& ranking, std::span<const uint32_t> rows,
                  uint64_t* keys) const;

  const Schema* schema_;
  SortOrder order_;
  int64_t rows_ = 0;
  std::vector<bool> present_;
  std::vector<PackedColumn> columns_;  // shorter than rows_ where the last are NULL
  std::vector<Texts> texts_;
  HugeVector<uint32_t> sorted_;  // rows in order
  HugeVector<uint64_t> keys_;
  RadixMemory radix_;
  std::vector<uint32_t> translated_;
};

}  // namespace flowlake
