"""duckdb_one_file.py <text> <parquet> <threads> <codec>: DuckDB's COPY to one file."""
import sys

from duckdb_rows import connect, options, select

source, output, threads, codec = sys.argv[1:]
connect(threads).sql(f"COPY ({select(source)}) TO '{output}' ({options(codec)})")
