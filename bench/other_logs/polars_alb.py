"""polars_alb.py <text> <parquet> <threads> <codec>: Polars reads a load balancer's lines, streaming."""
import os
import sys

source, output, threads, codec = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = threads  # read when polars is imported
import polars as pl  # noqa: E402

SECONDS = ["request_processing_time", "target_processing_time", "response_processing_time"]
TIMES = ["time", "request_creation_time"]
NAMES = ["type", "time", "elb", "client", "target", *SECONDS, "elb_status_code",
         "target_status_code", "received_bytes", "sent_bytes", "request", "user_agent",
         "ssl_cipher", "ssl_protocol", "target_group_arn", "trace_id", "domain_name",
         "chosen_cert_arn", "matched_rule_priority", "request_creation_time",
         "actions_executed", "redirect_url", "error_reason", "target_port_list",
         "target_status_code_list", "classification", "classification_reason", "conn_trace_id"]
TYPES = (dict.fromkeys(NAMES, pl.String) | dict.fromkeys(SECONDS, pl.Float64)
         | dict.fromkeys(["elb_status_code", "target_status_code", "matched_rule_priority"],
                         pl.Int32)
         | dict.fromkeys(["received_bytes", "sent_bytes"], pl.Int64))


def address(name):
    parts = pl.col(name).str.split_exact(":", 1)
    return [parts.struct.field("field_0").alias(f"{name}_ip"),
            parts.struct.field("field_1").cast(pl.Int32).alias(f"{name}_port")]


request = pl.col("request").str.split_exact(" ", 2)
frame = pl.scan_csv(source, separator=" ", quote_char='"', null_values="-", has_header=False,
                    schema=TYPES)
frame = frame.with_columns(
    [pl.col(TIMES).str.to_datetime("%Y-%m-%dT%H:%M:%S%.6fZ", time_unit="us", time_zone="UTC"),
     *address("client"), *address("target"),
     *(request.struct.field(f"field_{number}").alias(f"request_{part}")
       for number, part in enumerate(("verb", "url", "proto"))),
     *(pl.when(pl.col(name) != -1).then(pl.col(name)).alias(name) for name in SECONDS)])
frame = frame.drop("client", "target", "request", "redirect_url", "error_reason",
                   "classification", "classification_reason")
frame.sink_parquet(output, compression=codec)
