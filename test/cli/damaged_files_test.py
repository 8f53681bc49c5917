"""Data files with flipped bits, in a footer, in headers of pages, in the pages: `query` gives an
error or the right answer where the first two are hit, never ends by a signal, and `check` says
"whole" only of what it has read.

What a flipped bit within a page does is not detected by `query` yet: see doc/table.md."""
import concurrent.futures
import random
import shutil
import unittest

import pyarrow.parquet

from flowlake_program import FAILURE, OK, USAGE, LakeTestCase, generate, ingest, must, run

SQL = "SELECT count(*) AS n, bit_xor(hash(COLUMNS(*))) FROM vpc_flow"
SIGNALS = range(-64, 0)
HEADER_BYTES = 17  # of the shortest
PLACES = {"footer": 360, "header": 540, "page": 360}


class FlippedBits(LakeTestCase):
    def setUp(self):
        super().setUp()
        ingest(self.lake, generate(self.folder / "a.log", version=5, records=3000,
                                   day="2026-09-21", seed=7))
        self.file = next(self.lake.glob("vpc_flow/date=*/*.parquet"))
        self.good = self.file.read_bytes()
        self.right = self.answer(self.lake)
        self.assertEqual(self.right.code, OK, str(self.right))

    @staticmethod
    def answer(lake):
        return run("query", SQL, "--lake", lake, "--output", "jsonl", "--threads", "1")

    def headers(self):
        """Where pages begin."""
        metadata = pyarrow.parquet.ParquetFile(self.file).metadata
        for group in range(metadata.num_row_groups):
            for number in range(metadata.num_columns):
                column = metadata.row_group(group).column(number)
                yield column.data_page_offset
                if column.has_dictionary_page:
                    yield column.dictionary_page_offset

    def places(self, kind, count):
        """Numbers of bits."""
        chance = random.Random(kind)
        footer = int.from_bytes(self.good[-8:-4], "little")
        begins = list(self.headers())
        for _ in range(count):
            byte = {"footer": lambda: chance.randrange(len(self.good) - 8 - footer, len(self.good)),
                    "header": lambda: chance.choice(begins) + chance.randrange(HEADER_BYTES),
                    "page": lambda: chance.randrange(4, max(begins))}[kind]()
            yield byte * 8 + chance.randrange(8)

    def flipped(self, lake, bits):
        """What the answers are with one bit flipped each."""
        file = lake / self.file.relative_to(self.lake)
        for bit in bits:
            bad = bytearray(self.good)
            bad[bit // 8] ^= 1 << bit % 8
            file.write_bytes(bad)
            yield bit, self.answer(lake)

    def each(self, kind):
        bits = list(self.places(kind, PLACES[kind]))
        lakes = []
        for number in range(2):
            lakes.append(self.folder / f"{kind}{number}")
            shutil.copytree(self.lake, lakes[-1])
        with concurrent.futures.ThreadPoolExecutor(2) as threads:
            parts = threads.map(lambda i: list(self.flipped(lakes[i], bits[i::2])), range(2))
            return [outcome for part in parts for outcome in part]

    def assert_error_or_right(self, kind):
        wrong = [(bit, str(outcome)) for bit, outcome in self.each(kind)
                 if outcome.code not in (FAILURE, USAGE) and
                 (outcome.code, outcome.out) != (OK, self.right.out)]
        self.assertEqual(wrong, [])

    def test_of_a_footer_are_errors_or_change_nothing(self):
        self.assert_error_or_right("footer")

    def test_of_headers_of_pages_are_errors_or_change_nothing(self):
        self.assert_error_or_right("header")

    def test_in_pages_end_no_query_by_a_signal(self):
        codes = {outcome.code for _, outcome in self.each("page")}
        self.assertLessEqual(codes, {OK, FAILURE, USAGE})

    def test_of_a_footer_are_named_by_check_and_compact(self):
        for bit in self.places("footer", 5):
            bad = bytearray(self.good)
            bad[bit // 8] ^= 1 << bit % 8
            self.file.write_bytes(bad)
            for verb in (["check"], ["compact", "--all"], ["query", SQL, "--estimate"]):
                outcome = run(*verb, "--lake", self.lake)
                self.assertNotIn(outcome.code, (OK, *SIGNALS), str(outcome))
                self.assertIn(self.file.name, outcome.out + outcome.err)

    def test_in_pages_are_found_by_a_deep_check(self):
        bad = bytearray(self.good)
        bad[min(self.headers()) + 60] ^= 1
        self.file.write_bytes(bad)
        shallow = must("check", "--lake", self.lake)
        self.assertNotIn("whole", shallow.out)
        deep = run("check", "--deep", "--lake", self.lake)
        self.assertEqual(deep.code, FAILURE, str(deep))
        self.assertIn(self.file.name, deep.out)


if __name__ == "__main__":
    unittest.main()
