#include "flowlake/query/catalogue_views.h"

#include <algorithm>
#include <duckdb/catalog/catalog.hpp>
#include <duckdb/catalog/catalog_entry/schema_catalog_entry.hpp>
#include <duckdb/parser/expression/cast_expression.hpp>
#include <duckdb/parser/expression/columnref_expression.hpp>
#include <duckdb/parser/expression/constant_expression.hpp>
#include <duckdb/parser/expression/function_expression.hpp>
#include <duckdb/parser/parsed_data/create_view_info.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/statement/select_statement.hpp>
#include <duckdb/parser/tableref/basetableref.hpp>

#include "flowlake/query/views.h"

namespace flowlake {

namespace {

using duckdb::LogicalType;
using duckdb::make_uniq;
using duckdb::ParsedExpression;
using Expression = duckdb::unique_ptr<ParsedExpression>;

class ViewMaker {
 public:
  ViewMaker(const duckdb::SchemaCatalogEntry& schema, const std::string& name,
            const SnapshotTable& table)
      : table_(table), node_(make_uniq<duckdb::SelectNode>()) {
    auto from = make_uniq<duckdb::BaseTableRef>();
    from->catalog_name = schema.catalog.GetName();
    from->schema_name = schema.name;
    from->table_name = table.name();
    from->alias = std::string(kAlias);
    node_->from_table = std::move(from);
    info_ =
        make_uniq<duckdb::CreateViewInfo>(schema.catalog.GetName(), schema.name, name);
  }

  /// AWS documents times as epoch seconds and `protocol` as a BIGINT.
  void AddAwsColumns() {
    for (size_t i = 0; i < table_.names().size(); ++i) {
      const std::string& name = table_.names()[i];
      const LogicalType& type = table_.types()[i];
      if (type.id() == duckdb::LogicalTypeId::TIMESTAMP) {
        Add(EpochSeconds(Column(name)), name, LogicalType::BIGINT);
      } else if (name == "protocol") {
        Add(make_uniq<duckdb::CastExpression>(LogicalType::BIGINT, Column(name)), name,
            LogicalType::BIGINT);
      } else {
        Add(Column(name), name, type);
      }
    }
  }

  void AddArticleColumns() {
    for (const auto& [ours, theirs] : ArticleColumnNames()) AddIfThere(ours, theirs);
    const auto date = table_.partition_column();
    Add(Column(table_.names()[date]), table_.names()[date], table_.types()[date]);
  }

  duckdb::unique_ptr<duckdb::CreateViewInfo> Finish() {
    info_->query = make_uniq<duckdb::SelectStatement>();
    info_->query->node = std::move(node_);
    return std::move(info_);
  }

 private:
  static constexpr char kAlias[] = "t";

  /// Qualified, so that no column can be taken for something else of its name.
  static Expression Column(const std::string& name) {
    return make_uniq<duckdb::ColumnRefExpression>(name, std::string(kAlias));
  }

  static Expression EpochSeconds(Expression time) {
    duckdb::vector<Expression> arguments;
    arguments.push_back(std::move(time));
    return make_uniq<duckdb::FunctionExpression>(SYSTEM_CATALOG, DEFAULT_SCHEMA,
                                                 "epoch_seconds", std::move(arguments));
  }

  void Add(Expression value, const std::string& name, const LogicalType& type) {
    value->SetAlias(name);
    node_->select_list.push_back(std::move(value));
    info_->names.push_back(name);
    info_->types.push_back(type);
  }

  void AddIfThere(const std::string& ours, const std::string& theirs) {
    const auto& names = table_.names();
    const auto found = std::find(names.begin(), names.end(), ours);
    if (found == names.end()) {
      const duckdb::Value null;
      return Add(make_uniq<duckdb::ConstantExpression>(null), theirs, null.type());
    }
    Add(Column(ours), theirs, table_.types()[static_cast<size_t>(found - names.begin())]);
  }

  const SnapshotTable& table_;
  duckdb::unique_ptr<duckdb::SelectNode> node_;
  duckdb::unique_ptr<duckdb::CreateViewInfo> info_;
};

}  // namespace

duckdb::unique_ptr<duckdb::CreateViewInfo> MakeView(
    const duckdb::SchemaCatalogEntry& schema, const std::string& name,
    const SnapshotTable& table) {
  ViewMaker maker(schema, name, table);
  if (name == kArticleView) {
    maker.AddArticleColumns();
  } else {
    maker.AddAwsColumns();
  }
  return maker.Finish();
}

}  // namespace flowlake
