"""make_small_files.py <folder> <flowlake> <files>: gzip files of 1 to 50 KB, as AWS delivers
them every five minutes, over 30 days: sizes are log-uniform (many small ones, a few large),
names are AWS's keys."""
import datetime
import gzip
import pathlib
import random
import subprocess
import sys

DAYS = 30
FEWEST_LINES, MOST_LINES = 30, 1900  # of about 26 bytes each, gzipped
FIRST_DAY = datetime.date(2026, 9, 21)


def main():
    folder, binary, files = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    draw = random.Random(1)
    counts = [int(FEWEST_LINES * (MOST_LINES / FEWEST_LINES) ** draw.random())
              for _ in range(files)]
    lines = subprocess.Popen([binary, "generate", "--records", str(sum(counts)), "--day",
                              FIRST_DAY.isoformat(), "--days", str(DAYS)],
                             stdout=subprocess.PIPE)
    header = next(lines.stdout)
    for number, count in enumerate(counts):
        text = b"".join(line for _, line in zip(range(count), lines.stdout))
        path = folder / key(number, files)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(header + text, 6))
    sys.exit(lines.wait())


def key(number, files):
    """AWSLogs/<account>/vpcflowlogs/<region>/<day>/<account>_…_<time>_<hash>.log.gz"""
    minute = number * DAYS * 1440 // files // 5 * 5
    time = datetime.datetime.combine(FIRST_DAY, datetime.time()) + datetime.timedelta(
        minutes=minute)
    return (f"AWSLogs/123456789010/vpcflowlogs/us-east-1/{time:%Y/%m/%d}/123456789010_vpcflowlogs_"
            f"us-east-1_fl-0a1b2c3d4e5f60718_{time:%Y%m%dT%H%MZ}_{number:08x}.log.gz")


if __name__ == "__main__":
    main()
