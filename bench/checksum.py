"""checksum.py <output>…: prints, as one JSON array, what rows each output holds: a Parquet
file, a folder of them, or a lake's table. Two outputs hold the same rows in whatever order if
their objects are equal: the number of rows, the type of each column, the sum of the hashes of
each column's values, and that of whole rows.
"""
import json
import pathlib
import sys

import duckdb


def live_files(path):
    """The Parquet files of an output; of a lake's table, those that its log names."""
    if path.is_file():
        return [str(path)]
    logs = [log for log in path.glob("*/_delta_log") if log.parent.name != "rejects"]
    if not logs:
        return sorted(map(str, path.rglob("*.parquet")))
    (log,) = logs
    entries = (json.loads(line) for file in sorted(log.glob("*.json"))
               for line in file.read_text().splitlines())
    return [str(log.parent / e["add"]["path"]) for e in entries if "add" in e]


def checksum(path):
    table = duckdb.read_parquet(live_files(path), hive_partitioning=False)
    types = {name: kind for name, kind in zip(table.columns, map(str, table.types))
             if name != "date"}  # a partition to some, to others not a column
    values = {name: _canonical(name, kind) for name, kind in sorted(types.items())}
    sums = [f"coalesce(sum(hash({value})), 0)::VARCHAR" for value in values.values()]
    row = table.aggregate(", ".join(["count(*)", f"sum(hash({', '.join(values.values())}))::VARCHAR",
                                     *sums])).limit(1).fetchall()[0]
    return {"rows": row[0], "row_hashes": row[1], "hashes": dict(zip(values, row[2:])),
            "types": {name: kind.split("_")[0].split(" ")[0] for name, kind in types.items()}}


def _canonical(name, kind):
    """Microseconds for times; whatever the unit and zone that a tool writes."""
    if kind.startswith("TIMESTAMP"):
        return f'epoch_us("{name}")'
    return f'"{name}"::BIGINT' if kind in ("INTEGER", "BIGINT") else f'"{name}"'


if __name__ == "__main__":
    print(json.dumps([checksum(pathlib.Path(name)) for name in sys.argv[1:]]))
