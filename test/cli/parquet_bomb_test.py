"""Whatever a Parquet file unpacks to, ingest stays within 512 MiB, names it, and takes the
other inputs: each bomb of support/parquet_bombs.py, and all of them at once."""
import pathlib
import shutil
import tempfile
import unittest

from flowlake_program import OK, SOME_INPUTS, LakeTestCase, query, run
from parquet_bombs import BOMBS
from small_logs import log

# No process may have more writable memory, used or not.
PREFIX = ("prlimit", f"--data={512 << 20}")
# What may be taken: much, but no more than anybody could mean.
HARMLESS = {"wide and long", "many row groups", "rows of the longest values"}


class ParquetBombs(LakeTestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="flowlake-bombs-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.bombs = {}
        for name, write in BOMBS.items():
            cls.bombs[name] = folder / (name.replace(" ", "_").replace(",", "") + ".parquet")
            write(cls.bombs[name])

    def ingest(self, *inputs, flags=()):
        good = self.write("good.log", log(5))
        outcome = run("ingest", good, *inputs, "--lake", self.lake, *flags, prefix=PREFIX,
                      timeout=300)
        rows = query(self.lake, "SELECT count(*) AS n FROM vpc_flow WHERE account_id = "
                                "'123456789010'")
        self.assertEqual(rows, [{"n": 5}], str(outcome))
        return outcome

    def test_each_is_refused_by_name_and_the_other_input_is_taken(self):
        for name, path in self.bombs.items():
            with self.subTest(name):
                self.lake = self.folder / path.stem
                outcome = self.ingest(path)
                if name in HARMLESS:
                    self.assertEqual(outcome.code, OK, str(outcome))
                else:
                    self.assert_fails(outcome, SOME_INPUTS, path.name)

    def test_all_at_once_on_two_threads(self):
        outcome = self.ingest(*self.bombs.values(), flags=("--threads", "2"))
        self.assertEqual(outcome.code, SOME_INPUTS, str(outcome))
        refused = len(self.bombs) - len(HARMLESS)
        self.assertEqual(outcome.err.count("\n"), refused, str(outcome))


if __name__ == "__main__":
    unittest.main()
