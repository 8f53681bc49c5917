#include "flowlake/query/views.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include "flowlake/table/delta_schema.h"

namespace flowlake {

namespace {

std::string Quoted(const std::string& name) { return "\"" + name + "\""; }

/// AWS documents times as epoch seconds and `protocol` as a BIGINT.
std::string AwsColumn(const Field& field) {
  const std::string name = Quoted(field.name);
  if (field.type == ColumnType::kTimestamp) {
    return "epoch_seconds(" + name + ") AS " + name;
  }
  if (field.name == "protocol") return name + "::BIGINT AS " + name;
  return name;
}

std::string AwsView(const Schema& schema, const std::string& table) {
  std::string columns;
  for (const Field& field : schema.fields()) columns += AwsColumn(field) + ", ";
  return "CREATE OR REPLACE VIEW " + table + "_logs AS SELECT " + columns +
         kPartitionColumn + " FROM " + table;
}

constexpr std::pair<const char*, const char*> kArticleColumns[] = {
    {"version", "version"},
    {"account_id", "account"},
    {"interface_id", "interfaceid"},
    {"srcaddr", "sourceaddress"},
    {"dstaddr", "destinationaddress"},
    {"srcport", "sourceport"},
    {"dstport", "destinationport"},
    {"protocol", "protocol"},
    {"packets", "packets"},
    {"bytes", "bytes"},
    {"start", "starttime"},
    {"end", "endtime"},
    {"action", "action"},
    {"log_status", "logstatus"},
};

std::string ArticleView(const Schema& schema) {
  std::string columns;
  for (const auto& [ours, theirs] : kArticleColumns) {
    const std::string source = schema.IndexOf(ours) < 0 ? "NULL" : Quoted(ours);
    columns += source + " AS " + Quoted(theirs) + ", ";
  }
  return "CREATE OR REPLACE VIEW flowlogs AS SELECT " + columns + kPartitionColumn +
         " FROM vpc_flow";
}

}  // namespace

std::span<const std::pair<const char*, const char*>> ArticleColumnNames() {
  return kArticleColumns;
}

std::vector<std::string> ViewStatements(const Schema& schema, const std::string& table) {
  std::vector<std::string> statements = {"CREATE OR REPLACE VIEW " + Quoted(table) +
                                         " AS SELECT * FROM lake_scan('" + table + "')"};
  if (table == "vpc_flow" || table == "tgw_flow") {
    statements.push_back(AwsView(schema, table));
  }
  if (table == "vpc_flow") statements.push_back(ArticleView(schema));
  return statements;
}

std::string TableBehind(const std::string& name) {
  if (name == "flowlogs" || name == "vpc_flow_logs" || name == "vpc_flow") {
    return "vpc_flow";
  }
  if (name == "tgw_flow_logs" || name == "tgw_flow") return "tgw_flow";
  return name;
}

}  // namespace flowlake
