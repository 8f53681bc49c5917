#include "flowlake/query/table_ddl.h"

#include "flowlake/query/views.h"
#include "flowlake/table/delta_schema.h"

namespace flowlake {

namespace {

bool IsTrino(DdlDialect dialect) {
  return dialect == DdlDialect::kTrino || dialect == DdlDialect::kTrinoManifests;
}

/// Hive's statements quote with backticks, Trino's with double quotes.
std::string QuotedForHive(const std::string& name) { return "`" + name + "`"; }
std::string QuotedForTrino(const std::string& name) { return "\"" + name + "\""; }

std::string HiveType(ColumnType type) {
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

  std::vector<std::string> Statements(const std::vector<DdlTable>& tables) {
    statements_.push_back(CreateDatabase());
    for (const DdlTable& table : tables) AddTable(table);
    for (const DdlTable& table : tables) AddViews(table.schema);
    return std::move(statements_);
  }

 private:
  std::string Database() const {
    if (!IsTrino(options_.dialect)) return options_.database;
    return QuotedForTrino(options_.catalog) + "." + QuotedForTrino(options_.database);
  }
  std::string NameOf(const std::string& table) const {
    return IsTrino(options_.dialect) ? Database() + "." + QuotedForTrino(table)
                                     : Database() + "." + table;
  }

  std::string CreateDatabase() const {
    const char* what = IsTrino(options_.dialect) ? "SCHEMA " : "DATABASE ";
    return std::string("CREATE ") + what + "IF NOT EXISTS " + Database();
  }

  void AddTable(const DdlTable& table) {
    const std::string name = NameOf(table.schema.table());
    switch (options_.dialect) {
      case DdlDialect::kAthena:
        statements_.push_back("CREATE EXTERNAL TABLE IF NOT EXISTS " + name +
                              "\nLOCATION '" + table.location +
                              "/'\nTBLPROPERTIES ('table_type' = 'DELTA')");
        break;
      case DdlDialect::kSpark:
        statements_.push_back("CREATE TABLE IF NOT EXISTS " + name +
                              " USING DELTA LOCATION '" + table.location + "'");
        break;
      case DdlDialect::kTrino:
        statements_.push_back("CALL " + QuotedForTrino(options_.catalog) +
                              ".system.register_table(schema_name => '" +
                              options_.database + "', table_name => '" +
                              table.schema.table() + "', table_location => '" +
                              table.location + "')");
        break;
      case DdlDialect::kAthenaManifests:
        statements_.push_back(HiveTable(table));
        statements_.push_back("MSCK REPAIR TABLE " + name);
        break;
      case DdlDialect::kTrinoManifests:
        // Trino cannot make a table of that input format, but reads one from a metastore
        // where Hive, Glue or Athena made it.
        statements_.push_back("CALL " + QuotedForTrino(options_.catalog) +
                              ".system.sync_partition_metadata('" + options_.database +
                              "', '" + table.schema.table() + "', 'FULL')");
        break;
    }
  }

  std::string HiveTable(const DdlTable& table) const {
    std::string columns;
    for (const Field& field : table.schema.fields()) {
      columns += (columns.empty() ? "  " : ",\n  ") + QuotedForHive(field.name) + " " +
                 HiveType(field.type);
    }
    return "CREATE EXTERNAL TABLE IF NOT EXISTS " + NameOf(table.schema.table()) +
           " (\n" + columns + "\n)\nPARTITIONED BY (" + QuotedForHive(kPartitionColumn) +
           " date)\nROW FORMAT SERDE "
           "'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'\n"
           "STORED AS INPUTFORMAT "
           "'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat'\n"
           "OUTPUTFORMAT "
           "'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'\n"
           "LOCATION '" +
           table.location + "/_symlink_format_manifest/'";
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

  std::string View(const std::string& name, const std::string& columns,
                   const std::string& table) const {
    return "CREATE OR REPLACE VIEW " + NameOf(name) + " AS SELECT\n" + columns +
           "\nFROM " + NameOf(table);
  }

  /// Views are the engine's own SQL: Trino's in Athena too.
  std::string Quoted(const std::string& name) const {
    return options_.dialect == DdlDialect::kSpark ? QuotedForHive(name)
                                                  : QuotedForTrino(name);
  }

  std::string EpochSeconds(const std::string& column) const {
    if (options_.dialect == DdlDialect::kSpark) return "unix_timestamp(" + column + ")";
    return "CAST(to_unixtime(" + column + ") AS bigint)";
  }

  std::string AwsColumns(const Schema& schema) const {
    std::string columns;
    for (const Field& field : schema.fields()) {
      const std::string name = Quoted(field.name);
      std::string value = name;
      if (field.type == ColumnType::kTimestamp) value = EpochSeconds(name);
      if (field.name == "protocol") value = "CAST(" + name + " AS bigint)";
      columns += "  " + (value == name ? name : value + " AS " + name) + ",\n";
    }
    return columns + "  " + Quoted(kPartitionColumn);
  }

  std::string ArticleColumns(const Schema& schema) const {
    std::string columns;
    for (const auto& [ours, theirs] : ArticleColumnNames()) {
      if (schema.IndexOf(ours) < 0) continue;
      columns += "  " + Quoted(ours) + " AS " + Quoted(theirs) + ",\n";
    }
    return columns + "  " + Quoted(kPartitionColumn);
  }

  const DdlOptions& options_;
  std::vector<std::string> statements_;
};

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

std::vector<std::string> DdlStatements(const std::vector<DdlTable>& tables,
                                       const DdlOptions& options) {
  return Ddl(options).Statements(tables);
}

}  // namespace flowlake
