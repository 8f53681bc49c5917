"""Lakes of old programs, which knew inputs by XXH3 alone (testdata/old_lake), as a shell sees them."""
import json
import shutil
import sys
import unittest

from flowlake_daemon import Daemon
from flowlake_program import FAILURE, OK, SOURCE, LakeTestCase, ingest, must, query, run

OLD_LAKE = SOURCE / "testdata/old_lake"
sys.path.append(str(OLD_LAKE))
import make  # noqa: E402

ADDRESSES = "SELECT srcaddr, count(*) AS n FROM vpc_flow GROUP BY 1 ORDER BY 1"


class OldLakeTestCase(LakeTestCase):
    def setUp(self):
        super().setUp()
        # Not with their times: a staged edit is as old as its file.
        shutil.copytree(OLD_LAKE / "lake", self.lake, copy_function=shutil.copyfile)
        shutil.copytree(OLD_LAKE / "wal", self.folder / "wal", copy_function=shutil.copyfile)

    def rows(self):
        """By the last number of the address."""
        return {row["srcaddr"].rsplit(".", 1)[1]: row["n"] for row in query(self.lake, ADDRESSES)}

    def upgrade(self, *flags):
        return run("upgrade", "--lake", self.lake, *flags)


class Upgrade(OldLakeTestCase):
    def test_waits_for_staged_edits_and_names_them(self):
        for flags in ((), ("--yes",)):
            outcome = self.upgrade(*flags)
            self.assertEqual(outcome.code, FAILURE, str(outcome))
            self.assertIn("vpc_flow/_flowlake/staged/", outcome.err)
            self.assertIn("Nothing was changed.", outcome.out)
        plan = json.loads(self.upgrade("--json").out)
        self.assertEqual((plan["done"], plan["tables"]), (False, ["rejects", "vpc_flow"]))
        self.assertEqual(len(plan["waiting"]), 1)

    def test_plans_acts_with_yes_and_is_done_then(self):
        must("commit", "--lake", self.lake)
        plan = self.upgrade()
        self.assertEqual(plan.code, OK, str(plan))
        self.assertIn("vpc_flow: would record BLAKE3 keys alone", plan.out)
        self.assertIn("--yes does it", plan.out)
        self.assertIn("vpc_flow: would", self.upgrade().out)
        self.assertIn("vpc_flow: records", self.upgrade("--yes").out)
        self.assertEqual(self.upgrade("--yes").out, "Nothing to upgrade.\n")
        self.assertIn("SET TBLPROPERTIES", must("history", "--lake", self.lake).out)
        self.assertEqual(run("check", "--lake", self.lake).code, OK)

    def test_of_a_new_lake_has_nothing_to_do(self):
        lake = self.folder / "new"
        ingest(lake, self.write("a.log", make.line(1, "10.0.0.1")))
        self.assertEqual(must("upgrade", "--lake", lake).out, "Nothing to upgrade.\n")


class OldLake(OldLakeTestCase):
    def test_takes_nothing_twice_before_and_after_its_upgrade(self):
        logs = self.folder / "logs"
        make.write_inputs(logs)
        before = {"1": 1, "2": 3, "3": 1, "5": 1, "7": 1}
        self.assertEqual(self.rows(), before)
        must("ingest", logs, "--lake", self.lake)
        self.assertEqual(self.rows(), {**before, "4": 1})
        self.assertIn("0 rows", must("commit", "--lake", self.lake).out)
        must("upgrade", "--yes", "--lake", self.lake)
        (logs / "new.log").write_text(make.line(9, "10.1.0.9"))
        for _ in range(2):
            must("ingest", logs, "--lake", self.lake)
            self.assertEqual(self.rows(), {**before, "4": 1, "9": 1})
        source = must("check", "--source", logs, "--lake", self.lake)
        self.assertIn("7 inputs", source.out)

    def test_objects_of_its_bucket_are_known_without_being_read(self):
        with make.bucket() as environment:
            outcome = must("ingest", "s3://logs/AWSLogs", "--lake", self.lake,
                           environment=environment)
        self.assertIn("nothing new", outcome.out.lower())

    def test_a_logged_delivery_of_an_old_daemon_is_flushed_once(self):
        serve = ("--wal", self.folder / "wal", "--maintain-every", "never", "--max-delay", "1s")
        with Daemon(self.lake, *serve) as daemon:
            make.deliver(daemon, make.LOGGED)
            daemon.wait_until_flushed()
            self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.rows()["6"], 1)

    def test_dump_says_which_kind_each_key_is(self):
        ingest(self.lake, self.write("new.log", make.line(9, "10.1.0.9")))
        folder = self.lake / "vpc_flow/_flowlake"
        old = must("dump", max((folder / "inputs/content").iterdir())).out
        self.assertEqual(old.count("  old\n"), 8)
        new = must("dump", max((folder / "keys/content").iterdir())).out
        for kind in ("key", "marker", "old with key"):
            self.assertEqual(new.count(f"  {kind}\n"), 1, new)


class TwoFilesOfOneHash(LakeTestCase):
    def test_are_two_inputs(self):
        logs = self.folder / "logs"
        logs.mkdir()
        for name in ("b", "a"):
            shutil.copy(SOURCE / f"testdata/one_xxh3_hash/{name}.log.gz", logs)
            if name == "b":
                must("ingest", logs, "--lake", self.lake)
        self.assertIn("1 not in the lake", run("check", "--source", logs, "--lake", self.lake).out)
        must("ingest", logs, "--lake", self.lake)
        self.assertEqual({row["srcaddr"] for row in query(self.lake, ADDRESSES)},
                         {"10.66.66.66", "10.0.0.1"})


if __name__ == "__main__":
    unittest.main()
