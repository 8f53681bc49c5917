#include "flowlake/format/elb_logs.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "flowlake/base/iso_time.h"

namespace flowlake {

namespace {

using enum ValueKind;

/// The first fields of a line.
class FirstFields {
 public:
  explicit FirstFields(std::string_view line) {
    for (std::string_view& field : fields_) {
      const size_t blank = std::min(line.find(' '), line.size());
      field = line.substr(0, blank);
      line.remove_prefix(std::min(blank + 1, line.size()));
    }
  }
  std::string_view operator[](size_t index) const { return fields_[index]; }

 private:
  std::array<std::string_view, 4> fields_;
};

bool IsTime(std::string_view text) { return ParseIsoTime(text).has_value(); }

bool IsMadeOf(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == text.npos;
}

bool IsInteger(std::string_view text) { return IsMadeOf(text, "0123456789"); }
bool IsDecimal(std::string_view text) { return IsMadeOf(text, "0123456789."); }
bool IsIp(std::string_view text) { return IsMadeOf(text, "0123456789abcdefABCDEF.:"); }
bool IsWord(std::string_view text) {
  return IsMadeOf(text, "abcdefghijklmnopqrstuvwxyz0123456789");
}

/// "http 2026-… app/name/id 203.0.113.24:51022 …"
bool BeginsAlb(std::string_view line) {
  const FirstFields fields(line);
  return IsWord(fields[0]) && IsTime(fields[1]) &&
         fields[2].find('/') != std::string_view::npos;
}

/// "2026-… 203.0.113.24 36280 443 …"
bool BeginsAlbConnection(std::string_view line) {
  const FirstFields fields(line);
  return IsTime(fields[0]) && IsIp(fields[1]) && IsInteger(fields[2]) &&
         IsInteger(fields[3]);
}

/// "http 2026-… 5.000318442 10.4.2.18:8443 …"
bool BeginsAlbHealth(std::string_view line) {
  const FirstFields fields(line);
  return IsWord(fields[0]) && IsTime(fields[1]) && IsDecimal(fields[2]);
}

/// "2026-… name 203.0.113.24:51022 10.4.1.9:8080 …"
bool BeginsElb(std::string_view line) {
  const FirstFields fields(line);
  return IsTime(fields[0]) && !IsIp(fields[1]) && !fields[1].empty() &&
         fields[2].find(':') != std::string_view::npos && !fields[3].empty();
}

/// "tls 2.0 2026-…"
bool BeginsNlb(std::string_view line) {
  const FirstFields fields(line);
  return IsWord(fields[0]) && IsDecimal(fields[1]) && IsTime(fields[2]);
}

}  // namespace

const LogKind& ElbLog() {
  static const LogKind log(
      {.table = "elb",
       .title = "classic load balancer access log",
       .example =
           "2026-10-02T06:14:09.120334Z shop 203.0.113.24:51022 10.4.1.9:8080 0.000041 …",
       .fields = {{"time", kTime},
                  {"elb"},
                  {"client", kAddress},
                  {"backend", kAddress},
                  {"request_processing_time", kMeasurement},
                  {"backend_processing_time", kMeasurement},
                  {"response_processing_time", kMeasurement},
                  {"elb_status_code", kInt32},
                  {"backend_status_code", kInt32},
                  {"received_bytes", kCount},
                  {"sent_bytes", kCount},
                  {"request", kRequest, "request_line"},
                  {"user_agent"},
                  {"ssl_cipher"},
                  {"ssl_protocol"}},
       .sort = "elb,time",
       .lookups = "client_ip,backend_ip",
       .begins_record = BeginsElb,
       .fewest = 12});
  return log;
}

const LogKind& AlbLog() {
  static const LogKind log(
      {.table = "alb",
       .title = "application load balancer access log",
       .example = "h2 2026-10-02T06:14:10.882113Z app/edge/0a1b 203.0.113.24:50718 "
                  "10.4.2.17:8443 …",
       .fields = {{"type"},
                  {"time", kTime},
                  {"elb"},
                  {"client", kAddress},
                  {"target", kAddress},
                  {"request_processing_time", kMeasurement},
                  {"target_processing_time", kMeasurement},
                  {"response_processing_time", kMeasurement},
                  {"elb_status_code", kInt32},
                  {"target_status_code", kInt32},
                  {"received_bytes", kCount},
                  {"sent_bytes", kCount},
                  {"request", kRequest, "request_line"},
                  {"user_agent"},
                  {"ssl_cipher"},
                  {"ssl_protocol"},
                  {"target_group_arn"},
                  {"trace_id"},
                  {"domain_name"},
                  {"chosen_cert_arn"},
                  {"matched_rule_priority", kInt32},
                  {"request_creation_time", kTime},
                  {"actions_executed"},
                  {"redirect_url"},
                  {"error_reason"},
                  {"target_port_list"},
                  {"target_status_code_list"},
                  {"classification"},
                  {"classification_reason"},
                  {"conn_trace_id"},
                  {"transformed_host"},
                  {"transformed_uri"},
                  {"request_transform_status"},
                  {"ip_address"}},
       .sort = "elb,time",
       .lookups = "client_ip,target_ip,trace_id,conn_trace_id,domain_name",
       .begins_record = BeginsAlb,
       .fewest = 18});
  return log;
}

const LogKind& AlbConnectionLog() {
  static const LogKind log(
      {.table = "alb_connection",
       .title = "application load balancer connection log",
       .example = "2026-10-02T06:14:10.801220Z 203.0.113.24 36280 443 TLSv1.3 …",
       .fields = {{"time", kTime},
                  {"client_ip"},
                  {"client_port", kInt32},
                  {"listener_port", kInt32},
                  {"tls_protocol"},
                  {"tls_cipher"},
                  {"tls_handshake_latency", kDouble},
                  {"leaf_client_cert_subject"},
                  {"leaf_client_cert_validity"},
                  {"leaf_client_cert_serial_number"},
                  {"tls_verify_status"},
                  {"conn_trace_id"},
                  {"tls_keyexchange"}},
       .sort = "listener_port,time",
       .lookups = "client_ip,conn_trace_id,leaf_client_cert_serial_number",
       .begins_record = BeginsAlbConnection,
       .fewest = 11});
  return log;
}

const LogKind& AlbHealthLog() {
  static const LogKind log(
      {.table = "alb_health",
       .title = "application load balancer health check log",
       .example =
           "http 2026-10-02T06:14:07.412906Z 5.000318442 10.4.2.18:8443 items FAIL - …",
       .fields = {{"type"},
                  {"time", kTime},
                  {"latency", kMeasurement},
                  {"target", kAddress},
                  {"target_group_id"},
                  {"status"},
                  {"status_code", kInt32},
                  {"reason_code"}},
       .sort = "target_group_id,target_ip,time",
       .lookups = "target_ip",
       .begins_record = BeginsAlbHealth,
       .fewest = 8});
  return log;
}

const LogKind& NlbLog() {
  static const LogKind log(
      {.table = "nlb",
       .title = "network load balancer access log",
       .example = "tls 2.0 2026-10-02T06:15:44 net/mq/9f8e 77aa 203.0.113.9:55932 …",
       .fields = {{"type"},
                  {"version"},
                  {"time", kTime},
                  {"elb"},
                  {"listener"},
                  {"client", kAddress},
                  {"destination", kAddress},
                  {"connection_time", kCount},
                  {"tls_handshake_time", kCount},
                  {"received_bytes", kCount},
                  {"sent_bytes", kCount},
                  {"incoming_tls_alert", kInt32},
                  {"chosen_cert_arn"},
                  {"chosen_cert_serial"},
                  {"tls_cipher"},
                  {"tls_protocol_version"},
                  {"tls_named_group"},
                  {"domain_name"},
                  {"alpn_fe_protocol"},
                  {"alpn_be_protocol"},
                  {"alpn_client_preference_list", kList},
                  {"tls_connection_creation_time", kTime}},
       .sort = "elb,time",
       .lookups = "client_ip,domain_name",
       .begins_record = BeginsNlb,
       .fewest = 16});
  return log;
}

}  // namespace flowlake
