"""Load balancers, CloudFront and CloudTrail, from text and JSON into a committed lake, one core.
The peers commit nothing and write one unpartitioned file."""
from measure import in_turn, median

CLOUDTRAIL_FILES = 8


def run(bench, report):
    records = bench.pick(800_000, 200_000)
    alb = bench.made(f"alb-{records}.log", "other_logs/make_other_logs.py", "alb", records)
    _measure(bench, report, "ALB lines", [alb],
             [bench.peer("duckdb one file", "other_logs/duckdb_alb.py", alb),
              bench.peer("polars one file", "other_logs/polars_alb.py", alb)], 5, 400)

    cdn = bench.made(f"cloudfront-{records}.log", "other_logs/make_other_logs.py", "cloudfront",
                     records)
    _measure(bench, report, "CloudFront lines", [cdn],
             [bench.peer("duckdb one file", "other_logs/duckdb_cloudfront.py", cdn)], 5, 400)

    trail = bench.made(f"cloudtrail-{records // 4}", "other_logs/make_cloudtrail_files.py",
                       CLOUDTRAIL_FILES, records // 4)
    _measure(bench, report, "CloudTrail files", sorted(trail.glob("*.json")),
             [bench.peer("duckdb one file", "other_logs/duckdb_cloudtrail.py", trail)], 4, 300)


def _measure(bench, report, title, sources, peers, times, rate):
    size = sum(source.stat().st_size for source in sources)
    ours = bench.flowlake(*sources)
    commands = [*peers, ours]
    costs = in_turn(commands, bench.rounds)
    rows = bench.check_same_rows(commands)
    bench.summary(ours)
    seconds = median(costs[ours.name]).cpu
    fastest = min(peers, key=lambda peer: median(costs[peer.name]).cpu)
    ratio = median(costs[fastest.name]).cpu / seconds
    report.target(f"{title} → lake", f"≥ {times} × the fastest peer",
                  f"{ratio:.2f} × {fastest.name}", ratio >= times)
    report.target(f"{title} → lake", f"≥ {rate} MB/s", f"{size / seconds / 1e6:.0f} MB/s",
                  size / seconds / 1e6 >= rate)
    report.costs(f"{title}: {rows:,} records, {size / 1e6:,.0f} MB, one core", commands, costs,
                 size)
    bench.remove_outputs()
