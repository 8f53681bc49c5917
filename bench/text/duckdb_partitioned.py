"""duckdb_partitioned.py <text> <folder> <threads> <codec>: DuckDB's COPY, partitioned by the
date of `start`."""
import sys

from duckdb_rows import connect, options, select

source, output, threads, codec = sys.argv[1:]
date = ', make_timestamp("start" * 1000000)::DATE AS date'
connect(threads).sql(
    f"COPY ({select(source, date)}) TO '{output}' ({options(codec)}, PARTITION_BY (date))")
