#include "flowlake/query/views.h"

namespace flowlake {

namespace {

constexpr std::pair<const char*, const char*> kViews[] = {
    {kArticleView, "vpc_flow"},
    {"tgw_flow_logs", "tgw_flow"},
    {"vpc_flow_logs", "vpc_flow"},
};

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

}  // namespace

std::span<const std::pair<const char*, const char*>> LakeViews() { return kViews; }

std::span<const std::pair<const char*, const char*>> ArticleColumnNames() {
  return kArticleColumns;
}

std::string TableBehind(const std::string& name) {
  for (const auto& [view, table] : kViews) {
    if (name == view) return table;
  }
  return name;
}

}  // namespace flowlake
