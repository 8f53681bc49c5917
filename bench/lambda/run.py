"""What the packed Lambda function costs in time and memory, behind a runtime API and a real S3
server on this machine: `make bench-lambda`.

  cold start   from the start of the process to its answer for an object of one record
  75 MB        a gzip object as large as AWS delivers them, with the memory of 512 MB

Each also within the share of a core that Lambda gives to 512 MB (512/1769), where this user may
make a CPU cgroup; else it says why not.
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test/support"))

import lambda_runtime  # noqa: E402
import s3_server  # noqa: E402

MEMORY = 512
SHARE = MEMORY / 1769
STARTS = 7
OBJECT_BYTES = 75_000_000
BINARY = ROOT / "build/release/flowlake"
ZIP = ROOT / "build/package/flowlake-lambda.zip"
GROUP = pathlib.Path("/sys/fs/cgroup/cpu") / f"flowlake-lambda-{os.getpid()}"


class Throttle:
    """A CPU cgroup (version 1) with SHARE of a core; `why` says why there is none."""

    def __init__(self):
        self.why = ""
        try:
            GROUP.mkdir()
            (GROUP / "cpu.cfs_period_us").write_text("20000")  # as Lambda's
            (GROUP / "cpu.cfs_quota_us").write_text(str(int(20000 * SHARE)))
        except OSError as error:
            self.why = str(error)

    def command(self, bootstrap):
        return ["/bin/sh", "-c", f'echo $$ > {GROUP}/cgroup.procs; exec "$0"', bootstrap]

    def remove(self):
        if GROUP.exists():
            time.sleep(0.5)
            GROUP.rmdir()


def notification(key):
    return {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {
        "bucket": {"name": s3_server.BUCKET}, "object": {"key": key}}}]}


def peak_mb(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1000


def invoke(server, command, lake, key):
    environment = {**server.environment, "FLOWLAKE_LAKE": lake,
                   "LAMBDA_TASK_ROOT": os.path.dirname(command[-1])}
    with lambda_runtime.Function(command, environment, memory=MEMORY, timeout=300) as function:
        answer = function.invoke(notification(key))
        if answer.kind != "response" or answer.payload["inputs"] != 1:
            sys.exit(f"{key}: {answer}")
        return answer.seconds, peak_mb(function.process), answer.payload["records"]


def generate(path, records):
    subprocess.run([BINARY, "generate", "--records", str(records), "--gzip", "-o", path,
                    "--day", "2026-09-21"], check=True)
    return path.read_bytes()


def measure(server, title, command, sizes):
    starts = [invoke(server, command, f"{server.bucket}/{title}-{i}", "one.log.gz")[0]
              for i in range(STARTS)]
    print(f"{title}: cold start to the first record {statistics.median(starts) * 1e3:.0f} ms "
          f"(of {STARTS}: {min(starts) * 1e3:.0f} to {max(starts) * 1e3:.0f})")
    seconds, peak, records = invoke(server, command, f"{server.bucket}/{title}-large",
                                    "large.log.gz")
    print(f"{title}: {sizes['large'] / 1e6:.0f} MB of gzip, {records:,} records, in "
          f"{seconds:.1f} s, at most {peak:.0f} MB resident")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="flowlake-lambda-"))
    throttle = Throttle()
    try:
        subprocess.run(["unzip", "-q", ZIP, "-d", folder / "task"], check=True)
        bootstrap = str(folder / "task/bootstrap")
        probe = len(generate(folder / "probe.log.gz", 200_000))
        large = generate(folder / "large.log.gz", int(200_000 * OBJECT_BYTES / probe))
        with s3_server.running() as server:
            server.put("one.log.gz", generate(folder / "one.log.gz", 1))
            server.put("large.log.gz", large)
            sizes = {"large": len(large)}
            measure(server, "unlimited", [bootstrap], sizes)
            if throttle.why:
                print(f"{SHARE:.2f} of a core: not measured: {throttle.why}")
            else:
                measure(server, f"{SHARE:.2f}-of-a-core", throttle.command(bootstrap), sizes)
    finally:
        throttle.remove()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
