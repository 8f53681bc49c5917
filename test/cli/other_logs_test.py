"""CloudFront, CloudTrail, WAF, DNS, S3 access logs and those that a user describes: any mixture in
one run, each in its table, once, in reports, DDL and compaction."""
import json
import unittest

import pyarrow
import pyarrow.parquet

from flowlake_program import SOME_INPUTS, SOURCE, USAGE, LakeTestCase, ingest, must, query, run

GOLDEN = SOURCE / "test/golden"
AWS = "AWSLogs/111122223333"
CLOUDTRAIL = (f"{AWS}/CloudTrail/eu-west-1/2026/10/02/"
              "111122223333_CloudTrail_eu-west-1_20261002T0615Z_abcdefghij123456.json")
DIGEST = (f"{AWS}/CloudTrail-Digest/eu-west-1/2026/10/02/"
          "111122223333_CloudTrail-Digest_eu-west-1_t_eu-west-1_20261002T061500Z.json")
INPUTS = {
    CLOUDTRAIL: "cloudtrail/input.json",
    f"{AWS}/WAFLogs/eu-west-1/acl/2026/10/02/06/15/x.log": "waf/input.json",
    f"{AWS}/vpcdnsquerylogs/vpc-0a1b/2026/10/02/x.log": "dns/input.json",
    f"{AWS}/elasticloadbalancing/eu-west-1/2026/10/02/x.log": "alb/input.log",
    "cdn/E2ABCDEF123456.2026-10-02-06.0123abcd": "cloudfront/input.log",
    "cdn/v2.json": "cloudfront_v2_json/input.json",
    "s3/access2026-10-02-06-14-13-0123456789ABCDEF": "s3_access/input.log",
    "empty.json": "cloudtrail_empty/input.json",
}
ROWS = {"alb": 4, "cloudfront": 7, "cloudtrail": 5, "dns": 2, "rejects": 4, "s3_access": 4,
        "waf": 2}
OF_OTHERS = ("cloudfront-cache", "cloudfront-errors", "cloudfront-top-clients",
             "cloudfront-top-paths", "cloudtrail-activity", "cloudtrail-denied",
             "cloudtrail-root", "cloudtrail-console-no-mfa", "cloudtrail-security-groups",
             "waf-blocked", "dns-failures", "s3-denied")


class OtherLogs(LakeTestCase):
    def write_inputs(self):
        for path, golden in INPUTS.items():
            self.write(f"in/{path}", (GOLDEN / golden).read_text())
        self.write(f"in/{DIGEST}", '{"awsAccountId":"111122223333","digestStartTime":"x"}')
        return self.folder / "in"

    def counted(self):
        return {table: query(self.lake, f"SELECT count(*) AS n FROM {table}")[0]["n"]
                for table in ROWS}

    def report(self, name, *flags):
        out = must("report", name, "--lake", self.lake, "--output", "jsonl", *flags).out
        return [json.loads(line) for line in out.splitlines()]

    def test_a_mixture_lands_in_its_tables_once_and_survives_compaction(self):
        folder = self.write_inputs()
        summary = ingest(self.lake, folder)
        self.assertEqual((summary["files"], summary["records"]), (8, 24))
        self.assertEqual(summary["no_logs"], 1)  # the folder of digests
        self.assertEqual(self.counted(), ROWS)
        self.assertEqual(ingest(self.lake, folder)["files_skipped"], 8)
        must("compact", "--all", "--lake", self.lake)
        self.assertEqual(self.counted(), ROWS)
        must("check", "--lake", self.lake)
        entry = (self.lake / "cloudtrail/_delta_log/00000000000000000000.json").read_text()
        self.assertIn('"flowlake.sort":"event_source,event_name,event_time"', entry)
        self.assertIn('"flowlake.lookups":"source_ip_address,user_identity_arn,', entry)
        self.assertIn('"delta.dataSkippingStatsColumns":"event_time,event_source,', entry)

    def test_the_key_says_what_the_record_lacks(self):
        self.write_inputs()
        ingest(self.lake, self.folder / "in")
        found = query(self.lake, "SELECT DISTINCT account_id, region FROM waf")
        self.assertEqual(found, [{"account_id": "111122223333", "region": "eu-west-1"}])

    def test_json_of_cloudtrail_is_read_by_functions(self):
        ingest(self.lake, GOLDEN / "cloudtrail/input.json")
        found = query(self.lake, "SELECT json_extract_scalar(request_parameters, '$.bucketName') "
                                 "AS bucket, json_extract_scalar(additional_event_data, "
                                 "'$.SignatureVersion') AS version FROM cloudtrail "
                                 "WHERE event_name = 'PutObject'")
        self.assertEqual(found, [{"bucket": "media", "version": "SigV4"}])

    def test_every_report_runs_and_finds(self):
        ingest(self.lake, self.write_inputs())
        rows = {name: self.report(name) for name in OF_OTHERS}
        self.assertEqual(rows["cloudtrail-root"][0]["event_name"], "ConsoleLogin")
        self.assertEqual(rows["cloudtrail-console-no-mfa"][0]["result"], "Success")
        self.assertEqual([(row["event_name"], row["error_code"])
                          for row in rows["cloudtrail-denied"]],
                         [("ListTrails", "VpceAccessDenied"), ("PutObject", "AccessDenied")])
        self.assertEqual(rows["waf-blocked"][0]["rule"], "RateLimitLogin")
        self.assertEqual(rows["dns-failures"][0]["domain"], "example.net")
        self.assertEqual(rows["s3-denied"][0]["error_code"], "AccessDenied")
        self.assertEqual(rows["cloudfront-cache"][0]["hit_percent"], 100.0)
        self.assertEqual(rows["cloudtrail-security-groups"], [])
        who = self.report("cloudtrail-activity", "--who", "DEPLOY", "--reads", "true")
        self.assertEqual([row["who"] for row in who], ["arn:aws:iam::111122223333:role/deploy"])

    def test_a_change_of_a_security_group_shows_the_rule(self):
        event = json.loads((GOLDEN / "cloudtrail/input.json").read_text())["Records"][0]
        event |= {"eventName": "AuthorizeSecurityGroupIngress", "readOnly": False,
                  "requestParameters": {"groupId": "sg-1", "ipPermissions": {"items": [
                      {"ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}]}}}
        ingest(self.lake, self.write("in/event.json", json.dumps(event)))
        row = self.report("cloudtrail-security-groups")[0]
        self.assertEqual((row["group_id"], row["whole_internet"], row["who"]),
                         ("sg-1", True, "deploy"))

    def test_an_address_is_found_wherever_it_appears(self):
        ingest(self.lake, self.write_inputs())
        rows = self.report("address-everywhere", "--address", "203.0.113.24")
        self.assertEqual([(row["log"], row["n"]) for row in rows],
                         [("cloudfront", 1), ("alb", 1), ("cloudfront", 1), ("cloudtrail", 1),
                          ("alb", 1), ("s3_access", 2), ("waf", 1), ("cloudtrail", 1)])

    def test_a_report_of_an_absent_table_says_so(self):
        ingest(self.lake, GOLDEN / "alb/input.log")
        told = run("report", "cloudtrail-root", "--lake", self.lake)
        self.assertIn("this lake has no table cloudtrail;", told.err)
        self.assertEqual(self.report("address-everywhere", "--address", "192.0.2.1"), [])

    def test_ddl_covers_each_table(self):
        ingest(self.lake, self.write_inputs())
        for flags in (["athena"], ["trino"], ["spark"], ["athena", "--manifests"]):
            told = must("ddl", *flags, "--lake", self.lake).out
            for table in ROWS:
                self.assertIn(f"/{table}", told)

    def test_cloudfronts_parquet_is_read_by_name_whatever_the_types(self):
        table = pyarrow.table({
            "date": ["2026-10-02", "2026-10-02"], "time": ["06:14:11", "06:14:12"],
            "cs_host_": ["d1.cloudfront.net", None], "sc_status": ["200", "x"],
            "cs-bytes": pyarrow.array([512, 1], pyarrow.int64()),
            "time_taken": [0.25, 0.5], "cs(User-Agent)": ["curl/8.9%20x", "-"],
            "c_ip": ["203.0.113.24", "203.0.113.25"], "brand-new": ["n", None]})
        path = self.write("in/x.parquet", "")
        pyarrow.parquet.write_table(table, path)
        summary = ingest(self.lake, path)
        self.assertEqual((summary["records"], summary["rejects"]["not_a_number"]), (1, 1))
        self.assertEqual(
            query(self.lake, "SELECT time::VARCHAR AS t, cs_bytes, time_taken, cs_user_agent, "
                             "c_ip, extra FROM cloudfront"),
            [{"t": "2026-10-02 06:14:11", "cs_bytes": 512, "time_taken": 0.25,
              "cs_user_agent": "curl/8.9 x", "c_ip": "203.0.113.24",
              "extra": '{"brand-new":"n"}'}])

    def test_real_time_logs_are_read_by_the_fields_that_are_named(self):
        path = self.write("in/rt.log", (GOLDEN / "cloudfront_real_time/input.log").read_text())
        told = run("ingest", path, "--lake", self.lake)
        self.assertEqual(told.code, SOME_INPUTS)
        self.assertIn("--format", told.err)
        fields = (GOLDEN / "cloudfront_real_time/fields.txt").read_text()
        self.assertEqual(ingest(self.lake, path, flags=["--format", fields])["records"], 2)


if __name__ == "__main__":
    unittest.main()
