"""The lake is opened by others than us: delta-rs, pyarrow through delta-rs's file list, Polars
and DuckDB's own Parquet reader see the rows and the types that the text has."""
import datetime
import pathlib
import shutil
import tempfile
import unittest

import deltalake
import duckdb
import polars
import pyarrow
import pyarrow.dataset

import plain_flow_log
from flowlake_program import SOURCE, generate, ingest, must
from plain_flow_log import parse, sorted_rows

DAY = "2026-09-20"
UTC_MICROS = pyarrow.timestamp("us", tz="UTC")


def setUpModule():
    """One lake for all: logs of v2 and v11 and a real one in one table, and a Transit
    Gateway's in another."""
    global FOLDER, EXPECTED
    FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="flowlake-engines-"))
    v2 = generate(FOLDER / "v2.log", version=2, records=3000, seed=2, day=DAY, days=3)
    v11 = generate(FOLDER / "v11.log", version=11, records=3000, seed=11, day=DAY, days=3)
    sample = SOURCE / "testdata/vpcflow.log"
    tgw = generate(FOLDER / "tgw.log", tgw=True, records=2000, seed=6, day=DAY)
    bad = FOLDER / "bad.log"
    bad.write_text(v2.read_text().splitlines()[0] + "\nthis line is not a record\n")
    ingest(FOLDER / "lake", v2, tgw)
    sample = SOURCE / "testdata/vpcflow.log"
    ingest(FOLDER / "lake", v11, bad, sample)
    EXPECTED = {"vpc_flow": parse(v2) + parse(v11) + parse(sample), "tgw_flow": parse(tgw)}


def tearDownModule():
    shutil.rmtree(FOLDER)


def delta(table):
    return deltalake.DeltaTable(str(FOLDER / "lake" / table))


def through_delta_rs(table):
    return delta(table).to_pyarrow_table()


def through_pyarrow(table):
    schema = pyarrow.schema(delta(table).schema().to_arrow())
    partitioning = pyarrow.dataset.partitioning(
        pyarrow.schema([("date", pyarrow.date32())]), flavor="hive")
    return pyarrow.dataset.dataset(delta(table).file_uris(), schema=schema, format="parquet",
                                   partitioning=partitioning).to_table()


def through_polars(table):
    return polars.scan_delta(str(FOLDER / "lake" / table)).collect().to_arrow()


def through_duckdb(table):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.execute(
        "SELECT * FROM read_parquet(?, hive_partitioning = true, union_by_name = true)",
        [delta(table).file_uris()]).to_arrow_table()


READERS = [through_delta_rs, through_pyarrow, through_polars, through_duckdb]


def records(table):
    """The rows of an Arrow table as plain_flow_log has them."""
    for index, field in enumerate(table.schema):
        if pyarrow.types.is_timestamp(field.type):
            table = table.set_column(index, field.name, table[field.name].cast(pyarrow.int64()))
        if pyarrow.types.is_date(field.type):
            table = table.set_column(index, field.name, table[field.name].cast(pyarrow.string()))
    return table.to_pylist()


class OtherEngines(unittest.TestCase):
    maxDiff = 2000

    def test_read_every_row_and_value(self):
        for table, expected in EXPECTED.items():
            for read in READERS:
                with self.subTest(table=table, read=read.__name__):
                    rows = records(read(table))
                    self.assertEqual(len(rows), len(expected))
                    columns = sorted({name for record in expected for name in record})
                    self.assertEqual(sorted_rows(rows, columns), sorted_rows(expected, columns))

    def test_read_missing_columns_as_null(self):
        rows = delta("vpc_flow").to_pyarrow_table(
            columns=["version", "vpc_id", "interface_type", "extra"]).to_pylist()
        of_v2 = [row for row in rows if row["version"] == 2]
        self.assertEqual({row["interface_type"] for row in of_v2}, {None})
        self.assertEqual({row["extra"] for row in rows}, {None})
        self.assertGreater(len({row["vpc_id"] for row in rows}), 1)

    def test_read_the_types_that_the_design_names(self):
        for table in EXPECTED:
            for read in (through_delta_rs, through_pyarrow, through_polars):
                with self.subTest(table=table, read=read.__name__):
                    schema = read(table).schema
                    wrong = [str(field) for field in schema if not _has_its_type(field)]
                    self.assertEqual(wrong, [])

    def test_read_the_widest_protocol(self):
        for table in EXPECTED:
            protocol = delta(table).protocol()
            self.assertEqual((protocol.min_reader_version, protocol.min_writer_version), (1, 2))
            self.assertFalse(protocol.reader_features or protocol.writer_features)

    def test_prune_by_partition_and_statistics(self):
        table = delta("vpc_flow")
        days = {record["date"] for record in EXPECTED["vpc_flow"]}
        self.assertEqual({part["date"] for part in table.partitions()}, days)
        for day in days:
            rows = table.to_pyarrow_table(filters=[("date", "=", datetime.date.fromisoformat(day))])
            expected = sum(record["date"] == day for record in EXPECTED["vpc_flow"])
            self.assertEqual(rows.num_rows, expected)

    def test_read_statistics_that_bound_the_rows(self):
        """A reader that trusts the log's min and max must find no row outside them."""
        actions = pyarrow.table(delta("vpc_flow").get_add_actions(flatten=True))
        for action in actions.to_pylist():
            rows = pyarrow.dataset.dataset(
                str(FOLDER / "lake/vpc_flow" / action["path"])).to_table()
            self.assertEqual(action["num_records"], rows.num_rows)
            for column in ("srcaddr", "account_id"):
                values = [v for v in rows[column].to_pylist() if v is not None]
                self.assertLessEqual(action[f"min.{column}"], min(values))
                self.assertGreaterEqual(action[f"max.{column}"], max(values))
                self.assertEqual(action[f"null_count.{column}"], rows.num_rows - len(values))

    def test_read_the_rejects(self):
        rows = through_delta_rs("rejects").to_pylist()
        self.assertEqual([row["text"] for row in rows], ["this line is not a record"])
        self.assertEqual(rows[0]["line"], 2)

    def test_agree_with_flowlake_check(self):
        must("check", "--lake", FOLDER / "lake")


def _has_its_type(field):
    types = pyarrow.types
    if field.name == "date":
        return types.is_date32(field.type)
    if field.name in plain_flow_log.TIMES:
        return field.type == UTC_MICROS
    if field.name in plain_flow_log.INT32:
        return types.is_int32(field.type)
    if field.name in plain_flow_log.INT64:
        return types.is_int64(field.type)
    return types.is_string(field.type) or types.is_large_string(field.type) or \
        types.is_string_view(field.type)


if __name__ == "__main__":
    unittest.main(verbosity=2)
