"""duckdb_cloudfront.py <text> <parquet> <threads> <codec>: DuckDB reads CloudFront's tabs."""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "text"))
from duckdb_rows import connect, options  # noqa: E402

source, output, threads, codec = sys.argv[1:]
FIELDS = {
    "date": "DATE", "time": "TIME", "x_edge_location": "VARCHAR", "sc_bytes": "BIGINT",
    "c_ip": "VARCHAR", "cs_method": "VARCHAR", "cs_host": "VARCHAR", "cs_uri_stem": "VARCHAR",
    "sc_status": "INTEGER", "cs_referer": "VARCHAR", "cs_user_agent": "VARCHAR",
    "cs_uri_query": "VARCHAR", "cs_cookie": "VARCHAR", "x_edge_result_type": "VARCHAR",
    "x_edge_request_id": "VARCHAR", "x_host_header": "VARCHAR", "cs_protocol": "VARCHAR",
    "cs_bytes": "BIGINT", "time_taken": "DOUBLE", "x_forwarded_for": "VARCHAR",
    "ssl_protocol": "VARCHAR", "ssl_cipher": "VARCHAR", "x_edge_response_result_type": "VARCHAR",
    "cs_protocol_version": "VARCHAR", "fle_status": "VARCHAR", "fle_encrypted_fields": "INTEGER",
    "c_port": "INTEGER", "time_to_first_byte": "DOUBLE",
    "x_edge_detailed_result_type": "VARCHAR", "sc_content_type": "VARCHAR",
    "sc_content_len": "BIGINT", "sc_range_start": "BIGINT", "sc_range_end": "BIGINT"}
EMPTY = ("cs_cookie", "x_forwarded_for", "fle_status", "fle_encrypted_fields", "sc_range_start",
         "sc_range_end")


def value(name):
    if name == "time":
        return '"date" + "time" AS "time"'
    if name in ("cs_referer", "cs_user_agent"):
        return f'url_decode("{name}") AS "{name}"'
    return f'"{name}"'


columns = ", ".join(f"'{name}': '{kind}'" for name, kind in FIELDS.items())
values = ", ".join(value(name) for name in FIELDS if name not in (*EMPTY, "date"))
connect(threads).sql(f"""COPY (
    SELECT {values}
    FROM read_csv('{source}', auto_detect=false, header=false, skip=2, delim='\t', quote='',
                  escape='', nullstr='-', columns={{{columns}}})
    ) TO '{output}' ({options(codec)})""")
