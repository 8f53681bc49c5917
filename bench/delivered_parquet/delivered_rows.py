"""DuckDB's COPY of AWS's Parquet files with the times converted."""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "text"))
from duckdb_rows import connect, options  # noqa: E402

START, END = 'make_timestamp("start" * 1000000)', 'make_timestamp("end" * 1000000)'


def copy(partition):
    source, output, threads, codec = sys.argv[1:]
    date = f", {START}::DATE AS date" if partition else ""
    query = (f'SELECT * REPLACE ({START} AS "start", {END} AS "end"){date} '
             f"FROM read_parquet('{source}/*.parquet')")
    into = options(codec) + (", PARTITION_BY (date)" if partition else "")
    connect(threads).sql(f"COPY ({query}) TO '{output}' ({into})")
