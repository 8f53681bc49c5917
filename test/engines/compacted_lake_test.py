"""A compacted lake through others' readers: the same rows, and Bloom filters that DuckDB
uses."""
import shutil
import tempfile
import pathlib
import unittest

import deltalake
import duckdb
import polars
import pyarrow.parquet

from flowlake_program import generate, ingest, must
from plain_flow_log import parse

DAY = "2026-09-20"
COLUMNS = ["srcaddr", "dstaddr", "srcport", "dstport", "bytes", "action", "interface_id"]


def setUpModule():
    global FOLDER, EXPECTED
    FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="flowlake-engines-"))
    EXPECTED = []
    for version in (2, 11):
        log = generate(FOLDER / f"v{version}.log", version=version, records=20_000, seed=version,
                       day=DAY)
        ingest(FOLDER / "lake", log)
        EXPECTED += parse(log)
    must("compact", "--lake", FOLDER / "lake", "--all")


def tearDownModule():
    shutil.rmtree(FOLDER)


def files():
    return deltalake.DeltaTable(str(FOLDER / "lake/vpc_flow")).file_uris()


def values(rows):
    return sorted(tuple(str(row.get(name)) for name in COLUMNS) for row in rows)


class ACompactedLake(unittest.TestCase):
    def test_is_one_sample_and_one_rest(self):
        self.assertEqual(len(files()), 2)

    def test_has_the_same_rows_for_everybody(self):
        path = str(FOLDER / "lake/vpc_flow")
        expected = values(EXPECTED)
        readers = {
            "delta-rs": lambda: deltalake.DeltaTable(path).to_pyarrow_table(columns=COLUMNS),
            "Polars": lambda: polars.scan_delta(path).select(COLUMNS).collect().to_arrow(),
            "DuckDB": lambda: duckdb.connect().execute(
                "SELECT * FROM read_parquet(?)", [files()]).to_arrow_table(),
        }
        for name, read in readers.items():
            with self.subTest(name):
                self.assertEqual(values(read().to_pylist()), expected)

    def test_tells_duckdb_where_an_address_is_not(self):
        """Between the minimum and the maximum, but in no row."""
        probes = duckdb.connect().execute(
            "SELECT bloom_filter_excludes FROM parquet_bloom_probe(?, 'dstaddr', '10.3.99.9')",
            [files()]).fetchall()
        self.assertEqual({excludes for excludes, in probes}, {True})

    def test_tells_duckdb_where_an_address_is(self):
        there = next(row["dstaddr"] for row in EXPECTED if row.get("dstaddr"))
        probes = duckdb.connect().execute(
            f"SELECT bloom_filter_excludes FROM parquet_bloom_probe(?, 'dstaddr', '{there}')",
            [files()]).fetchall()
        self.assertIn(False, {excludes for excludes, in probes})

    def test_has_zstandard_pages_and_a_page_index(self):
        for file in files():
            chunk = pyarrow.parquet.ParquetFile(file).metadata.row_group(0).column(0)
            self.assertEqual(chunk.compression, "ZSTD")
            self.assertTrue(chunk.has_offset_index and chunk.has_column_index)


if __name__ == "__main__":
    unittest.main(verbosity=2)
