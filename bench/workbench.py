"""What the tasks of the bench share: where data and outputs lie, the commands, and the check
that all wrote the same rows."""
import json
import os
import pathlib
import subprocess
import sys

import measure
from measure import Command, Failed

BENCH = pathlib.Path(__file__).resolve().parent
FIRST_DAY = "2026-09-21"


class Workbench:
    """`folder` takes data (kept between runs) and outputs (removed); `quick` is for a look:
    less data, fewer rounds."""

    def __init__(self, binary, folder, quick):
        self.binary, self.folder, self.quick = binary, folder, quick
        self.rounds = int(os.environ.get("BENCH_ROUNDS", 3 if quick else 5))

    def pick(self, full, quick):
        return quick if self.quick else full

    def generated(self, name, **flags):
        """A file of `flowlake generate`, made once: generated("v2.log", records=9, days=2)."""
        words = [self.binary, "generate", "--day", FIRST_DAY]
        for flag, value in flags.items():
            words += ["--" + flag.replace("_", "-")] + ([] if value is True else [str(value)])
        options = "-".join(f"{flag}{'' if value is True else value}"
                           for flag, value in sorted(flags.items()))
        return self._made(f"{options}-{name}", lambda path: [*words, "--output", path])

    def made(self, name, script, *arguments):
        """What `script output argument…` of bench/ makes, made once."""
        return self._made(name, lambda path: [sys.executable, BENCH / script, path, *arguments])

    def flowlake(self, *inputs, codec="snappy", threads=1, name="flowlake", flags=(),
                 folder=None):
        """Us: an ingest into a new lake, in `folder` if its disk is not to be measured."""
        output = folder / "lake" if folder else self._output(name)
        return Command(name, [self.binary, "ingest", *inputs, "--lake", output, "--threads",
                              threads, "--compression", codec, "--json", *flags], output)

    def peer(self, name, script, source, codec="snappy", threads=1, rounds=None):
        return Command(name, [sys.executable, BENCH / script, source, self._output(name),
                              threads, codec], self._output(name), rounds=rounds)

    def java(self, name, source, codec="snappy", rounds=None):
        """The article's converter, which `make bench` built into FLOWLAKE_BENCH_JAVA."""
        jars = os.environ["FLOWLAKE_BENCH_JAVA"]
        return Command(name, ["java", "-cp", f"{jars}/classes:{jars}/lib/*", "ArticleConverter",
                              source, self._output(name), 1, codec], self._output(name),
                       rounds=rounds)

    def summary(self, command):
        """What the last run of a flowlake command said with --json; rejects are an error."""
        summary = json.loads(measure.said(command).read_text())
        if summary["rejects"] or summary["files_failed"]:
            raise Failed(f"{command.name}: not all was converted: {summary}")
        return summary

    def said(self, *words):
        """What a run of flowlake prints; one that fails is an error."""
        done = subprocess.run(list(map(str, (self.binary, *words))), capture_output=True,
                              check=False)
        if done.returncode != 0:
            raise Failed(f"{words[0]}: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def asked(self, *words):
        """The same with --json: the answer."""
        return json.loads(self.said(*words, "--json"))

    @staticmethod
    def set_property(lake, name, value):
        """A property of the lake's vpc_flow, as if it had been made with it."""
        first = lake / "vpc_flow/_delta_log/00000000000000000000.json"
        first.write_text(first.read_text().replace(
            '"configuration":{', f'"configuration":{{"{name}":"{value}",'))

    def check_same_rows(self, commands):
        """Fails unless the outputs of all commands hold the same rows; returns how many."""
        words = [sys.executable, BENCH / "checksum.py", *(c.output for c in commands)]
        done = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, check=True)
        sums = json.loads(done.stdout)
        for command, checksum in zip(commands, sums):
            if checksum != sums[0]:
                raise Failed(f"{command.name} and {commands[0].name} wrote different rows:\n"
                             f"{checksum}\n{sums[0]}")
        return sums[0]["rows"]

    def remove_outputs(self):
        measure.remove(self.folder / "out")

    def _output(self, name):
        return self.folder / "out" / name.replace(" ", "-")

    def _made(self, name, words):
        path = self.folder / "data" / name
        if not path.exists():
            print(f"making {path.name}", flush=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name("part-" + name)
            measure.remove(part)
            subprocess.run(list(map(str, words(part))), check=True, stdin=subprocess.DEVNULL)
            part.rename(path)
        return path
