"""Peak memory of 10 GB over 30 days, each record on a random day, so that all days are open
all the time: the largest resident set, with the default --memory."""
from measure import run as run_once

MEBIBYTE = 1 << 20
LIMITS = {1: 256 * MEBIBYTE, 2: 512 * MEBIBYTE}


def run(bench, report):
    records = bench.pick(44_000_000, 1_500_000)
    sources = [bench.generated(f"random-days{seed}.log", records=records, days=30, seed=seed,
                               scatter_days=True) for seed in (1, 2)]
    size = sum(source.stat().st_size for source in sources)
    for threads, limit in LIMITS.items():
        ours = bench.flowlake(*sources, name=f"{threads} threads", threads=threads)
        cost = run_once(ours, core_count=threads)
        summary = bench.summary(ours)
        report.target(f"peak memory, {threads} thread{'s'[:threads - 1]}, {size / 1e9:.1f} GB, "
                      "30 days at random", f"≤ {limit // MEBIBYTE} MiB",
                      f"{cost.peak / MEBIBYTE:.0f} MiB ({summary['data_files']} files, "
                      f"{summary['bytes_out'] / 1e6:,.0f} MB, {size / cost.cpu / 1e6:.0f} MB/s "
                      "of CPU)", cost.peak <= limit)
        bench.remove_outputs()
