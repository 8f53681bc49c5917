"""What the log says of each listed column makes no reader lose or invent a row: delta-rs,
pyarrow, Polars, DuckDB and flowlake filter by every one, as ingested, after checkpoints and
compaction, with values that are long, odd or missing."""
import datetime
import json
import unittest

import deltalake
import polars
import pyarrow
import pyarrow.compute

from flowlake_program import LakeTestCase, ingest, must, query

TOML = """
[[log]]
match = "*.json"
table = "odd"
format = "json"
time = "at"
lookups = "word, amount, never"
fields = [{name = "at", type = "timestamp"}, {name = "word", type = "string"},
          {name = "amount", type = "int64"}, {name = "never", type = "string"},
          {name = "ratio", type = "double"}]
"""
DAY = "2026-09-21"
LISTED = ["at", "word", "amount", "never"]
LONG = "arn:aws:sts::123456789012:assumed-role/OrganizationAccountAccessRole/alice@example.com"
# Each list is a file: what its bounds are is the point.
WORDS = [
    ["a", "b", None],
    ["a" * 32, "a" * 33],
    ["short", LONG],
    [LONG, LONG + "-2"],
    ["é" * 40, "é" * 32],
    ["😀" * 20, "😀" * 33],
    ["z", "\U0010ffff" * 40],
    [None, None],
    ["", " "],
    ["quote\"back\\slash", "line\u2028end"],
    ["\ud7ff" * 33, "\ue000"],
]
AMOUNTS = [0, -1, 2**63 - 1, -2**63, 2**53 + 1, None]
RATIOS = [0.5, -0.0, 1e308, -1e308, None]


def records():
    number = 0
    for file, words in enumerate(WORDS):
        rows = []
        for word in words:
            row = {"at": f"{DAY}T{number % 24:02}:00:00.{number:03}456Z"}
            for name, value in (("word", word), ("amount", AMOUNTS[number % len(AMOUNTS)]),
                                ("ratio", RATIOS[number % len(RATIOS)])):
                # The files differ in the columns that they have.
                if value is not None and not (name == "amount" and file % 4 == 3):
                    row[name] = value
            rows.append(row)
            number += 1
        yield f"{file}.json", rows


def predicates(table):
    """(name, pyarrow's, Polars's, flowlake's): by every value of every listed column."""
    for column in LISTED:
        arrow, pl = pyarrow.compute.field(column), polars.col(column)
        yield column, arrow.is_null(), pl.is_null(), f'"{column}" IS NULL'
        yield column, arrow.is_valid(), pl.is_not_null(), f'"{column}" IS NOT NULL'
        values = sorted(set(table[column].to_pylist()) - {None})
        for value in values if column == "word" else values[:4] + values[-1:]:
            if isinstance(value, datetime.datetime):
                sql = f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S.%f}'"
            else:
                sql = "'" + value.replace("'", "''") + "'" if isinstance(value, str) else (
                    f"CAST('{value}' AS bigint)")
            literal = pyarrow.scalar(value, table.schema.field(column).type)
            yield column, arrow == literal, pl == value, f'"{column}" = {sql}'
            yield column, arrow >= literal, pl >= value, f'"{column}" >= {sql}'
            yield column, ~(arrow == literal), pl != value, f'NOT ("{column}" = {sql})'


class Filters(LakeTestCase):
    def setUp(self):
        super().setUp()
        self.lake.mkdir()
        (self.lake / "flowlake.toml").write_text(TOML)
        for name, rows in records():
            ingest(self.lake, self.write(name, "".join(json.dumps(row) + "\n" for row in rows)))
        self.table = str(self.lake / "odd")
        self.right = self.rows()

    def rows(self):
        """Without any filter, so without statistics."""
        return deltalake.DeltaTable(self.table).to_pyarrow_table()

    def assert_all_readers_agree(self, when):
        delta = deltalake.DeltaTable(self.table)
        dataset = delta.to_pyarrow_dataset()
        scan = polars.scan_delta(self.table)
        wrong, asked = [], []
        for column, arrow, pl, sql in predicates(self.right):
            right = self.right.filter(arrow).num_rows
            found = {"dataset": dataset.to_table(filter=arrow).num_rows,
                     "polars": scan.filter(pl).select(polars.len()).collect().item()}
            wrong += [(when, reader, str(arrow), rows, right)
                      for reader, rows in found.items() if rows != right]
            asked.append((sql, right))
        answer = query(self.lake, "SELECT " + ", ".join(
            f"(SELECT count(*) FROM odd WHERE {sql}) AS c{i}"
            for i, (sql, _) in enumerate(asked)))[0]
        wrong += [(when, "flowlake", sql, answer[f"c{i}"], right)
                  for i, (sql, right) in enumerate(asked) if answer[f"c{i}"] != right]
        self.assertEqual(wrong, [])

    def stats(self):
        return [json.loads(json.loads(line)["add"]["stats"])
                for entry in sorted((self.lake / "odd/_delta_log").glob("*.json"))
                for line in entry.read_text().split("\n") if '"add"' in line[:8]]

    def test_find_every_row_as_ingested_and_after_checkpoints_and_compaction(self):
        self.assertEqual(self.right.num_rows, sum(map(len, WORDS)))
        for stats in self.stats():
            whole = set(stats) - {"numRecords"}
            self.assertIn(whole, (set(), {"minValues", "maxValues", "nullCount"}))
            if whole:
                self.assertEqual(set(stats["nullCount"]), set(LISTED))
        # Long values have bounds, what has no bound has none.
        self.assertEqual(sum("nullCount" in stats for stats in self.stats()), len(WORDS) - 1)
        self.assert_all_readers_agree("as ingested")
        must("maintain", "--yes", "--lake", self.lake)
        self.assert_all_readers_agree("our checkpoint")
        deltalake.DeltaTable(self.table).create_checkpoint()
        self.assert_all_readers_agree("delta-rs's checkpoint")
        must("compact", "--all", "--lake", self.lake)
        self.assert_all_readers_agree("compacted")
        must("maintain", "--yes", "--lake", self.lake)
        self.assert_all_readers_agree("compacted, our checkpoint")


if __name__ == "__main__":
    unittest.main()
