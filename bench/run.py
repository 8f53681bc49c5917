"""run.py [--quick] [task…]: measures flowlake and its peers in the same run on the same data,
checks that all wrote the same rows, and writes the table of targets to bench/results.md
(--quick: to build/bench/quick.md, so that a look does not replace the record). BENCH_ROUNDS
sets how often each command runs, 5 if it does not.

Runs with the Python of bench/requirements.txt: `make bench`.
"""
import argparse
import importlib
import importlib.metadata
import os
import pathlib
import subprocess
import sys
import time

import measure
import report as reports
from workbench import BENCH, Workbench

TASKS = ("text", "versions", "documents", "other_logs", "delivered_parquet", "small_files",
         "cores", "memory", "start", "compaction", "sort_orders", "large_table", "many_writers")
PEERS = ("polars", "duckdb", "chdb", "pyarrow")
TITLE = "Measured against others, and against our targets"


def main():
    arguments = _arguments()
    bench = Workbench(arguments.binary, arguments.folder.resolve(), arguments.quick)
    report = reports.Report()
    begin = time.monotonic()
    failures = [name for name in arguments.tasks or TASKS if not _run(name, bench, report)]
    heading = "Quick look" if arguments.quick else "The bench"
    path = arguments.folder / "quick.md" if arguments.quick else BENCH / "results.md"
    text = report.markdown(heading, _versions(bench), time.monotonic() - begin)
    print(f"\n{text}")
    if arguments.tasks:
        print("Only some tasks were run: nothing is written.")
    else:
        reports.write_section(path, heading, text, TITLE)
        print(f"Written to {os.path.relpath(path)}")
    sys.exit(f"failed: {', '.join(failures)}" if failures else 0)


def _arguments():
    root = BENCH.parent
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tasks", nargs="*", choices=[*TASKS, []], metavar="task", default=[])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--binary", default=os.environ.get(
        "FLOWLAKE_BINARY", root / "build/release/flowlake"))
    parser.add_argument("--folder", type=pathlib.Path, default=root / "build/bench")
    return parser.parse_args()


def _run(name, bench, report):
    """A failure of one task is said and costs only that task's rows."""
    print(f"\n{name}", flush=True)
    try:
        importlib.import_module(f"{name}.task").run(bench, report)
        return True
    except (measure.Failed, subprocess.CalledProcessError) as error:
        report.target(name, "runs", f"failed: {str(error).splitlines()[0]}", False)
        print(error, file=sys.stderr)
        return False


def _versions(bench):
    ours = subprocess.run([bench.binary, "--version"], capture_output=True, text=True, check=True)
    commit = subprocess.run(["git", "-C", BENCH, "describe", "--always", "--dirty"],
                            capture_output=True, text=True)
    peers = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PEERS)
    return [("flowlake", f"{ours.stdout.split()[-1]}, commit {commit.stdout.strip() or 'unknown'}"),
            ("peers", f"{peers}, parquet-avro 1.17.0")]


if __name__ == "__main__":
    main()
