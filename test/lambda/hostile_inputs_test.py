"""Objects and stream records that stand for far more than they are, through the function and
through `ingest` of a bucket: refused in bounded memory, and no day more than the rule allows."""
import gzip
import pathlib
import tempfile
import unittest

import many_days
import parquet_bombs
from flowlake_program import run
from lambda_test import OnLambda, kinesis, notification

BOMBS = ("one entry in every row", "many columns of one entry", "chunks of three bytes",
         "a page that claims gigabytes")


class HostileInputs(OnLambda):
    def bomb(self, name):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "bomb.parquet"
            parquet_bombs.BOMBS[name](path)
            return self.put(f"logs/{name.replace(' ', '_')}.parquet", path.read_bytes())

    def peak_kb(self):
        status = pathlib.Path(f"/proc/{self.function.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0])

    def test_parquet_bombs_in_a_bucket_stay_within_the_memory(self):
        for name in BOMBS:
            with self.subTest(name):
                done = self.must(notification("lake", self.bomb(name)))
                self.assertEqual(done["records"], 0)
                self.assertLess(self.peak_kb(), 512 << 10)
        outcome = run("ingest", f"{self.server.bucket}/{self.name}/logs", "--lake", f"{self.lake}2",
                      environment=self.server.environment, prefix=("prlimit", "--data=536870912"))
        self.assertEqual(outcome.code, 3, str(outcome))
        self.assertIn("decompression bomb", outcome.err)

    def test_days_of_objects_and_stream_records_are_bounded(self):
        first = many_days.today() - 390 * many_days.DAY
        key = self.put("logs/many.log.gz", gzip.compress(many_days.days_log(first, 380)))
        self.assertEqual(self.must(notification("lake", key))["records"], 0)
        text = "\n".join(many_days.records(first, 380)).encode()
        self.must(kinesis([("1", text)]))
        self.commit()
        rejects = run("query", "SELECT count(*) AS n, min(text) AS text FROM rejects", "--lake",
                      self.lake, environment=self.server.environment).out
        self.assertIn("64 days", rejects)


if __name__ == "__main__":
    unittest.main()
