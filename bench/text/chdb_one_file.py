"""chdb_one_file.py <text> <parquet> <threads> <codec>: ClickHouse in a process, one file."""
import sys

import chdb

from columns import COLUMNS, INT32, INT64, STRING, TIME

TYPES = {INT32: "Int32", INT64: "Int64", TIME: "Int64", STRING: "String"}
source, output, threads, codec = sys.argv[1:]
structure = ", ".join(f"`{name}` Nullable({TYPES[kind]})" for name, kind in COLUMNS.items())
values = ", ".join(
    f"fromUnixTimestamp64Micro(assumeNotNull(`{name}`) * 1000000, 'UTC') AS `{name}`"
    if kind == TIME else f"`{name}`" for name, kind in COLUMNS.items())
chdb.query(f"""
    INSERT INTO FUNCTION file('{output}', 'Parquet')
    SELECT {values} FROM file('{source}', 'CustomSeparatedWithNames', '{structure}')
    SETTINGS max_threads={threads}, max_insert_threads={threads},
        format_custom_field_delimiter=' ', format_custom_escaping_rule='CSV',
        format_csv_null_representation='-', input_format_with_names_use_header=0,
        output_format_parquet_compression_method='{codec}', output_format_compression_level=3""")
