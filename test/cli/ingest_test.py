"""flowlake ingest as a shell sees it: inputs, the summary, exactly once."""
import base64
import gzip
import json
import unittest

import pyarrow
import pyarrow.parquet

from flowlake_program import OK, SOME_INPUTS, LakeTestCase, ingest, must, query, run
from small_logs import HEADER, START, line, log

SUMMARY_KEYS = {"files", "files_skipped", "files_failed", "records", "rejects", "bytes_in",
                "bytes_out", "data_files", "seconds", "versions"}


class IngestTestCase(LakeTestCase):
    def rows(self, table="vpc_flow"):
        return query(self.lake, f"SELECT count(*) AS n FROM {table}")[0]["n"]


class Inputs(IngestTestCase):
    def test_from_stdin(self):
        summary = ingest(self.lake, "-", stdin=log(7).encode())
        self.assertEqual((summary["files"], self.rows()), (1, 7))

    def test_from_gzipped_stdin(self):
        ingest(self.lake, "-", stdin=gzip.compress(log(7).encode()))
        self.assertEqual(self.rows(), 7)

    def test_of_many_gzip_members(self):
        text = log(10).encode()
        ingest(self.lake, self.write(
            "a.log.gz", gzip.compress(text[:300]) + gzip.compress(text[300:])))
        self.assertEqual(self.rows(), 10)

    def test_from_a_glob(self):
        for name in ("a1.log", "a2.log", "b.log"):
            self.write(name, log(2, account=f"1{ord(name[0])}{ord(name[1])}".ljust(12, "0")))
        self.assertEqual(ingest(self.lake, self.folder / "a*.log")["files"], 2)

    def test_from_a_backup_that_firehose_left(self):
        documents = [json.dumps({"logEvents": [
            {"id": "1", "timestamp": START * 1000, "message": line(second)}],
            "messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "g", "logStream": "s",
            "subscriptionFilters": []}) for second in range(3)]
        backup = "\n".join(json.dumps({
            "attemptsMade": 4, "arrivalTimestamp": START * 1000, "errorCode": "HttpEndpoint."
            "ConnectionReset", "errorMessage": "…", "attemptEndingTimestamp": START * 1000,
            "rawData": base64.b64encode(gzip.compress(d.encode())).decode()}) for d in documents)
        cut = gzip.compress(backup[:-30].encode())
        outcome = run("ingest", self.write("http-endpoint-failed/1", backup),
                      self.write("http-endpoint-failed/2.gz", cut), "--lake", self.lake)
        self.assertEqual(outcome.code, SOME_INPUTS, str(outcome))
        self.assertEqual(self.rows(), 3)
        reason = query(self.lake, "SELECT text FROM rejects")[0]["text"]
        self.assertIn("a backup of Firehose has an object without end", reason)

    def test_from_folders_all_the_way_down(self):
        self.write("in/a.log", log(1))
        self.write("in/x/y/b.log", log(2))
        self.assertEqual(ingest(self.lake, self.folder / "in")["records"], 3)

    def test_from_the_days_of_aws_key_folders(self):
        for day in ("20", "21", "22"):
            self.write(f"AWSLogs/123456789010/vpcflowlogs/us-east-1/2026/09/{day}/a.log",
                       log(int(day)))
        summary = ingest(self.lake, self.folder / "AWSLogs",
                         flags=["--from", "2026-09-21", "--to", "2026-09-21"])
        self.assertEqual(summary["records"], 21)

    def test_of_some_accounts_with_the_folder_behind_the_flag(self):
        for i, account in enumerate(["111111111111", "222222222222", "333333333333"], 1):
            self.write(f"AWSLogs/{account}/vpcflowlogs/us-east-1/2026/09/21/a.log", log(i))
        flags = ["--json", "--lake", self.lake, "--account"]
        one = must("ingest", *flags, "222222222222", self.folder / "AWSLogs")
        self.assertEqual(json.loads(one.out)["records"], 2)
        two = must("ingest", *flags, "111111111111,333333333333", self.folder / "AWSLogs")
        self.assertEqual(json.loads(two.out)["records"], 4)

    def test_that_are_empty_or_only_a_header_leave_nothing(self):
        for content in ("", "\n", HEADER + "\n", gzip.compress(b"")):
            with self.subTest(content=content):
                outcome = run("ingest", self.write("a.log", content), "--lake", self.lake)
                self.assertEqual(outcome.code, OK, str(outcome))
                self.assertFalse(list(self.lake.glob("vpc_flow/date=*/*.parquet")))

    def test_in_any_order_and_subset_of_fields(self):
        ingest(self.lake, self.write(
            "a.log", f"END Start vpc_id Bytes\n{START + 60} {START} vpc-1 77\n"))
        self.assertEqual(query(self.lake, "SELECT vpc_id, bytes FROM vpc_flow"),
                         [{"vpc_id": "vpc-1", "bytes": 77}])

    def test_without_a_header_in_default_order(self):
        ingest(self.lake, self.write("a.log", "\n".join(line(i) for i in range(5)) + "\n"))
        self.assertEqual(self.rows(), 5)

    def test_in_the_order_that_the_format_says(self):
        path = self.write("a.log", f"10.0.0.1 {START} 5\n")
        ingest(self.lake, path, flags=["--format", "${srcaddr} ${start} ${bytes}"])
        self.assertEqual(query(self.lake, "SELECT srcaddr, bytes FROM vpc_flow"),
                         [{"srcaddr": "10.0.0.1", "bytes": 5}])

    def test_with_unknown_fields_go_to_extra(self):
        outcome = must("ingest", self.write("a.log", f"{HEADER} new-field\n{line()} hello\n"),
                       "--lake", self.lake)
        self.assertIn("new", outcome.out + outcome.err)
        extra = query(self.lake, "SELECT extra FROM vpc_flow")[0]["extra"]
        self.assertIn("hello", json.dumps(extra))


class TheSummary(IngestTestCase):
    def test_as_json_has_the_documented_keys(self):
        path = self.write("a.log", log(5) + "not a record\n")
        summary = ingest(self.lake, path)
        self.assertEqual(set(summary), SUMMARY_KEYS)
        self.assertEqual(summary["records"], 5)
        self.assertEqual(sum(summary["rejects"].values()), 1)
        self.assertEqual(summary["bytes_in"], path.stat().st_size)
        self.assertIn("vpc_flow", summary["versions"])
        self.assertGreater(summary["bytes_out"], 0)

    def test_in_a_pipe_has_no_bar_and_no_colour(self):
        outcome = must("ingest", self.write("a.log", log(5)), "--lake", self.lake)
        self.assertNotIn("\x1b", outcome.out + outcome.err)
        self.assertNotIn("\r", outcome.out + outcome.err)
        self.assertIn("5 records", outcome.out)

    def test_says_what_to_do_about_rejects(self):
        outcome = must("ingest", self.write("a.log", log(5) + "x\n"), "--lake", self.lake)
        self.assertIn("rejects", outcome.out)
        self.assertIn("flowlake query", outcome.out)


class ExactlyOnce(IngestTestCase):
    def test_the_same_command_again_ingests_nothing_and_says_so(self):
        path = self.write("a.log", log(5))
        ingest(self.lake, path)
        before = sorted(self.lake.rglob("_delta_log/*.json"))
        outcome = must("ingest", path, "--lake", self.lake)
        self.assertIn("already", outcome.out)
        self.assertEqual((self.rows(), sorted(self.lake.rglob("_delta_log/*.json"))), (5, before))

    def test_a_copy_under_another_name_is_the_same_input(self):
        ingest(self.lake, self.write("a.log", log(5)))
        summary = ingest(self.lake, self.write("b.log", log(5)))
        self.assertEqual((summary["files"], summary["files_skipped"], self.rows()), (0, 1, 5))

    def test_the_same_content_twice_in_one_run_is_one_input(self):
        ingest(self.lake, self.write("a.log", log(5)), self.write("b.log", log(5)))
        self.assertEqual(self.rows(), 5)

    def test_a_grown_file_gives_its_new_lines(self):
        path = self.write("a.log", log(5))
        ingest(self.lake, path)
        path.write_text(log(9))
        outcome = must("ingest", path, "--lake", self.lake)
        self.assertIn("1 file had grown: the new records were taken", outcome.out)
        self.assertEqual(self.rows(), 9)
        self.assertEqual(ingest(self.lake, path)["files_skipped"], 1)

    def test_a_last_line_without_end_is_named_and_waits(self):
        path = self.write("a.log", log(5))
        ingest(self.lake, path)
        path.write_text(log(6)[:-10])
        outcome = must("ingest", path, "--lake", self.lake)
        self.assertIn(f"The last record of {path} has no end yet", outcome.out)
        self.assertEqual(ingest(self.lake, path)["files_waiting"], 1)
        path.write_text(log(6))
        self.assertEqual(ingest(self.lake, path)["files_grown"], 1)
        self.assertEqual(self.rows(), 6)

    def test_another_file_of_a_known_name_is_said(self):
        path = self.write("a.log", log(5))
        ingest(self.lake, path)
        path.write_text(log(4, account="210987654321"))
        outcome = must("ingest", path, "--lake", self.lake)
        self.assertIn(f"{path} is another file than the one of that name before", outcome.out)
        self.assertEqual(self.rows(), 9)

    def test_grown_gzip_and_parquet_are_refused_by_name(self):
        path = self.write("a.gz", gzip.compress(log(5).encode()))
        parquet = self.folder / "b.parquet"
        pyarrow.parquet.write_table(pyarrow.table({
            "srcaddr": ["10.0.0.1"], "dstaddr": ["10.0.0.2"], "action": ["ACCEPT"],
            "start": pyarrow.array([START], pyarrow.int64())}), parquet)
        ingest(self.lake, path, parquet)
        for grown in (path, parquet):
            grown.write_bytes(grown.read_bytes() * 2)
            outcome = run("ingest", grown, "--lake", self.lake)
            self.assert_fails(outcome, SOME_INPUTS, grown.name, "has grown", "file of its own")
        self.assertEqual(self.rows(), 6)

    def test_commit_every_makes_a_version_per_group(self):
        for i in range(6):
            self.write(f"in/{i}.log", log(i + 1))
        ingest(self.lake, self.folder / "in", flags=["--commit-every", "2"])
        with_adds = [p for p in self.lake.glob("vpc_flow/_delta_log/*.json")
                     if '"add"' in p.read_text()]
        self.assertEqual((len(with_adds), self.rows()), (3, 21))

    def test_one_run_is_one_commit_per_table(self):
        for i in range(6):
            self.write(f"in/{i}.log", log(i + 1))
        ingest(self.lake, self.folder / "in", flags=["--threads", "2"])
        with_adds = [p for p in self.lake.glob("vpc_flow/_delta_log/*.json")
                     if '"add"' in p.read_text()]
        self.assertEqual(len(with_adds), 1)


class Compression(IngestTestCase):
    def test_of_every_name_is_readable(self):
        for name in ("snappy", "zstd", "gzip", "none"):
            with self.subTest(name=name):
                self.lake = self.folder / f"lake-{name}"
                ingest(self.lake, self.write("a.log", log(500)), flags=["--compression", name])
                self.assertEqual(self.rows(), 500)


if __name__ == "__main__":
    unittest.main(verbosity=2)
