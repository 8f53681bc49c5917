"""The flowlake program as a test runs it, and the lakes it makes.

FLOWLAKE_BINARY names the program; without it, build/release/flowlake of this checkout.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("FLOWLAKE_BINARY", str(SOURCE / "build/release/flowlake"))

OK, FAILURE, USAGE, SOME_INPUTS = 0, 1, 2, 3


class Outcome:
    """What a finished command left: its exit code and both streams, as text."""

    def __init__(self, arguments, process):
        self.arguments = arguments
        self.code = process.returncode
        self.out = process.stdout.decode(errors="replace")
        self.err = process.stderr.decode(errors="replace")
        self.raw = process.stdout

    def __str__(self):
        return f"flowlake {' '.join(self.arguments)} → {self.code}\n{self.out}{self.err}"


def run(*arguments, stdin=b"", environment=None, prefix=(), timeout=120):
    """Runs flowlake to its end and never raises for its exit code."""
    arguments = [str(argument) for argument in arguments]
    env = {k: v for k, v in os.environ.items() if k != "FLOWLAKE_LAKE"} | (environment or {})
    process = subprocess.run([*prefix, BINARY, *arguments], input=stdin, env=env,
                             capture_output=True, timeout=timeout)
    return Outcome(arguments, process)


def must(*arguments, **options):
    """As run(), for what has to succeed."""
    outcome = run(*arguments, **options)
    assert outcome.code == OK, str(outcome)
    return outcome


def ingest(lake, *inputs, flags=(), **options):
    """Ingests and returns the summary of --json."""
    return json.loads(must("ingest", *inputs, "--lake", lake, "--json", *flags, **options).out)


def query(lake, sql, *flags):
    """The rows of an answer, as objects."""
    lines = must("query", sql, "--lake", lake, "--output", "jsonl", *flags).out.splitlines()
    return [json.loads(line) for line in lines]


def generate(path, **options):
    """generate(path, version=5, records=100, tgw=True, …): the flags of `flowlake generate`."""
    flags = []
    for name, value in options.items():
        flags += ["--" + name.replace("_", "-")] + ([] if value is True else [value])
    must("generate", "--output", path, *flags)
    return path


class LakeTestCase(unittest.TestCase):
    """A test with a folder of its own, `self.folder`, in which `self.lake` is made."""

    maxDiff = 2000

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="flowlake-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.lake = self.folder / "lake"

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def assert_fails(self, outcome, code, *words):
        """Failed with this code and one line on stderr that holds the words."""
        self.assertEqual(outcome.code, code, str(outcome))
        for word in words:
            self.assertIn(word.lower(), outcome.err.lower(), str(outcome))
        self.assertNotIn("Traceback", outcome.err)
        self.assertNotIn("terminate called", outcome.err)
