"""A log that is written in pieces cut anywhere, and rotated, while ingests of it are killed and
two run at once: every line is one row, or one reject where it is none. FLOWLAKE_SEED repeats a
run."""
import os
import random
import signal
import subprocess
import time
import unittest

from flowlake_program import BINARY, LakeTestCase, must, query
from small_logs import HEADER, START, line

ROUNDS = 40
SEED = int(os.environ.get("FLOWLAKE_SEED", time.time_ns() % 2**32))


class AGrowingFile(LakeTestCase):
    def setUp(self):
        super().setUp()
        print(f"FLOWLAKE_SEED={SEED}", flush=True)
        self.random = random.Random(SEED)
        self.path = self.write("in/app.log", "")
        self.command = ["ingest", str(self.folder / "in"), "--lake", str(self.lake)]
        self.lines = 0
        self.bad = 0
        self.left = HEADER + "\n"  # of what is to be written

    def write_some(self):
        for _ in range(self.random.randrange(200)):
            if self.random.random() < 0.02:
                self.left += f"bad line {self.bad:06} end\n"
                self.bad += 1
            else:
                self.left += line(0, start=START + self.lines) + "\n"
                self.lines += 1
        count = self.random.randrange(len(self.left) + 1)
        if self.random.random() < 0.5:  # at the end of a line
            count = self.left.rfind("\n", 0, count) + 1
        self.append(count)

    def append(self, count):
        with open(self.path, "a") as file:
            file.write(self.left[:count])
        self.left = self.left[count:]

    def rotate(self, number):
        """Only between lines, as whoever renames a log and opens a new one does."""
        self.append(self.left.find("\n") + 1)
        self.path.rename(self.folder / f"in/app.log.{number}")
        self.path.write_text(HEADER + "\n")

    def start(self):
        return subprocess.Popen([BINARY, *self.command], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def kill_one(self):
        process = self.start()
        try:
            _, errors = process.communicate(timeout=self.random.random() * 0.08)
            self.assertEqual(process.returncode, 0, errors)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()

    def run_two(self):
        first = self.start()
        time.sleep(self.random.random() * 0.02)
        self.write_some()
        second = self.start()
        for process in (first, second):
            _, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, errors)

    def assert_each_line_once(self):
        counts = query(self.lake, "SELECT count(*) AS n, count(DISTINCT start) AS lines, "
                                  "count(*) FILTER (WHERE log_status = 'OK') AS whole "
                                  "FROM vpc_flow")[0]
        self.assertEqual(counts["n"], counts["lines"], "no line is two rows")
        self.assertEqual(counts["n"], self.lines)
        cut = query(self.lake, "SELECT count(DISTINCT text) AS n FROM rejects "
                               "WHERE reason = 'cut_line'")[0]["n"]
        self.assertEqual(counts["whole"] + cut, self.lines, "a cut row's line is a reject")
        bad = query(self.lake, "SELECT count(*) AS n, count(DISTINCT text) AS texts "
                               "FROM rejects WHERE text LIKE 'bad line % end'")[0]
        self.assertEqual((bad["n"], bad["texts"]), (self.bad, self.bad))

    def test_gives_each_line_once_whatever_happens(self):
        for number in range(1, ROUNDS + 1):
            self.write_some()
            self.random.choice((self.kill_one, self.kill_one, self.run_two))()
            if number % 10 == 0:
                self.rotate(number)
        self.append(len(self.left))
        must(*self.command)
        self.assert_each_line_once()
        self.assertIn("Nothing new", must(*self.command).out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
