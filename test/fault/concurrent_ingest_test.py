"""Ingests of overlapping inputs at once: every row is there exactly once."""
import random
import subprocess
import unittest

from delta_counts import rejects_by_account, rows_by_account
from flowlake_program import BINARY, LakeTestCase, must
from numbered_inputs import NumberedInputs

ROUNDS = 4


class IngestsAtOnce(LakeTestCase):
    def start(self, paths, *flags):
        return subprocess.Popen(
            [BINARY, "ingest", *map(str, paths), "--lake", str(self.lake), *flags],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def finish(self, processes):
        for process in processes:
            _, errors = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, errors.decode())

    def assert_every_row_once(self, inputs):
        self.assertEqual(rows_by_account(self.lake), inputs.rows)
        self.assertEqual(rejects_by_account(self.lake),
                         {a: n for a, n in inputs.rejects.items() if n})
        must("check", "--lake", self.lake)

    def test_of_overlapping_inputs_leave_every_row_once(self):
        for round_number in range(ROUNDS):
            with self.subTest(seed=round_number):
                self.lake = self.folder / f"lake{round_number}"
                inputs = NumberedInputs(self.folder / f"in{round_number}",
                                        random.Random(round_number), large_rows=5000)
                paths = list(inputs.paths.values())
                self.finish([self.start(paths[:30], "--commit-every", "3"),
                             self.start(paths[10:], "--commit-every", "4")])
                self.assert_every_row_once(inputs)

    def test_of_the_same_inputs_in_one_commit_each_leave_every_row_once(self):
        inputs = NumberedInputs(self.folder / "in", random.Random(99), large_rows=5000)
        paths = list(inputs.paths.values())
        self.finish([self.start(paths) for _ in range(3)])
        self.assert_every_row_once(inputs)


if __name__ == "__main__":
    unittest.main(verbosity=2)
