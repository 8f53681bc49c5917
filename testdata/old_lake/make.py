"""Makes this folder's lake and write-ahead log with a program that knows only XXH3 keys:

    FLOWLAKE_BINARY=<that flowlake> PYTHONPATH=test/support python testdata/old_lake/make.py

Everything that a lake can remember of an input is in it once. Markers of grown files hash
absolute paths, so the inputs lie in a folder of a fixed name while it is made and tested.
"""
import contextlib
import http.server
import json
import os
import pathlib
import shutil
import sys
import threading
import time

import firehose
from flowlake_daemon import Daemon
from flowlake_program import must, run

HERE = pathlib.Path(__file__).parent
INPUTS = pathlib.Path("/tmp/flowlake-old-lake-inputs")
FIRST_SECOND = 1_790_000_000


def line(number, address):
    return (f"2 123456789012 eni-1 {address} 10.0.0.2 443 49152 6 10 840 "
            f"{FIRST_SECOND + number} {FIRST_SECOND + number + 60} ACCEPT OK\n")


FILES = {
    "plain.log": line(1, "10.1.0.1"),
    "with_rejects.log": line(2, "10.1.0.2") * 3 + line(2, "10.1.0.2").replace("443", "x"),
    "grown.log": line(3, "10.1.0.3"),
    "empty.log": "",
    "refused.log": "this is no log of ours\n",
    "staged.log": line(4, "10.1.0.4"),
}


def write_inputs(folder=INPUTS):
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)


def request(number, address):
    made = firehose.Request([line(number, address).encode()])
    body = json.loads(made.body)
    made.id = body["requestId"] = f"00000000-0000-4000-8000-{number:012}"
    made.body = json.dumps(body).encode()
    made.headers["X-Amz-Firehose-Request-Id"] = made.id
    return made


FLUSHED = request(5, "10.1.0.5")
LOGGED = request(6, "10.1.0.6")


class OneObject(http.server.BaseHTTPRequestHandler):
    """A bucket "logs" that holds one object with the ETag "0123"."""

    KEY = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/09/21/x.log"
    TEXT = line(7, "10.1.0.7").encode()
    LISTING = (f"<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>{KEY}</Key>"
               f"<LastModified>2026-09-21T12:00:00.000Z</LastModified><ETag>&quot;0123&quot;</ETag>"
               f"<Size>{len(TEXT)}</Size></Contents></ListBucketResult>").encode()

    def log_message(self, *_):
        pass

    def do_GET(self):
        body = self.LISTING if "list-type=2" in self.path else self.TEXT
        self.send_response(206 if self.headers.get("Range") else 200)
        for name, value in (("ETag", '"0123"'), ("Content-Length", str(len(body))),
                            ("Content-Range", f"bytes 0-{len(body) - 1}/{len(body)}")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def bucket():
    """The environment in which s3://logs is that bucket."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), OneObject)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield {**os.environ, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
               "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}
    finally:
        server.shutdown()
        server.server_close()


def deliver(daemon, made):
    assert firehose.Sender([daemon.url], time_scale=0.01).deliver(made)


def make(folder):
    lake, wal = folder / "lake", folder / "wal"
    for made in (lake, wal):
        shutil.rmtree(made, ignore_errors=True)
    write_inputs()
    ingested = [INPUTS / name for name in FILES if name not in ("staged.log", "refused.log")]
    must("ingest", *ingested, "--lake", lake)
    assert run("ingest", INPUTS / "refused.log", "--lake", lake).code == 3
    with bucket() as environment:
        must("ingest", "s3://logs/AWSLogs", "--lake", lake, environment=environment)
    serve = ("--wal", wal, "--maintain-every", "never")
    with Daemon(lake, *serve, "--max-delay", "1s") as daemon:
        deliver(daemon, FLUSHED)
        daemon.wait_until_flushed()
        assert daemon.stop() == 0
    with Daemon(lake, *serve, "--max-delay", "1h") as daemon:
        deliver(daemon, LOGGED)
        time.sleep(0.5)
        daemon.kill()
    must("ingest", INPUTS / "staged.log", "--stage", "--lake", lake)
    (wal / "lock").unlink()
    shutil.rmtree(INPUTS)


if __name__ == "__main__":
    make(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
