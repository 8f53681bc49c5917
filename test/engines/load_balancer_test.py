"""Logs of load balancers become tables of their own, beside flow logs in one run: delta-rs, Polars
and DuckDB read what Python's csv module makes of the same lines, before and after compaction."""
import csv
import datetime
import unittest

import deltalake
import duckdb
import polars
import pyarrow.parquet

import alb_lines
from flowlake_program import SOURCE, LakeTestCase, ingest, must, query, run
from small_logs import log

GOLDEN = SOURCE / "test/golden"
LAYOUT = "AWSLogs/111122223333/elasticloadbalancing/eu-west-1/2026/10/02"
NAME = "111122223333_elasticloadbalancing_eu-west-1_app.edge.0a1b_20261002T0615Z_10.0.0.1_x.log"


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def measurement(text):
    return None if text in ("-1", "-") else float(text)


def rows(path):
    """(time, client, seconds of the target, status, bytes sent, agent) of ALB lines without quotes
    inside quotes."""
    with open(path, newline="") as file:
        fields = list(csv.reader(file, delimiter=" ", quotechar='"'))
    return sorted((instant(f[1]), f[3].rpartition(":")[0], measurement(f[6]), int(f[8]),
                   int(f[11]), None if f[13] == "-" else f[13]) for f in fields)


class LoadBalancers(LakeTestCase):
    COLUMNS = ["time", "client_ip", "target_processing_time", "elb_status_code", "sent_bytes",
               "user_agent"]

    def setUp(self):
        super().setUp()
        self.sample = GOLDEN / "alb_opensearch/input.log"
        self.expected = rows(self.sample)

    def through_delta_rs(self):
        table = deltalake.DeltaTable(str(self.lake / "alb")).to_pyarrow_table(columns=self.COLUMNS)
        return sorted(tuple(row.values()) for row in table.to_pylist())

    def through_polars(self):
        frame = polars.scan_delta(str(self.lake / "alb")).select(self.COLUMNS).collect()
        return sorted(frame.rows())

    def through_duckdb(self):
        files = deltalake.DeltaTable(str(self.lake / "alb")).file_uris()
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        names = ", ".join(f'"{name}"' for name in self.COLUMNS)
        found = connection.execute(f"SELECT {names} FROM read_parquet(?)", [files])
        return sorted(tuple(row.values()) for row in found.to_arrow_table().to_pylist())

    def assert_is_read_by_all(self):
        for reader in (self.through_delta_rs, self.through_polars, self.through_duckdb):
            with self.subTest(reader=reader.__name__):
                self.assertEqual(reader(), self.expected)

    def test_others_read_the_same_rows_before_and_after_compaction(self):
        ingest(self.lake, self.sample)
        self.assert_is_read_by_all()
        must("compact", "--all", "--lake", self.lake)
        self.assert_is_read_by_all()
        must("check", "--lake", self.lake)

    def test_ids_that_share_their_beginning_are_read_by_all(self):
        """DELTA_BYTE_ARRAY, in pages of version 1."""
        count = 50_000
        ingest(self.lake, self.write("ids.log", alb_lines.log(count)))
        expected = alb_lines.answer(count)
        for _ in range(2):
            table = deltalake.DeltaTable(str(self.lake / "alb"))
            files = table.file_uris()
            chunks = pyarrow.parquet.ParquetFile(files[0]).metadata.row_group(0)
            encodings = {chunk["path_in_schema"]: chunk["encodings"] for chunk in
                         (chunks.column(i).to_dict() for i in range(chunks.num_columns))}
            self.assertIn("DELTA_BYTE_ARRAY", encodings["trace_id"])
            self.assertNotIn("DELTA_BYTE_ARRAY", encodings["user_agent"])
            with duckdb.connect() as connection:
                answers = {}
                for name, alb in (("delta-rs", table.to_pyarrow_table()), ("Polars", polars.scan_delta(
                        str(self.lake / "alb")).collect().to_arrow())):
                    connection.register("alb", alb)
                    answers[name] = connection.execute(alb_lines.IDS).fetchone()
                    connection.unregister("alb")
                connection.execute(f"CREATE VIEW alb AS SELECT * FROM read_parquet({files})")
                answers["DuckDB"] = connection.execute(alb_lines.IDS).fetchone()
            answers["flowlake"] = tuple(query(self.lake, alb_lines.IDS)[0].values())
            for name, found in answers.items():
                with self.subTest(name):
                    self.assertEqual(found, expected)
            must("compact", "--all", "--lake", self.lake)

    def test_statistics_of_doubles_let_queries_skip_and_find(self):
        ingest(self.lake, self.sample)
        slow = [row for row in self.expected if row[2] is not None and row[2] > 0.001]
        for sql in ("SELECT count(*) AS n FROM alb WHERE target_processing_time > 0.001",
                    "SELECT count(*) FILTER (target_processing_time > 0.001) AS n FROM alb"):
            self.assertEqual(query(self.lake, sql), [{"n": len(slow)}])

    def test_every_kind_lands_in_its_table_in_one_run(self):
        for kind in ("alb", "alb_connection", "alb_health", "elb", "nlb"):
            content = (GOLDEN / kind / "input.log").read_text()
            self.write(f"in/{kind}.log", content)
        self.write("in/flow.log", log(5))
        self.write(f"in/{LAYOUT}/ELBAccessLogTestFile", "Enable AccessLog for ELB: x at now")
        summary = ingest(self.lake, self.folder / "in")
        self.assertEqual(summary["files"], 6)
        counted = {table: query(self.lake, f"SELECT count(*) AS n FROM {table}")[0]["n"] for table
                   in ("alb", "alb_connection", "alb_health", "elb", "nlb", "vpc_flow")}
        self.assertEqual(counted, {"alb": 4, "alb_connection": 2, "alb_health": 2, "elb": 3,
                                   "nlb": 2, "vpc_flow": 5})
        self.assertEqual(ingest(self.lake, self.folder / "in")["files_skipped"], 6)

    def test_the_key_says_account_and_region_and_the_record_its_day(self):
        layout = LAYOUT.replace("2026/10/02", "2022/07/06")
        self.write(f"in/{layout}/{NAME.replace('20261002', '20220706')}", self.sample.read_text())
        ingest(self.lake, self.folder / "in", flags=["--from", "2022-07-06", "--to", "2022-07-06"])
        found = query(self.lake, "SELECT DISTINCT account_id, region, date = time::DATE AS same "
                                 "FROM alb")
        self.assertEqual(found, [{"account_id": "111122223333", "region": "eu-west-1",
                                  "same": True}])
        self.lake = self.folder / "other"
        outcome = run("ingest", self.folder / "in", "--lake", self.lake, "--from", "2026-10-03")
        self.assertIn("no inputs found", outcome.out)


if __name__ == "__main__":
    unittest.main()
