"""Parquet as AWS delivers it (gzip inside) into a lake, against DuckDB's COPY of the same."""
from measure import in_turn, median


def run(bench, report):
    records = bench.pick(10_000_000, 1_000_000)
    text = bench.generated("v2.log", records=records, days=2)
    source = bench.made(f"delivered-{records}", "delivered_parquet/make_delivered.py", text,
                        min(records, 1_000_000))
    one = bench.peer("duckdb one file", "delivered_parquet/duckdb_copy.py", source)
    many = bench.peer("duckdb partitioned", "delivered_parquet/duckdb_copy_partitioned.py", source)
    ours = bench.flowlake(source)
    costs = in_turn([one, many, ours], bench.rounds)
    bench.check_same_rows([one, many, ours])
    bench.summary(ours)
    for peer in (many, one):
        theirs, mine = (median(costs[name]).cpu for name in (peer.name, ours.name))
        report.target("AWS-delivered Parquet → lake, Snappy", f"≥ 2 × {peer.name} (COPY)",
                      f"{theirs / mine:.2f} × ({theirs:.2f} s, flowlake {mine:.2f} s)",
                      theirs >= 2 * mine)
    size = text.stat().st_size
    report.costs(f"AWS-delivered Parquet: {records:,} records, {size / 1e6:,.0f} MB as text, "
                 "one core", [one, many, ours], costs, size)
    bench.remove_outputs()
