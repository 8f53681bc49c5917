#include "flowlake/query/pruner.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

using duckdb::BoundComparisonExpression;
using duckdb::BoundConjunctionExpression;
using duckdb::BoundOperatorExpression;
using duckdb::ExpressionType;
using duckdb::LogicalType;
using ExpressionPointer = duckdb::unique_ptr<duckdb::Expression>;

constexpr int64_t kRows = 10;

ValueRange Between(int min, int max, int64_t nulls = 0) {
  ValueRange range;
  range.min = duckdb::Value::INTEGER(min);
  range.max = duckdb::Value::INTEGER(max);
  range.nulls = nulls;
  range.known = range.exact = true;
  return range;
}

ValueRange AllNull() {
  ValueRange range;
  range.nulls = kRows;
  return range;
}

ExpressionPointer Column() {
  return duckdb::make_uniq<duckdb::BoundColumnRefExpression>(LogicalType::INTEGER,
                                                             duckdb::ColumnBinding(0, 0));
}

ExpressionPointer Number(const duckdb::Value& value) {
  return duckdb::make_uniq<duckdb::BoundConstantExpression>(value);
}

ExpressionPointer Compare(ExpressionType type, const duckdb::Value& value) {
  return duckdb::make_uniq<BoundComparisonExpression>(type, Column(), Number(value));
}

ExpressionPointer Equals(int value) {
  return Compare(ExpressionType::COMPARE_EQUAL, duckdb::Value::INTEGER(value));
}

ExpressionPointer Operator(ExpressionType type) {
  auto expression =
      duckdb::make_uniq<BoundOperatorExpression>(type, LogicalType::BOOLEAN);
  expression->children.push_back(Column());
  return expression;
}

class PrunerTest : public testing::Test {
 protected:
  bool MayMatch(const ExpressionPointer& expression,
                const std::optional<ValueRange>& range) {
    bool may = false;
    connection_.context->RunFunctionInTransaction([&] {
      Pruner pruner(*connection_.context);
      may = pruner.MayMatch(
          *expression, [&](const auto&) { return range; }, kRows);
    });
    return may;
  }

  duckdb::DuckDB database_;
  duckdb::Connection connection_{database_};
};

TEST_F(PrunerTest, BoundsAreInclusive) {
  EXPECT_TRUE(MayMatch(Equals(3), Between(3, 5)));
  EXPECT_TRUE(MayMatch(Equals(5), Between(3, 5)));
  EXPECT_FALSE(MayMatch(Equals(2), Between(3, 5)));
  EXPECT_FALSE(MayMatch(Equals(6), Between(3, 5)));
}

TEST_F(PrunerTest, InequalitiesAtTheBounds) {
  const auto five = duckdb::Value::INTEGER(5);
  EXPECT_FALSE(MayMatch(Compare(ExpressionType::COMPARE_LESSTHAN, five), Between(5, 9)));
  EXPECT_TRUE(
      MayMatch(Compare(ExpressionType::COMPARE_LESSTHANOREQUALTO, five), Between(5, 9)));
  EXPECT_FALSE(
      MayMatch(Compare(ExpressionType::COMPARE_GREATERTHAN, five), Between(1, 5)));
  EXPECT_TRUE(MayMatch(Compare(ExpressionType::COMPARE_GREATERTHANOREQUALTO, five),
                       Between(1, 5)));
}

TEST_F(PrunerTest, NotEqualNeedsOneExactValue) {
  const auto not_five =
      Compare(ExpressionType::COMPARE_NOTEQUAL, duckdb::Value::INTEGER(5));
  EXPECT_FALSE(MayMatch(not_five, Between(5, 5)));
  EXPECT_TRUE(MayMatch(not_five, Between(5, 6)));
  ValueRange cut = Between(5, 5);
  cut.exact = false;
  EXPECT_TRUE(MayMatch(not_five, cut));
}

TEST_F(PrunerTest, WhatIsUnknownMayMatch) {
  EXPECT_TRUE(MayMatch(Equals(3), std::nullopt));
  EXPECT_TRUE(MayMatch(Equals(3), ValueRange()));
  EXPECT_TRUE(MayMatch(Compare(ExpressionType::COMPARE_EQUAL, duckdb::Value::BIGINT(9)),
                       Between(3, 5)));
}

TEST_F(PrunerTest, NullIsNeverEqual) {
  EXPECT_FALSE(MayMatch(Equals(3), AllNull()));
  EXPECT_FALSE(MayMatch(
      Compare(ExpressionType::COMPARE_EQUAL, duckdb::Value(LogicalType::INTEGER)),
      Between(3, 5)));
}

TEST_F(PrunerTest, NullTestsLookAtTheCount) {
  EXPECT_TRUE(MayMatch(Operator(ExpressionType::OPERATOR_IS_NULL), AllNull()));
  EXPECT_FALSE(MayMatch(Operator(ExpressionType::OPERATOR_IS_NULL), Between(3, 5)));
  EXPECT_TRUE(MayMatch(Operator(ExpressionType::OPERATOR_IS_NULL), Between(3, 5, 1)));
  EXPECT_TRUE(MayMatch(Operator(ExpressionType::OPERATOR_IS_NULL), ValueRange()));
  EXPECT_FALSE(MayMatch(Operator(ExpressionType::OPERATOR_IS_NOT_NULL), AllNull()));
}

TEST_F(PrunerTest, InListsNeedOneItemInside) {
  auto in = Operator(ExpressionType::COMPARE_IN);
  auto& children = in->Cast<BoundOperatorExpression>().children;
  children.push_back(Number(duckdb::Value::INTEGER(1)));
  children.push_back(Number(duckdb::Value::INTEGER(9)));
  EXPECT_FALSE(MayMatch(in, Between(2, 8)));
  EXPECT_TRUE(MayMatch(in, Between(2, 9)));
}

TEST_F(PrunerTest, AndNeedsBothOrNeedsOne) {
  const auto conjunction = [](ExpressionType type) {
    return duckdb::make_uniq<BoundConjunctionExpression>(type, Equals(1), Equals(5));
  };
  const ExpressionPointer both = conjunction(ExpressionType::CONJUNCTION_AND);
  const ExpressionPointer either = conjunction(ExpressionType::CONJUNCTION_OR);
  EXPECT_FALSE(MayMatch(both, Between(3, 5)));
  EXPECT_TRUE(MayMatch(either, Between(3, 5)));
  EXPECT_FALSE(MayMatch(either, Between(2, 4)));
}

}  // namespace
}  // namespace flowlake
