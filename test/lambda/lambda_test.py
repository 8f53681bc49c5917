"""flowlake-lambda behind a runtime API: events of every shape become rows on a real S3 server."""
import base64
import collections
import gzip
import http.server
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

import deltalake

import lambda_runtime
import s3_server
from flowlake_program import BINARY, SOURCE, run

PROGRAM = str(pathlib.Path(BINARY).with_name("flowlake-lambda"))
EVENTS = pathlib.Path(__file__).with_name("events")
SEED = int(os.environ.get("FLOWLAKE_SEED", time.time_ns() % 2**32))
START = 1_790_000_000 // 86400 * 86400


def lines(account, count=3):
    return "".join(f"2 {account} eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 {START + i} "
                   f"{START + i + 60} ACCEPT OK\n" for i in range(count)).encode()


def document(account, group="/vpc/flow", count=3):
    events = [{"id": str(i), "timestamp": START * 1000, "message": line}
              for i, line in enumerate(lines(account, count).decode().splitlines())]
    return gzip.compress(json.dumps(
        {"messageType": "DATA_MESSAGE", "owner": "1", "logGroup": group, "logStream": "s",
         "subscriptionFilters": ["f"], "logEvents": events}).encode())


def notification(bucket, key, name="ObjectCreated:Put"):
    return {"Records": [{"eventSource": "aws:s3", "eventName": name, "s3": {
        "bucket": {"name": bucket}, "object": {"key": key}}}]}


def messages(bodies):
    return {"Records": [{"messageId": f"m{i}", "eventSource": "aws:sqs", "body": body if
                         isinstance(body, str) else json.dumps(body)}
                        for i, body in enumerate(bodies)]}


def kinesis(records, shard="shardId-000000000000", stream="flows"):
    arn = f"arn:aws:kinesis:us-east-1:123456789012:stream/{stream}"
    return {"Records": [{"eventSource": "aws:kinesis", "eventID": f"{shard}:{sequence}",
                         "eventSourceARN": arn, "kinesis": {
                             "sequenceNumber": sequence,
                             "data": base64.b64encode(data).decode()}}
                        for sequence, data in records]}


class OnLambda(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        running = s3_server.running()
        cls.server = running.__enter__()
        cls.addClassCleanup(running.__exit__, None, None, None)

    def setUp(self):
        self.name = self.id().rsplit(".", 1)[1]
        self.lake = f"{self.server.bucket}/{self.name}/lake"
        self.function = self.start()

    def start(self, **options):
        function = lambda_runtime.Function(
            [PROGRAM], {**self.server.environment, "FLOWLAKE_LAKE": self.lake}, **options)
        function.__enter__()
        self.addCleanup(function.__exit__)
        return function

    def put(self, key, content):
        self.server.put(f"{self.name}/{key}", content)
        return f"{self.name}/{key}"

    def must(self, event):
        answer = self.function.invoke(event)
        self.assertEqual(answer.kind, "response", answer)
        return answer.payload

    def commit(self):
        return self.must({"do": "commit"})["committed"]

    def rows(self, table="vpc_flow", column="account_id"):
        """How many rows each account has."""
        delta = deltalake.DeltaTable(f"{self.lake}/{table}",
                                     storage_options=self.server.delta_options)
        accounts = delta.to_pyarrow_table(columns=[column])[column]
        return dict(collections.Counter(accounts.to_pylist()))


class LambdaTest(OnLambda):
    def test_an_object_is_staged_and_a_schedule_commits_it(self):
        key = self.put("logs/a.log", gzip.compress(lines("1")))
        done = self.must(notification("lake", key))
        self.assertEqual((done["inputs"], done["records"]), (1, 3))
        self.commit()
        self.assertEqual(self.rows(), {"1": 3})
        self.must(notification("lake", key))
        self.commit()
        self.assertEqual(self.rows(), {"1": 3}, "the same event again")

    def test_an_object_of_a_bucket_that_is_not_there_comes_again(self):
        gone = self.put("gone.log", b"")
        self.must(messages([notification("lake", gone + "x")]))
        failed = self.must(messages([notification("no-such-bucket", "a.log")]))
        self.assertEqual(len(failed["batchItemFailures"]), 1)

    def test_a_commit_tells_cloudwatch_how_old_the_oldest_staged_edit_is(self):
        log = tempfile.TemporaryFile()
        self.addCleanup(log.close)
        self.function = self.start(log=log)
        self.must(notification("lake", self.put("a.log", lines("1"))))
        self.commit()
        log.seek(0)
        [line] = [json.loads(text) for text in log if b'"_aws"' in text]
        [directive] = line["_aws"]["CloudWatchMetrics"]
        self.assertEqual(directive["Namespace"], "flowlake")
        self.assertEqual([metric["Name"] for metric in directive["Metrics"]],
                         ["OldestStagedEditSeconds"])
        self.assertEqual(line["OldestStagedEditSeconds"], 0)
        self.assertLess(abs(line["_aws"]["Timestamp"] - time.time() * 1000), 60_000)

    def test_keys_with_blanks_plus_and_utf_8_are_found(self):
        self.put("a b+c ä.log", lines("1"))
        self.must(notification("lake", f"{self.name}/a+b%2Bc+%C3%A4.log"))
        self.commit()
        self.assertEqual(self.rows(), {"1": 3})

    def test_one_bad_message_does_not_replay_the_others(self):
        good = self.put("good.log", lines("1"))
        corrupt = self.put("corrupt.log", gzip.compress(lines("2"))[:-5])
        done = self.must(messages([
            notification("lake", good), notification("lake", corrupt),
            notification("lake", f"{self.name}/deleted.log"), "this is no event",
            notification("lake", good, "ObjectRemoved:Delete"),
            {"Type": "Notification", "Message": json.dumps(notification("lake", good))}]))
        self.assertEqual(done, {"batchItemFailures": [{"itemIdentifier": "m3"}]})
        self.commit()
        self.assertEqual(self.rows(), {"1": 3})
        self.assertIn("refused", run("query", "SELECT reason, text FROM rejects", "--lake",
                                     self.lake, environment=self.server.environment).out)

    def test_a_cloudwatch_subscription_is_taken_once(self):
        event = {"awslogs": {"data": base64.b64encode(document("1")).decode()}}
        self.assertEqual(self.must(event)["records"], 3)
        self.must(event)
        self.commit()
        self.must(event)
        self.commit()
        self.assertEqual(self.rows(), {"1": 3})

    def test_other_logs_come_as_objects_subscriptions_and_stream_records(self):
        self.server.put(f"{self.name}/lake/flowlake.toml", b"""
[[log]]
table = "app"
stream = "apps"
format = "delimited"
time = "ts"
fields = [{name = "ts", type = "timestamp"}, {name = "account_id"}]
""")
        trail = (SOURCE / "test/golden/cloudtrail/input.json").read_bytes()
        key = self.put("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/10/02/x.json.gz",
                       gzip.compress(trail))
        self.assertEqual(self.must(notification("lake", key))["records"], 5)
        events = [{"id": str(i), "timestamp": 1, "message": json.dumps(event)}
                  for i, event in enumerate(json.loads(trail)["Records"])]
        subscription = gzip.compress(json.dumps(
            {"messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "trail", "logStream": "s",
             "subscriptionFilters": [], "logEvents": events}).encode())
        self.must({"awslogs": {"data": base64.b64encode(subscription).decode()}})
        done = self.must(kinesis([("1", b"1790000000,7"), ("2", b"1790000001,8")], stream="apps"))
        self.assertEqual(done, {"batchItemFailures": []})
        self.commit()
        self.assertEqual(self.rows("cloudtrail", "recipient_account_id"), {"111122223333": 10})
        self.assertEqual(self.rows("app"), {"7": 1, "8": 1})

    def test_the_format_of_a_log_group_comes_from_the_lake(self):
        self.server.put(f"{self.name}/lake/flowlake.toml", b"""
[[format]]
log_group = "/vpc/short*"
fields = "${account-id} ${srcaddr} ${bytes}"
""")
        short = gzip.compress(json.dumps({
            "messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "/vpc/short",
            "logStream": "s", "subscriptionFilters": [], "logEvents": [
                {"id": "1", "timestamp": 1, "message": "7 10.0.0.1 5"}]}).encode())
        done = self.must(kinesis([("1", document("1")), ("2", short)]))
        self.assertEqual(done, {"batchItemFailures": []})
        self.commit()
        self.assertEqual(self.rows(), {"1": 3, "7": 1})

    def test_a_shard_replayed_in_any_batches_is_taken_once(self):
        rng = random.Random(SEED)
        base = 49590338271490256608559692538361571095921575989136588898
        records = [(str(base + i * 7919), lines(str(i), 2) if i % 3 else document(str(i)))
                   for i in range(60)]
        position = 0
        while position < len(records):
            first = max(0, position - rng.randrange(6))
            last = min(len(records), first + 1 + rng.randrange(12))
            function = self.function if rng.random() < 0.7 else self.start()
            answer = function.invoke(kinesis(records[first:last]))
            self.assertEqual(answer.payload, {"batchItemFailures": []}, f"seed {SEED}")
            position = max(position, last)
            if rng.random() < 0.2:
                self.commit()
        self.commit()
        expected = {str(i): 2 if i % 3 else 3 for i in range(60)}
        self.assertEqual(self.rows(), expected, f"seed {SEED}")

    def test_an_attempt_that_was_killed_before_its_claim_leaves_nothing(self):
        records = [(str(100 + i), lines(str(i), 2000)) for i in range(20)]
        for delay in (0.03, 0.06, 0.09, 0.12):
            self.function.events.put(json.dumps(kinesis(records)).encode())
            self.function._start()
            time.sleep(delay)
            self.function.kill()
            self.function.forget()
        self.must(kinesis(records))
        self.commit()
        self.assertEqual(self.rows(), {str(i): 2000 for i in range(20)})

    def test_a_damaged_record_is_kept_and_takes_no_other_along(self):
        damaged = document("9")[:60]
        done = self.must(kinesis([("1", document("1")), ("2", damaged), ("3", lines("3"))]))
        self.assertEqual(done, {"batchItemFailures": []})
        self.commit()
        self.assertEqual(self.rows(), {"1": 3, "3": 3})
        told = run("query", "SELECT text FROM rejects", "--lake", self.lake,
                   environment=self.server.environment).out
        self.assertIn("kept as _refused/", told)

    def test_a_store_that_fails_is_no_reason_to_forget_records(self):
        self.must({"do": "commit"})
        function = lambda_runtime.Function(
            [PROGRAM], {**self.server.environment, "FLOWLAKE_LAKE": self.lake})
        function.environment["AWS_SECRET_ACCESS_KEY"] = "wrong"
        function.__enter__()
        self.addCleanup(function.__exit__)
        answer = function.invoke(kinesis([("1", lines("1"))]))
        if answer.kind == "response":
            self.assertEqual(answer.payload["batchItemFailures"], [{"itemIdentifier": "1"}])
        else:
            self.assertEqual(answer.kind, "init", answer)

    def test_a_response_that_got_lost_is_sent_again(self):
        self.must({"do": "commit"})
        self.function.failures = 2
        self.must({"do": "commit"})

    def test_wrong_events_are_errors_that_say_why(self):
        for event, why in [("[]", "no JSON object"), ({"do": "dance"}, "none of commit"),
                           ({"Records": {}}, "Records is no list"), ({}, "shape is unknown"),
                           ({"awslogs": {"data": "?"}}, "not base64")]:
            answer = self.function.invoke(event)
            self.assertEqual(answer.kind, "error", event)
            self.assertIn(why, answer.payload["errorMessage"])

    def test_without_a_lake_it_says_so_before_the_first_event(self):
        environment = {**self.server.environment}
        environment.pop("FLOWLAKE_LAKE", None)
        function = lambda_runtime.Function([PROGRAM], environment)
        function.__enter__()
        self.addCleanup(function.__exit__)
        answer = function.invoke({"do": "commit"})
        self.assertEqual(answer.kind, "init")
        self.assertIn("FLOWLAKE_LAKE", answer.payload["errorMessage"])

    def test_maintenance_compacts_what_was_committed(self):
        for i in range(3):
            self.must(notification("lake", self.put(f"{i}.log", lines(str(i)))))
            self.commit()
        done = self.must({"do": "maintain"})
        self.assertEqual(done["compacted"]["vpc_flow"]["files_after"], 1, done)
        self.assertEqual(self.rows(), {"0": 3, "1": 3, "2": 3})

    def test_a_sweep_finds_what_no_event_told_of(self):
        today = time.strftime("%Y/%m/%d", time.gmtime())
        folder = "AWSLogs/123456789012/vpcflowlogs/us-east-1"
        self.put(f"{folder}/{today}/a.log", lines("1"))
        self.put(f"{folder}/2020/01/01/b.log", lines("2"))
        event = {"do": "sweep", "source": f"{self.server.bucket}/{self.name}/AWSLogs",
                 "days": 3}
        self.assertEqual(self.must(event)["inputs"], 1)
        self.commit()
        self.assertEqual(self.must(event)["skipped"], 1)
        self.assertEqual(self.rows(), {"1": 3})

    def test_time_that_runs_out_leaves_messages_to_come_again(self):
        function = self.start(timeout=5)  # less than the margin
        key = self.put("a.log", lines("1"))
        answer = function.invoke(messages([notification("lake", key)]))
        self.assertEqual(answer.payload, {"batchItemFailures": [{"itemIdentifier": "m0"}]})


class HttpDeliveryTest(OnLambda):
    """The function as Firehose's HTTP endpoint, behind a function URL."""

    def setUp(self):
        super().setUp()
        self.function.environment["FLOWLAKE_ACCESS_KEY"] = "secret"

    def deliver(self, records, request="r1", key="secret", body=None, header_id=None):
        body = body if body is not None else json.dumps({
            "requestId": request, "timestamp": 1, "records": [
                {"data": base64.b64encode(record).decode()} for record in records]}).encode()
        answer = self.must({
            "version": "2.0", "requestContext": {"http": {"method": "POST", "path": "/"}},
            "headers": {"x-amz-firehose-request-id": header_id or request,
                        "x-amz-firehose-access-key": key, "content-encoding": "gzip",
                        "x-amz-firehose-source-arn":
                        "arn:aws:firehose:us-east-1:1:deliverystream/flows"},
            "isBase64Encoded": True,
            "body": base64.b64encode(gzip.compress(body)).decode()})
        content = json.loads(answer["body"])
        self.assertEqual(content["requestId"], header_id or request)
        self.assertEqual(answer["headers"], {"Content-Type": "application/json"})
        return answer["statusCode"], content.get("errorMessage")

    def test_a_delivery_is_taken_once_however_often_it_comes(self):
        records = [document("1"), lines("2"), document("3", group="/other")]
        self.assertEqual(self.deliver(records), (200, None))
        self.assertEqual(self.deliver(records), (200, None))
        self.commit()
        self.assertEqual(self.deliver(records), (200, None))
        self.assertEqual(self.deliver([lines("2")], request="r2"), (200, None))
        self.commit()
        self.assertEqual(self.rows(), {"1": 3, "2": 6, "3": 3})

    def test_requests_that_are_none_of_firehoses_are_refused_and_never_with_413(self):
        self.assertEqual(self.deliver([lines("1")], key="wrong")[0], 401)
        self.assertEqual(self.deliver([lines("1")], key="")[0], 401)
        self.assertEqual(self.deliver([], body=b"{}")[0], 400)
        self.assertEqual(self.deliver([lines("1")], header_id="another")[0], 400)
        self.assertEqual(self.deliver([], body=b" " * (65 << 20))[0], 400)

    def test_without_an_access_key_it_is_no_endpoint(self):
        del self.function.environment["FLOWLAKE_ACCESS_KEY"]
        self.assertEqual(self.deliver([lines("1")], key="")[0], 401)


class TransformTest(OnLambda):
    def test_what_does_not_fit_into_a_response_goes_back_into_the_stream(self):
        put = []

        class Firehose(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                put.append((self.headers["X-Amz-Target"], body))
                answer = json.dumps({"FailedPutCount": 0, "RequestResponses": [
                    {"RecordId": "x"} for _ in body["Records"]]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Firehose) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.function.environment["AWS_ENDPOINT_URL_FIREHOSE"] = (
                f"http://127.0.0.1:{server.server_port}")
            records = [document(str(i), count=20_000) for i in range(4)]
            answer = self.must({
                "invocationId": "i", "region": "us-east-1", "deliveryStreamArn":
                "arn:aws:firehose:us-east-1:123456789012:deliverystream/flows", "records": [
                    {"recordId": f"r{i}", "data": base64.b64encode(record).decode()}
                    for i, record in enumerate(records)]})
            server.shutdown()
        results = [(record["recordId"], record["result"]) for record in answer["records"]]
        self.assertEqual(results, [("r0", "Ok"), ("r1", "Ok"), ("r2", "Dropped"),
                                   ("r3", "Dropped")])
        self.assertEqual(base64.b64decode(answer["records"][1]["data"]), lines("1", 20_000))
        (target, body), = put
        self.assertEqual((target, body["DeliveryStreamName"]),
                         ("Firehose_20150804.PutRecordBatch", "flows"))
        self.assertEqual([base64.b64decode(record["Data"]) for record in body["Records"]],
                         records[2:])

    def test_samples_are_answered_record_by_record(self):
        for name in ("powertools_kinesisFirehosePutEvent",
                     "powertools_kinesisFirehoseKinesisEvent",
                     "powertools_kinesisFirehoseSQSEvent", "go_kinesis-firehose-event"):
            event = json.loads((EVENTS / f"{name}.json").read_text())
            answer = self.must(event)
            self.assertEqual([record["recordId"] for record in answer["records"]],
                             [record["recordId"] for record in event["records"]], name)


class PackageTest(OnLambda):
    """What `make package` makes, unpacked as Lambda does."""

    def test_the_package_serves_events_with_nothing_but_its_own_libraries(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        packed = subprocess.run([SOURCE / "cmake/package-lambda.sh",
                                 pathlib.Path(PROGRAM).parent, folder / "function.zip"],
                                capture_output=True, text=True)
        self.assertEqual(packed.returncode, 0, packed.stderr)
        subprocess.run(["unzip", "-q", folder / "function.zip", "-d", folder / "task"],
                       check=True)
        function = lambda_runtime.Function(
            [str(folder / "task/bootstrap")],
            {**self.server.environment, "FLOWLAKE_LAKE": self.lake, "LD_DEBUG": "files",
             "LD_DEBUG_OUTPUT": str(folder / "loaded")})
        function.__enter__()
        self.addCleanup(function.__exit__)
        answer = function.invoke(notification("lake", self.put("a.log", lines("1"))))
        self.assertEqual((answer.kind, answer.payload["records"]), ("response", 3))
        loaded = "".join(path.read_text() for path in folder.glob("loaded.*"))
        mapped = set(re.findall(r"calling init: (\S+)", loaded))
        self.assertTrue(any(path.startswith(str(folder)) for path in mapped))
        # What else there is belongs to the shell that runs `bootstrap`.
        foreign = {os.path.basename(path) for path in mapped
                   if not path.startswith(str(folder))}
        self.assertLessEqual(foreign, {"libc.so.6", "ld-linux-x86-64.so.2"})


class SampleEventsTest(OnLambda):
    """Events as AWS sends them, from public repositories."""

    def invoke(self, name):
        return self.function.invoke((EVENTS / f"{name}.json").read_text())

    def takes(self, name, bucket, key):
        self.server.put(bucket=bucket)
        self.server.put(key, lines(name), bucket=bucket)
        answer = self.invoke(name)
        self.assertEqual(answer.kind, "response", f"{name}: {answer}")
        self.assertEqual(answer.payload.get("batchItemFailures", []), [], name)

    def test_every_sample_that_creates_an_object_brings_its_rows(self):
        created = {
            "powertools_s3Event": ("lambda-artifacts-deafc19498e3f2df",
                                   "b21b84d653bb07b05b1e6b33684dc11b"),
            "powertools_s3EventBridgeNotificationObjectCreatedEvent":
                ("example-bucket", "IMG_m7fzo3.jpg"),
            "powertools_s3EventDecodedKey": ("sourcebucket", "Happy Face.jpg"),
            "datadog_sqs_s3": ("my-bucket", "my-key.log"),
        }
        for name, (bucket, key) in created.items():
            self.takes(name, bucket, key)
        self.commit()
        self.assertEqual(self.rows(), {name: 3 for name in created})
        # The same objects in other envelopes.
        for name in ("go_s3-event", "datadog_sqs_sns_s3", "powertools_s3EventGlacier"):
            self.assertEqual(self.invoke(name).kind, "response", name)
        self.commit()
        self.assertEqual(self.rows(), {name: 3 for name in created})

    def test_samples_of_other_things_that_happen_to_objects_bring_nothing(self):
        for name in ("powertools_s3EventDeleteObject",
                     "powertools_s3EventBridgeNotificationObjectDeletedEvent",
                     "powertools_s3EventBridgeNotificationObjectExpiredEvent",
                     "powertools_s3EventBridgeNotificationObjectRestoreCompletedEvent",
                     "go_s3-replication-event"):
            answer = self.invoke(name)
            self.assertEqual((answer.kind, answer.payload.get("inputs")), ("response", 0), name)

    def test_samples_without_flow_logs_are_refused_and_acknowledged(self):
        for name in ("powertools_kinesisStreamEvent", "powertools_kinesisStreamEventOneRecord",
                     "powertools_kinesisStreamCloudWatchLogsEvent", "go_kinesis-event",
                     "go_kinesis-time-window-event"):
            self.assertEqual(self.invoke(name).payload, {"batchItemFailures": []}, name)
        for name in ("powertools_cloudWatchLogEvent", "go_cloudwatch-logs-event",
                     "powertools_cloudWatchLogEventWithPolicyLevel"):
            answer = self.invoke(name)
            self.assertEqual((answer.kind, answer.payload.get("records")), ("response", 0),
                             f"{name}: {answer}")

    def test_samples_of_messages_that_are_no_events_come_again(self):
        for name in ("powertools_sqsEvent", "powertools_snsSqsEvent",
                     "powertools_snsSqsFifoEvent", "go_sqs-event"):
            self.assertTrue(self.invoke(name).payload["batchItemFailures"], name)
        for name in ("powertools_snsEvent", "go_sns-event"):
            self.assertEqual(self.invoke(name).kind, "error", name)


if __name__ == "__main__":
    unittest.main()
