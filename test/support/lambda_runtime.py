"""A Lambda runtime API on loopback, as AWS documents it for custom runtimes, and the function
that it runs.

    with lambda_runtime.Function([program], environment) as function:
        answer = function.invoke({"do": "commit"})     # .kind, .payload, .error_type
"""
import dataclasses
import http.server
import json
import os
import queue
import subprocess
import threading
import time
import uuid

MAX_RESPONSE = 6291556
VERSION = "/2018-06-01/runtime"


@dataclasses.dataclass
class Answer:
    kind: str  # "response", "error", "init", "timeout" or "exit"
    payload: object = None
    error_type: str = ""
    seconds: float = 0


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def _reply(self, status, body=b'{"status":"OK"}', headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        pieces = []
        while size := int(self.rfile.readline(), 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def do_GET(self):
        if self.path != VERSION + "/invocation/next":
            self._reply(404)
            return
        function = self.server.function
        function.idle += 1
        event = function.events.get()
        function.idle -= 1
        if event is None:
            return
        function.current = str(uuid.uuid4())
        deadline = int((time.time() + function.timeout) * 1000)
        self._reply(200, event, [
            ("Lambda-Runtime-Aws-Request-Id", function.current),
            ("Lambda-Runtime-Deadline-Ms", str(deadline)),
            ("Lambda-Runtime-Invoked-Function-Arn",
             "arn:aws:lambda:us-east-1:123456789012:function:flowlake"),
            ("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700")])

    def do_POST(self):
        function = self.server.function
        body = self._body()
        error_type = self.headers.get("Lambda-Runtime-Function-Error-Type", "")
        if function.failures > 0:
            function.failures -= 1
            self._reply(500, b"{}")
            return
        if self.path == VERSION + "/init/error":
            function.answers.put(Answer("init", json.loads(body), error_type))
            self._reply(202)
            return
        identifier, kind = self.path.removeprefix(VERSION + "/invocation/").split("/")
        if identifier != function.current:
            self._reply(400)
        elif kind == "response" and len(body) > MAX_RESPONSE:
            function.answers.put(Answer("error", None, "Function.ResponseSizeTooLarge"))
            self._reply(413)
        else:
            function.current = None
            function.answers.put(Answer(kind, json.loads(body), error_type))
            self._reply(202)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):  # a function that is killed hangs up
        pass


class Function:
    """One execution environment; started anew when its process has ended, as Lambda does."""

    def __init__(self, command, environment, memory=512, timeout=60, log=subprocess.DEVNULL):
        self.command, self.memory, self.timeout = command, memory, timeout
        self.environment, self.log = environment, log
        self.events, self.answers = queue.Queue(), queue.Queue()
        self.current, self.process = None, None
        self.idle = 0  # requests for an event that wait for one
        self.failures = 0  # posts that the service answers with 500 from now on

    def __enter__(self):
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.function = self
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.kill()
        self.events.put(None)
        self.server.shutdown()
        self.server.server_close()

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def forget(self):
        """Of a function that was killed: its request for an event, which would swallow the next
        one, events that it did not take, and answers to others."""
        time.sleep(0.05)  # the request may still be on its way
        while self.idle > 0:
            self.events.put(None)
            time.sleep(0.01)
        for waiting in (self.events, self.answers):
            while not waiting.empty():
                waiting.get()

    def invoke(self, event):
        """`event` is text or something to make JSON of."""
        started = time.time()
        if self.process is None or self.process.poll() is not None:
            self._start()
        text = event if isinstance(event, str) else json.dumps(event)
        self.events.put(text.encode())
        answer = self._wait(started + self.timeout)
        answer.seconds = time.time() - started
        return answer

    def _start(self):
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log, env={
            "LAMBDA_TASK_ROOT": os.path.dirname(self.command[0]), **self.environment,
            "AWS_LAMBDA_RUNTIME_API":
            f"127.0.0.1:{self.server.server_port}", "_HANDLER": "bootstrap",
            "AWS_LAMBDA_FUNCTION_NAME": "flowlake",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory)})

    def _wait(self, until):
        while time.time() < until:
            try:
                return self.answers.get(timeout=0.02)
            except queue.Empty:
                if self.process.poll() is not None and self.answers.empty():
                    return Answer("exit", self.process.returncode)
        self.kill()
        return Answer("timeout")
