"""Whatever `flowlake generate` makes, ingest and query give back, row for row."""
import random
import unittest

from flowlake_program import LakeTestCase, generate, ingest, query
from plain_flow_log import parse, read_lines, sorted_rows

VERSIONS = [2, 3, 4, 5, 7, 8, 9, 10, 11]
SEEDS = random.Random(20260921).sample(range(1, 2**32), len(VERSIONS))
RECORDS = 2000
DAY = "2026-09-21"


class GeneratedLogs(LakeTestCase):
    def table(self, name):
        """All rows of a table, times as microseconds and days as text, like plain_flow_log."""
        return query(self.lake, f"""SELECT * REPLACE (epoch_us("start") AS "start",
            epoch_us("end") AS "end", CAST(date AS VARCHAR) AS date) FROM {name}""")

    def assert_comes_back(self, table, expected):
        rows = self.table(table)
        self.assertEqual(len(rows), len(expected))
        columns = sorted(rows[0])
        self.assertLessEqual({c for record in expected for c in record}, set(columns))
        self.assertEqual(sorted_rows(rows, columns), sorted_rows(expected, columns))

    def test_of_every_version_come_back(self):
        for version, seed in zip(VERSIONS, SEEDS):
            with self.subTest(version=version, seed=seed):
                self.lake = self.folder / f"lake-of-version-{version}"
                log = generate(self.folder / "flow.log", version=version, seed=seed,
                               records=RECORDS, day=DAY)
                summary = ingest(self.lake, log)
                self.assertEqual((summary["records"], summary["rejects"]), (RECORDS, {}))
                self.assert_comes_back("vpc_flow", parse(log))

    def test_of_transit_gateways_come_back(self):
        log = generate(self.folder / "flow.log", tgw=True, records=RECORDS, seed=7, day=DAY)
        ingest(self.lake, log)
        self.assert_comes_back("tgw_flow", parse(log))

    def test_of_many_days_in_any_order_come_back(self):
        log = generate(self.folder / "flow.log", records=5000, seed=11, day=DAY, days=9,
                       shuffle_days=True)
        ingest(self.lake, log)
        expected = parse(log)
        self.assertGreaterEqual(len({record["date"] for record in expected}), 9)
        self.assert_comes_back("vpc_flow", expected)

    def test_in_several_gzipped_files_come_back(self):
        (self.folder / "in").mkdir()
        logs = [generate(self.folder / f"in/{seed}.log.gz", records=RECORDS, seed=seed,
                         version=5, day=DAY, gzip=True) for seed in (21, 22, 23)]
        ingest(self.lake, self.folder / "in")
        self.assert_comes_back("vpc_flow", [record for log in logs for record in parse(log)])

    def test_without_a_header_come_back_by_their_format(self):
        log = generate(self.folder / "flow.log", records=RECORDS, seed=31, version=5, day=DAY)
        names = read_lines(log)[0].split()
        bare = generate(self.folder / "bare.log", records=RECORDS, seed=31, version=5, day=DAY,
                        no_header=True)
        ingest(self.lake, bare, flags=["--format", " ".join("${%s}" % n for n in names)])
        self.assert_comes_back("vpc_flow", parse(log))


if __name__ == "__main__":
    unittest.main(verbosity=2)
