/// Can a file hold a row that satisfies a bound expression, given minimum, maximum and
/// null count of its columns? Unknown is always "yes". Three-valued logic needs no care:
/// an expression that is never TRUE keeps no row, be it FALSE or NULL.
#pragma once

#include <duckdb.hpp>
#include <duckdb/planner/expression/list.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "flowlake/query/snapshot_table.h"

namespace flowlake {

class FoldedExpression;

/// One set of expressions, asked file after file. Not thread-safe; the expressions
/// outlive it.
class Pruner {
 public:
  using RangeLookup =
      std::function<std::optional<ValueRange>(const duckdb::BoundColumnRefExpression&)>;

  explicit Pruner(duckdb::ClientContext& context);
  ~Pruner();

  /// `lookup` knows the columns of the file, `rows` are the file's.
  bool MayMatch(const duckdb::Expression& expression, const RangeLookup& lookup,
                int64_t rows);

 private:
  bool MayMatch(const duckdb::Expression& expression);
  bool MayConjunctionMatch(const duckdb::BoundConjunctionExpression& conjunction);
  bool MayComparisonMatch(const duckdb::BoundComparisonExpression& comparison);
  bool MayBetweenMatch(const duckdb::BoundBetweenExpression& between);
  bool MayOperatorMatch(const duckdb::BoundOperatorExpression& op);
  bool MayInMatch(const duckdb::BoundOperatorExpression& in, const ValueRange& range);
  /// Decides any expression whose columns have one value each in this file.
  bool MayValueMatch(const duckdb::Expression& expression);

  /// Of an expression that grows with its only column.
  std::optional<ValueRange> RangeOf(const duckdb::Expression& expression);
  bool AllNull(const ValueRange& range) const {
    return rows_ > 0 && range.nulls == rows_;
  }
  FoldedExpression& Folded(const duckdb::Expression& expression);

  duckdb::ClientContext& context_;
  const RangeLookup* lookup_ = nullptr;
  int64_t rows_ = 0;
  std::map<const duckdb::Expression*, std::unique_ptr<FoldedExpression>> folded_;
};

}  // namespace flowlake
