"""flowlake query, report, info and check as a shell sees them."""
import csv
import datetime
import io
import json
import os
import unittest

import pyarrow.parquet

from flowlake_program import (FAILURE, OK, SOURCE, USAGE, LakeTestCase, generate, ingest, must,
                              query, run)
from small_logs import START, line, log

STATS_KEYS = {"bytes_scanned", "bytes_stored", "files_read", "files_skipped",
              "row_groups_read", "row_groups_skipped", "seconds", "athena_usd"}


class QueryTestCase(LakeTestCase):
    def setUp(self):
        super().setUp()
        rejected = [line(i, action="REJECT", start=START + 86400) for i in range(20, 25)]
        ingest(self.lake, self.write("a.log", log(20) + "\n".join(rejected) + "\n"))

    def ask(self, sql, *flags):
        return must("query", sql, "--lake", self.lake, *flags)

    def as_json(self, sql, *flags):
        return json.loads(self.ask(sql, "--json", *flags).out)


class Output(QueryTestCase):
    SQL = 'SELECT srcport, srcaddr, "start", vpc_id FROM vpc_flow ORDER BY srcport LIMIT 2'

    def test_json_is_one_object_with_the_documented_keys(self):
        answer = self.as_json(self.SQL)
        self.assertEqual(set(answer), {"columns", "rows", "stats"})
        self.assertEqual(set(answer["stats"]), STATS_KEYS)
        self.assertEqual([c["name"] for c in answer["columns"]],
                         ["srcport", "srcaddr", "start", "vpc_id"])
        self.assertEqual(answer["rows"][1][:2], [1025, "10.0.0.2"])
        self.assertIsNone(answer["rows"][0][3])

    def test_csv_has_a_header_utc_times_and_empty_nulls(self):
        text = self.ask(self.SQL, "--output", "csv").out
        rows = list(csv.reader(io.StringIO(text, newline="")))
        self.assertEqual(rows[0], ["srcport", "srcaddr", "start", "vpc_id"])
        self.assertEqual(rows[1], ["1024", "10.0.0.1", "2026-09-21 00:00:00", ""])

    def test_csv_quotes_by_rfc_4180(self):
        text = self.ask("SELECT 'a,\"b\"' AS x, 'two\nlines' AS y", "--output", "csv").out
        self.assertEqual(list(csv.reader(io.StringIO(text, newline="")))[1],
                         ['a,"b"', "two\nlines"])

    def test_jsonl_is_an_object_per_row(self):
        rows = [json.loads(row) for row in self.ask(self.SQL, "--output", "jsonl").out.split("\n")
                if row]
        self.assertEqual([row["srcport"] for row in rows], [1024, 1025])

    def test_json_output_is_an_array(self):
        self.assertEqual(len(json.loads(self.ask(self.SQL, "--output", "json").out)), 2)

    def test_markdown_is_a_table(self):
        lines = self.ask(self.SQL, "--output", "markdown").out.splitlines()
        self.assertTrue(all(text.startswith("|") for text in lines[:4]), lines)

    def test_parquet_is_readable(self):
        outcome = self.ask(self.SQL, "--output", "parquet")
        table = pyarrow.parquet.read_table(io.BytesIO(outcome.raw))
        self.assertEqual(table["srcport"].to_pylist(), [1024, 1025])

    def test_costs_go_to_stderr_and_answers_to_stdout(self):
        outcome = self.ask(self.SQL, "--output", "csv")
        self.assertNotIn("Athena", outcome.out)
        self.assertIn("Athena", outcome.err)

    def test_without_rows_still_has_its_header(self):
        self.assertEqual(self.ask("SELECT srcaddr FROM vpc_flow WHERE bytes < 0", "--output",
                                  "csv").out.splitlines(), ["srcaddr"])


class Sql(QueryTestCase):
    def test_of_the_article_runs_as_it_stands(self):
        outcome = must("query", "-f", SOURCE / "test/sql/article.sql", "--lake", self.lake)
        self.assertIn("REJECT", outcome.out)
        self.assertIn("internal", outcome.out)

    def test_comes_from_stdin(self):
        outcome = must("query", "-f", "-", "--output", "csv", "--lake", self.lake,
                       stdin=b"SELECT count(*) AS n FROM flowlogs;")
        self.assertEqual(outcome.out.split(), ["n", "25"])

    def test_divides_integers_as_athena_does(self):
        self.assertEqual(query(self.lake, "SELECT 7 / 2 AS x"), [{"x": 3}])

    def test_has_the_helpers(self):
        self.assertEqual(query(self.lake, """SELECT cidr_contains('10.0.0.0/8', '10.1.2.3') AS a,
            cidr_contains('2001:db8::/32', '2001:db8::1') AS b, is_private('8.8.8.8') AS c,
            protocol_name(6) AS d"""), [{"a": True, "b": True, "c": False, "d": "TCP"}])

    def test_shows_times_as_epoch_seconds_in_awss_view(self):
        self.assertEqual(query(self.lake, 'SELECT min("start") AS s FROM vpc_flow_logs'),
                         [{"s": START}])

    def test_writes_nothing(self):
        for sql in ("DELETE FROM vpc_flow", "DROP TABLE vpc_flow",
                    "INSERT INTO vpc_flow SELECT * FROM vpc_flow"):
            self.assertNotEqual(run("query", sql, "--lake", self.lake).code, OK, sql)
        self.assertEqual(query(self.lake, "SELECT count(*) AS n FROM vpc_flow"), [{"n": 25}])


class Costs(QueryTestCase):
    def test_of_one_day_skip_the_files_of_others(self):
        stats = self.as_json("SELECT sum(bytes) FROM vpc_flow WHERE date = '2026-09-22'")["stats"]
        self.assertEqual((stats["files_read"], stats["files_skipped"]), (1, 1))

    def test_of_a_value_outside_the_statistics_read_nothing(self):
        stats = self.as_json("SELECT * FROM vpc_flow WHERE srcaddr = '250.0.0.1'")["stats"]
        self.assertEqual((stats["files_read"], stats["bytes_scanned"]), (0, 0))

    def test_of_one_column_are_less_than_of_all(self):
        log_path = generate(self.folder / "g.log", records=50_000, version=5, day="2026-09-20")
        ingest(self.lake, log_path)
        one = self.as_json("SELECT max(bytes) FROM vpc_flow")["stats"]
        every = self.as_json("SELECT max(COLUMNS(*)) FROM vpc_flow")["stats"]
        self.assertLess(one["bytes_scanned"], every["bytes_scanned"] / 2)
        # A footer may be read more than once.
        self.assertLessEqual(every["bytes_scanned"], 1.05 * every["bytes_stored"])

    def test_estimate_runs_nothing(self):
        answer = json.loads(self.ask("SELECT * FROM vpc_flow", "--estimate", "--json").out)
        stats = answer.get("stats", answer)
        self.assertEqual(set(stats), STATS_KEYS)
        self.assertGreater(stats["bytes_scanned"], 0)

    def test_memory_that_is_too_little_is_said(self):
        many = ", ".join(f"vpc_flow AS t{i}" for i in range(5))
        outcome = run("query", f"SELECT len(list(concat(t0.srcaddr, t1.dstaddr))) FROM {many}",
                      "--memory", "50MB", "--lake", self.lake)
        self.assertEqual(outcome.code, FAILURE)
        self.assertRegex(outcome.err, r"^flowlake: the query needs more memory than it may have "
                                      r"\(.*\); --memory gives it more\n$")

    def test_above_max_scan_are_refused(self):
        outcome = run("query", "SELECT * FROM vpc_flow", "--max-scan", "10B", "--lake", self.lake)
        self.assert_fails(outcome, FAILURE, "limit")
        self.assertEqual(outcome.out, "")


class OtherCommands(QueryTestCase):
    def test_report_lists_and_runs(self):
        listed = must("report", "--lake", self.lake).out
        self.assertIn("reject-top-sources", listed)
        ingest(self.lake, generate(self.folder / "g.log", records=20_000, day="2026-09-22"))
        outcome = must("report", "reject-top-sources", "--lake", self.lake, "--output", "csv")
        self.assertGreaterEqual(len(outcome.out.splitlines()), 2)

    def test_a_script_to_parquet_is_one_file_of_the_last_answer(self):
        for script, right in (("CREATE TEMP TABLE x AS SELECT 41 AS a; SELECT a FROM x", 41),
                              ("SELECT 1 AS a; SELECT 2 AS a", 2),
                              ("SELECT count(*) AS a FROM vpc_flow; SELECT 3 AS a;", 3)):
            answer = self.folder / "answer.parquet"
            answer.write_bytes(self.ask(script, "--output", "parquet").raw)
            self.assertEqual(answer.read_bytes().count(b"PAR1"), 2)
            self.assertEqual(pyarrow.parquet.read_table(answer).to_pydict(), {"a": [right]})

    def test_as_of_goes_by_the_object_where_a_commit_says_no_time(self):
        count = "SELECT count(*) AS n FROM vpc_flow"
        entry = max((self.lake / "vpc_flow/_delta_log").glob("*.json"))
        actions = [text for text in entry.read_text().splitlines() if "commitInfo" not in text]
        entry.write_text("\n".join(actions) + "\n")
        now = datetime.datetime.now(datetime.timezone.utc)
        written = now - datetime.timedelta(days=2)
        os.utime(entry, (written.timestamp(),) * 2)
        first = entry.with_name("0" * 20 + ".json")
        text = first.read_text()
        created = json.loads(text.splitlines()[0])["commitInfo"]["timestamp"]
        earlier = int((now - datetime.timedelta(days=9)).timestamp() * 1000)
        first.write_text(text.replace(str(created), str(earlier), 1))
        for days, rows in ((0, 25), (1, 25), (3, 0)):
            then = f"{now - datetime.timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
            self.assertEqual(query(self.lake, count, "--as-of", then), [{"n": rows}], then)
        outcome = run("query", count, "--lake", self.lake, "--as-of", "2026-01-01")
        self.assertEqual(outcome.code, USAGE, str(outcome))

    def test_info_counts_what_is_there(self):
        out = must("info", "--lake", self.lake).out
        for word in ("vpc_flow", "25"):
            self.assertIn(word, out)

    def test_check_of_a_source_names_what_is_missing(self):
        self.write("in/known.log", (self.folder / "a.log").read_bytes())
        self.assertEqual(run("check", "--lake", self.lake, "--source", self.folder / "in").code, OK)
        self.write("in/unknown.log", log(3))
        outcome = run("check", "--lake", self.lake, "--source", self.folder / "in")
        self.assertEqual(outcome.code, FAILURE, str(outcome))
        self.assertIn("unknown.log", outcome.out + outcome.err)

    def test_dump_shows_every_kind_of_file(self):
        for pattern in ("vpc_flow/date=*/*.parquet", "vpc_flow/_delta_log/*.json",
                        "vpc_flow/_flowlake/ledger/*.root",
                        "vpc_flow/_flowlake/ledger/*.manifest",
                        "vpc_flow/_flowlake/ledger/*.keys"):
            with self.subTest(pattern=pattern):
                self.assertTrue(must("dump", next(self.lake.glob(pattern))).out.strip())

    def test_dump_of_something_else_fails(self):
        outcome = run("dump", self.write("x.bin", b"\0\1\2"))
        self.assertIn(outcome.code, (FAILURE, USAGE), str(outcome))

    def test_generate_repeats_itself_by_its_seed(self):
        logs = [generate(self.folder / f"{i}.log", records=100, seed=seed, day="2026-09-21")
                for i, seed in enumerate((5, 5, 6))]
        texts = [path.read_bytes() for path in logs]
        self.assertEqual(texts[0], texts[1])
        self.assertNotEqual(texts[0], texts[2])


if __name__ == "__main__":
    unittest.main(verbosity=2)
