#include "flowlake/query/pruner.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "flowlake/query/folded_expression.h"

namespace flowlake {

namespace {

using duckdb::BoundColumnRefExpression;
using duckdb::Expression;
using duckdb::ExpressionClass;
using duckdb::ExpressionType;

const duckdb::Value* Constant(const Expression& expression) {
  if (expression.GetExpressionClass() != ExpressionClass::BOUND_CONSTANT) return nullptr;
  return &expression.Cast<duckdb::BoundConstantExpression>().value;
}

/// Not TIMESTAMP WITH TIME ZONE: a zone's clock can go back.
bool IsPlain(const duckdb::LogicalType& type) {
  return type.IsNumeric() || type.id() == duckdb::LogicalTypeId::DATE ||
         type.id() == duckdb::LogicalTypeId::TIMESTAMP;
}

bool IsPositive(const Expression& expression) {
  const duckdb::Value* value = Constant(expression);
  return value != nullptr && !value->IsNull() && *value > duckdb::Value::INTEGER(0);
}

const BoundColumnRefExpression* Monotone(const Expression& expression);

const BoundColumnRefExpression* MonotoneUnary(const std::string& name,
                                              const Expression& argument) {
  constexpr std::array<std::string_view, 8> kGrowing = {
      "to_timestamp", "make_timestamp", "make_timestamp_ms", "epoch",
      "epoch_ms",     "epoch_us",       "epoch_ns",          "epoch_seconds"};
  const bool grows = std::find(kGrowing.begin(), kGrowing.end(), name) != kGrowing.end();
  return grows ? Monotone(argument) : nullptr;
}

const BoundColumnRefExpression* MonotoneBinary(const std::string& name,
                                               const Expression& left,
                                               const Expression& right) {
  if (name == "date_trunc") {
    const bool plain = Constant(left) != nullptr && IsPlain(right.return_type);
    return plain ? Monotone(right) : nullptr;
  }
  if (!IsPlain(left.return_type) || !IsPlain(right.return_type)) return nullptr;
  if (name == "*" || name == "//") return IsPositive(right) ? Monotone(left) : nullptr;
  if ((name == "+" || name == "-") && Constant(right) != nullptr) return Monotone(left);
  return name == "+" && Constant(left) != nullptr ? Monotone(right) : nullptr;
}

/// The column that the expression grows with, if it has no other:
/// start::DOUBLE, epoch(start), start + 5, date_trunc('day', start).
const BoundColumnRefExpression* Monotone(const Expression& expression) {
  if (expression.GetExpressionClass() == ExpressionClass::BOUND_COLUMN_REF) {
    return &expression.Cast<BoundColumnRefExpression>();
  }
  if (expression.GetExpressionClass() == ExpressionClass::BOUND_CAST) {
    const auto& cast = expression.Cast<duckdb::BoundCastExpression>();
    const bool plain =
        !cast.try_cast && IsPlain(cast.return_type) && IsPlain(cast.child->return_type);
    return plain ? Monotone(*cast.child) : nullptr;
  }
  if (expression.GetExpressionClass() != ExpressionClass::BOUND_FUNCTION) return nullptr;
  const auto& call = expression.Cast<duckdb::BoundFunctionExpression>();
  const auto& arguments = call.children;
  if (arguments.size() == 1) return MonotoneUnary(call.function.name, *arguments[0]);
  if (arguments.size() != 2) return nullptr;
  return MonotoneBinary(call.function.name, *arguments[0], *arguments[1]);
}

bool MayCompare(ExpressionType type, const ValueRange& range,
                const duckdb::Value& value) {
  if (value.IsNull()) return false;
  if (!range.known || range.min.type() != value.type()) return true;
  switch (type) {
    case ExpressionType::COMPARE_EQUAL:
      return range.min <= value && value <= range.max;
    case ExpressionType::COMPARE_LESSTHAN:
      return range.min < value;
    case ExpressionType::COMPARE_LESSTHANOREQUALTO:
      return range.min <= value;
    case ExpressionType::COMPARE_GREATERTHAN:
      return range.max > value;
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO:
      return range.max >= value;
    default:
      return true;
  }
}

bool IsNullSafe(ExpressionType type) {
  return type == ExpressionType::COMPARE_DISTINCT_FROM ||
         type == ExpressionType::COMPARE_NOT_DISTINCT_FROM;
}

}  // namespace

Pruner::Pruner(duckdb::ClientContext& context) : context_(context) {}
Pruner::~Pruner() = default;

bool Pruner::MayMatch(const Expression& expression, const RangeLookup& lookup,
                      int64_t rows) {
  lookup_ = &lookup;
  rows_ = rows;
  return MayMatch(expression);
}

FoldedExpression& Pruner::Folded(const Expression& expression) {
  auto& folded = folded_[&expression];
  if (!folded) folded = std::make_unique<FoldedExpression>(context_, expression);
  return *folded;
}

std::optional<ValueRange> Pruner::RangeOf(const Expression& expression) {
  const BoundColumnRefExpression* column = Monotone(expression);
  if (column == nullptr) return std::nullopt;
  const std::optional<ValueRange> own = (*lookup_)(*column);
  if (!own || &expression == column) return own;
  ValueRange range;
  if (AllNull(*own)) range.nulls = own->nulls;
  if (!own->known || own->min.type() != column->return_type) return range;
  FoldedExpression& folded = Folded(expression);
  const auto min = folded.Run({own->min});
  const auto max = folded.Run({own->max});
  range.known = min && max && !min->IsNull() && !max->IsNull();
  if (!range.known) return range;
  range.min = *min;
  range.max = *max;
  return range;
}

bool Pruner::MayMatch(const Expression& expression) {
  switch (expression.GetExpressionClass()) {
    case ExpressionClass::BOUND_CONJUNCTION:
      return MayConjunctionMatch(expression.Cast<duckdb::BoundConjunctionExpression>());
    case ExpressionClass::BOUND_COMPARISON:
      return MayComparisonMatch(expression.Cast<duckdb::BoundComparisonExpression>());
    case ExpressionClass::BOUND_BETWEEN:
      return MayBetweenMatch(expression.Cast<duckdb::BoundBetweenExpression>());
    case ExpressionClass::BOUND_OPERATOR:
      return MayOperatorMatch(expression.Cast<duckdb::BoundOperatorExpression>());
    default:
      return MayValueMatch(expression);
  }
}

bool Pruner::MayConjunctionMatch(const duckdb::BoundConjunctionExpression& conjunction) {
  const auto may = [&](const auto& child) { return MayMatch(*child); };
  const auto& children = conjunction.children;
  return conjunction.GetExpressionType() == ExpressionType::CONJUNCTION_AND
             ? std::all_of(children.begin(), children.end(), may)
             : std::any_of(children.begin(), children.end(), may);
}

bool Pruner::MayComparisonMatch(const duckdb::BoundComparisonExpression& comparison) {
  const ExpressionType type = comparison.GetExpressionType();
  if (IsNullSafe(type)) return MayValueMatch(comparison);
  const auto side_may = [&](const Expression& side, const Expression& other,
                            ExpressionType direction) {
    const duckdb::Value* value = Constant(other);
    if (value == nullptr) return true;
    const auto range = RangeOf(side);
    return !range || (!AllNull(*range) && MayCompare(direction, *range, *value));
  };
  return side_may(*comparison.left, *comparison.right, type) &&
         side_may(*comparison.right, *comparison.left,
                  duckdb::FlipComparisonExpression(type)) &&
         MayValueMatch(comparison);
}

bool Pruner::MayBetweenMatch(const duckdb::BoundBetweenExpression& between) {
  const auto range = RangeOf(*between.input);
  if (!range) return MayValueMatch(between);
  if (AllNull(*range)) return false;
  // The accessors of the comparison types are not const.
  const auto lower_type = between.lower_inclusive
                              ? ExpressionType::COMPARE_GREATERTHANOREQUALTO
                              : ExpressionType::COMPARE_GREATERTHAN;
  const auto upper_type = between.upper_inclusive
                              ? ExpressionType::COMPARE_LESSTHANOREQUALTO
                              : ExpressionType::COMPARE_LESSTHAN;
  const duckdb::Value* lower = Constant(*between.lower);
  const duckdb::Value* upper = Constant(*between.upper);
  if (lower != nullptr && !MayCompare(lower_type, *range, *lower)) return false;
  if (upper != nullptr && !MayCompare(upper_type, *range, *upper)) return false;
  return MayValueMatch(between);
}

bool Pruner::MayInMatch(const duckdb::BoundOperatorExpression& in,
                        const ValueRange& range) {
  if (AllNull(range)) return false;
  return std::any_of(in.children.begin() + 1, in.children.end(), [&](const auto& item) {
    const duckdb::Value* value = Constant(*item);
    return value == nullptr || MayCompare(ExpressionType::COMPARE_EQUAL, range, *value);
  });
}

bool Pruner::MayOperatorMatch(const duckdb::BoundOperatorExpression& op) {
  const auto range = op.children.empty() ? std::nullopt : RangeOf(*op.children[0]);
  if (!range) return MayValueMatch(op);
  switch (op.GetExpressionType()) {
    case ExpressionType::COMPARE_IN:
      return MayInMatch(op, *range);
    case ExpressionType::OPERATOR_IS_NULL:
      return range->nulls != 0;
    case ExpressionType::OPERATOR_IS_NOT_NULL:
      return !AllNull(*range);
    default:
      return MayValueMatch(op);
  }
}

bool Pruner::MayValueMatch(const Expression& expression) {
  FoldedExpression& folded = Folded(expression);
  std::vector<duckdb::Value> values;
  for (const BoundColumnRefExpression& column : folded.columns()) {
    const auto range = (*lookup_)(column);
    if (!range) return true;
    const bool one_value = range->known && range->exact && range->nulls == 0 &&
                           range->min == range->max &&
                           range->min.type() == column.return_type;
    if (AllNull(*range)) {
      values.emplace_back(column.return_type);
    } else if (one_value) {
      values.push_back(range->min);
    } else {
      return true;
    }
  }
  const auto result = folded.Run(values);
  if (!result || result->type().id() != duckdb::LogicalTypeId::BOOLEAN) return true;
  return !result->IsNull() && duckdb::BooleanValue::Get(*result);
}

}  // namespace flowlake
