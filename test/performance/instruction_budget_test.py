"""Instructions per record of the conversion, counted by callgrind on fixed inputs and held
against budget.toml: a guard that does not depend on the machine's mood.

Two runs of different sizes are subtracted, so that starting, committing and what is paid once
do not count. More than SLACK above the budget is a slowdown; more than SLACK below asks to
record the gain, or the next slowdown would hide in it. `make budget` records.

valgrind 3.19 knows no AVX-512 and hides it from CPUID: what is counted is the AVX2 path.
Another compiler makes other instructions, so each has a budget of its own.
"""
import gzip
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tomllib
import unittest

from flowlake_program import BINARY, SOURCE, LakeTestCase, generate, must

sys.path.append(str(SOURCE / "bench/documents"))
import make_documents  # noqa: E402

MAKE_OTHER_LOGS = SOURCE / "bench/other_logs/make_other_logs.py"

BUDGET = pathlib.Path(__file__).with_name("budget.toml")
SLACK = 0.03
SMALL, LARGE = 100_000, 200_000  # below that, what dictionaries cost to fill weighs most
CALLGRIND = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
HEAD = """\
# Instructions per record of `flowlake ingest`, by compiler, machine and input, counted by
# instruction_budget_test.py on valgrind's CPU, which has AVX2 and no AVX-512.
# Recorded by `make budget`.
"""


def text(version):
    return lambda folder, records: generate(
        folder / f"v{version}-{records}.log", version=version, records=records, **DAYS)


def gzipped(folder, records):
    return generate(folder / f"{records}.log.gz", records=records, gzip=True, **DAYS)


def documents(folder, records):
    """As CloudWatch Logs delivers them through Firehose."""
    lines = generate(folder / "lines.log", records=records, no_header=True, **DAYS).read_text()
    lines = lines.splitlines()
    path = folder / f"{records}.json.gz"
    path.write_bytes(b"".join(
        gzip.compress(make_documents.document(lines[i:i + make_documents.EVENTS]), mtime=0)
        for i in range(0, records, make_documents.EVENTS)))
    return path


def other(kind):
    def made(folder, records):
        path = folder / f"{kind}-{records}.log"
        subprocess.run([sys.executable, MAKE_OTHER_LOGS, path, kind, str(records)], check=True)
        return path
    return made


DAYS = {"day": "2026-09-21", "days": 2}
INPUTS = {"v2_text": text(2), "v5_text": text(5), "v2_gzip": gzipped, "documents": documents,
          "alb": other("alb"), "cloudfront": other("cloudfront")}


def kind_of_build():
    """What a budget is for, as "gcc 12, x86_64 with AVX2"."""
    comment = subprocess.run(["readelf", "-p", ".comment", BINARY], capture_output=True,
                             text=True, check=True).stdout
    clang = re.search(r"clang version (\d+)", comment)
    gcc = re.search(r"GCC: .*? (\d+)\.\d+\.\d+", comment)
    compiler = f"clang {clang[1]}" if clang else f"gcc {gcc[1]}" if gcc else "unknown compiler"
    has_avx2 = re.search(r"^flags.* avx2 ", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return f"{compiler}, {platform.machine()}{' with AVX2' if has_avx2 else ''}"


class InstructionBudgetTest(LakeTestCase):
    def instructions(self, source):
        lake = self.folder / f"lake-{source.name}"
        outcome = must("ingest", source, "--lake", lake, "--threads", "1", prefix=CALLGRIND)
        return int(re.search(r"Collected : (\d+)", outcome.err)[1])

    def per_record(self, name):
        small, large = (self.instructions(INPUTS[name](self.folder, records))
                        for records in (SMALL, LARGE))
        return round((large - small) / (LARGE - SMALL))

    def test_no_input_takes_more_than_its_budget_or_much_less(self):
        if not shutil.which("valgrind"):
            self.skipTest("there is no valgrind")
        budget = tomllib.loads(BUDGET.read_text()).get(kind_of_build())
        if budget is None:
            self.skipTest(f"no budget for {kind_of_build()}; `make budget` records one")
        for name in INPUTS:
            with self.subTest(name):
                counted, allowed = self.per_record(name), budget[name]
                change = counted / allowed - 1
                verdict = "slower" if change > 0 else "faster: record it with `make budget`"
                print(f"{name}: {counted} instructions per record, budget {allowed} "
                      f"({change:+.1%})")
                self.assertLessEqual(abs(change), SLACK, f"{counted} of {allowed}: {verdict}")


class Recorder(InstructionBudgetTest):
    """Counts instead of testing: `make budget`."""

    def test_no_input_takes_more_than_its_budget_or_much_less(self):
        budgets = tomllib.loads(BUDGET.read_text()) if BUDGET.exists() else {}
        budgets[kind_of_build()] = {name: self.per_record(name) for name in INPUTS}
        sections = [f'["{kind}"]\n' + "".join(f"{name} = {count}\n"
                                              for name, count in budget.items())
                    for kind, budget in sorted(budgets.items())]
        BUDGET.write_text(HEAD + "\n" + "\n".join(sections))
        print(BUDGET.read_text())


if __name__ == "__main__":
    is_recording = "--record" in sys.argv
    case = Recorder if is_recording else InstructionBudgetTest
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    sys.exit(not unittest.TextTestRunner(verbosity=2).run(tests).wasSuccessful())
