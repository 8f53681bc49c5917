"""A real S3 server on loopback for the tests: versitygw, which is atomic on conditional PUTs and
checks signatures (go_programs.py builds it).

    with s3_server.running() as server:    # raises unittest.SkipTest where it cannot be had
        subprocess.run([...], env=server.environment)
"""
import contextlib
import hashlib
import hmac
import datetime
import os
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import go_programs

VERSION = "v1.8.0"
MODULE = "github.com/versity/versitygw/cmd/versitygw"
KEY, SECRET, REGION, BUCKET = "flowlaketestkey", "flowlaketestsecret", "us-east-1", "lake"


class Server:
    def __init__(self, port):
        self.endpoint = f"http://127.0.0.1:{port}"
        self.bucket = f"s3://{BUCKET}"
        self.environment = {
            **os.environ, "AWS_ENDPOINT_URL": self.endpoint, "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION, "AWS_EC2_METADATA_DISABLED":
            "true", "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "FLOWLAKE_CONFIG"):
            self.environment.pop(name, None)

    @property
    def delta_options(self):
        """What delta-rs and Polars want to know."""
        return {"AWS_ENDPOINT_URL": self.endpoint, "AWS_ACCESS_KEY_ID": KEY,
                "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION, "AWS_ALLOW_HTTP": "true"}

    def put(self, key="", body=b"", bucket=BUCKET):
        """A bucket, or an object in it, by a client that is not ours."""
        signed = _signed("PUT", self.endpoint, f"/{bucket}" + (f"/{key}" if key else ""), body)
        urllib.request.urlopen(signed, timeout=30).close()


@contextlib.contextmanager
def running():
    program = go_programs.build("versitygw", VERSION, MODULE)
    folder = tempfile.mkdtemp(prefix="flowlake-s3-", dir=os.environ.get("FLOWLAKE_S3_FOLDER"))
    port = free_port()
    server = Server(port)
    process = subprocess.Popen(
        [program, "--port", f"127.0.0.1:{port}", "--region", REGION, "--quiet", "--keep-alive",
         "posix", folder],
        env={**os.environ, "ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_for(server, process)
        server.put()
        yield server
    finally:
        process.kill()
        process.communicate()
        shutil.rmtree(folder, ignore_errors=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(server, process):
    for _ in range(300):
        try:
            urllib.request.urlopen(server.endpoint, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # it answers, that is enough
        except OSError:
            if process.poll() is not None:
                error = process.stderr.read().decode(errors="replace")
                raise unittest.SkipTest(f"versitygw does not start: {error.strip()[-300:]}")
            time.sleep(0.1)
    raise RuntimeError("versitygw does not answer")


def _signed(method, endpoint, path, body):
    """Signature Version 4, written apart from the program that is tested."""
    host = endpoint.split("://")[1]
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    payload = hashlib.sha256(body).hexdigest()
    quoted = urllib.request.quote(path, safe="/-._~")
    names = "host;x-amz-content-sha256;x-amz-date"
    canonical = (f"{method}\n{quoted}\n\nhost:{host}\nx-amz-content-sha256:{payload}\n"
                 f"x-amz-date:{stamp}\n\n{names}\n{payload}")
    scope = f"{stamp[:8]}/{REGION}/s3/aws4_request"
    text = (f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n"
            + hashlib.sha256(canonical.encode()).hexdigest())
    key = ("AWS4" + SECRET).encode()
    for part in (stamp[:8], REGION, "s3", "aws4_request", text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return urllib.request.Request(endpoint + quoted, data=body, method=method, headers={
        "x-amz-content-sha256": payload, "x-amz-date": stamp,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={names}, "
                         f"Signature={key.hex()}"})
