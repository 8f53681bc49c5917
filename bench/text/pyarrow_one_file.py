"""pyarrow_one_file.py <text> <parquet> <threads> <codec>: pyarrow's streaming CSV reader into
its Parquet writer."""
import sys

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from columns import COLUMNS, INT32, INT64, STRING, TIME

TYPES = {INT32: pa.int32(), INT64: pa.int64(), TIME: pa.timestamp("s", "UTC"),
         STRING: pa.string()}
READ_AS = TYPES | {TIME: pa.int64()}
BLOCK_BYTES = 32 << 20  # of text; one row group each

source, output, threads, codec = sys.argv[1:]
pa.set_cpu_count(int(threads))
reader = csv.open_csv(
    source,
    csv.ReadOptions(use_threads=int(threads) > 1, block_size=BLOCK_BYTES, skip_rows=1,
                    column_names=list(COLUMNS)),
    csv.ParseOptions(delimiter=" ", quote_char=False),
    csv.ConvertOptions(null_values=["-"], strings_can_be_null=True, quoted_strings_can_be_null=True,
                       column_types={name: READ_AS[kind] for name, kind in COLUMNS.items()}))
schema = pa.schema([(name, TYPES[kind]) for name, kind in COLUMNS.items()])
stored = pa.schema([(name, pa.timestamp("us", "UTC") if kind == TIME else TYPES[kind])
                    for name, kind in COLUMNS.items()])
with pq.ParquetWriter(output, stored, compression=codec,
                      compression_level=3 if codec == "zstd" else None) as writer:
    for batch in reader:
        writer.write_batch(batch.cast(schema).cast(stored), row_group_size=1 << 20)
