"""Eight writers with overlapping batches, a compactor, a committer and a vacuum on one lake in
S3, all of them killed now and then: at the end every record is there exactly once.
FLOWLAKE_SOAK_SECONDS (15) says how long, FLOWLAKE_SEED repeats the draws."""
import collections
import os
import random
import signal
import subprocess
import threading
import time
import unittest

import deltalake

import s3_server
from flowlake_program import BINARY, LakeTestCase, run
from numbered_inputs import NumberedInputs

SECONDS = float(os.environ.get("FLOWLAKE_SOAK_SECONDS", "15"))
SEED = int(os.environ.get("FLOWLAKE_SEED", time.time_ns() % 2**32))
INPUTS = 500
WRITERS = 8
KILLED = -signal.SIGKILL


class AnyNumberOfWriters(LakeTestCase):
    def setUp(self):
        super().setUp()
        print(f"FLOWLAKE_SEED={SEED}", flush=True)
        running = s3_server.running()
        self.server = running.__enter__()
        self.addCleanup(running.__exit__, None, None, None)
        self.lake = f"{self.server.bucket}/lake"
        self.logs = NumberedInputs(self.folder / "in", random.Random(SEED), small=INPUTS - 1,
                                   large_rows=5_000)
        self.names = [f"{self.server.bucket}/logs/{path.name}" for path in
                      self.logs.paths.values()]
        for path in self.logs.paths.values():
            self.server.put(f"logs/{path.name}", path.read_bytes())
        self.outcomes = collections.Counter()
        self.complaints = []

    def actor(self, number, draw_command):
        """Runs what is drawn until the time is over, and kills every fourth."""
        draw = random.Random(SEED + number)
        while time.monotonic() < self.end:
            words = draw_command(draw)
            process = subprocess.Popen([BINARY, *words, "--lake", self.lake],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE, env=self.server.environment)
            if draw.random() < 0.25:
                time.sleep(draw.uniform(0, 0.6))
                process.kill()
            _, errors = process.communicate(timeout=120)
            self.outcomes[words[0], process.returncode] += 1
            if process.returncode not in (0, KILLED):
                self.complaints.append((words[0], process.returncode, errors.decode()))

    def ingest(self, draw):
        names = draw.sample(self.names, draw.randint(5, 40))
        how = draw.choice([["--stage"], ["--commit-every", "10"], []])
        return ["ingest", *names, *how]

    def test_leaves_every_record_once(self):
        self.flowlake("ingest", self.names[0], "--lake", self.lake)
        self.end = time.monotonic() + SECONDS
        commands = [self.ingest] * WRITERS + [lambda draw: ["compact", "--all"],
                                              lambda draw: ["commit"],
                                              lambda draw: ["vacuum", "--yes"]]
        threads = [threading.Thread(target=self.actor, args=(number, command))
                   for number, command in enumerate(commands)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(dict(self.outcomes), flush=True)
        self.assertEqual(self.complaints, [])
        self.flowlake("commit", "--lake", self.lake)
        self.flowlake("ingest", *self.names, "--lake", self.lake)
        self.flowlake("maintain", "--yes", "--lake", self.lake)
        self.assert_every_record_once()

    def flowlake(self, *arguments):
        outcome = run(*arguments, environment=self.server.environment)
        self.assertEqual(outcome.code, 0, str(outcome))

    def assert_every_record_once(self):
        accounts = self.column("vpc_flow", "account_id")
        self.assertEqual(dict(collections.Counter(accounts)), self.logs.rows)
        rejected = collections.Counter(text.split("input ")[1].split()[0]
                                       for text in self.column("rejects", "text"))
        self.assertEqual(dict(rejected), {a: n for a, n in self.logs.rejects.items() if n})
        self.flowlake("check", "--lake", self.lake)

    def column(self, table, name):
        table = deltalake.DeltaTable(f"{self.lake}/{table}",
                                     storage_options=self.server.delta_options)
        return table.to_pyarrow_table(columns=[name])[name].to_pylist()


if __name__ == "__main__":
    unittest.main(verbosity=2)
