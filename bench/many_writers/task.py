"""Twenty writers on one table in S3 (versitygw on this machine, which takes part of its two
cores): each ingests one small file after the other, a process and a commit each."""
import pathlib
import statistics
import subprocess
import sys
import threading
import time

from measure import Failed
from workbench import BENCH

sys.path.append(str(BENCH.parent / "test/support"))
import s3_server  # noqa: E402

WRITERS = 20


def run(bench, report):
    commits = bench.pick(full=1000, quick=200)
    folder = bench.folder / "data/many_writers"
    inputs = _inputs(folder, commits)
    with s3_server.running() as server:
        lake = f"{server.bucket}/lake"
        _ingest(bench, server, inputs.pop(), lake)
        seconds = []
        begin = time.monotonic()
        writers = [threading.Thread(target=_write, args=(bench, server, lake, inputs, seconds))
                   for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        wall = time.monotonic() - begin
        rows = _count(bench, server, lake)
    p99 = statistics.quantiles(seconds, n=100)[98]
    report.target(f"{WRITERS} writers on one table in S3, {commits:,} commits: none lost or doubled",
                  "all", f"{rows:,} of {commits:,}", rows == commits)
    report.target("their p99, whole process", "< 2 s",
                  f"{p99:.2f} s (median {statistics.median(seconds):.2f} s, "
                  f"{len(seconds) / wall:.0f} commits/s)", p99 < 2)


def _inputs(folder, count):
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        path = folder / f"{number}.log"
        path.write_text(f"2 123456789010 eni-0 10.0.0.1 10.0.0.2 {number} 22 6 20 4249 "
                        f"{1790255109 + number} {1790255160 + number} ACCEPT OK\n")
        paths.append(path)
    return paths


def _write(bench, server, lake, inputs, seconds):
    while inputs:
        try:
            path = inputs.pop()
        except IndexError:
            return
        begin = time.monotonic()
        _ingest(bench, server, path, lake)
        seconds.append(time.monotonic() - begin)


def _ingest(bench, server, path: pathlib.Path, lake):
    _run(bench, server, "ingest", path, "--lake", lake)


def _count(bench, server, lake):
    out = _run(bench, server, "query", "--lake", lake, "--output", "csv",
               "SELECT CASE WHEN count(DISTINCT srcport) = count(*) THEN count(*) ELSE -1 END "
               "AS n FROM vpc_flow")
    return int(out.split()[-1])


def _run(bench, server, *words):
    done = subprocess.run([str(word) for word in (bench.binary, *words)], env=server.environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"flowlake {words[0]}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout
