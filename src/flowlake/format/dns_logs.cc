#include "flowlake/format/dns_logs.h"

namespace flowlake {

namespace {
using enum ValueKind;
}  // namespace

const LogKind& DnsLog() {
  static const LogKind log({
      .table = "dns",
      .title = "Route 53 Resolver query log",
      .example = R"({"version":"1.100000","query_timestamp":"2026-10-02T06:14:15Z",…})",
      .fields = {{"version"},
                 {"account_id"},
                 {"region"},
                 {"vpc_id"},
                 {"query_timestamp", kTime},
                 {"query_name"},
                 {"query_type"},
                 {"query_class"},
                 {"rcode"},
                 {"answers", kJson},
                 {"answer_rdata", kJoined, "answers[].Rdata"},
                 {"answer_types", kJoined, "answers[].Type"},
                 {"srcaddr"},
                 {"srcport", kInt32},
                 {"transport"},
                 {"src_instance", kText, "srcids.instance"},
                 {"src_resolver_endpoint", kText, "srcids.resolver_endpoint"},
                 {"src_resolver_eni", kText, "srcids.resolver_network_interface"},
                 {"firewall_rule_action"},
                 {"firewall_rule_group_id"},
                 {"firewall_domain_list_id"}},
      .sort = "vpc_id,query_timestamp",
      .lookups = "query_name,srcaddr,src_instance,answer_rdata",
      .signature = {"query_timestamp", "query_name", "rcode"},
  });
  return log;
}

}  // namespace flowlake
