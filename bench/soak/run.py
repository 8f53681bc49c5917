"""run.py: streams SOAK_RECORDS (1 billion) generated records of 30 days, each on a random day,
into a lake, as SOAK_STREAMS (10) runs of `flowlake generate | flowlake ingest -`: the text never
lies on disk. Then it compacts the lake, has every file compared with what the log says of its
rows (`check --deep`), and asks the article's five unsampled queries and one of
a day. Records what it took as a section of bench/results.md.

The lake is removed at the end unless SOAK_KEEP is set.
"""
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

BENCH = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(BENCH))
import report as reports  # noqa: E402

BINARY = os.environ.get("FLOWLAKE_BINARY", str(BENCH.parent / "build/release/flowlake"))
FIRST_DAY, DAYS = "2026-09-21", 30
MEBIBYTE = 1 << 20
QUERY_MEMORY = "16GiB"  # of a billion records there are hundreds of millions of pairs of addresses


class Stream:
    """One generated stream into the lake: what ingest said, and what both processes took."""

    def __init__(self, lake, seed, records):
        begin = time.monotonic()
        generate = subprocess.Popen(
            [BINARY, "generate", "--seed", str(seed), "--records", str(records), "--day",
             FIRST_DAY, "--days", str(DAYS), "--scatter-days"], stdout=subprocess.PIPE)
        ingest = subprocess.Popen([BINARY, "ingest", "-", "--lake", lake, "--threads", "1",
                                   "--json"], stdin=generate.stdout, stdout=subprocess.PIPE)
        generate.stdout.close()  # ours; a dead ingest must end generate
        said = ingest.stdout.read()
        self.usage, self.generator_usage = _finish(ingest), _finish(generate)
        self.seconds = time.monotonic() - begin
        self.summary = json.loads(said)
        if self.summary["records"] != records or self.summary["rejects"]:
            sys.exit(f"stream {seed}: not all was converted: {self.summary}")


def _finish(process):
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(process.args)}: exit code {process.returncode}")
    return usage


def main():
    records = int(os.environ.get("SOAK_RECORDS", 1_000_000_000))
    count = int(os.environ.get("SOAK_STREAMS", 10))
    lake = pathlib.Path(os.environ.get("SOAK_LAKE", BENCH.parent / "build/bench/soak"))
    shutil.rmtree(lake, ignore_errors=True)
    lake.parent.mkdir(parents=True, exist_ok=True)
    streams = []
    for seed in range(1, count + 1):
        share = records * seed // count - records * (seed - 1) // count
        streams.append(Stream(str(lake), seed, share))
        print(f"{seed} of {count}: {streams[-1].seconds:.0f} s, "
              f"{streams[-1].usage.ru_maxrss / 1024:.0f} MiB", flush=True)
    rows = check(lake, records)
    before = checksum(lake)
    rows += compact(lake)
    if checksum(lake) != before:
        sys.exit("compaction changed the rows")
    rows += check_deep(lake)
    rows += ask(lake)
    section = describe(records, streams, rows)
    print(section)
    reports.write_section(BENCH / "results.md", "Soak", section,
                          "Measured against others, and against our targets")
    if not os.environ.get("SOAK_KEEP"):
        shutil.rmtree(lake)


def compact(lake):
    begin = time.monotonic()
    compaction = subprocess.Popen([BINARY, "compact", "--all", "--threads", "2", "--json",
                                   "--lake", lake], stdout=subprocess.PIPE)
    said = compaction.stdout.read()
    usage = _finish(compaction)
    tables = json.loads(said)["tables"]
    done = next(table for table in tables if table["table"] == "vpc_flow")
    return [("compaction, two threads",
             f"{time.monotonic() - begin:,.0f} s, CPU {usage.ru_utime + usage.ru_stime:,.0f} s, "
             f"{usage.ru_maxrss / 1024:.0f} MiB; {done['files_before']:,} files of "
             f"{done['bytes_before'] / 1e9:.2f} GB to {done['files_after']:,} of "
             f"{done['bytes_after'] / 1e9:.2f} GB")]


def check_deep(lake):
    """Every file has the rows that ingest parsed."""
    begin = time.monotonic()
    checking = subprocess.Popen([BINARY, "check", "--deep", "--lake", lake],
                                stdout=subprocess.DEVNULL)
    usage = _finish(checking)
    return [("`check --deep` of all files",
             f"{time.monotonic() - begin:,.0f} s, {usage.ru_maxrss / 1024:.0f} MiB")]


def ask(lake):
    """The whole lake, then one day of it."""
    queries = (BENCH.parent / "test/sql/article.sql").read_text().splitlines()[:5]
    queries = [("the article's five queries, all days", queries),
               ("the first of them, one day", [queries[0].replace(
                   "FROM flowlogs", f"FROM flowlogs WHERE date = '{FIRST_DAY}'")])]
    facts = []
    for name, statements in queries:
        begin, scanned, peak = time.monotonic(), 0, 0
        for sql in statements:
            query = subprocess.Popen([BINARY, "query", sql, "--lake", lake, "--json", "--memory",
                                      QUERY_MEMORY], stdout=subprocess.PIPE)
            scanned += json.loads(query.stdout.read())["stats"]["bytes_scanned"]
            peak = max(peak, _finish(query).ru_maxrss)
        facts.append((name, f"{time.monotonic() - begin:.1f} s, {scanned / 1e9:.2f} GB scanned, "
                      f"{peak / 1024:.0f} MiB"))
    return facts


def checksum(lake):
    """Of all rows, in any order."""
    columns = ("account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, "
               "bytes, start, \"end\", action, log_status")
    answer = subprocess.run([BINARY, "query", f"SELECT count(*) AS n, sum(hash({columns})::HUGEINT) "
                             "AS checksum FROM vpc_flow", "--lake", lake, "--output", "jsonl"],
                            capture_output=True, check=True)
    return answer.stdout


def check(lake, records):
    """The lake holds every row once, and says of its files what they are."""
    answer = subprocess.run([BINARY, "query", "SELECT count(*) AS n FROM vpc_flow", "--lake", lake,
                             "--output", "jsonl"], capture_output=True, check=True)
    found = json.loads(answer.stdout)["n"]
    if int(found) != records:
        sys.exit(f"the lake holds {found} rows, not {records}")
    files = list(lake.glob("vpc_flow/date=*/*.parquet"))
    return [("output", f"{len(files):,} files, {_size(files) / 1e9:.2f} GB, "
             f"{_size(files) / records:.1f} bytes a record"),
            ("table's log", f"{_size(lake.glob('*/_delta_log/*')) / 1e3:,.1f} kB"),
            ("input ledger", f"{_size(lake.glob('*/_flowlake/**/*')) / 1e3:,.1f} kB")]


def _size(paths):
    return sum(path.stat().st_size for path in paths if path.is_file())


def describe(records, streams, rows):
    cpu = sum(stream.usage.ru_utime + stream.usage.ru_stime for stream in streams)
    generating = sum(stream.generator_usage.ru_utime + stream.generator_usage.ru_stime
                     for stream in streams)
    text = sum(stream.summary["bytes_in"] for stream in streams)
    seconds = sum(stream.seconds for stream in streams)
    peak = max(stream.usage.ru_maxrss for stream in streams) * 1024
    facts = [("date", datetime.date.today().isoformat()), *reports.machine(),
             ("input", f"{records:,} version 2 records, {text / 1e9:.1f} GB of text, {DAYS} days, "
              f"each record on a random day, {len(streams)} streams"),
             ("peak memory of ingest", f"{peak / MEBIBYTE:.0f} MiB, one thread"),
             *rows,
             ("wall clock", f"{seconds:,.0f} s, {records / seconds / 1e6:.2f} M records/s, "
              "generator and ingest side by side"),
             ("CPU of ingest", f"{cpu:,.0f} s, {text / cpu / 1e6:.0f} MB/s"),
             ("CPU of generate", f"{generating:,.0f} s")]
    return f"## Soak\n\n{reports.markdown_table(('', ''), facts)}\n"


if __name__ == "__main__":
    main()
