"""make_delivered.py <folder> <text log> <rows per file>: the log as AWS delivers it with file
format Parquet: names with underscores, start and end as INT64 seconds, gzip inside."""
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "text"))
from columns import COLUMNS, INT32, INT64, STRING, TIME  # noqa: E402

TYPES = {INT32: pa.int32(), INT64: pa.int64(), TIME: pa.int64(), STRING: pa.string()}

folder, source, rows = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
table = csv.read_csv(
    source, csv.ReadOptions(skip_rows=1, column_names=list(COLUMNS)),
    csv.ParseOptions(delimiter=" ", quote_char=False),
    csv.ConvertOptions(null_values=["-"], strings_can_be_null=True,
                       column_types={name: TYPES[kind] for name, kind in COLUMNS.items()}))
folder.mkdir()
for number, begin in enumerate(range(0, table.num_rows, rows)):
    pq.write_table(table.slice(begin, rows), folder / f"{number:03}.log.parquet",
                   compression="gzip", row_group_size=128 << 10)
