// Every built-in report on DuckDB itself, over a table with planted findings: once with
// all fields, once with those of version 2 alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <duckdb.hpp>

#include "flowlake/report/catalogue.h"

namespace flowlake {
namespace {

using testing::HasSubstr;

std::vector<Report> BuiltInReports() {
  Failures failures;
  return LoadReports("", failures).ValueOrDie();
}

/// The columns that the reports name; the version-2 ones are first.
constexpr const char* kCreate = R"sql(
CREATE TABLE vpc_flow (
  version INTEGER, account_id VARCHAR, interface_id VARCHAR, srcaddr VARCHAR,
  dstaddr VARCHAR, srcport INTEGER, dstport INTEGER, protocol INTEGER, packets BIGINT,
  bytes BIGINT, "start" TIMESTAMP, "end" TIMESTAMP, action VARCHAR, log_status VARCHAR,
  vpc_id VARCHAR, subnet_id VARCHAR, instance_id VARCHAR, tcp_flags INTEGER, type VARCHAR,
  pkt_srcaddr VARCHAR, pkt_dstaddr VARCHAR, region VARCHAR, az_id VARCHAR,
  sublocation_type VARCHAR, sublocation_id VARCHAR, pkt_src_aws_service VARCHAR,
  pkt_dst_aws_service VARCHAR, flow_direction VARCHAR, traffic_path INTEGER,
  ecs_cluster_arn VARCHAR, ecs_cluster_name VARCHAR, ecs_container_instance_arn VARCHAR,
  ecs_container_instance_id VARCHAR, ecs_container_id VARCHAR,
  ecs_second_container_id VARCHAR, ecs_service_name VARCHAR,
  ecs_task_definition_arn VARCHAR, ecs_task_arn VARCHAR, ecs_task_id VARCHAR,
  reject_reason VARCHAR, resource_id VARCHAR, encryption_status INTEGER,
  instance_tag VARCHAR, instance_tag_2 VARCHAR, interface_tag VARCHAR,
  interface_tag_2 VARCHAR, asg_tag VARCHAR, asg_tag_2 VARCHAR, interface_type VARCHAR,
  next_hop_interface_id VARCHAR, next_hop_subnet_id VARCHAR, next_hop_az_id VARCHAR,
  next_hop_vpc_id VARCHAR, next_hop_interface_type VARCHAR, extra VARCHAR, date DATE))sql";

/// i-a (10.0.1.5) asks i-b (10.0.2.9) on 443; 198.51.100.7 scans ports 1 to 40 of i-a;
/// 203.0.113.9 tries SSH 30 times; i-a is refused 25 times on its way out; one record is
/// there three times; eni-gap is silent for 13 hours; eni-c lost data.
constexpr const char* kFill = R"sql(
INSERT INTO vpc_flow BY NAME
SELECT 2 AS version, '123456789012' AS account_id, 'OK' AS log_status, 'vpc-1' AS vpc_id,
       'use1-az1' AS az_id, moment AS "start", moment + INTERVAL 60 SECOND AS "end",
       CAST(moment AS DATE) AS date, * EXCLUDE (moment)
FROM (
  SELECT TIMESTAMP '2026-09-20' + to_seconds(i * 1200) AS moment, eni AS interface_id,
         '10.0.1.5' AS srcaddr, '10.0.2.9' AS dstaddr, 40000 + i AS srcport,
         443 AS dstport, 6 AS protocol, 10 AS packets, 1000 AS bytes, 'ACCEPT' AS action,
         2 AS tcp_flags, dir AS flow_direction, inst AS instance_id, sub AS subnet_id
  FROM range(120) r(i), (VALUES ('eni-a', 'egress', 'i-a', 'subnet-1'),
                                ('eni-b', 'ingress', 'i-b', 'subnet-2')) e(eni, dir, inst, sub)
  UNION ALL
  SELECT TIMESTAMP '2026-09-21 01:00:00' + to_seconds(p), 'eni-a', '198.51.100.7',
         '10.0.1.5', 55555, p, 6, 1, 40, 'REJECT', 2, 'ingress', 'i-a', 'subnet-1'
  FROM range(1, 41) r(p)
  UNION ALL
  SELECT TIMESTAMP '2026-09-21 02:00:00' + to_seconds(i * 10), 'eni-a', '203.0.113.9',
         '10.0.1.5', 50000 + i, 22, 6, 12, 2000, 'ACCEPT', 2, 'ingress', 'i-a', 'subnet-1'
  FROM range(30) r(i)
  UNION ALL
  SELECT TIMESTAMP '2026-09-21 03:00:00' + to_seconds(i), 'eni-a', '10.0.1.5', '192.0.2.1',
         60000 + i, 6667, 6, 1, 40, 'REJECT', 2, 'egress', 'i-a', 'subnet-1'
  FROM range(25) r(i)
  UNION ALL
  SELECT TIMESTAMP '2026-09-21 04:00:00', 'eni-a', '10.0.1.5', '10.0.9.9', 1234, 53, 17, 1,
         99, 'ACCEPT', NULL, 'egress', 'i-a', 'subnet-1'
  FROM range(3));
INSERT INTO vpc_flow BY NAME
SELECT 2 AS version, eni AS interface_id, status AS log_status, CAST(moment AS TIMESTAMP) AS "start",
       CAST(moment AS TIMESTAMP) + INTERVAL 60 SECOND AS "end", DATE '2026-09-20' AS date
FROM (VALUES ('eni-c', 'SKIPDATA', '2026-09-20 05:00:00'),
             ('eni-gap', 'NODATA', '2026-09-20 00:00:00'),
             ('eni-gap', 'NODATA', '2026-09-20 13:00:00')) v(eni, status, moment))sql";

/// Requests of two clients: one target is slow, another one was never reached.
constexpr const char* kAlb = R"sql(
CREATE TABLE alb (
  "time" TIMESTAMP, elb VARCHAR, client_ip VARCHAR, target_ip VARCHAR,
  target_processing_time DOUBLE, elb_status_code INTEGER, target_status_code INTEGER,
  sent_bytes BIGINT, request_url VARCHAR, user_agent VARCHAR, target_group_arn VARCHAR,
  error_reason VARCHAR, date DATE);
INSERT INTO alb
SELECT TIMESTAMP '2026-09-21' + to_seconds(i), 'app/a/1', client, target, seconds, status,
       target_status, 100, 'https://a.example:443/path' || i % 2 || '?q=' || i, 'agent', 'arn',
       NULL, DATE '2026-09-21'
FROM range(10) r(i),
     (VALUES ('203.0.113.1', '10.0.0.1', 0.01, 200, 200), ('203.0.113.1', '10.0.0.2', 2.5, 500, 500),
             ('203.0.113.2', '10.0.0.3', NULL, 504, NULL)) v(client, target, seconds, status,
                                                             target_status))sql";

/// The scanner of the flow logs asks a load balancer, CloudFront and the API.
constexpr const char* kScannerElsewhere = R"sql(
INSERT INTO alb BY NAME
SELECT TIMESTAMP '2026-09-21 05:00:00' AS "time", 'app/a/1' AS elb, '198.51.100.7' AS client_ip,
       404 AS elb_status_code, DATE '2026-09-21' AS date
FROM range(60);
CREATE TABLE cloudtrail AS
SELECT TIMESTAMP '2026-09-21 06:00:00' AS event_time, 'iam.amazonaws.com' AS event_source,
       'ListUsers' AS event_name, '198.51.100.7' AS source_ip_address,
       CASE WHEN i < 2 THEN 'AccessDenied' END AS error_code, DATE '2026-09-21' AS date
FROM range(3) r(i);
CREATE TABLE cloudfront AS
SELECT TIMESTAMP '2026-09-21 06:00:00' AS "time", '203.0.113.9' AS c_ip, DATE '2026-09-21' AS date
FROM range(4))sql";

constexpr const char* kForgetNewFields = R"sql(
UPDATE vpc_flow SET vpc_id = NULL, subnet_id = NULL, instance_id = NULL, tcp_flags = NULL,
                    az_id = NULL, flow_direction = NULL)sql";

class ReportSql : public testing::TestWithParam<bool> {
 protected:
  ReportSql() : database_(nullptr), connection_(database_) {
    Query("SET integer_division = true");
    Query("CREATE MACRO cidr_contains(cidr, address) AS starts_with(address, '198.')");
    Query(kCreate);
    Query(kFill);
    Query(kAlb);
    if (IsVersion2()) Query(kForgetNewFields);
  }

  bool IsVersion2() const { return GetParam(); }

  std::string Query(const std::string& sql) {
    const auto result = connection_.Query(sql);
    EXPECT_FALSE(result->HasError()) << result->GetError() << "\n" << sql;
    return result->HasError() ? "" : result->ToString();
  }

  /// All rows as text.
  std::string Run(const std::string& name, const ReportArguments& arguments = {},
                  const std::vector<std::string>& tables = {}) {
    const auto reports = BuiltInReports();
    const Report* report = ChooseReport(reports, name).ValueOrDie();
    return Query(BindReport(*report, arguments, {"2026-09-20", "2026-09-21"}, tables)
                     .ValueOrDie());
  }

 private:
  duckdb::DuckDB database_;
  duckdb::Connection connection_;
};

TEST_P(ReportSql, EveryReportRuns) {
  for (const Report& report : BuiltInReports()) {
    // Reports of other tables run on real ones: test/cli/other_logs_test.py.
    if (report.table != "vpc_flow" && report.table != "alb") continue;
    ReportArguments arguments{{"cidr", "198.51.100.0/24"}, {"internal", "198.18.0.0/15"}};
    if (report.name == "address-trace") arguments["ip"] = "198.51.100.7";
    if (!report.over.empty() && report.over != "flows") arguments.erase("internal");
    if (report.table != "vpc_flow") arguments.clear();
    EXPECT_THAT(
        Query(BindReport(report, arguments, {"2026-09-20", "2026-09-21"}).ValueOrDie()),
        HasSubstr("Rows"))
        << report.name;
  }
}

TEST_P(ReportSql, FindsThePortScan) {
  EXPECT_THAT(Run("port-scan"),
              HasSubstr("198.51.100.7\t10.0.1.5\t2026-09-21 01:00:00\t40\t40"));
  EXPECT_THAT(Run("port-scan", {{"allow", "198.51.100.7"}}), HasSubstr("[ Rows: 0]"));
}

TEST_P(ReportSql, FindsTheRepeatedLogins) {
  EXPECT_THAT(Run("login-bruteforce"),
              HasSubstr("203.0.113.9\t10.0.1.5\t22\t2026-09-21 02:00:00\t30\t12.0"));
}

TEST_P(ReportSql, FindsTheOpenPortAndTheRejects) {
  EXPECT_THAT(Run("exposed-admin-port"),
              HasSubstr("eni-a\t10.0.1.5\t22\t1\t203.0.113.9"));
  EXPECT_THAT(Run("reject-top-sources"), HasSubstr("198.51.100.7\t40\t40\t40\t1"));
  EXPECT_THAT(Run("outbound-rejects"),
              HasSubstr("eni-a\t10.0.1.5\t6667\t6\t1\t192.0.2.1"));
}

TEST_P(ReportSql, FindsTheDuplicateTheGapAndTheLostData) {
  EXPECT_THAT(Run("duplicates"), HasSubstr("\t3\n"));
  EXPECT_THAT(Run("eni-gaps"), HasSubstr("eni-gap\t2026-09-20 00:01:00\t"
                                         "2026-09-20 13:00:00\t46740"));
  EXPECT_THAT(Run("log-status"), HasSubstr("2026-09-20 05:00:00\tSKIPDATA\t1\t1"));
}

TEST_P(ReportSql, CountsBytesOnceThatTwoInterfacesLogged) {
  EXPECT_THAT(Run("top-conversations"),
              HasSubstr("10.0.1.5\t10.0.2.9\t443\t6\t120000\t"));
}

TEST_P(ReportSql, MapsSubnetsOrTheirRanges) {
  EXPECT_THAT(Run("service-map"),
              HasSubstr(IsVersion2() ? "10.0.1.0/24\t10.0.2.0/24\t443\t120000"
                                     : "subnet-1\tsubnet-2\t443\t120000"));
}

TEST_P(ReportSql, FindsWhatIsWrongBehindALoadBalancer) {
  EXPECT_THAT(Run("alb-slowest-targets"),
              HasSubstr("arn\t10.0.0.2\t10\t2.5\t2.5\t10\t0\n"));
  EXPECT_THAT(Run("alb-slowest-targets"),
              HasSubstr("arn\t10.0.0.3\t10\tNULL\tNULL\t0\t10\n"));
  EXPECT_THAT(Run("alb-errors"),
              HasSubstr("app/a/1\t504\tNULL\t/path1\t5\t1\tNULL\t2026-09-21 00:00:01"));
  EXPECT_THAT(Run("alb-top-clients"),
              HasSubstr("203.0.113.1\t20\t2000\t0\t10\t1\t2026-09-21 00:00:00"));
}

TEST_P(ReportSql, TracesAnAddressWithEachRecordOnce) {
  EXPECT_THAT(Run("address-trace", {{"ip", "198.51.100.7"}}), HasSubstr("[ Rows: 40]"));
}

TEST_P(ReportSql, MeetsAScannerInOtherLogs) {
  Query(kScannerElsewhere);
  EXPECT_THAT(Run("api-from-scanner", {}, {"cloudtrail"}),
              HasSubstr("198.51.100.7\t40\t40\tiam.amazonaws.com\tListUsers\t3\t2\t"
                        "2026-09-21 06:00:00"));
  EXPECT_THAT(Run("http-errors-and-rejects", {}, {"alb"}),
              HasSubstr("198.51.100.7\t60\t60\t40\t40\t2026-09-21 05:00:00"));
  EXPECT_THAT(Run("origin-bypass", {{"ports", "22"}}, {"cloudfront"}),
              HasSubstr("203.0.113.9\t10.0.1.5\t22\t60000\t30\tNULL\t4\t"));
  EXPECT_THAT(Run("origin-bypass", {{"ports", "22"}}),
              HasSubstr("203.0.113.9\t10.0.1.5\t22\t60000\t30\tNULL\tNULL\t"));
  EXPECT_THAT(Run("api-from-scanner"), HasSubstr("[ Rows: 0]"));
}

INSTANTIATE_TEST_SUITE_P(Fields, ReportSql, testing::Bool(), [](const auto& param) {
  return std::string(param.param ? "OfVersion2" : "OfAllVersions");
});

}  // namespace
}  // namespace flowlake
