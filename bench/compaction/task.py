"""Compaction of 10 M records of version 2: its cost against DuckDB's sorted COPY, and what the
article's queries read and take on the compacted lake against the article's Java files; a
sample, the last hour of a day, one address over thirty days. Peers and we on one core."""
import json
import shutil
import subprocess
import sys

from measure import Command, in_turn, median
from workbench import BENCH, FIRST_DAY

ARTICLE = (BENCH.parent / "test/sql/article.sql").read_text().splitlines()
UNSAMPLED = [line for line in ARTICLE if "TABLESAMPLE" not in line]
SAMPLED = next(line for line in ARTICLE if "TABLESAMPLE" in line)
# Of the files by the article's converter, which have AWS's names.
COLUMNS = (("srcaddr",), ("srcaddr", "dstaddr"), ("dstport", "action"),
           ("action", "bytes", "packets"), ("srcaddr", "action"))
PEAK = 1 << 30


def run(bench, report):
    text = bench.generated("compact.log", records=bench.pick(10_000_000, 1_000_000))
    lake = _lake(bench, "compact-lake", text)
    compacted = _compact(bench, report, lake)
    java = bench.java("article java", text, rounds=1)
    in_turn([java], 1)
    _scans(bench, report, java.output, compacted)
    _times(bench, report, java.output, compacted)
    _sample(bench, report, lake, compacted)
    _last_hour(bench, report, text)
    _address(bench, report)
    bench.remove_outputs()


def _compact(bench, report, lake):
    """A compacted copy of the lake."""
    ours = bench.folder / "out" / "compacted"
    commands = [
        bench.peer("duckdb sorted COPY", "compaction/duckdb_sort_copy.py", lake, "zstd",
                   rounds=bench.pick(3, 1)),
        Command("flowlake", ["sh", "-c", f"cp -rl {lake} {ours} && exec {bench.binary} compact "
                             f"--all --lake {ours} --threads 1"], ours)]
    costs = in_turn(commands, bench.rounds)
    peer, us = (median(costs[command.name]) for command in commands)
    ratio = peer.cpu / us.cpu
    report.target("sorted compaction", "≥ 5 × duckdb's sorted COPY",
                  f"{ratio:.2f} × (duckdb {peer.cpu:.2f} s, flowlake {us.cpu:.2f} s)", ratio >= 5)
    report.target("its peak memory", "≤ 1 GiB", f"{us.peak / 1e6:.0f} MB (duckdb "
                  f"{peer.peak / 1e6:.0f} MB)", us.peak <= PEAK)
    return ours


def _scans(bench, report, java, compacted):
    sizes = json.loads(subprocess.run([sys.executable, BENCH / "compaction/column_bytes.py", java],
                                      stdout=subprocess.PIPE, check=True).stdout)
    theirs = [sum(sizes[name] for name in names) for names in COLUMNS]
    ours = [_scanned(bench, compacted, statement) for statement in UNSAMPLED]
    ratio = sum(theirs) / sum(ours)
    report.target("bytes of the article's five queries", "≤ 1/6 of the Java files'",
                  f"1/{ratio:.1f} ({sum(ours) / 1e6:.1f} of {sum(theirs) / 1e6:.1f} MB)",
                  ratio >= 6)
    report.target("each of the five", "below its own",
                  ", ".join(f"{a / 1e6:.1f} < {b / 1e6:.1f} MB" for a, b in zip(ours, theirs)),
                  all(a < b for a, b in zip(ours, theirs)))


def _times(bench, report, java, compacted):
    statements = bench.folder / "out" / "five.sql"
    statements.write_text("\n".join(UNSAMPLED) + "\n")
    answers = [bench.folder / "out" / name for name in ("duckdb-answers", "flowlake-answers")]
    commands = [
        Command("duckdb on the Java files",
                [sys.executable, BENCH / "compaction/duckdb_queries.py", java, statements,
                 answers[0]], answers[0]),
        Command("flowlake on the compacted lake",
                [bench.binary, "query", "--file", statements, "--lake", compacted, "--threads", 1],
                answers[1])]
    costs = in_turn(commands, bench.rounds)
    theirs, ours = (median(costs[command.name]).cpu for command in commands)
    report.target("time of the five", "≥ 3.5 × duckdb on the Java files",
                  f"{theirs / ours:.2f} × ({theirs:.2f} s, {ours:.2f} s)", theirs / ours >= 3.5)


def _sample(bench, report, lake, compacted):
    whole = UNSAMPLED[0]
    share = _scanned(bench, compacted, SAMPLED) / _scanned(bench, lake, whole)
    report.target("bytes of the sampled query", "≤ 15 % of the unsampled one's before",
                  f"{share:.1%}", share <= 0.15)
    true = dict(_rows(bench, compacted, whole))
    drawn = dict(_rows(bench, compacted, SAMPLED))
    found = len(true.keys() & drawn.keys())
    worst = max(abs(10 * drawn[host] / true[host] - 1) for host in true.keys() & drawn.keys())
    report.target("its answer", "≥ 8 of the true ten, counts within 5 %",
                  f"{found}, within {worst:.1%}", found >= 8 and worst <= 0.05)


def _last_hour(bench, report, text):
    """Of a day of 24 windows, which its table property makes of a small day."""
    lake = bench.folder / "out" / "hours"
    shutil.copytree(_lake(bench, "compact-lake", text), lake)
    bench.set_property(lake, "flowlake.compact.window-bytes", 1)
    bench.said("compact", "--all", "--lake", lake)
    query = "SELECT max(srcaddr), max(dstaddr), sum(bytes), sum(packets) FROM vpc_flow WHERE start >= "
    hour = _scanned(bench, lake, f"{query}'{FIRST_DAY} 23:00:00'")
    day = _scanned(bench, lake, f"{query}'{FIRST_DAY} 00:00:00'")
    report.target("the last hour of a day of 24 windows", "≤ 1.3/24 of the day's bytes",
                  f"{hour / day * 24:.2f}/24", hour / day <= 1.3 / 24)


def _address(bench, report):
    records = bench.pick(10_000_000, 1_000_000)
    lake = bench.folder / "out" / "month"
    shutil.copytree(_lake(bench, "month-lake", bench.generated("month.log", records=records,
                                                               days=30)), lake)
    bench.said("compact", "--all", "--lake", lake)
    stored = sum(file.stat().st_size for file in lake.rglob("*.parquet")) / 2
    for side, column in (("source", "srcaddr"), ("destination", "dstaddr")):
        hosts = _rows(bench, lake, f"SELECT {column} AS host, count(*) AS n FROM vpc_flow GROUP BY 1 "
                                   f"HAVING n BETWEEN {records // 4000} AND {records // 1000} "
                                   f"ORDER BY n DESC, host LIMIT 1")
        host = hosts[0][0]
        bytes_read = _scanned(bench, lake, f"SELECT sum(bytes) FROM vpc_flow WHERE {column} = '{host}'")
        report.target(f"one {side} address over 30 days", "≤ 2 % of the bytes",
                      f"{bytes_read / stored:.1%}", bytes_read / stored <= 0.02)
    traced = bench.asked("report", "address-trace", "--ip", host, "--lake", lake)
    share = traced["stats"]["bytes_scanned"] / stored
    report.target("either, through report address-trace", "≤ 2 % of the bytes", f"{share:.1%}",
                  share <= 0.02)


def _lake(bench, name, text):
    """Ingested once: as it stands before compaction."""
    lake = bench.folder / "data" / f"{name}-{text.name}"
    if not lake.exists():
        part = lake.with_name("part-" + lake.name)
        shutil.rmtree(part, ignore_errors=True)
        bench.said("ingest", text, "--lake", part)
        part.rename(lake)
    return lake


def _scanned(bench, lake, statement):
    return _ask(bench, lake, statement)["stats"]["bytes_scanned"]


def _rows(bench, lake, statement):
    return _ask(bench, lake, statement)["rows"]


def _ask(bench, lake, statement):
    return bench.asked("query", statement, "--lake", lake)
