"""Opening tables of very many files from a checkpoint, and planning a query of one day."""
import statistics

import measure
from measure import Command

MEGABYTE = 1_000_000
QUERY = ("EXPLAIN SELECT srcaddr, sum(bytes) FROM vpc_flow WHERE date = DATE '2025-03-01' "
         "GROUP BY srcaddr")


def run(bench, report):
    _table(bench, report, 100_000, seconds=1, megabytes=200)
    if not bench.quick:
        _table(bench, report, 1_000_000, seconds=3, megabytes=500)


def _table(bench, report, files, seconds, megabytes):
    lake = bench.made(f"large-table-{files}", "large_table/make_log.py", files, bench.binary)
    output = bench.folder / "out/large-table"
    opened = Command("open", [bench.binary, "info", "--lake", lake], output)
    planned = Command("plan", [bench.binary, "query", "--lake", lake, QUERY], output)
    costs = measure.in_turn([opened, planned], bench.rounds)
    wall = statistics.median(cost.wall for cost in costs["open"])
    peak = max(cost.peak for cost in costs["open"]) / MEGABYTE
    report.target(f"table of {files:,} files opens from its checkpoint",
                  f"< {seconds} s, {megabytes} MB", f"{wall:.2f} s, {peak:.0f} MB",
                  wall < seconds and peak < megabytes)
    more = statistics.median(plan.wall - opening.wall
                             for plan, opening in zip(costs["plan"], costs["open"]))
    report.target(f"a query of one day on it is planned (beyond opening, start of the SQL "
                  f"engine included)", "< 50 ms", f"{more * 1000:.0f} ms", more < 0.05)
