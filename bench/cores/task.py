"""Two cores against one, many files. By wall clock, so it needs a machine that does nothing
else: CPU time says how much of a loss is ours (more work in all) and not the neighbours'."""
from measure import in_turn, median

FILES = 8


def run(bench, report):
    records = bench.pick(1_250_000, 250_000)
    sources = [bench.generated(f"part{seed}.log", records=records, days=2, seed=seed)
               for seed in range(1, FILES + 1)]
    one = bench.flowlake(*sources, name="one core")
    two = bench.flowlake(*sources, name="two cores", threads=2)
    costs = {one.name: [], two.name: []}
    for _ in range(bench.rounds):
        costs[one.name] += in_turn([one], 1, core_count=1)[one.name]
        costs[two.name] += in_turn([two], 1, core_count=2)[two.name]
    bench.summary(one), bench.summary(two)
    alone, both = median(costs[one.name]), median(costs[two.name])
    ratio = alone.wall / both.wall
    report.target(f"two cores, {FILES} files", "≥ 1.9 × one core, wall clock",
                  f"{ratio:.2f} × ({alone.wall:.2f} s, {both.wall:.2f} s; CPU in all "
                  f"{alone.cpu:.2f} s, {both.cpu:.2f} s)", ratio >= 1.9)
    bench.remove_outputs()
