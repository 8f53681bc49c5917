"""duckdb_copy_partitioned.py <folder of Parquet> <folder> <threads> <codec>: DuckDB's COPY,
partitioned by the date of `start`."""
from delivered_rows import copy

copy(partition=True)
