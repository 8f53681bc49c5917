"""Firehose as a sender, after AWS's "Understand HTTP endpoint delivery request and response
specifications": the same request id on every try, back-off from 1 s doubling to 120 s with 15 %
jitter, any answer but a right 200 is a failure. Every answer is held against the contract.

    sender = firehose.Sender([url], key="secret", time_scale=0.05)
    sender.deliver(firehose.Request(records))     # True: acknowledged
"""
import base64
import gzip
import http.client
import json
import random
import socket
import ssl
import threading
import time
import urllib.parse
import uuid

TIMEOUT = 180
FIRST_PAUSE, LONGEST_PAUSE, JITTER = 1.0, 120.0, 0.15
LONGEST_ANSWER = 1 << 20


class ContractViolation(AssertionError):
    """An answer that AWS's specification does not allow."""


class Request:
    def __init__(self, records, attributes=None, is_zipped=False):
        self.id = str(uuid.uuid4())
        self.plain_bytes = sum(map(len, records))
        data = ",".join('{"data":"%s"}' % base64.b64encode(r).decode() for r in records)
        self.body = ('{"requestId":"%s","timestamp":%d,"records":[%s]}'
                     % (self.id, time.time() * 1000, data)).encode()
        self.headers = {"X-Amz-Firehose-Protocol-Version": "1.0",
                        "X-Amz-Firehose-Request-Id": self.id,
                        "X-Amz-Firehose-Source-Arn":
                        "arn:aws:firehose:us-east-1:123456789012:deliverystream/flows",
                        "Content-Type": "application/json"}
        if attributes:
            self.headers["X-Amz-Firehose-Common-Attributes"] = json.dumps(
                {"commonAttributes": attributes})
        if is_zipped:
            self.body = gzip.compress(self.body, 1)
            self.headers["Content-Encoding"] = "gzip"


class Sender:
    """`time_scale` shortens the pauses; each try goes to the next of `urls`, as behind a load
    balancer. Thread-safe."""

    def __init__(self, urls, key="", time_scale=1.0, retry_seconds=7200, cafile=None, seed=None):
        self.urls, self.key, self.scale = list(urls), key, time_scale
        self.retry_seconds = retry_seconds
        self.context = ssl.create_default_context(cafile=cafile) if cafile else None
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.tries = 0
        self.answers = {}  # status, or what happened instead → how often
        self.mishap_rate = 0.0  # of tries that this side breaks off

    def deliver(self, request):
        """Tries until it is acknowledged, or given up: then Firehose backs it up in S3."""
        pause, give_up = FIRST_PAUSE, time.monotonic() + self.retry_seconds * self.scale
        while True:
            if self.attempt(request) == 200:
                return True
            if time.monotonic() > give_up:
                return False
            time.sleep(pause * self.scale * (1 + self.random.uniform(-JITTER, JITTER)))
            pause = min(2 * pause, LONGEST_PAUSE)

    def attempt(self, request):
        """One try: the status, or "reset", "timeout", "refused"."""
        with self.lock:
            url = self.urls[self.tries % len(self.urls)]
            self.tries += 1
            mishap = self.random.random() < self.mishap_rate
        try:
            outcome = self._break_off(url, request) if mishap else self._send(url, request)
        except (ConnectionError, http.client.HTTPException, ssl.SSLError):
            outcome = "reset"
        except TimeoutError:
            outcome = "timeout"
        with self.lock:
            self.answers[outcome] = self.answers.get(outcome, 0) + 1
        return outcome

    def _connect(self, url):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme == "https":
            return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=TIMEOUT,
                                               context=self.context)
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)

    def _headers(self, request):
        return {**request.headers, **({"X-Amz-Firehose-Access-Key": self.key}
                                      if self.key else {})}

    def _send(self, url, request):
        connection = self._connect(url)
        try:
            connection.request("POST", "/firehose", request.body, self._headers(request))
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        check_answer(request, answer, body)
        return answer.status

    def _break_off(self, url, request):
        """A connection that dies in the body, or behind it without reading the answer."""
        connection = self._connect(url)
        connection.connect()
        connection.putrequest("POST", "/firehose")
        for name, value in self._headers(request).items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders()
        length = self.random.choice([len(request.body), self.random.randrange(len(request.body))])
        connection.send(request.body[:length])
        linger = b"\1\0\0\0\0\0\0\0"  # close() resets
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        connection.close()
        return "broken off"


def check_answer(request, answer, body):
    """Raises ContractViolation for what Firehose would treat as another failure, or as the loss
    of the batch."""
    def must(condition, what):
        if not condition:
            raise ContractViolation(f"{what}: {answer.status} {answer.getheaders()} {body[:200]}")

    must(answer.status != 413, "413 loses the batch")
    must(not 300 <= answer.status < 400, "redirects are not followed")
    must(answer.getheader("Content-Length") == str(len(body)), "Content-Length")
    must(answer.getheader("Content-Encoding") is None, "Content-Encoding")
    must(answer.getheader("Content-Type") == "application/json", "Content-Type")
    must(len(body) <= LONGEST_ANSWER, "too long")
    try:
        content = json.loads(body)
    except ValueError:
        must(False, "no JSON")
    must(content.get("requestId") == request.id, "requestId")
    must(abs(content.get("timestamp", 0) - time.time() * 1000) < 600_000, "timestamp")
    must(len(content.get("errorMessage", "")) <= 8192, "errorMessage")
    must(answer.status == 200 or content.get("errorMessage"), "no errorMessage")
