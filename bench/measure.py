"""Runs commands as processes of their own, pinned to cores, and says what each one cost.

A cost is of the whole process, start and end included, whoever is measured. This module and
its callers stay on the standard library: the kernel counts a child's peak memory from before
its exec, so a fat parent would be measured too. Whatever needs a large library is a process
of its own (checksum.py, make_*.py).
"""
import dataclasses
import os
import pathlib
import shutil
import statistics
import subprocess
import time


@dataclasses.dataclass
class Command:
    """What runs under a name. `output` (a file or folder) is removed before each run."""

    name: str
    arguments: list
    output: pathlib.Path
    rounds: int = None  # at most so many, for the slow ones
    environment: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Cost:
    """User and system time and wall clock in seconds, and the largest resident set in bytes."""

    cpu: float
    wall: float
    peak: int


class Failed(Exception):
    """A command that did not exit with 0: its name and the end of what it said."""


def cores(count):
    """The numbers of `count` cores that this process may use; the last ones are the quietest."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < count:
        raise Failed(f"needs {count} cores, has {len(allowed)}")
    return allowed[-count:]


def run(command, core_count=1):
    """Runs a command once to its end on `core_count` cores and returns its Cost."""
    remove(command.output)
    command.output.parent.mkdir(parents=True, exist_ok=True)
    pinned = ["taskset", "-c", ",".join(map(str, cores(core_count)))]
    with open(said(command), "wb") as out, open(complaints(command), "wb") as errors:
        begin = time.monotonic()
        process = subprocess.Popen([*pinned, *map(str, command.arguments)], stdout=out,
                                   stderr=errors, stdin=subprocess.DEVNULL,
                                   env=os.environ | command.environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        text = complaints(command).read_text(errors="replace")
        raise Failed(f"{command.name}: exit code {process.returncode}\n{text[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024)


def said(command):
    """The file with what a command's last run wrote to stdout."""
    return command.output.with_name(command.output.name + ".out")


def complaints(command):
    """The same for stderr."""
    return command.output.with_name(command.output.name + ".err")


def in_turn(commands, rounds, core_count=1):
    """Runs all commands in turn, `rounds` times: whatever else the machine does meets all of
    them. Returns name → list of Costs."""
    costs = {command.name: [] for command in commands}
    for number in range(rounds):
        for command in commands:
            if number < (command.rounds or rounds):
                costs[command.name].append(run(command, core_count))
    return costs


def median(costs):
    """The median of each of the three."""
    return Cost(*(statistics.median(getattr(cost, field.name) for cost in costs)
                  for field in dataclasses.fields(Cost)))


def remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def size_of(path):
    """Bytes of a file, or of the Parquet files below a folder."""
    files = path.rglob("*.parquet") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files)
