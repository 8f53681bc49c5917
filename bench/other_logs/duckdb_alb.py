"""duckdb_alb.py <text> <parquet> <threads> <codec>: DuckDB reads a load balancer's lines as CSV with
blanks between fields. Addresses are cut at the first colon: the data has no IPv6."""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "text"))
from duckdb_rows import connect, options  # noqa: E402

source, output, threads, codec = sys.argv[1:]
SECONDS = ("request_processing_time", "target_processing_time", "response_processing_time")
FIELDS = {
    "type": "VARCHAR", "time": "TIMESTAMP", "elb": "VARCHAR", "client": "VARCHAR",
    "target": "VARCHAR", **dict.fromkeys(SECONDS, "DOUBLE"), "elb_status_code": "INTEGER",
    "target_status_code": "INTEGER", "received_bytes": "BIGINT", "sent_bytes": "BIGINT",
    "request": "VARCHAR", "user_agent": "VARCHAR", "ssl_cipher": "VARCHAR",
    "ssl_protocol": "VARCHAR", "target_group_arn": "VARCHAR", "trace_id": "VARCHAR",
    "domain_name": "VARCHAR", "chosen_cert_arn": "VARCHAR", "matched_rule_priority": "INTEGER",
    "request_creation_time": "TIMESTAMP", "actions_executed": "VARCHAR",
    "redirect_url": "VARCHAR", "error_reason": "VARCHAR", "target_port_list": "VARCHAR",
    "target_status_code_list": "VARCHAR", "classification": "VARCHAR",
    "classification_reason": "VARCHAR", "conn_trace_id": "VARCHAR"}
EMPTY = ("redirect_url", "error_reason", "classification", "classification_reason")


def value(name):
    if name in ("client", "target"):
        return (f"split_part({name}, ':', 1) AS {name}_ip, "
                f"split_part({name}, ':', 2)::INTEGER AS {name}_port")
    if name == "request":
        return ", ".join(f"split_part(request, ' ', {number}) AS request_{part}"
                         for number, part in enumerate(("verb", "url", "proto"), 1))
    return f'nullif("{name}", -1) AS "{name}"' if name in SECONDS else f'"{name}"'


columns = ", ".join(f"'{name}': '{kind}'" for name, kind in FIELDS.items())
values = ", ".join(value(name) for name in FIELDS if name not in EMPTY)
connect(threads).sql(f"""COPY (
    SELECT {values}
    FROM read_csv('{source}', auto_detect=false, header=false, delim=' ', quote='"', escape='"',
                  nullstr='-', columns={{{columns}}})
    ) TO '{output}' ({options(codec)})""")
