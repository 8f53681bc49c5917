/// An expression over columns made ready once, then run on one value per column.
#pragma once

#include <deque>
#include <duckdb.hpp>
#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/planner/expression/list.hpp>
#include <optional>
#include <vector>

namespace flowlake {

class FoldedExpression {
 public:
  /// Volatile functions, parameters and subqueries have no value yet, and an expression
  /// without columns needs none: then Run() knows nothing.
  FoldedExpression(duckdb::ClientContext& context, const duckdb::Expression& expression);

  const std::deque<duckdb::BoundColumnRefExpression>& columns() const { return columns_; }
  /// One value per column; nullopt if there is no value (overflow and the like).
  std::optional<duckdb::Value> Run(const std::vector<duckdb::Value>& values);

 private:
  duckdb::unique_ptr<duckdb::Expression> expression_;
  std::deque<duckdb::BoundColumnRefExpression> columns_;
  duckdb::unique_ptr<duckdb::ExpressionExecutor> executor_;
  duckdb::DataChunk input_;
};

}  // namespace flowlake
