"""SIGKILL at random points of an ingest, 50 times. After each the lake opens, holds every
input whole or not at all, and running the same command again completes it, once each.
FLOWLAKE_SEED repeats a run."""
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

from delta_counts import rejects_by_account, rows_by_account
from flowlake_program import BINARY, LakeTestCase, ingest, must
from numbered_inputs import NumberedInputs

KILLS = int(os.environ.get("FLOWLAKE_KILLS", "50"))
SEED = int(os.environ.get("FLOWLAKE_SEED", time.time_ns() % 2**32))


class AKilledIngest(LakeTestCase):
    def setUp(self):
        super().setUp()
        print(f"FLOWLAKE_SEED={SEED}", flush=True)
        self.random = random.Random(SEED)
        self.inputs = NumberedInputs(self.folder / "in", self.random)
        self.command = ["ingest", str(self.folder / "in"), "--lake", str(self.lake),
                        "--commit-every", "5"]

    def start(self):
        return subprocess.Popen([BINARY, *self.command], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def duration(self):
        """Seconds of an undisturbed run."""
        started = time.monotonic()
        must(*self.command)
        shutil.rmtree(self.lake)
        return time.monotonic() - started

    def kill_after(self, seconds):
        """Whether the process was still running then."""
        process = self.start()
        try:
            _, errors = process.communicate(timeout=seconds)
            self.assertEqual(process.returncode, 0, errors)
            return False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return process.returncode == -signal.SIGKILL

    def assert_no_half_input(self):
        if not (self.lake / "flowlake.toml").exists():
            return
        must("check", "--lake", self.lake)
        for counted, whole in ((rows_by_account(self.lake), self.inputs.rows),
                               (rejects_by_account(self.lake), self.inputs.rejects)):
            halves = {a: (n, whole[a]) for a, n in counted.items() if n != whole[a]}
            self.assertEqual(halves, {}, "account: (rows there, rows of the input)")

    def assert_complete(self):
        self.assert_no_half_input()
        self.assertEqual(rows_by_account(self.lake), self.inputs.rows)
        self.assertEqual(rejects_by_account(self.lake),
                         {a: n for a, n in self.inputs.rejects.items() if n})

    def test_leaves_whole_inputs_and_is_completed_by_the_next(self):
        longest = self.duration()
        kills = lakes = 0
        while kills < KILLS:
            if self.kill_after(self.random.uniform(0, longest)):
                kills += 1
                self.assert_no_half_input()
            else:  # it finished first: the lake is complete, and the next one begins empty
                self.assert_complete()
                shutil.rmtree(self.lake)
                lakes += 1
        ingest(self.lake, self.folder / "in")
        self.assert_complete()
        self.assertEqual(ingest(self.lake, self.folder / "in")["files"], 0)
        print(f"{kills} kills, {lakes + 1} lakes, {longest:.2f} s undisturbed")


if __name__ == "__main__":
    unittest.main(verbosity=2)
