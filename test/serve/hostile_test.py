"""flowlake serve against what is no Firehose: malformed HTTP, slow clients, bombs, noise. It
answers or closes, stays within its memory, and still takes deliveries afterwards.
FLOWLAKE_SEED repeats a run."""
import gzip
import os
import random
import signal
import socket
import subprocess
import time
import unittest

import firehose
from flowlake_daemon import Daemon
from flowlake_program import LakeTestCase

SEED = int(os.environ.get("FLOWLAKE_SEED", time.time_ns() % 2**32))
BODIES = int(os.environ.get("FLOWLAKE_BODIES", "10000"))
LINE = b"2 1 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1789948800 1789948860 ACCEPT OK"
LONGEST = 64 << 20


class Hostile(LakeTestCase):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        keys = self.write("keys", "secret\n")
        self.daemon = Daemon(self.lake, "--wal", self.folder / "wal", "--access-key-file", keys,
                             "--maintain-every", "never")
        self.addCleanup(self.daemon.__exit__)
        self.address = ("127.0.0.1", int(self.daemon.url.rsplit(":", 1)[1]))
        self.sender = firehose.Sender([self.daemon.url], key="secret")

    def tearDown(self):
        self.assertTrue(self.daemon.is_running, self.daemon.log()[-5:])
        self.assertEqual(self.sender.attempt(firehose.Request([LINE])), 200)
        self.assertLess(self.daemon.peak_mb(), 1074)

    def exchange(self, data, seconds=10):
        """What comes back until the daemon closes or is silent; b"" also where it resets."""
        answer = b""
        with socket.create_connection(self.address, timeout=seconds) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(65536):
                    answer += piece
            except OSError:
                pass
        return answer

    def post(self, body, **headers):
        request = firehose.Request([])
        request.body = body.replace(b"@ID@", request.id.encode())
        request.headers.update(headers)
        return self.sender.attempt(request)

    def test_ten_thousand_bodies_of_noise(self):
        seeds = [b'{"requestId":"@ID@","timestamp":1,"records":[{"data":"MiAx"},{"data":""}]}',
                 gzip.compress(b'{"requestId":"x","timestamp":1,"records":[]}'), b"[[[[", b"",
                 b'{"requestId":"@ID@","records":{"data":1}}', b"\xff\xfe\0\0", b'{"a":"\\u00']
        answers = {}
        for _ in range(BODIES):
            body = bytearray(self.random.choice(seeds) * self.random.choice([1, 1, 1, 3]))
            for _ in range(self.random.randrange(4)):
                if body:
                    body[self.random.randrange(len(body))] = self.random.randrange(256)
            status = self.post(bytes(body))
            answers[status] = answers.get(status, 0) + 1
        self.assertLessEqual(set(answers), {200, 400}, answers)
        self.assertGreater(answers[400], BODIES // 2)

    def test_bombs(self):
        zeros = gzip.compress(bytes(1 << 30), 9)
        deep = b'{"requestId":"@ID@","timestamp":1,"x":' + b"[" * 30_000_000
        many = (b'{"requestId":"@ID@","timestamp":1,"records":['
                + b",".join([b'{"data":""}'] * 2_000_000) + b"]}")
        long_string = b'{"requestId":"' + b"a" * 60_000_000 + b'"}'
        for name, body in (("gzip", zeros), ("deep", deep), ("many", many),
                           ("string", long_string), ("deep, zipped", gzip.compress(deep, 1))):
            self.assertEqual(self.post(body), 400, name)

    def test_bodies_that_are_too_long(self):
        for length in (LONGEST + 1, 10**15):
            head = (f"POST /firehose HTTP/1.1\r\nHost: x\r\nX-Amz-Firehose-Access-Key: secret\r\n"
                    f"X-Amz-Firehose-Request-Id: 1\r\nContent-Length: {length}\r\n\r\n")
            self.assertRegex(self.exchange(head.encode()), rb"^HTTP/1.1 400 ")

    def test_malformed_requests(self):
        for _ in range(500):
            request = bytearray(
                b"POST /firehose HTTP/1.1\r\nHost: x\r\nX-Amz-Firehose-Access-Key: secret\r\n"
                b"X-Amz-Firehose-Request-Id: 1\r\nContent-Length: 2\r\n\r\n{}")
            for _ in range(self.random.randint(1, 6)):
                request[self.random.randrange(len(request))] = self.random.randrange(256)
            answer = self.exchange(bytes(request))
            self.assertNotIn(b" 413 ", answer.split(b"\r\n")[0], request)
        for request in (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
                        b"GET /" + b"a" * 10_000_000 + b" HTTP/1.1\r\n\r\n",
                        b"GET / HTTP/1.1\r\nX: " + b"b" * 10_000_000):
            self.assertNotIn(b" 200 ", self.exchange(request)[:20])

    def test_other_paths_and_methods(self):
        self.assertEqual(self.daemon.get("/../../etc/passwd")[0], 404)
        self.assertEqual(self.daemon.get("/firehose")[0], 405)
        self.assertEqual(self.daemon.get("/")[0], 404)
        self.assertEqual(self.daemon.get("/healthz")[0], 200)

    def test_many_slow_clients_keep_nobody_out(self):
        slow = []
        for _ in range(300):
            connection = socket.create_connection(self.address)
            connection.sendall(b"POST /firehose HTTP/1.1\r\nHost: x\r\nX-")
            slow.append(connection)
        started = time.monotonic()
        for _ in range(20):
            self.assertEqual(self.sender.attempt(firehose.Request([LINE])), 200)
        self.assertLess(time.monotonic() - started, 5)
        for connection in slow:
            connection.close()


class WithoutKeys(LakeTestCase):
    """On loopback no key is needed; but a page in the user's browser reaches loopback, too."""

    def test_only_who_asks_for_loopback_by_name_is_answered(self):
        with Daemon(self.lake, "--wal", self.folder / "wal", "--maintain-every",
                    "never") as daemon:
            port = int(daemon.url.rsplit(":", 1)[1])
            def status(host, line, body=b""):
                with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                    connection.sendall(
                        f"{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
                        f"X-Amz-Firehose-Request-Id: 1\r\nContent-Length: {len(body)}\r\n\r\n"
                        .encode() + body)
                    return int(connection.recv(65536).split()[1])
            body = b'{"requestId":"1","timestamp":1,"records":[]}'
            for host in ("localhost", f"localhost:{port}", f"127.0.0.1:{port}", "127.9.9.9",
                         f"[::1]:{port}"):
                self.assertEqual(status(host, "GET /metrics"), 200, host)
                self.assertEqual(status(host, "POST /firehose", body), 200, host)
            for host in ("rebound.example", f"rebound.example:{port}", "127.0.0.1.example",
                         "localhost.example", "10.0.0.1", "[::2]"):
                self.assertEqual(status(host, "GET /metrics"), 401, host)
                self.assertEqual(status(host, "POST /firehose", body), 401, host)
                self.assertEqual(status(host, "GET /healthz"), 200, host)


class Tls(LakeTestCase):
    def certificate(self, name):
        """A certificate of its own authority, for 127.0.0.1."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                        self.folder / "key.pem", "-out", self.folder / "cert.pem"],
                       check=True, capture_output=True)
        copy = self.folder / f"{name}.pem"
        copy.write_bytes((self.folder / "cert.pem").read_bytes())
        return copy

    def test_certificates_are_read_again_while_it_serves(self):
        first = self.certificate("first")
        with Daemon(self.lake, "--wal", self.folder / "wal", "--certificate",
                    self.folder / "cert.pem", "--certificate-key", self.folder / "key.pem",
                    "--maintain-every", "never") as daemon:
            self.assertTrue(daemon.url.startswith("https://"))
            old = firehose.Sender([daemon.url], cafile=str(first))
            self.assertEqual(old.attempt(firehose.Request([LINE])), 200)
            second = self.certificate("second")
            new = firehose.Sender([daemon.url], cafile=str(second))
            self.assertEqual(new.attempt(firehose.Request([LINE])), "reset")
            daemon.process.send_signal(signal.SIGHUP)
            for _ in range(100):
                if new.attempt(firehose.Request([LINE])) == 200:
                    break
                time.sleep(0.05)
            self.assertEqual(new.attempt(firehose.Request([LINE])), 200)
            self.assertEqual(old.attempt(firehose.Request([LINE])), "reset")
            (self.folder / "cert.pem").write_text("no certificate")
            daemon.process.send_signal(signal.SIGHUP)
            time.sleep(0.3)
            self.assertEqual(new.attempt(firehose.Request([LINE])), 200)
            self.assertTrue([e for e in daemon.log() if e.get("level") == "error"])
            self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    print(f"FLOWLAKE_SEED={SEED}", flush=True)
    unittest.main()
