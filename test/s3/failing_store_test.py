"""A store that fails under load: nothing is lost, nothing is doubled, and no run ends for it.
FLOWLAKE_STORM="writers commits share" makes the storm of another size ("8 1000 0.1"),
FLOWLAKE_SEED repeats its draws."""
import collections
import json
import os
import subprocess
import tempfile
import pathlib
import time
import unittest

import failing_s3
from flowlake_program import BINARY, run

WRITERS, COMMITS, SHARE = os.environ.get("FLOWLAKE_STORM", "8 1000 0.1").split()
SEED = int(os.environ.get("FLOWLAKE_SEED", time.time_ns() % 2**32))
LAKE = "s3://b/lake"


def line(number, account="123456789012"):
    return (f"2 {account} eni-0a1b2c3d 10.0.0.1 10.0.0.2 443 50000 6 10 {number} 1790000000 "
            "1790000060 ACCEPT OK\n")


class FailingStore(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.fault = lambda request: None
        running = failing_s3.running(lambda request: self.fault(request))
        self.server = running.__enter__()
        self.addCleanup(running.__exit__, None, None, None)

    def flowlake(self, *arguments):
        return run(*arguments, "--lake", LAKE, environment=self.server.environment)

    def succeed(self, *arguments):
        outcome = self.flowlake(*arguments)
        self.assertEqual(outcome.code, 0, str(outcome))
        return outcome

    def ingest(self, number):
        path = self.folder / f"{number}.log"
        path.write_text(line(number))
        return self.succeed("ingest", path)

    def answer(self, sql):
        outcome = self.succeed("query", "--output", "csv", sql)
        return outcome.out.split("\n")[1]

    def assert_whole(self, count, total):
        self.assertEqual(self.answer("SELECT count(*), sum(bytes) FROM vpc_flow"),
                         f"{count},{total}")
        self.succeed("check")

    def with_one(self, kind, is_it, work):
        """Does the work while the first request that `is_it` meets that fault."""
        left = [kind]
        self.fault = lambda request: left.pop() if left and is_it(request) else None
        work()
        self.fault = lambda request: None
        self.assertEqual(left, [], "no request was like that")


def is_entry(request):
    return request.method == "PUT" and "vpc_flow/_delta_log/" in request.key


class OneFault(FailingStore):
    """One request fails; the run goes on as if it had not."""

    def test_of_a_ledger_an_entry_or_a_data_file_ends_no_run(self):
        kinds = ("busy", "failed", "conflict", "dropped_before", "dropped_after", "failed_after",
                 "failed_late")
        number = 0
        for part in ("vpc_flow/_delta_log/", "_flowlake/", ".parquet"):
            for kind in kinds:
                if kind == "conflict" and part == ".parquet":
                    continue  # not conditional
                with self.subTest(part=part, kind=kind):
                    number += 1
                    self.with_one(kind, lambda request: request.method == "PUT" and
                                  part in request.key, lambda: self.ingest(number))
        self.assert_whole(number, sum(range(1, number + 1)))

    def test_of_a_new_lake_makes_it_all_the_same(self):
        for kind in ("busy", "conflict", "dropped_before", "dropped_after", "failed_after"):
            with self.subTest(kind=kind):
                self.server.buckets.clear()
                self.with_one(kind, lambda request: request.method == "PUT" and
                              request.key.endswith("flowlake.toml"), lambda: self.ingest(1))
                self.assert_whole(1, 1)

    def test_of_what_is_staged_and_committed_stages_it_once(self):
        for number, kind in enumerate(("busy", "conflict", "dropped_after", "failed_late"), 1):
            with self.subTest(kind=kind):
                path = self.folder / f"{number}.log"
                path.write_text(line(number))
                self.with_one(kind, lambda request: request.method == "PUT" and
                              "/staged/" in request.key,
                              lambda: self.succeed("ingest", path, "--stage"))
                self.with_one(kind, is_entry, lambda: self.succeed("commit"))
                self.assert_whole(number, sum(range(1, number + 1)))


class TheEndOfAnUpload(FailingStore):
    """Objects of more than 8 MiB are uploaded in parts."""

    def test_is_repeated_or_found(self):
        rows = 800_000
        path = self.folder / "large.log"
        with path.open("w") as log:
            for i in range(rows):
                log.write(f"2 123456789012 eni-0a1b2c3d 10.{i % 251}.{i * 7 % 256}.{i * 31 % 256} "
                          f"10.{i * 13 % 256}.{i * 17 % 253}.2 {i * 7919 % 65536} "
                          f"{i * 104729 % 65536} 6 10 {i * 2654435761 % 2**31} 1790000000 "
                          "1790000060 ACCEPT OK\n")
        for kind in ("busy", "error_inside", "dropped_before", "dropped_after", "failed_after"):
            with self.subTest(kind=kind):
                self.server.buckets.clear()
                ends = []
                def fault(request):
                    if request.method != "POST" or "uploadId" not in request.query:
                        return None
                    ends.append(kind)
                    return kind if len(ends) == 1 else None
                self.fault = fault
                self.succeed("ingest", path, "--compression", "none")
                self.assertGreater(len(ends), 1, "it was not repeated")
                self.fault = lambda request: None
                self.assertEqual(self.answer("SELECT count(*) FROM vpc_flow"), str(rows))


class ALostAnswer(FailingStore):
    """The entry is written, its answer lost, and then the log cannot be read."""

    def hide_log(self, seconds):
        begun = []
        def fault(request):
            if is_entry(request) and not begun:
                begun.append(time.monotonic())
                return "dropped_after"
            is_hidden = begun and time.monotonic() < begun[0] + seconds
            return "busy" if is_hidden and "_delta_log/" in request.key + str(request.query) \
                else None
        self.fault = fault

    def test_of_a_compaction_deletes_nothing(self):
        for number in (1, 2, 3):
            self.ingest(number)
        self.hide_log(1_000)
        outcome = self.flowlake("compact", "--all")
        self.fault = lambda request: None
        self.assertEqual(outcome.code, 3, str(outcome))
        self.assertIn("is not known; its files are kept", outcome.err)
        self.assertNotIn("DELETE", [method for method, _, _ in self.server.requests])
        self.assert_whole(3, 6)

    def test_is_waited_for(self):
        for number in (1, 2, 3):
            self.ingest(number)
        self.hide_log(5)
        self.succeed("compact", "--all")
        self.fault = lambda request: None
        self.assert_whole(3, 6)
        self.hide_log(5)
        self.ingest(4)
        self.fault = lambda request: None
        self.assert_whole(4, 10)


class AStorm(FailingStore):
    """Many writers, a commit for each input, while requests fail in every way."""

    def test_takes_every_row_once(self):
        print(f"FLOWLAKE_SEED={SEED}", flush=True)
        writers, commits = int(WRITERS), int(COMMITS)
        for number in range(commits):
            path = self.folder / str(number % writers) / f"{number}.log"
            path.parent.mkdir(exist_ok=True)
            path.write_text(line(number))
        self.fault = failing_s3.some(float(SHARE), SEED)
        processes = [subprocess.Popen(
            [BINARY, "ingest", self.folder / str(writer), "--lake", LAKE, "--commit-every", "1",
             "--threads", "1", "--json"], env=self.server.environment, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True) for writer in range(writers)]
        outcomes = [process.communicate() for process in processes]
        failed = [errors for process, (_, errors) in zip(processes, outcomes) if process.returncode]
        self.assertEqual(failed, [])
        self.assertEqual(sum(json.loads(out)["files"] for out, _ in outcomes), commits)
        kinds = collections.Counter(kind for _, _, kind in self.server.requests)
        print(dict(kinds), flush=True)
        self.fault = lambda request: None
        self.assert_whole(commits, sum(range(commits)))
        ways = {"busy", "failed", "conflict", "dropped_before", "dropped_after", "failed_after",
                "failed_late", "truncated"}
        self.assertEqual(ways - set(kinds), set())
        adds = [key for key, (body, _, _) in self.server.buckets["b"].objects.items()
                if "vpc_flow/_delta_log/" in key and key.endswith(".json") and b'"add"' in body]
        self.assertEqual(len(adds), commits)


class KeysWithEmptyNames(FailingStore):
    """Whoever delivered with a prefix "/" or "flow/" has keys such as "//AWSLogs/…"."""
    DAY = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/09/21/123456789012_vpcflowlogs_"
    KEYS = [f"{DAY}a.log", f"/{DAY}b.log", f"flow/{DAY}c.log", f"flow//{DAY}d.log"]

    def setUp(self):
        super().setUp()
        for number, key in enumerate(self.KEYS, 1):
            self.server.put("logs", key, line(number).encode())

    def test_are_ingested_and_audited(self):
        for narrow in ([], ["--from", "2026-09-20"], ["--account", "123456789012"]):
            with self.subTest(narrow=narrow):
                self.server.buckets.pop("b", None)
                self.succeed("ingest", "s3://logs", *narrow)
                self.assert_whole(4, 10)
                audit = self.succeed("check", "--source", "s3://logs")
                self.assertIn("4 inputs", audit.out)
                self.assertIn(", 0 not in the lake", audit.out)

    def test_are_named_by_hand(self):
        self.succeed("ingest", f"s3://logs/{self.KEYS[1]}", "s3://logs/flow//")
        self.assert_whole(2, 6)


if __name__ == "__main__":
    unittest.main(verbosity=2)
