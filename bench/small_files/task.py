"""Small gzip files as AWS delivers them, all in one command: files per second, and how many
files the lake has afterwards."""
from measure import in_turn, median

MOST_FILES = 999  # "in the hundreds"


def run(bench, report):
    files = bench.pick(100_000, 5_000)
    source = bench.made(f"small-files-{files}", "small_files/make_small_files.py", bench.binary,
                        files)
    ours = bench.flowlake(source, name="small files")
    cost = median(in_turn([ours], bench.pick(3, 1))[ours.name])
    summary = bench.summary(ours)
    report.target(f"{files:,} gzip files of 1-50 KB", "output files in the hundreds",
                  f"{summary['data_files']} files, {files / cost.cpu:,.0f} inputs/s, "
                  f"{summary['records'] / cost.cpu / 1e6:.2f} M records/s, one core",
                  summary["data_files"] <= MOST_FILES)
    bench.remove_outputs()
