"""Logs in a bucket become a lake in a bucket, on a real S3 server; others read it."""
import collections
import json
import os
import random
import signal
import subprocess
import time
import unittest

import deltalake
import polars

import s3_server
from flowlake_program import BINARY, SOME_INPUTS, USAGE, LakeTestCase, run
from numbered_inputs import NumberedInputs

KILLS = int(os.environ.get("FLOWLAKE_S3_KILLS", "20"))
SEED = int(os.environ.get("FLOWLAKE_SEED", time.time_ns() % 2**32))


class OnS3(LakeTestCase):
    @classmethod
    def setUpClass(cls):
        running = s3_server.running()
        cls.server = running.__enter__()
        cls.addClassCleanup(running.__exit__, None, None, None)

    def setUp(self):
        super().setUp()
        name = self.id().rsplit(".", 1)[1]
        self.inputs = f"{self.server.bucket}/{name}/logs"
        self.lake = f"{self.server.bucket}/{name}/lake"
        self.logs = NumberedInputs(self.folder / "in", random.Random(SEED), small=24,
                                   large_rows=20_000)
        for account, path in self.logs.paths.items():
            self.put(f"{account}.log", path.read_bytes())

    def put(self, name, content):
        self.server.put(self.inputs.removeprefix(f"{self.server.bucket}/") + "/" + name, content)

    def flowlake(self, *arguments):
        return run(*arguments, environment=self.server.environment)

    def must(self, *arguments):
        outcome = self.flowlake(*arguments)
        self.assertEqual(outcome.code, 0, str(outcome))
        return outcome.out

    def ingest(self, *inputs):
        return json.loads(self.must("ingest", *inputs, "--lake", self.lake, "--json"))

    def delta(self, table):
        return deltalake.DeltaTable(f"{self.lake}/{table}",
                                    storage_options=self.server.delta_options)

    def assert_every_row_once(self):
        accounts = self.delta("vpc_flow").to_pyarrow_table(columns=["account_id"])["account_id"]
        self.assertEqual(dict(collections.Counter(accounts.to_pylist())), self.logs.rows)
        rejects = sum(self.logs.rejects.values())
        if rejects:  # else there is no such table
            lines = self.delta("rejects").to_pyarrow_table(columns=["line"])
            self.assertEqual(lines.num_rows, rejects)


class ALakeInABucket(OnS3):
    def test_takes_each_object_once_and_answers_every_command(self):
        self.put("one bad line.log", b"this is no record\n")
        self.put("a b+c=é.log", b"")
        outcome = self.flowlake("ingest", self.inputs, "--lake", self.lake)
        self.assertEqual(outcome.code, SOME_INPUTS, str(outcome))
        self.assertIn("one bad line.log", outcome.err)
        again = self.ingest(self.inputs)
        self.assertEqual((again["files"], again["files_skipped"]), (0, len(self.logs.rows) + 2))
        rows = sum(self.logs.rows.values())
        answer = json.loads(self.must("query", "SELECT count(*), count(DISTINCT srcaddr) FROM "
                                      "vpc_flow", "--lake", self.lake, "--json"))
        self.assertEqual(answer["rows"][0][0], rows)
        self.assertGreater(answer["stats"]["bytes_scanned"], 0)
        self.assertIn("10.0.", self.must("report", "art-top-hosts", "--lake", self.lake))
        info = json.loads(self.must("info", "--lake", self.lake, "--json"))
        self.assertIn(rows, [table["rows"] for table in info["tables"]])
        self.assertIn("all there, by their footers", self.must("check", "--lake", self.lake))
        entry = f"{self.lake}/vpc_flow/_delta_log/{1:020}.json"
        self.assertIn("WRITE", self.must("dump", entry))
        checked = self.flowlake("check", "--lake", self.lake, "--source", self.inputs)
        self.assertIn("0 not in the lake", checked.out, str(checked))

    def test_is_read_by_others(self):
        self.ingest(self.inputs)
        self.assert_every_row_once()
        frame = polars.scan_delta(f"{self.lake}/vpc_flow",
                                  storage_options=self.server.delta_options)
        self.assertEqual(frame.select(polars.len()).collect().item(),
                         sum(self.logs.rows.values()))

    def test_of_local_logs_is_compacted_in_place(self):
        self.ingest(str(self.folder / "in"))
        self.must("compact", "--lake", self.lake, "--all")
        self.assert_every_row_once()
        self.assertIn("all there, by their footers", self.must("check", "--lake", self.lake))

    def test_has_a_file_of_many_parts(self):
        big = self.folder / "big.log"
        self.must("generate", "--version", "2", "--records", "1500000", "--output", str(big))
        summary = self.ingest(str(big))
        self.assertGreater(summary["bytes_out"], 16 << 20)
        self.assertEqual(self.delta("vpc_flow").to_pyarrow_table(columns=["version"]).num_rows,
                         1_500_000)

    def test_written_by_two_at_once_has_every_row_once(self):
        command = [BINARY, "ingest", self.inputs, "--lake", self.lake, "--commit-every", "3"]
        both = [subprocess.Popen(command, env=self.server.environment, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                for _ in range(2)]
        for process in both:
            said, _ = process.communicate(timeout=300)
            self.assertEqual(process.returncode, 0, said)
        self.assert_every_row_once()

    def test_survives_kills_and_is_completed_by_the_next(self):
        print(f"FLOWLAKE_SEED={SEED}", flush=True)
        chance = random.Random(SEED)
        command = [BINARY, "ingest", self.inputs, "--lake", self.lake, "--commit-every", "2"]
        for _ in range(KILLS):
            process = subprocess.Popen(command, env=self.server.environment,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.must(*command[1:])
        self.assert_every_row_once()


class ABucketThatCannotBeUsed(OnS3):
    def test_is_named_if_it_is_not_there(self):
        outcome = self.flowlake("query", "SELECT 1", "--lake", "s3://nowhere-at-all/lake")
        self.assert_fails(outcome, 1, "there is no bucket 'nowhere-at-all'")

    def test_says_what_is_not_allowed_and_no_secret(self):
        secret = "a-secret-that-is-wrong"
        environment = {**self.server.environment, "AWS_SECRET_ACCESS_KEY": secret}
        outcome = run("info", "--lake", self.lake, environment=environment)
        self.assert_fails(outcome, 1, "403", "s3:")
        self.assertNotIn(secret, outcome.err)

    def test_says_where_credentials_were_looked_for(self):
        environment = {**self.server.environment, "AWS_ACCESS_KEY_ID": ""}
        self.assert_fails(run("info", "--lake", self.lake, environment=environment), USAGE,
                          "no AWS credentials", "environment")

    def test_of_another_scheme_is_told_which_there_are(self):
        self.assert_fails(run("info", "--lake", "gs://bucket/lake"), USAGE, "s3://bucket/prefix")


if __name__ == "__main__":
    unittest.main(verbosity=2)
