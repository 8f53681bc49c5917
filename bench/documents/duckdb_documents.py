"""duckdb_documents.py <gzip of documents> <parquet> <threads> <codec>: DuckDB reads the
documents as JSON, unnests their events and splits the messages."""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "text"))
from columns import COLUMNS, TIME  # noqa: E402
from duckdb_rows import TYPES, connect, options  # noqa: E402

EVENT = "STRUCT(id VARCHAR, \"timestamp\" BIGINT, message VARCHAR)"
source, output, threads, codec = sys.argv[1:]


def value(number, name, kind):
    text = f"nullif(f[{number}], '-')"
    if kind == TIME:
        return f'make_timestamp({text}::BIGINT * 1000000) AS "{name}"'
    return f'{text}::{TYPES[kind]} AS "{name}"'


values = ", ".join(value(number, name, kind)
                   for number, (name, kind) in enumerate(COLUMNS.items(), 1))
connect(threads).sql(f"""COPY (
    SELECT {values} FROM (
        SELECT string_split(event.message, ' ') AS f FROM (
            SELECT unnest(logEvents) AS event
            FROM read_json('{source}', format='unstructured', compression='gzip',
                           auto_detect=false, maximum_object_size=67108864,
                           columns={{'messageType': 'VARCHAR', 'logEvents': '{EVENT}[]'}})
            WHERE messageType = 'DATA_MESSAGE'))
    ) TO '{output}' ({options(codec)})""")
