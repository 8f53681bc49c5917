"""duckdb_copy.py <folder of Parquet> <parquet> <threads> <codec>: DuckDB's COPY to one file."""
from delivered_rows import copy

copy(partition=False)
