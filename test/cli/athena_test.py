"""`query --engine athena://` against a server that answers as AWS's "Amazon Athena API Reference"
says (JSON 1.1, the shapes of StartQueryExecution, GetQueryExecution, GetQueryResults), and keeps
what it was asked. Athena itself cannot run here."""
import http.server
import json
import os
import re
import threading
import unittest

from flowlake_program import FAILURE, USAGE, LakeTestCase, must, run

ID = "11111111-2222-3333-4444-555555555555"
COLUMNS = [("srcaddr", "varchar"), ("n", "bigint"), ("t", "timestamp")]


class Athena(http.server.BaseHTTPRequestHandler):
    """`server.state` is what the query comes to; it runs for two looks."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].removeprefix("AmazonAthena.")
        self.server.requests.append((operation, body, dict(self.headers)))
        count = sum(1 for name, _, _ in self.server.requests if name == operation)
        if operation == "StartQueryExecution" and self.server.throttles:
            self.server.throttles -= 1
            return self.answer(400, {"__type": "TooManyRequestsException", "Message": "slow down"})
        if self.server.refusal:
            return self.answer(400, self.server.refusal)
        self.answer(200, getattr(self, operation)(body, count))

    def StartQueryExecution(self, body, count):
        return {"QueryExecutionId": ID}

    def GetQueryExecution(self, body, count):
        state = "RUNNING" if count < 3 else self.server.state
        status = {"State": state}
        if state == "FAILED":
            status |= {"StateChangeReason": "line 1:8: Column 'x' cannot be resolved",
                       "AthenaError": {"ErrorCategory": 2}}
        return {"QueryExecution": {"QueryExecutionId": ID, "Status": status, "Statistics": {
            "DataScannedInBytes": 23_000_001, "TotalExecutionTimeInMillis": 1500}}}

    def StopQueryExecution(self, body, count):
        self.server.state = "CANCELLED"
        return {}

    def GetQueryResults(self, body, count):
        def row(*cells):
            return {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in cells]}
        info = [{"Name": name, "Type": kind} for name, kind in COLUMNS]
        if "NextToken" not in body:
            rows = [row("srcaddr", "n", "t"), row("10.0.0.1", "7", "2026-09-21 13:05:09.000")]
            return {"NextToken": "more", "ResultSet": {
                "Rows": rows, "ResultSetMetadata": {"ColumnInfo": info}}}
        return {"ResultSet": {"Rows": [row(None, "8", None)],
                              "ResultSetMetadata": {"ColumnInfo": info}}}

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class AthenaTest(LakeTestCase):
    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Athena)
        self.server.requests, self.server.state = [], "SUCCEEDED"
        self.server.throttles, self.server.refusal = 0, None
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.engine = (f"athena://logs?region=eu-west-1&output=s3://results/q&database=flowlake&"
                       f"endpoint={endpoint}")
        self.environment = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
                            "AWS_SESSION_TOKEN": "token", "AWS_CONFIG_FILE": os.devnull}

    def query(self, *words, runner=run):
        return runner("query", *words, "--engine", self.engine, environment=self.environment)

    def asked(self, operation):
        return [(body, headers) for name, body, headers in self.server.requests
                if name == operation]

    def test_rows_types_and_costs(self):
        outcome = self.query("SELECT 1", "--output", "jsonl", runner=must)
        self.assertEqual([json.loads(line) for line in outcome.out.splitlines()], [
            {"srcaddr": "10.0.0.1", "n": 7, "t": "2026-09-21 13:05:09"},
            {"srcaddr": None, "n": 8, "t": None}])
        self.assertEqual(outcome.err, "23.0 MB scanned by Athena · 1.500 s · Athena bills about "
                                      "$0.00012\n")

    def test_requests_are_signed_and_say_where(self):
        self.query("SELECT 1", runner=must)
        (body, headers), = self.asked("StartQueryExecution")
        self.assertEqual(body["QueryString"], "SELECT 1")
        self.assertEqual(body["WorkGroup"], "logs")
        self.assertEqual(body["ResultConfiguration"], {"OutputLocation": "s3://results/q"})
        self.assertEqual(body["QueryExecutionContext"], {"Database": "flowlake"})
        self.assertGreaterEqual(len(body["ClientRequestToken"]), 32)
        headers = {name.lower(): value for name, value in headers.items()}
        self.assertEqual(headers["content-type"], "application/x-amz-json-1.1")
        self.assertEqual(headers["x-amz-security-token"], "token")
        self.assertRegex(headers["authorization"],
                         r"^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/eu-west-1/athena/"
                         r"aws4_request, ?SignedHeaders=[^,]*host[^,]*x-amz-target[^,]*, ?Signature=")

    def test_throttling_is_waited_out(self):
        self.server.throttles = 2
        self.query("SELECT 1", runner=must)
        tokens = {body["ClientRequestToken"] for body, _ in self.asked("StartQueryExecution")}
        self.assertEqual(len(tokens), 1)

    def test_errors_are_one_line(self):
        self.server.state = "FAILED"
        outcome = self.query("SELECT x")
        self.assertEqual((outcome.code, outcome.err),
                         (USAGE, "flowlake: Athena: line 1:8: Column 'x' cannot be resolved\n"))
        self.server.refusal = {"__type": "AccessDeniedException", "Message": "not you\x1b[2J"}
        outcome = self.query("SELECT 1")
        self.assertEqual(outcome.code, FAILURE)
        self.assertTrue(re.fullmatch(r"flowlake: query Athena in eu-west-1: StartQueryExecution: HTTP "
                                     r"400 AccessDeniedException: not you.*\n", outcome.err), outcome.err)
        self.assertNotIn("\x1b", outcome.err)
        self.assertNotIn("secret", outcome.err)

    def test_scan_limits_are_refused_before_anything_is_sent(self):
        outcome = self.query("SELECT 1", "--max-scan", "1GB")
        self.assertEqual(outcome.code, USAGE)
        self.assertEqual(self.server.requests, [])


if __name__ == "__main__":
    unittest.main()
