"""Version 5 (29 fields) and version 11 (54 fields) against version 2, in bytes of text per
second: more fields must not cost more than their bytes."""
from measure import in_turn, median


def run(bench, report):
    megabytes = bench.pick(1000, 150)
    records = {2: 8_700 * megabytes, 5: 3_400 * megabytes, 11: 2_500 * megabytes}
    sources = {version: bench.generated(f"v{version}.log", version=version, records=count, days=2)
               for version, count in records.items()}
    commands = {version: bench.flowlake(source, name=f"version {version}")
                for version, source in sources.items()}
    costs = in_turn(list(commands.values()), bench.rounds)
    for command in commands.values():
        bench.summary(command)
    rates = {version: source.stat().st_size / median(costs[f"version {version}"]).cpu
             for version, source in sources.items()}
    for version, fields in ((5, 29), (11, 54)):
        ratio = rates[version] / rates[2]
        report.target(f"v{version} text ({fields} fields)", "≥ 70 % of v2's bytes per second",
                      f"{ratio:.0%} ({rates[version] / 1e6:.0f} of {rates[2] / 1e6:.0f} MB/s)",
                      ratio >= 0.7)
    bench.remove_outputs()
