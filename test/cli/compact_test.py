"""flowlake compact as a shell sees it: the same rows and answers afterwards, in fewer files."""
import json
import unittest

from flowlake_program import OK, SOURCE, USAGE, LakeTestCase, generate, ingest, must, query, run

DAY = "2026-09-20"
ROWS = "SELECT * FROM {} ORDER BY ALL"


class Compact(LakeTestCase):
    def fill(self, records=4000):
        """Files of several versions and days, of two kinds of log, and rejects."""
        for version in (2, 5, 11):
            log = generate(self.folder / f"v{version}.log", version=version, records=records,
                           seed=version, day=DAY, days=2)
            ingest(self.lake, log)
        ingest(self.lake, generate(self.folder / "tgw.log", tgw=True, records=500, day=DAY))
        for number in range(2):
            bad = self.write(f"bad{number}.log", (self.folder / "v2.log").read_text()
                             .splitlines()[0] + f"\nno record {number}\n")
            ingest(self.lake, bad)

    def compact(self, *flags):
        return {table["table"]: table for table in json.loads(
            must("compact", "--lake", self.lake, "--json", *flags).out)["tables"]}

    def rows(self):
        return {table: query(self.lake, ROWS.format(table))
                for table in ("vpc_flow", "tgw_flow", "rejects")}

    def test_leaves_the_rows_and_checks_well(self):
        self.fill()
        before = self.rows()
        done = self.compact("--all")
        self.assertEqual(self.rows(), before)
        must("check", "--lake", self.lake)
        self.assertEqual(done["vpc_flow"]["files_before"], 6)
        self.assertEqual(done["vpc_flow"]["files_after"], 2)
        self.assertEqual(done["rejects"]["files_before"], 2)
        self.assertEqual(done["rejects"]["files_after"], 1)
        self.assertEqual(done["tgw_flow"]["rows"], 500)
        entries = sorted((self.lake / "rejects/_delta_log").glob("*.json"))
        self.assertIn('"flowlake.sorted":"input,line"', entries[-1].read_text())

    def test_gives_the_articles_answers_as_before(self):
        self.fill()
        statements = [line for line in (SOURCE / "test/sql/article.sql").read_text().splitlines()
                      if "TABLESAMPLE" not in line]
        ordered = [line.replace("ORDER BY cnt DESC LIMIT", "ORDER BY ALL LIMIT")
                   for line in statements]
        before = [query(self.lake, statement) for statement in ordered]
        self.compact("--all")
        after = [query(self.lake, statement) for statement in ordered]
        for old, new in zip(before, after):
            self.assertEqual(_rounded(old), _rounded(new))

    def test_a_sample_reads_the_sample_files(self):
        self.fill(records=20_000)
        self.compact("--table", "vpc_flow", "--all")
        count = query(self.lake, "SELECT count(*) AS n FROM vpc_flow TABLESAMPLE SYSTEM (10)")
        self.assertEqual(count, [{"n": 6000}])

    def test_a_dry_run_says_what_would_be_done(self):
        self.fill(records=200)
        outcome = must("compact", "--lake", self.lake, "--dry-run", "--all")
        self.assertIn("vpc_flow: would rewrite 6 files in 2 tasks, 600 rows", outcome.out)
        self.assertIn("less", outcome.out)
        again = must("compact", "--lake", self.lake, "--dry-run", "--all")
        self.assertEqual(outcome.out, again.out)

    def test_nothing_to_do_is_said(self):
        self.fill(records=200)
        must("compact", "--lake", self.lake, "--all")
        self.assertEqual(must("compact", "--lake", self.lake, "--all").out,
                         "Nothing to compact.\n")

    def test_days_and_tables_are_chosen(self):
        self.fill(records=200)
        done = self.compact("--table", "vpc_flow", "--to", DAY, "--all")
        self.assertEqual(list(done), ["vpc_flow"])
        self.assertEqual(done["vpc_flow"]["files_before"], 3)

    def test_wrong_flags_are_named(self):
        self.fill(records=20)
        for flags, word in ((("--order", "srcaddr,sourceport"), "sourceport"),
                            (("--table", "flows"), "flows"), (("--from", "today"), "--from"),
                            (("--memory", "much"), "much")):
            outcome = run("compact", "--lake", self.lake, *flags)
            self.assert_fails(outcome, USAGE, word)

    def test_versions_before_stay(self):
        self.fill(records=200)
        self.assertEqual(run("compact", "--lake", self.lake, "--all").code, OK)
        data = list((self.lake / "vpc_flow").glob("date=*/*.parquet"))
        self.assertEqual(len(data), 6 + 2)


def _rounded(rows):
    """In an order of its own: the article's fourth query has none. Sums of doubles depend on
    the order of the rows."""
    return sorted(repr([round(value, 9) if isinstance(value, float) else value
                        for value in row.values()]) for row in rows)


if __name__ == "__main__":
    unittest.main(verbosity=2)
