"""DuckDB's view of a text log: a SELECT with the columns of columns.py."""
import duckdb

from columns import COLUMNS, INT32, INT64, STRING, TIME

TYPES = {INT32: "INTEGER", INT64: "BIGINT", TIME: "BIGINT", STRING: "VARCHAR"}


def connect(threads):
    connection = duckdb.connect()
    connection.sql(f"SET threads={threads}")
    connection.sql("SET preserve_insertion_order=false")  # faster, and the order is not asked for
    return connection


def select(source, extra=""):
    """The query; the times are converted, `extra` is one more column."""
    columns = ", ".join(f"'{name}': '{TYPES[kind]}'" for name, kind in COLUMNS.items())
    values = ", ".join(f'make_timestamp("{name}" * 1000000) AS "{name}"' if kind == TIME
                       else f'"{name}"' for name, kind in COLUMNS.items())
    return (f"SELECT {values}{extra} FROM read_csv('{source}', auto_detect=false, header=true, "
            f"delim=' ', quote='', escape='', nullstr='-', columns={{{columns}}})")


def options(codec):
    return f"FORMAT parquet, COMPRESSION {codec}" + (
        ", COMPRESSION_LEVEL 3" if codec == "zstd" else "")
