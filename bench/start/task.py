"""From the start of the process to a committed lake with the rows of a 1 MB file, wall clock:
an upper bound of the time to the first row. A commit waits for the disk a dozen times; the
second row is the same into memory, which is what the program itself takes."""
import pathlib
import statistics
import tempfile

from measure import in_turn

ROUNDS = 20
MEMORY = pathlib.Path("/dev/shm")


def run(bench, report):
    source = bench.generated("start.log", records=8_750)
    _measure(report, "", bench.flowlake(source, name="start"))
    bench.remove_outputs()
    if MEMORY.is_dir():
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            _measure(report, ", without a disk",
                     bench.flowlake(source, folder=pathlib.Path(folder)))


def _measure(report, where, command):
    costs = in_turn([command], ROUNDS)[command.name]
    walls = sorted(cost.wall * 1000 for cost in costs)
    middle = statistics.median(walls)
    report.target(f"start to first row, 1 MB file, whole process{where}", "≤ 50 ms",
                  f"{middle:.0f} ms (smallest of {ROUNDS}: {walls[0]:.0f} ms, CPU "
                  f"{statistics.median(cost.cpu for cost in costs) * 1000:.0f} ms)",
                  middle <= 50)
