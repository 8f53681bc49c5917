"""Other programs clean up a table's log: its ledger is not forgotten, or that is said and mended."""
import unittest

import deltalake

from flowlake_program import SOME_INPUTS, LakeTestCase, generate, ingest, must, query, run

RETENTION = "delta.setTransactionRetentionDuration"


class CleanUpOfOthers(LakeTestCase):
    def setUp(self):
        super().setUp()
        self.logs = [generate(self.folder / f"{seed}.log", version=2, records=50, seed=seed)
                     for seed in range(1, 5)]
        for log in self.logs:
            ingest(self.lake, log)
        self.table = str(self.lake / "vpc_flow")

    def clean_up(self, retention):
        must("maintain", "--yes", "--lake", self.lake)
        table = deltalake.DeltaTable(self.table)
        table.alter.set_table_properties({RETENTION: retention})
        table = deltalake.DeltaTable(self.table)
        table.create_checkpoint()
        table.cleanup_metadata()

    def rows(self):
        return query(self.lake, "SELECT count(*) AS n FROM vpc_flow")[0]["n"]

    def test_keeps_a_ledger_that_was_set_lately(self):
        self.clean_up("interval 30 days")
        self.assertIsNotNone(
            deltalake.DeltaTable(self.table).transaction_version("flowlake.ledger"))
        self.assertEqual(ingest(self.lake, *self.logs)["files_skipped"], 4)
        self.assertEqual(self.rows(), 200)

    def test_that_forgets_it_is_an_error_and_repaired_from_the_log(self):
        self.clean_up("interval 0 seconds")
        if deltalake.DeltaTable(self.table).transaction_version("flowlake.ledger") is not None:
            self.skipTest("this delta-rs keeps a txn whatever its age")
        self.assert_fails(run("ingest", self.logs[0], "--lake", self.lake), SOME_INPUTS,
                          "no longer says which one counts", "flowlake repair")
        self.assertEqual(self.rows(), 200)
        must("repair", "--lake", self.lake)
        self.assert_fails(run("ingest", self.logs[0], "--lake", self.lake), SOME_INPUTS, "repair")
        must("repair", "--yes", "--lake", self.lake)
        self.assertIn("Nothing to repair", must("repair", "--lake", self.lake).out)
        self.assertEqual(ingest(self.lake, *self.logs)["files_skipped"], 4)
        self.assertEqual(self.rows(), 200)


if __name__ == "__main__":
    unittest.main()
