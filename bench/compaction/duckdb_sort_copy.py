"""duckdb_sort_copy.py <folder of Parquet> <parquet> <threads> <codec>: DuckDB's COPY in order."""
import sys

import duckdb

source, output, threads, codec = sys.argv[1:]
connection = duckdb.connect()
connection.sql(f"SET threads={threads}")
connection.sql(f"""
    COPY (SELECT * FROM read_parquet('{source}/vpc_flow/date=*/*.parquet', hive_partitioning=false)
          ORDER BY action, srcaddr, dstaddr, start)
    TO '{output}' (FORMAT parquet, COMPRESSION {codec}, COMPRESSION_LEVEL 3)""")
