"""`flowlake formats import`: what AWS knows of the formats becomes rules that ingest obeys."""
import json
import unittest

from flowlake_program import USAGE, LakeTestCase, must, query, run

FLOW_LOGS = json.dumps({"FlowLogs": [
    {"FlowLogId": "fl-1", "LogDestinationType": "cloud-watch-logs", "LogGroupName": "/vpc/a",
     "LogFormat": "${account-id} ${srcaddr} ${bytes}"},
    {"FlowLogId": "fl-2", "LogDestinationType": "s3", "LogDestination": "arn:aws:s3:::b",
     "LogFormat": "${srcaddr}"}]}).encode()


class FormatsImport(LakeTestCase):
    def settings(self):
        return (self.folder / "lake/flowlake.toml").read_text()

    def test_writes_each_rule_once_and_ingest_still_reads_the_file(self):
        lake = self.folder / "lake"
        told = must("formats", "import", "-", "--lake", lake, stdin=FLOW_LOGS).out
        self.assertIn('log_group = "/vpc/a"', told)
        before = self.settings()
        self.assertEqual(before.count("log_group"), 1)
        self.assertIn("Nothing new", must("formats", "import", "-", "--lake", lake,
                                          stdin=FLOW_LOGS).out)
        self.assertEqual(self.settings(), before)
        line = b"2 1 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1790000000 1790000060 ACCEPT OK\n"
        must("ingest", "-", "--lake", lake, stdin=line)
        self.assertEqual(query(lake, "SELECT count(*) AS n FROM vpc_flow"), [{"n": 1}])

    def test_something_else_is_refused_in_one_line(self):
        told = run("formats", "import", "-", "--lake", self.folder / "lake", stdin=b"{}")
        self.assertEqual(told.code, USAGE)
        self.assertIn("describe-flow-logs", told.err)
        self.assertEqual(told.err.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
