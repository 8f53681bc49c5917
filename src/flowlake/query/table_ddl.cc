#include "flowlake/query/table_ddl.h"

#include <utility>

#include "flowlake/base/escape.h"
#include "flowlake/query/views.h"
#include "flowlake/table/delta_schema.h"

namespace flowlake {

namespace {

bool IsTrino(DdlDialect dialect) {
  return dialect == DdlDialect::kTrino || dialect == DdlDialect::kTrinoManifests;
}

FixedSql HiveType(ColumnType type) {
  switch (type) {
    case ColumnType::kInt32:
      return "int";
    case ColumnType::kInt64:
      return "bigint";
    case ColumnType::kTimestamp:
      return "timestamp";
    case ColumnType::kDouble:
      return "double";
    case ColumnType::kString:
      break;
  }
  return "string";
}

class Ddl {
 public:
  explicit Ddl(const DdlOptions& options) : options_(options) {}

  std::vector<SqlText> Statements(const std::vector<DdlTable>& tables) {
    statements_.push_back(CreateDatabase());
    for (const DdlTable& table : tables) AddTable(table);
    for (const DdlTable& table : tables) AddViews(table.schema);
    return std::move(statements_);
  }

 private:
  /// Of statements about databases and tables.
  SqlDialect dialect() const {
    return IsTrino(options_.dialect) ? SqlDialect::kAnsi : SqlDialect::kHive;
  }
  /// Views are the engine's own SQL: Trino's in Athena too.
  SqlDialect ViewDialect() const {
    return options_.dialect == DdlDialect::kSpark ? SqlDialect::kHive : SqlDialect::kAnsi;
  }
  SqlText Text(std::string_view text) const { return SqlText::Literal(dialect(), text); }
  SqlText Name(std::string_view name) const {
    return SqlText::Identifier(dialect(), name);
  }
  SqlText Column(std::string_view name) const {
    return SqlText::Identifier(ViewDialect(), name);
  }

  SqlText Qualified(SqlDialect dialect, std::vector<std::string_view> parts) const {
    parts.insert(parts.begin(), options_.database);
    if (IsTrino(options_.dialect)) parts.insert(parts.begin(), options_.catalog);
    return SqlText::Identifier(dialect, parts);
  }

  SqlText CreateDatabase() const {
    SqlText sql("CREATE DATABASE IF NOT EXISTS ");
    if (IsTrino(options_.dialect)) sql = SqlText("CREATE SCHEMA IF NOT EXISTS ");
    return sql + Qualified(dialect(), {});
  }

  void AddTable(const DdlTable& table) {
    const std::string& plain = table.schema.table();
    const SqlText name = Qualified(dialect(), {plain});
    switch (options_.dialect) {
      case DdlDialect::kAthena:
        statements_.push_back("CREATE EXTERNAL TABLE IF NOT EXISTS " + name +
                              "\nLOCATION " + Text(table.location + "/") +
                              "\nTBLPROPERTIES ('table_type' = 'DELTA')");
        break;
      case DdlDialect::kSpark:
        statements_.push_back("CREATE TABLE IF NOT EXISTS " + name +
                              " USING DELTA LOCATION " + Text(table.location));
        break;
      case DdlDialect::kTrino:
        statements_.push_back("CALL " + Name(options_.catalog) +
                              ".system.register_table(schema_name => " +
                              Text(options_.database) + ", table_name => " + Text(plain) +
                              ", table_location => " + Text(table.location) + ")");
        break;
      case DdlDialect::kAthenaManifests:
        statements_.push_back(HiveTable(table));
        statements_.push_back("MSCK REPAIR TABLE " + name);
        break;
      case DdlDialect::kTrinoManifests:
        // Trino cannot make a table of that input format, but reads one from a metastore
        // where Hive, Glue or Athena made it.
        statements_.push_back("CALL " + Name(options_.catalog) +
                              ".system.sync_partition_metadata(" +
                              Text(options_.database) + ", " + Text(plain) + ", 'FULL')");
        break;
    }
  }

  SqlText HiveTable(const DdlTable& table) const {
    SqlText columns;
    for (const Field& field : table.schema.fields()) {
      if (!columns.empty()) columns += ",\n";
      columns += "  " + Name(field.name) + " " + HiveType(field.type);
    }
    return "CREATE EXTERNAL TABLE IF NOT EXISTS " +
           Qualified(dialect(), {table.schema.table()}) + " (\n" + columns +
           "\n)\nPARTITIONED BY (" + Name(kPartitionColumn) +
           " date)\nROW FORMAT SERDE "
           "'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'\n"
           "STORED AS INPUTFORMAT "
           "'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat'\n"
           "OUTPUTFORMAT "
           "'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'\n"
           "LOCATION " +
           Text(table.location + "/_symlink_format_manifest/");
  }

  void AddViews(const Schema& schema) {
    const std::string& table = schema.table();
    if (table == "vpc_flow" || table == "tgw_flow") {
      statements_.push_back(View(table + "_logs", AwsColumns(schema), table));
    }
    if (table == "vpc_flow") {
      statements_.push_back(View("flowlogs", ArticleColumns(schema), table));
    }
  }

  SqlText View(const std::string& name, const SqlText& columns,
               const std::string& table) const {
    return "CREATE OR REPLACE VIEW " + Qualified(ViewDialect(), {name}) + " AS SELECT\n" +
           columns + "\nFROM " + Qualified(ViewDialect(), {table});
  }

  SqlText EpochSeconds(const SqlText& column) const {
    if (options_.dialect == DdlDialect::kSpark) return "unix_timestamp(" + column + ")";
    return "CAST(to_unixtime(" + column + ") AS bigint)";
  }

  SqlText AwsColumns(const Schema& schema) const {
    SqlText columns;
    for (const Field& field : schema.fields()) {
      const SqlText name = Column(field.name);
      if (field.type == ColumnType::kTimestamp) {
        columns += "  " + EpochSeconds(name) + " AS " + name + ",\n";
      } else if (field.name == "protocol") {
        columns += "  CAST(" + name + " AS bigint) AS " + name + ",\n";
      } else {
        columns += "  " + name + ",\n";
      }
    }
    return columns + "  " + Column(kPartitionColumn);
  }

  SqlText ArticleColumns(const Schema& schema) const {
    SqlText columns;
    for (const auto& [ours, theirs] : ArticleColumnNames()) {
      if (schema.IndexOf(ours) < 0) continue;
      columns += "  " + Column(ours) + " AS " + Column(theirs) + ",\n";
    }
    return columns + "  " + Column(kPartitionColumn);
  }

  const DdlOptions& options_;
  std::vector<SqlText> statements_;
};

Status CheckShown(const char* what, std::string_view text) {
  const std::string shown = EscapeForTerminal(text);
  if (shown == text) return Status::OK();
  return Status::Invalid("ddl: the ", what, " '", shown,
                         "' has characters that a terminal does not show");
}

Status CheckNames(const std::vector<DdlTable>& tables, const DdlOptions& options) {
  ARROW_RETURN_NOT_OK(CheckShown("catalogue", options.catalog));
  ARROW_RETURN_NOT_OK(CheckShown("database", options.database));
  for (const DdlTable& table : tables) {
    ARROW_RETURN_NOT_OK(CheckShown("table", table.schema.table()));
    ARROW_RETURN_NOT_OK(CheckShown("place", table.location));
    for (const Field& field : table.schema.fields()) {
      ARROW_RETURN_NOT_OK(CheckShown("column", field.name));
    }
  }
  return Status::OK();
}

}  // namespace

Result<DdlDialect> ParseDdlDialect(const std::string& name, bool manifests) {
  if (name == "athena") {
    return manifests ? DdlDialect::kAthenaManifests : DdlDialect::kAthena;
  }
  if (name == "trino") {
    return manifests ? DdlDialect::kTrinoManifests : DdlDialect::kTrino;
  }
  if (name == "spark" && !manifests) return DdlDialect::kSpark;
  if (name == "spark") return Status::Invalid("Spark reads Delta; it needs no manifests");
  return Status::Invalid("there is no dialect '", name,
                         "'; there are athena, trino, spark");
}

Result<std::vector<SqlText>> DdlStatements(const std::vector<DdlTable>& tables,
                                           const DdlOptions& options) {
  ARROW_RETURN_NOT_OK(CheckNames(tables, options));
  return Ddl(options).Statements(tables);
}

}  // namespace flowlake
