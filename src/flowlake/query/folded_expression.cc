#include "flowlake/query/folded_expression.h"

#include <duckdb/planner/expression_iterator.hpp>

namespace flowlake {

using duckdb::BoundColumnRefExpression;
using duckdb::BoundReferenceExpression;
using duckdb::Expression;

FoldedExpression::FoldedExpression(duckdb::ClientContext& context,
                                   const Expression& expression) {
  if (expression.IsVolatile() || expression.HasParameter() || expression.HasSubquery()) {
    return;
  }
  expression_ = expression.Copy();
  duckdb::vector<duckdb::LogicalType> types;
  duckdb::ExpressionIterator::VisitExpressionMutable<BoundColumnRefExpression>(
      expression_,
      [&](BoundColumnRefExpression& column, duckdb::unique_ptr<Expression>& slot) {
        types.push_back(column.return_type);
        columns_.emplace_back(column.return_type, column.binding);
        slot =
            duckdb::make_uniq<BoundReferenceExpression>(types.back(), types.size() - 1);
      });
  if (columns_.empty()) return;
  input_.Initialize(duckdb::Allocator::Get(context), types);
  executor_ = duckdb::make_uniq<duckdb::ExpressionExecutor>(context, *expression_);
}

std::optional<duckdb::Value> FoldedExpression::Run(
    const std::vector<duckdb::Value>& values) {
  if (executor_ == nullptr) return std::nullopt;
  try {
    input_.Reset();
    for (size_t i = 0; i < values.size(); ++i) input_.SetValue(i, 0, values[i]);
    input_.SetCardinality(1);
    duckdb::Vector result(expression_->return_type);
    executor_->ExecuteExpression(input_, result);
    return result.GetValue(0);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace flowlake
