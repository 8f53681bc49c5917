"""flowlake serve as a process.

    with flowlake_daemon.Daemon(lake, "--wal", wal) as daemon:    # listens on a free port
        daemon.url, daemon.metrics()["flowlake_records_total"], daemon.kill()
"""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from prometheus_client import parser

from flowlake_program import BINARY


class Daemon:
    def __init__(self, lake, *flags, environment=None, prefix=(), start=True):
        self.prefix, self.flags = prefix, {}
        self.configure("--lake", lake, "--log", "json", "--listen", "127.0.0.1:0", *flags)
        self.environment = environment or dict(os.environ)
        self.process, self.url = None, None
        self.log_file = tempfile.NamedTemporaryFile(prefix="flowlake-serve-")
        if start:
            self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self.log_file.close()

    def configure(self, *flags):
        """Flags and their values, for the next start; later ones replace earlier ones."""
        self.flags.update(zip(map(str, flags[::2]), map(str, flags[1::2])))

    @property
    def command(self):
        flags = (word for pair in self.flags.items() for word in pair)
        return [*self.prefix, BINARY, "serve", *flags]

    def start(self):
        offset = self.log_file.seek(0, os.SEEK_END)
        self.process = subprocess.Popen(self.command, env=self.environment,
                                        stdout=subprocess.DEVNULL, stderr=self.log_file)
        self.url = self._wait_for("serving", offset)["url"]

    def _wait_for(self, message, offset):
        for _ in range(600):
            for line in self.log(offset):
                if line.get("message") == message:
                    return line
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        text = pathlib.Path(self.log_file.name).read_text()
        raise RuntimeError(f"{' '.join(self.command)} does not serve: {text}")

    def log(self, offset=0):
        """Its lines from there on, as objects; what is no JSON as {"text": …}."""
        with open(self.log_file.name, "rb") as file:
            file.seek(offset)
            lines = file.read().decode(errors="replace").splitlines()
        return [json.loads(line) if line.startswith("{") and line.endswith("}")
                else {"text": line} for line in lines]

    @property
    def is_running(self):
        return self.process.poll() is None

    def get(self, path, headers=None):
        """(status, body) of a GET."""
        request = urllib.request.Request(self.url + path, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metrics(self):
        """Sample (with its label) → value, as Prometheus's own client reads them."""
        status, text = self.get("/metrics")
        assert status == 200, text
        return {sample.name + "".join(f'{{{k}="{v}"}}' for k, v in sample.labels.items()):
                sample.value for family in parser.text_string_to_metric_families(text)
                for sample in family.samples}

    def wait_until_flushed(self, seconds=60):
        for _ in range(int(seconds * 20)):
            metrics = self.metrics()
            if metrics["flowlake_wal_deliveries"] == 0:
                return metrics
            time.sleep(0.05)
        raise RuntimeError(f"not flushed after {seconds} s: {self.log()[-5:]}")

    def peak_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1000

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def kill(self):
        if self.process is not None and self.is_running:
            self.process.kill()
            self.process.wait()

    def stop(self, seconds=60):
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)
