"""tidy.py <build folder> [<commit>]: clang's warnings and clang-tidy's checks (.clang-tidy) on
all sources but tests, or on those that changed since a commit. The build folder is one that
clang configured.

A source that passed is not looked at again until its text, that of a header of ours that it
reaches, its command or the checks change: what passed lies in the cache folder, by hash.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
CACHE = pathlib.Path(os.environ.get("FLOWLAKE_CACHE") or pathlib.Path.home() / ".cache/flowlake")
OURS = re.compile(rb'^\s*#\s*include\s+"(flowlake/[^"]+)"', re.MULTILINE)
# Fuzzers are not in this build; tests are mostly the macros of gtest.
LEFT_OUT = re.compile(r"_(fuzz|test|benchmark)\.cc$")
texts = {}


def text_of(path):
    if path not in texts:
        texts[path] = path.read_bytes() if path.exists() else b""
    return texts[path]


def reached_from(source):
    """The source and every header of ours that it includes, directly or not."""
    seen, waiting = set(), [source]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += [ROOT / "src" / name.decode() for name in OURS.findall(text_of(path))]
    return sorted(seen)


def mark_of(command, checks):
    """The file whose presence says that this source has passed as it is now."""
    # The folders of this checkout and of its build are not part of what is checked.
    flags = command["command"].replace(str(ROOT), ".")
    digest = hashlib.sha256(checks + flags.encode())
    for path in reached_from(pathlib.Path(command["file"])):
        digest.update(text_of(path) + b"\0")
    return CACHE / "tidy" / digest.hexdigest()


def passes(command, build, mark):
    ran = subprocess.run(["clang-tidy", "-p", build, "--quiet", command["file"]], text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if ran.returncode == 0:
        mark.touch()
    else:
        print(ran.stdout, flush=True)
    return ran.returncode == 0


def wanted(since):
    listed = ["git", "ls-files"] if since is None else [
        "git", "diff", "--name-only", "--diff-filter=d", since, "--"]
    names = subprocess.run(listed + ["src/*.cc"], cwd=ROOT, check=True, text=True,
                           stdout=subprocess.PIPE).stdout.split()
    return {str(ROOT / name) for name in names if not LEFT_OUT.search(name)}


def main(build, since=None):
    (CACHE / "tidy").mkdir(parents=True, exist_ok=True)
    version = subprocess.run(["clang-tidy", "--version"], check=True, stdout=subprocess.PIPE)
    checks = (ROOT / ".clang-tidy").read_bytes() + version.stdout
    sources = wanted(since)
    commands = [command for command in json.loads(
        (pathlib.Path(build) / "compile_commands.json").read_text()) if command["file"] in sources]
    marks = [(command, mark_of(command, checks)) for command in commands]
    new = [(command, mark) for command, mark in marks if not mark.exists()]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = list(pool.map(lambda one: passes(one[0], build, one[1]), new))
    print(f"clang-tidy: {len(commands)} sources, {len(new)} of them new or changed, "
          f"{passed.count(False)} with findings")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
