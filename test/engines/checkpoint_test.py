"""Checkpoints that we wrote are read by others, and theirs by us; a foreign OPTIMIZE is survived."""
import unittest

import deltalake
import polars

from flowlake_program import LakeTestCase, generate, ingest, must, query

SUMS = ("SELECT count(*) AS n, sum(bytes) AS b, min(srcaddr) AS a, max(epoch(\"start\")) AS s "
        "FROM vpc_flow")


class CheckpointsOfOthers(LakeTestCase):
    def setUp(self):
        super().setUp()
        for seed in range(1, 11):
            self.add(seed)
        self.table = str(self.lake / "vpc_flow")
        self.log = self.lake / "vpc_flow/_delta_log"

    def add(self, seed):
        log = generate(self.folder / f"{seed}.log", version=2, records=300, seed=seed,
                       day=f"2026-09-{10 + seed % 3}")
        ingest(self.lake, log)

    def forget_entries_below(self, version):
        for number in range(version):
            (self.log / f"{number:020}.json").unlink()

    def test_ours_spares_others_the_entries_before(self):
        before = query(self.lake, SUMS)[0]
        self.assertTrue((self.log / f"{10:020}.checkpoint.parquet").exists())
        self.add(11)
        after = query(self.lake, SUMS)[0]
        self.forget_entries_below(10)
        delta = deltalake.DeltaTable(self.table)
        self.assertEqual(delta.version(), 11)
        rows = delta.to_pyarrow_table(columns=["bytes"])
        self.assertEqual(rows.num_rows, after["n"])
        self.assertEqual(polars.scan_delta(self.table).select(polars.col("bytes").sum())
                         .collect().item(), after["b"])
        self.assertEqual(query(self.lake, SUMS)[0], after)
        self.assertEqual(query(self.lake, SUMS, "--version", "10")[0], before)

    def test_statistics_of_ours_prune_for_others(self):
        self.forget_entries_below(10)
        actions = deltalake.DeltaTable(self.table).get_add_actions(flatten=True)
        names = set(actions.schema.names)
        self.assertLessEqual({"num_records", "min.srcaddr", "max.srcaddr", "min.start"}, names)

    def test_theirs_spares_us_the_entries_before(self):
        (self.log / f"{10:020}.checkpoint.parquet").unlink()
        (self.log / "_last_checkpoint").unlink()
        before = query(self.lake, SUMS)[0]
        deltalake.DeltaTable(self.table).create_checkpoint()
        self.forget_entries_below(10)
        self.assertEqual(query(self.lake, SUMS)[0], before)
        self.add(12)
        self.assertEqual(query(self.lake, SUMS)[0]["n"], before["n"] + 300)
        must("check", "--lake", self.lake)

    def test_their_optimize_is_survived(self):
        before = query(self.lake, SUMS)[0]
        deltalake.DeltaTable(self.table).optimize.compact()
        self.assertEqual(query(self.lake, SUMS)[0], before)
        self.assertEqual(ingest(self.lake, self.folder / "1.log")["files_skipped"], 1)
        must("compact", "--all", "--lake", self.lake)
        must("maintain", "--yes", "--lake", self.lake)
        self.assertEqual(query(self.lake, SUMS)[0], before)
        self.assertEqual(deltalake.DeltaTable(self.table).to_pyarrow_table().num_rows, before["n"])


if __name__ == "__main__":
    unittest.main()
