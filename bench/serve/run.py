"""What `flowlake serve` takes: Firehose deliveries of 5 MB, acknowledged once they are durable on
disk, and their way into the lake: `make bench-serve`.

    acknowledged   nothing is flushed meanwhile
    into the lake  flushed as they come; the time ends when all are in

Each as MB of decoded records per second, and per second of the daemon's processor time, which is
what one core would take. 100 senders on the same machine; a delivery is refused at most when there
is no room for its body.
"""
import concurrent.futures
import copy
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("FLOWLAKE_BINARY", str(ROOT / "build/release/flowlake"))
sys.path.insert(0, str(ROOT / "test/support"))

import firehose  # noqa: E402
import flowlake_daemon  # noqa: E402

SENDERS = 100
SECONDS = float(os.environ.get("SECONDS", "20"))
RECORD_BYTES = 1000
DELIVERY_BYTES = 5_000_000


def records(folder):
    """Lines of a generated flow log, in records of about RECORD_BYTES."""
    path = folder / "lines.log"
    subprocess.run([os.environ["FLOWLAKE_BINARY"], "generate", "--records",
                    str(DELIVERY_BYTES // 100), "-o", path, "--day", "2026-09-21"], check=True)
    lines = path.read_bytes().splitlines(keepends=True)
    joined, record = [], b""
    for line in lines[1:]:
        record += line
        if len(record) >= RECORD_BYTES:
            joined.append(record)
            record = b""
    return joined


def measure(folder, content, is_flushed, *flags):
    lake, wal = folder / "lake", folder / "wal"
    requests = [firehose.Request(content) for _ in range(8)]
    with flowlake_daemon.Daemon(lake, "--wal", wal, "--maintain-every", "never",
                                *flags) as daemon:
        sender = firehose.Sender([daemon.url], time_scale=0.02)
        started, cpu = time.monotonic(), daemon.cpu_seconds()
        end = started + SECONDS

        def send(number):
            done = 0
            while time.monotonic() < end:
                request = requests[number % len(requests)]
                fresh = renamed(request)
                if not sender.deliver(fresh):
                    sys.exit("a delivery was given up")
                done += 1
            return done

        with concurrent.futures.ThreadPoolExecutor(SENDERS) as pool:
            done = sum(pool.map(send, range(SENDERS)))
        if is_flushed:
            daemon.wait_until_flushed(600)
        wall = time.monotonic() - started
        used = daemon.cpu_seconds() - cpu
        megabytes = done * requests[0].plain_bytes / 1e6
        result = {"deliveries/s": done / wall, "MB/s": megabytes / wall,
                  "MB per core second": megabytes / used, "peak MB": daemon.peak_mb(),
                  "answers": sender.answers}
    shutil.rmtree(lake, ignore_errors=True)
    shutil.rmtree(wal, ignore_errors=True)
    return result


def renamed(request):
    """The same records under an id of their own."""
    fresh = copy.copy(request)
    fresh.id = str(uuid.uuid4())
    fresh.headers = {**request.headers, "X-Amz-Firehose-Request-Id": fresh.id}
    old = request.id.encode()
    assert request.body.count(old, 0, 200) == 1
    fresh.body = request.body.replace(old, fresh.id.encode(), 1)
    return fresh


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="flowlake-bench-serve-"))
    try:
        content = records(folder)
        for name, flags in (("acknowledged", ("--flush-size", "1TB", "--wal-limit", "1TB")),
                            ("into the lake", ("--max-delay", "5s"))):
            result = measure(folder, content, name == "into the lake", *flags)
            print(f"{name:14}", *(f"{key} {value:.0f}" for key, value in result.items()
                                  if key != "answers"), result["answers"], sep="  ", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
