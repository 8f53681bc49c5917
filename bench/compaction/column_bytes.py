"""column_bytes.py <parquet>: compressed bytes of each column, as JSON."""
import collections
import json
import sys

import pyarrow.parquet

metadata = pyarrow.parquet.ParquetFile(sys.argv[1]).metadata
sizes = collections.Counter()
for group in range(metadata.num_row_groups):
    for column in range(metadata.num_columns):
        chunk = metadata.row_group(group).column(column)
        sizes[chunk.path_in_schema] += chunk.total_compressed_size
print(json.dumps(sizes))
