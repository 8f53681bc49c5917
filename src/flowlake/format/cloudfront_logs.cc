#include "flowlake/format/cloudfront_logs.h"

#include <algorithm>

#include "flowlake/base/date.h"

namespace flowlake {

namespace {

using enum ValueKind;

/// "2026-10-02<tab>06:14:11<tab>FRA56-P3<tab>…"
bool BeginsCloudFront(std::string_view line) {
  return line.size() > 20 && ParseDate(line.substr(0, 10)).has_value() &&
         line[10] == '\t' && line[13] == ':' && line[16] == ':' && line[19] == '\t';
}

}  // namespace

const LogKind& CloudFrontLog() {
  static const LogKind log({
      .table = "cloudfront",
      .title = "CloudFront access log",
      .example = "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) …",
      .fields = {{"date", kDate},
                 {"time", kTimeOfDay},
                 {"x-edge-location"},
                 {"sc-bytes", kCount},
                 {"c-ip"},
                 {"cs-method"},
                 {"cs(Host)"},
                 {"cs-uri-stem"},
                 {"sc-status", kInt32},
                 {"cs(Referer)", kPercentText},
                 {"cs(User-Agent)", kUserAgent},
                 {"cs-uri-query"},
                 {"cs(Cookie)", kPercentText},
                 {"x-edge-result-type"},
                 {"x-edge-request-id"},
                 {"x-host-header"},
                 {"cs-protocol"},
                 {"cs-bytes", kCount},
                 {"time-taken", kDouble},
                 {"x-forwarded-for"},
                 {"ssl-protocol"},
                 {"ssl-cipher"},
                 {"x-edge-response-result-type"},
                 {"cs-protocol-version"},
                 {"fle-status"},
                 {"fle-encrypted-fields", kInt32},
                 {"c-port", kInt32},
                 {"time-to-first-byte", kDouble},
                 {"x-edge-detailed-result-type"},
                 {"sc-content-type"},
                 {"sc-content-len", kCount},
                 {"sc-range-start", kCount},
                 {"sc-range-end", kCount},
                 // Version 2's default ends with these two.
                 {"c-country"},
                 {"cache-behavior-path-pattern"},
                 {"timestamp", kInstant},
                 {"timestamp(ms)", kInstant},
                 {"origin-fbl", kDouble},
                 {"origin-lbl", kDouble},
                 {"asn", kInt64},
                 {"distribution-tenant-id"},
                 {"connection-id"},
                 {"distributionid"},
                 {"s-ip"},
                 {"primary-distribution-id"},
                 {"primary-distribution-dns-name"},
                 {"r-host"},
                 {"sr-reason"},
                 {"x-edge-mqcs"},
                 {"viewer-request-log-data"},
                 {"viewer-response-log-data"},
                 {"c-ip-version"},
                 {"cs-accept-encoding"},
                 {"cs-accept"},
                 {"cs-headers", kPercentText},
                 {"cs-header-names", kPercentText},
                 {"cs-headers-count", kInt32}},
      .sort = "cs_host,time",
      .lookups = "c_ip,x_edge_request_id,cs_uri_stem",
      .region_column = "",
      .begins_record = BeginsCloudFront,
      .separator = '\t',
      .fewest = 12,
  });
  return log;
}

}  // namespace flowlake
