"""commit, history, expire, vacuum, maintain and time travel as a user runs them."""
import json
import os
import re
import time
import unittest

from flowlake_program import LakeTestCase, generate, must, query, run

DAY = 86_400


class UpkeepTest(LakeTestCase):
    def log(self, seed, day="2026-09-20", records=500):
        return generate(self.folder / f"{seed}.log", version=2, records=records, seed=seed, day=day)

    def count(self, *flags):
        return query(self.lake, "SELECT count(*) AS n FROM vpc_flow", *flags)[0]["n"]

    def make_old(self, days):
        """Every data file and ledger looks as if it had been written so long ago."""
        then = time.time() - days * DAY
        for path in self.lake.rglob("*"):
            if path.is_file() and path.suffix in (".parquet", ".keys"):
                os.utime(path, (then, then))

    def test_staged_inputs_are_committed_once(self):
        first, second = self.log(1), self.log(2)
        out = must("ingest", first, second, "--stage", "--lake", self.lake).out
        self.assertIn("Staged; `flowlake commit` makes it visible.", out)
        self.assertIn("1 staged edit not committed yet", must("info", "--lake", self.lake).out)
        self.assertEqual(self.count(), 0)
        must("ingest", second, "--stage", "--lake", self.lake)
        self.assertRegex(must("commit", "--lake", self.lake).out,
                         "2 staged edits with 2 inputs, 1,000 rows in 2 files; 1 input there "
                         "already; version 1")
        self.assertEqual(self.count(), 1000)
        self.assertEqual(must("commit", "--lake", self.lake).out, "Nothing staged.\n")
        self.assertIn("Nothing new", must("ingest", first, "--lake", self.lake).out)

    def test_an_edit_that_waits_for_its_claim_is_said_to_wait(self):
        must("ingest", self.log(1), "--stage", "--lake", self.lake)
        staged = next(self.lake.glob("vpc_flow/_flowlake/staged/*.json"))
        head, rest = staged.read_text().split("\n", 1)
        head = json.loads(head)
        head["stagedEdit"]["claim"] = {"path": "_shards/0/1.json", "id": "x"}
        staged.write_text(json.dumps(head) + "\n" + rest)
        out = must("commit", "--lake", self.lake).out
        self.assertIn("vpc_flow: 1 staged edit waiting", out)
        self.assertNotIn("Nothing staged", out)

    def test_staged_edit_whose_file_is_gone_is_named_and_the_others_go_on(self):
        must("ingest", self.log(1), "--stage", "--lake", self.lake)
        next(self.lake.rglob("*.parquet")).unlink()
        must("ingest", self.log(2), "--stage", "--lake", self.lake)
        result = run("commit", "--lake", self.lake)
        self.assertEqual(result.code, 3)
        self.assertRegex(result.err, "^flowlake: vpc_flow/_flowlake/staged/.*missing or cut")
        self.assertEqual(self.count(), 500)

    def test_older_versions_are_read_until_vacuum_has_taken_their_files(self):
        must("ingest", self.log(1), "--lake", self.lake)
        must("ingest", self.log(2), "--lake", self.lake)
        must("compact", "--all", "--lake", self.lake)
        self.assertEqual(self.count("--version", "1"), 500)
        self.assertEqual(self.count("--as-of", "2030-01-01"), 1000)
        history = must("history", "--lake", self.lake).out
        self.assertRegex(history, r"3  \S+ \S+  OPTIMIZE  \+1 file, 1,000 rows; -2 files")
        self.make_old(8)
        self.forget_removed_files()
        self.assertIn("would delete 2 data files", must("vacuum", "--lake", self.lake).out)
        self.assertEqual(self.count("--version", "1"), 500)
        self.assertIn("deleted 2 data files", must("vacuum", "--yes", "--lake", self.lake).out)
        result = run("query", "--lake", self.lake, "--version", "2", "SELECT 1 FROM vpc_flow")
        self.assertEqual(result.code, 2)
        self.assertIn("version 2 cannot be read any more: vacuum has removed 2 of its 2 files",
                      result.err)
        self.assertEqual(self.count(), 1000)

    def test_vacuum_takes_what_killed_writers_left_unfinished(self):
        must("ingest", self.log(1), "--lake", self.lake)
        day = self.lake / "vpc_flow/date=2026-09-20"
        old, young = day / ".tmp-0f2e7c1a", day / ".tmp-1f2e7c1a"
        old_log = self.lake / "vpc_flow/_delta_log/.tmp-2f2e7c1a"
        foreign = day / ".part-1.parquet.crc"
        for path in (old, young, old_log, foreign):
            path.write_bytes(b"half")
            then = time.time() - (0 if path == young else 8) * DAY
            os.utime(path, (then, then))
        self.assertIn("would delete 0 data files, 0 old ledgers and 2 unfinished files, 8 B",
                      must("vacuum", "--lake", self.lake).out)
        report = json.loads(must("vacuum", "--yes", "--json", "--lake", self.lake).out)
        self.assertEqual(report["tables"][0]["unfinished"], 2)
        self.assertEqual([old.exists(), young.exists(), old_log.exists(), foreign.exists()],
                         [False, True, False, True])
        self.assertIn("vpc_flow: nothing to delete", must("vacuum", "--lake", self.lake).out)

    def forget_removed_files(self):
        """The log says that they were removed nine days ago."""
        entry = self.lake / f"vpc_flow/_delta_log/{3:020}.json"
        old = str(int((time.time() - 9 * DAY) * 1000))
        entry.write_text(re.sub(r'"deletionTimestamp":\d+', f'"deletionTimestamp":{old}',
                                entry.read_text()))

    def test_expired_days_go_and_their_logs_do_not_come_back(self):
        new = self.log(2, day=time.strftime("%Y-%m-%d", time.gmtime(time.time() - DAY)))
        folder = self.folder / "AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/01/05"
        folder.mkdir(parents=True)
        must("ingest", self.log(1, day="2026-01-05"), new, "--lake", self.lake)
        plan = must("expire", "--older-than", "30d", "--lake", self.lake).out
        self.assertIn("would remove 1 day before", plan)
        self.assertIn("Nothing was removed: --yes does it.", plan)
        self.assertEqual(self.count(), 1000)
        must("expire", "--older-than", "30d", "--yes", "--lake", self.lake)
        self.assertEqual(self.count(), 500)

    def test_maintain_reads_the_lakes_settings_and_deletes_only_when_told(self):
        must("ingest", self.log(1, day="2026-01-05"), "--lake", self.lake)
        must("ingest", self.log(2), "--stage", "--lake", self.lake)
        (self.lake / "flowlake.toml").write_text("[maintain]\nexpire = '90d'\nmanifests = true\n")
        out = must("maintain", "--lake", self.lake).out
        self.assertIn("would remove 1 day", out)
        self.assertIn("Manifests: 2 written", out)
        self.assertEqual(self.count(), 1000)
        report = json.loads(must("maintain", "--yes", "--json", "--lake", self.lake).out)
        self.assertEqual(report["expired"][0]["rows"], 500)
        self.assertEqual(self.count(), 500)
        manifest = next(self.lake.rglob("manifest")).read_text()
        self.assertTrue(manifest.startswith(f"file://{self.lake}/vpc_flow/date=2026-09-20/part-"))

    def test_wrong_words_are_said(self):
        must("ingest", self.log(1), "--lake", self.lake)
        for words, message in [
                (["expire", "--older-than", "400"], "'400' is no age such as 36h, 7d or 2w"),
                (["vacuum", "--retain", "1h"], "the retention must be a day at least"),
                (["vacuum", "--table", "x"], "there is no table 'x'"),
                (["history", "--table", "x"], "there is no table 'x' in"),
                (["query", "--version", "9", "SELECT 1 FROM vpc_flow"], "there is no version 9"),
                (["query", "--as-of", "now", "SELECT 1 FROM vpc_flow"], "--as-of is a time"),
                (["query", "--as-of", "2020-01-01", "SELECT 1 FROM vpc_flow"],
                 "its log goes back to 2")]:
            result = run(*words, "--lake", self.lake)
            self.assertEqual(result.code, 2, words)
            self.assertIn(message, result.err)
            self.assertEqual(result.err.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
