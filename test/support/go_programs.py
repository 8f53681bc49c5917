"""Servers of others, built once from their pinned source modules with Go, into the cache folder."""
import os
import pathlib
import shutil
import subprocess
import unittest

OLDEST_GO = (1, 21)  # fetches the Go that a module asks for by itself


def build(name, version, module):
    """The program; raises unittest.SkipTest where it cannot be had."""
    cache = pathlib.Path(os.environ.get("FLOWLAKE_CACHE") or
                         pathlib.Path.home() / ".cache/flowlake")
    program = cache / f"{name}-{version}" / pathlib.PurePosixPath(module).name
    if program.exists():
        return program
    go = go_program()
    building = program.parent.with_suffix(f".{os.getpid()}")
    built = subprocess.run([go, "install", "-ldflags", "-s -w", f"{module}@{version}"], text=True,
                           capture_output=True, env={**os.environ, "GOBIN": building,
                                                     "GOFLAGS": "-modcacherw"})
    if built.returncode:
        raise unittest.SkipTest(f"{name} cannot be built: {built.stderr.strip()[-300:]}")
    try:
        building.replace(program.parent)
    except OSError:  # another test was faster
        if not program.exists():
            raise
        shutil.rmtree(building)
    return program


def go_program():
    """Go, new enough; raises unittest.SkipTest where there is none."""
    go = shutil.which("go")
    if not go:
        raise unittest.SkipTest("what is built with Go cannot be had: Go is not installed")
    version = subprocess.run([go, "env", "GOVERSION"], text=True, capture_output=True).stdout
    numbers = tuple(int(n) for n in version.strip().removeprefix("go").split(".")[:2])
    if numbers < OLDEST_GO:
        raise unittest.SkipTest(f"what is built with Go needs Go 1.21 or newer, not {version}")
    return go
