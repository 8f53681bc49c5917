"""SIGKILL at random points of a compaction, with ingests beside it. After each the lake checks
well and holds every row once; a last compaction completes. FLOWLAKE_SEED repeats a run."""
import os
import random
import signal
import subprocess
import time
import unittest

from flowlake_program import BINARY, LakeTestCase, generate, ingest, must, query

KILLS = int(os.environ.get("FLOWLAKE_COMPACT_KILLS", "15"))
SEED = int(os.environ.get("FLOWLAKE_SEED", time.time_ns() % 2**32))
RECORDS = 20_000
SUMS = ("SELECT count(*) AS n, sum(bytes) AS b, sum(hash(srcaddr, dstaddr, srcport, \"start\")"
        "::HUGEINT) AS h FROM vpc_flow")


class AKilledCompaction(LakeTestCase):
    def setUp(self):
        super().setUp()
        print(f"FLOWLAKE_SEED={SEED}", flush=True)
        self.random = random.Random(SEED)
        self.files = 0
        for _ in range(3):
            self.add_input()

    def add_input(self):
        self.files += 1
        log = generate(self.folder / f"{self.files}.log", version=2, records=RECORDS,
                       seed=self.files, day="2026-09-20")
        ingest(self.lake, log)

    def start(self):
        return subprocess.Popen([BINARY, "compact", "--lake", str(self.lake), "--all"],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE)

    def assert_every_row_once(self, before):
        must("check", "--lake", self.lake)
        self.assertEqual(query(self.lake, SUMS), before)

    def test_loses_no_row_and_is_completed_by_the_next(self):
        for _ in range(KILLS):
            before = query(self.lake, SUMS)
            process = self.start()
            time.sleep(self.random.uniform(0, 0.2))
            process.send_signal(signal.SIGKILL)
            process.communicate()
            self.assert_every_row_once(before)
            if self.random.random() < 0.3:
                self.add_input()
        before = query(self.lake, SUMS)
        must("compact", "--lake", self.lake, "--all")
        self.assert_every_row_once(before)
        self.assertEqual(before[0]["n"], self.files * RECORDS)
        self.assertEqual(must("compact", "--lake", self.lake, "--all").out,
                         "Nothing to compact.\n")

    def test_keeps_what_is_ingested_meanwhile(self):
        for _ in range(3):
            process = self.start()
            self.add_input()
            _, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, errors)
        self.assertEqual(query(self.lake, SUMS)[0]["n"], self.files * RECORDS)

    def test_two_at_once_double_nothing(self):
        before = query(self.lake, SUMS)
        processes = [self.start(), self.start()]
        for process in processes:
            _, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, errors)
        self.assert_every_row_once(before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
