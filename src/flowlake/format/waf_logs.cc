#include "flowlake/format/waf_logs.h"

namespace flowlake {

namespace {
using enum ValueKind;
}  // namespace

const LogKind& WafLog() {
  static const LogKind log({
      .table = "waf",
      .title = "WAF log",
      .example =
          R"({"timestamp":1790921654120,"formatVersion":1,"webaclId":"arn:aws:…",…})",
      .fields = {{"time", kTime, "timestamp"},
                 {"format_version", kInt32, "formatVersion"},
                 {"webacl_id", kText, "webaclId"},
                 {"action"},
                 {"terminating_rule_id", kText, "terminatingRuleId"},
                 {"terminating_rule_type", kText, "terminatingRuleType"},
                 {"terminating_rule_match_details", kJson, "terminatingRuleMatchDetails"},
                 {"rule_group_list", kJson, "ruleGroupList"},
                 {"rate_based_rule_list", kJson, "rateBasedRuleList"},
                 {"non_terminating_matching_rules", kJson, "nonTerminatingMatchingRules"},
                 {"non_terminating_rule_ids", kJoined,
                  "nonTerminatingMatchingRules[].ruleId"},
                 {"request_headers_inserted", kJson, "requestHeadersInserted"},
                 {"captcha_response", kJson, "captchaResponse"},
                 {"challenge_response", kJson, "challengeResponse"},
                 {"http_source_name", kText, "httpSourceName"},
                 {"http_source_id", kText, "httpSourceId"},
                 {"client_ip", kText, "httpRequest.clientIp"},
                 {"country", kText, "httpRequest.country"},
                 {"uri", kText, "httpRequest.uri"},
                 {"args", kText, "httpRequest.args"},
                 {"http_version", kText, "httpRequest.httpVersion"},
                 {"http_method", kText, "httpRequest.httpMethod"},
                 {"request_id", kText, "httpRequest.requestId"},
                 {"fragment", kText, "httpRequest.fragment"},
                 {"scheme", kText, "httpRequest.scheme"},
                 {"host", kText, "httpRequest.host"},
                 {"headers", kJson, "httpRequest.headers"},
                 {"labels", kJoined, "labels[].name"},
                 {"response_code_sent", kInt32, "responseCodeSent"},
                 {"ja3_fingerprint", kText, "ja3Fingerprint"},
                 {"ja4_fingerprint", kText, "ja4Fingerprint"},
                 {"client_asn", kInt64, "clientAsn"},
                 {"forwarded_asn", kInt64, "forwardedAsn"},
                 {"request_body_size", kCount, "requestBodySize"},
                 {"request_body_size_inspected", kCount, "requestBodySizeInspectedByWAF"},
                 {"oversize_fields", kJson, "oversizeFields"},
                 {"cf_distribution_tenant_id", kText, "cfDistributionTenantId"},
                 {"excluded_rules", kJson, "excludedRules"}},
      .sort = "webacl_id,action,time",
      .lookups = "client_ip,terminating_rule_id,request_id,uri",
      .signature = {"webaclId", "httpRequest", "timestamp"},
  });
  return log;
}

}  // namespace flowlake
