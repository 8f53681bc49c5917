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
import many_days
import parquet_bombs
from flowlake_daemon import Daemon
from flowlake_program import LakeTestCase, query

SEED = int(os.environ.get("FLOWLAKE_SEED", time.time_ns() % 2**32))
BODIES = int(os.environ.get("FLOWLAKE_BODIES", "10000"))
LINE = b"2 1 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1789948800 1789948860 ACCEPT OK"
LONGEST = 64 << 20
DELIVERY = (b"X-Amz-Firehose-Access-Key: secret\r\nX-Amz-Firehose-Request-Id: 1\r\n"
            b"Content-Type: application/json\r\n")
BODY = b'{"requestId":"1","timestamp":1,"records":[]}'
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
# Requests that could end at two places, or that two programs read differently: the fields
# behind "POST /firehose HTTP/1.1\r\nHost: x\r\n", and the body.
TWO_WAYS = {
    "two lengths": (DELIVERY + LENGTH + b"Content-Length: 3\r\n\r\n", BODY),
    "two lengths, the same": (DELIVERY + LENGTH + LENGTH + b"\r\n", BODY),
    "a list of lengths": (DELIVERY + b"Content-Length: 44, 44\r\n\r\n", BODY),
    "a length with a plus": (DELIVERY + b"Content-Length: +44\r\n\r\n", BODY),
    "a negative length": (DELIVERY + b"Content-Length: -44\r\n\r\n", BODY),
    "a hexadecimal length": (DELIVERY + b"Content-Length: 0x2c\r\n\r\n", BODY),
    "a length with a unit": (DELIVERY + b"Content-Length: 44b\r\n\r\n", BODY),
    "an empty length": (DELIVERY + b"Content-Length:\r\n\r\n", BODY),
    "a length and chunks": (DELIVERY + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n", CHUNKED),
    "chunks and a length": (DELIVERY + b"Transfer-Encoding: chunked\r\n" + LENGTH + b"\r\n",
                            CHUNKED),
    "two encodings": (DELIVERY + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n", CHUNKED),
    "two encodings, one of them none": (
        DELIVERY + b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n", CHUNKED),
    "a list of encodings": (DELIVERY + b"Transfer-Encoding: identity, chunked\r\n\r\n", CHUNKED),
    "an encoding nobody has": (DELIVERY + b"Transfer-Encoding: xchunked\r\n\r\n", CHUNKED),
    "an encoding behind a tab": (DELIVERY + b"Transfer-Encoding: \x0bchunked\r\n\r\n", CHUNKED),
    "a line that goes on": (DELIVERY + b"X: y\r\n z\r\n" + LENGTH + b"\r\n", BODY),
    "an encoding that goes on": (DELIVERY + b"Transfer-Encoding:\r\n chunked\r\n\r\n", CHUNKED),
    "a length that goes on": (DELIVERY + b"Content-Length: 4\r\n 4\r\n\r\n", BODY),
    "a space before a colon": (DELIVERY + b"Content-Length : 44\r\n\r\n", BODY),
    "a tab before a colon": (DELIVERY + b"Transfer-Encoding\t: chunked\r\n\r\n", CHUNKED),
    "a space before a name": (DELIVERY[:-2] + b"\r\n Content-Length: 44\r\n\r\n", BODY),
    "a line without a colon": (DELIVERY + b"Content-Length\r\n" + LENGTH + b"\r\n", BODY),
    "a field without a name": (DELIVERY + b": x\r\n" + LENGTH + b"\r\n", BODY),
    "a bare line feed": (DELIVERY + b"X: y\n" + LENGTH + b"\r\n", BODY),
    "a length behind a bare line feed": (DELIVERY + b"X: y\nContent-Length: 44\r\n\r\n", BODY),
    "bare line feeds only": ((DELIVERY + LENGTH).replace(b"\r", b"") + b"\n", BODY),
    "an empty line of a line feed": (DELIVERY + LENGTH + b"\n", BODY),
    "a last line of a line feed": (DELIVERY + LENGTH[:-2] + b"\n\r\n", BODY),
    "a bare carriage return": (DELIVERY + b"X: y\rZ: z\r\n" + LENGTH + b"\r\n", BODY),
    "a NUL in a value": (DELIVERY + b"X: y\0z\r\n" + LENGTH + b"\r\n", BODY),
    "two NULs like a line's end": (DELIVERY + b"X: y\0\0Z: z\r\n" + LENGTH + b"\r\n", BODY),
    "NULs like an empty line": (DELIVERY + LENGTH[:-2] + b"\0\0\0\0hidden\r\n\r\n", BODY),
    "a NUL in a name": (DELIVERY + b"Content\0-Length: 3\r\n" + LENGTH + b"\r\n", BODY),
    "a NUL behind a name": (DELIVERY + b"Content-Length\0: 3\r\n" + LENGTH + b"\r\n", BODY),
    "two hosts": (b"Host: y\r\n" + DELIVERY + LENGTH + b"\r\n", BODY),
    "two keys": (b"X-Amz-Firehose-Access-Key: other\r\n" + DELIVERY + LENGTH + b"\r\n", BODY),
    "two request ids": (DELIVERY + b"X-Amz-Firehose-Request-Id: 2\r\n" + LENGTH + b"\r\n", BODY),
}
# Behind "Transfer-Encoding: chunked".
CHUNKS = {
    "a negative size": b"-5\r\nhello\r\n0\r\n\r\n",
    "a size with a plus": b"+5\r\nhello\r\n0\r\n\r\n",
    "a size with 0x": b"0x5\r\nhello\r\n0\r\n\r\n",
    "no size": b"\r\nhello\r\n0\r\n\r\n",
    "a size that is too small": b"3\r\nhello\r\n0\r\n\r\n",
    "a size of 65 bits": b"10000000000000005\r\nhello\r\n0\r\n\r\n",
    "a size with a space": b"5 \r\nhello\r\n0\r\n\r\n",
}
SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


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

    def ask(self, fields, body, line=b"POST /firehose HTTP/1.1\r\nHost: x\r\n"):
        """The statuses of what comes back for it and for a request that follows."""
        answer = b""
        with socket.create_connection(self.address, timeout=5) as connection:
            try:
                connection.sendall(line + fields + body + SMUGGLED)
                while piece := connection.recv(65536):
                    answer += piece
            except ConnectionResetError:
                pass
        return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]

    def test_the_plain_request_is_taken_and_so_is_the_next(self):
        self.assertEqual(self.ask(DELIVERY + LENGTH + b"\r\n", BODY), [200, 200])

    def test_what_can_be_read_in_two_ways_is_400_and_the_end_of_the_connection(self):
        for name, (fields, body) in TWO_WAYS.items():
            with self.subTest(name):
                # Where a length is no number, the library sends its header twice.
                self.assertEqual(set(self.ask(fields, body)), {400})

    def test_an_encoding_that_the_version_does_not_have_is_400(self):
        fields = DELIVERY + b"Transfer-Encoding: chunked\r\n\r\n"
        self.assertEqual(self.ask(fields, CHUNKED, b"POST /firehose HTTP/1.0\r\nHost: x\r\n"),
                         [400])

    def test_a_request_line_with_a_control_character_is_400(self):
        for line in (b"\rPOST /firehose HTTP/1.1\r\n", b"PO\tST /firehose HTTP/1.1\r\n",
                     b"POST /fire\rhose HTTP/1.1\r\n", b"POST /firehose\x01 HTTP/1.1\r\n"):
            with self.subTest(line):
                answers = self.ask(DELIVERY + LENGTH + b"\r\n", BODY, line + b"Host: x\r\n")
                self.assertEqual(answers, [400])

    def test_nothing_is_read_behind_chunks(self):
        fields = DELIVERY + b"Transfer-Encoding: chunked\r\n\r\n"
        self.assertEqual(self.ask(fields, CHUNKED), [200])
        extension = CHUNKED.replace(b"\r\n", b";x=y\r\n", 1)
        bare = CHUNKED.replace(b"\r\n", b"\n", 1)
        for body in (extension, bare, b"0\n\n"):
            answers = self.ask(fields, body)
            self.assertLessEqual(len(answers), 1, body)
            self.assertLessEqual(set(answers), {200, 400}, body)

    def test_chunks_that_are_none_are_400_and_the_end_of_the_connection(self):
        for name, body in CHUNKS.items():
            with self.subTest(name):
                answers = self.ask(DELIVERY + b"Transfer-Encoding: chunked\r\n\r\n", body)
                self.assertIn(answers, ([400], [413]) if "65" in name else ([400],))

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


class Days(LakeTestCase):
    """A delivery may not become thousands of files, and many of them not either."""

    def setUp(self):
        super().setUp()
        (self.folder / "in").mkdir()
        self.daemon = Daemon(self.lake, "--wal", self.folder / "wal", "--max-delay", "3s",
                             "--maintain-every", "never", "--watch", self.folder / "in")
        self.addCleanup(self.daemon.__exit__)
        self.sender = firehose.Sender([self.daemon.url])

    def send(self, first, count):
        lines = [each.encode() for each in many_days.records(first, count)]
        self.assertEqual(self.sender.attempt(firehose.Request(lines)), 200)

    def files(self):
        return len(list(self.lake.glob("vpc_flow/date=*/*.parquet")))

    def rows(self):
        return query(self.lake, "SELECT count(*) AS n FROM vpc_flow")[0]["n"]

    def kept(self):
        return len([path for path in self.lake.glob("_refused/*/*") if path.is_file()])

    def test_a_delivery_of_thousands_of_days_is_kept_and_not_taken(self):
        self.send(many_days.at("2010-02-01"), 6000)
        self.send(many_days.today() - 3 * many_days.DAY, 3)
        self.daemon.wait_until_flushed()
        self.assertEqual((self.files(), self.rows(), self.kept()), (3, 3, 1))

    def test_many_deliveries_of_some_days_each_share_what_one_may_have(self):
        for i in range(8):
            first = many_days.today() - (380 - 40 * i) * many_days.DAY
            self.send(first, 40)
        self.send(many_days.today() - many_days.DAY, 2)
        self.daemon.wait_until_flushed()
        self.assertLessEqual(self.files(), 64 + 5)
        self.assertEqual(self.rows() + 40 * self.kept(), 8 * 40 + 2)

    def test_old_records_among_new_ones_are_rejects(self):
        lines = [each.encode() for each in many_days.records(many_days.today(), 1)
                 + many_days.records(many_days.at("2012-01-01"), 1)]
        self.assertEqual(self.sender.attempt(firehose.Request(lines)), 200)
        self.daemon.wait_until_flushed()
        self.assertEqual(self.rows(), 1)
        self.assertEqual(query(self.lake, "SELECT reason FROM rejects"), [{"reason": "too_old"}])

    def test_a_watched_file_of_thousands_of_days_is_refused(self):
        path = self.folder / "in/many.log"
        path.write_bytes(many_days.days_log(many_days.today() - 390 * many_days.DAY, 380))
        os.utime(path, (1, 1))
        for _ in range(600):
            if self.daemon.metrics()["flowlake_inputs_refused_total"] > 0:
                break
            time.sleep(0.1)
        self.assertEqual(self.files(), 0)


class ParquetBombs(LakeTestCase):
    """In a watched folder and in deliveries: the daemon stays small, and takes the others."""

    NAMES = ("one entry in every row", "one entry in an unknown column", "many columns",
             "chunks of three bytes", "a page that claims gigabytes", "DELTA_BYTE_ARRAY")

    def test_bombs_are_refused_in_bounded_memory(self):
        inputs = self.folder / "in"
        inputs.mkdir()
        for name in self.NAMES:
            parquet_bombs.BOMBS[name](inputs / (name.replace(" ", "_") + ".parquet"))
        for path in inputs.iterdir():
            os.utime(path, (1, 1))
        with Daemon(self.lake, "--wal", self.folder / "wal", "--max-delay", "1s", "--watch", inputs,
                    "--maintain-every", "never", prefix=("prlimit", "--data=1073741824")) as daemon:
            sender = firehose.Sender([daemon.url])
            bomb = (inputs / "one_entry_in_every_row.parquet").read_bytes()
            self.assertEqual(sender.attempt(firehose.Request([bomb])), 200)
            self.assertEqual(sender.attempt(firehose.Request([LINE])), 200)
            daemon.wait_until_flushed()
            for _ in range(600):
                refused = daemon.metrics()["flowlake_inputs_refused_total"]
                if refused > len(self.NAMES):
                    break
                time.sleep(0.1)
            self.assertEqual(refused, len(self.NAMES) + 1)
            self.assertLess(daemon.peak_mb(), 537)


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
