"""10 M records of version 2, two days: text and gzip, Snappy and Zstandard 3, into a committed,
date-partitioned lake. The peers commit nothing, and all but one write one unpartitioned file."""
from measure import in_turn, median, size_of

POLARS, DUCKDB, PARTITIONED = "polars one file", "duckdb one file", "duckdb partitioned"
PYARROW, CLICKHOUSE, ARTICLE = "pyarrow one file", "clickhouse one file", "article java one file"
SCRIPTS = {POLARS: "text/polars_one_file.py", DUCKDB: "text/duckdb_one_file.py",
           PARTITIONED: "text/duckdb_partitioned.py", PYARROW: "text/pyarrow_one_file.py",
           CLICKHOUSE: "text/chdb_one_file.py"}


def run(bench, report):
    records = bench.pick(10_000_000, 1_000_000)
    text = bench.generated("v2.log", records=records, days=2)
    gzip = bench.generated("v2.log.gz", records=records, days=2, gzip=True)
    size = text.stat().st_size

    costs, sizes = _measure(bench, report, "v2 text, Snappy", text, "snappy", size)
    _against_fastest(report, "v2 text → lake, Snappy", 5, costs)
    _against(report, "v2 text → lake, Snappy", 8, costs, PARTITIONED)
    _size(report, "Snappy", sizes)

    costs, _ = _measure(bench, report, "v2 gzip, Snappy", gzip, "snappy", size)
    _against_fastest(report, "v2 gzip → lake, Snappy", 3.5, costs)

    costs, sizes = _measure(bench, report, "v2 text, Zstandard 3", text, "zstd", size)
    _against_fastest(report, "v2 text → lake, Zstandard 3", 4, costs)
    _size(report, "Zstandard 3", sizes)


def _measure(bench, report, title, source, codec, size):
    """Medians of CPU seconds and bytes of output, by name."""
    commands = _commands(bench, source, codec)
    costs = in_turn(commands, bench.rounds)
    rows = bench.check_same_rows(commands)
    bench.summary(commands[-1])
    report.costs(f"{title}: {rows:,} records, {size / 1e6:,.0f} MB of text, one core",
                 commands, costs, size)
    sizes = {command.name: size_of(command.output) for command in commands}
    bench.remove_outputs()
    return {name: median(cost).cpu for name, cost in costs.items()}, sizes


def _commands(bench, source, codec):
    """The peers that a target names, and may name, have all rounds, the slow ones three. A quick
    look gives the slow ones one round, with gzip and Zstandard none; but for the article's
    converter, whose output is the smallest."""
    is_first = codec == "snappy" and source.suffix != ".gz"
    commands = []
    for name, script in SCRIPTS.items():
        is_fast = name in (POLARS, DUCKDB, PARTITIONED) if is_first else name == POLARS
        if bench.quick and not is_fast and not is_first:
            continue
        commands.append(bench.peer(name, script, source, codec,
                                   rounds=None if is_fast else bench.pick(3, 1)))
    if source.suffix != ".gz" or not bench.quick:
        commands.append(bench.java(ARTICLE, source, codec,
                                   rounds=bench.pick(3, 1) if is_first else 1))
    return [*commands, bench.flowlake(source, codec=codec)]


def _against_fastest(report, work, target, costs):
    peers = {name: cpu for name, cpu in costs.items() if name != "flowlake"}
    _against(report, work, target, costs, min(peers, key=peers.get), "the fastest peer")


def _against(report, work, target, costs, peer, called=None):
    ratio = costs[peer] / costs["flowlake"]
    named = f"{peer} {costs[peer]:.2f} s, flowlake {costs['flowlake']:.2f} s"
    report.target(work, f"≥ {target} × {called or peer}", f"{ratio:.2f} × ({named})",
                  ratio >= target)


def _size(report, codec, sizes):
    peers = {name: size for name, size in sizes.items() if name != "flowlake"}
    smallest = min(peers, key=peers.get)
    ratio = sizes["flowlake"] / peers[smallest]
    report.target(f"size of the output, {codec}", "≤ the smallest peer's",
                  f"{ratio:.3f} × ({smallest} {peers[smallest] / 1e6:.1f} MB, flowlake "
                  f"{sizes['flowlake'] / 1e6:.1f} MB)", ratio <= 1)
