"""An SQS of somebody else's on loopback: goaws (MIT).

    with queue_server.running() as queue:    # raises unittest.SkipTest where it cannot be had
        queue.send({"Records": […]}); queue.url; queue.waiting()
"""
import contextlib
import json
import pathlib
import subprocess
import tempfile
import time
import urllib.request

import go_programs
from s3_server import free_port

VERSION = "v0.5.4"
MODULE = "github.com/Admiral-Piett/goaws/app/cmd"
ACCOUNT, NAME = "100010001000", "logs"
CONFIG = """
Test:
  Host: 127.0.0.1
  Port: {port}
  Region: us-east-1
  AccountId: "{account}"
  Queues:
    - Name: {name}
      VisibilityTimeout: 1
"""


class Queue:
    def __init__(self, port):
        self.endpoint = f"http://127.0.0.1:{port}"
        self.url = f"{self.endpoint}/{ACCOUNT}/{NAME}"

    def call(self, operation, **arguments):
        request = urllib.request.Request(
            self.endpoint, json.dumps({"QueueUrl": self.url, **arguments}).encode(),
            {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target":
             f"AmazonSQS.{operation}", "Authorization": "AWS4-HMAC-SHA256 none"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")

    def send(self, body):
        text = body if isinstance(body, str) else json.dumps(body)
        self.call("SendMessage", MessageBody=text)

    def waiting(self):
        """Messages that nobody has deleted."""
        found = self.call("GetQueueAttributes", AttributeNames=["All"])["Attributes"]
        return (int(found["ApproximateNumberOfMessages"])
                + int(found["ApproximateNumberOfMessagesNotVisible"]))


@contextlib.contextmanager
def running():
    program = go_programs.build("goaws", VERSION, MODULE)
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="flowlake-sqs-") as folder:
        config = pathlib.Path(folder) / "goaws.yaml"
        config.write_text(CONFIG.format(port=port, account=ACCOUNT, name=NAME))
        process = subprocess.Popen([program, "-config", config, "Test"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            queue = Queue(port)
            for _ in range(100):
                try:
                    queue.waiting()
                    break
                except OSError:
                    time.sleep(0.1)
            yield queue
        finally:
            process.kill()
            process.wait()
