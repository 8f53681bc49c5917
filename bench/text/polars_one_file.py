"""polars_one_file.py <text> <parquet> <threads> <codec>: Polars, streaming, one file."""
import os
import sys

source, output, threads, codec = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = threads  # read when polars is imported
import polars as pl  # noqa: E402

from columns import COLUMNS, INT32, INT64, STRING, TIME  # noqa: E402

TYPES = {INT32: pl.Int32, INT64: pl.Int64, TIME: pl.Int64, STRING: pl.String}
times = [name for name, kind in COLUMNS.items() if kind == TIME]
frame = pl.scan_csv(source, separator=" ", quote_char=None, null_values="-",
                    has_header=False, skip_lines=1,
                    schema={name: TYPES[kind] for name, kind in COLUMNS.items()})
frame = frame.with_columns(
    (pl.col(times) * 1_000_000).cast(pl.Datetime("us", "UTC")))
frame.sink_parquet(output, compression=codec, compression_level=3 if codec == "zstd" else None)
