"""Every lake of an earlier program that is kept in testdata is read, written and upgraded by this one."""
import json
import pathlib
import shutil
import unittest

from deltalake import DeltaTable

from flowlake_program import OK, SOURCE, LakeTestCase, generate, ingest, must, query, run

LAKES = sorted(path.parent for path in (SOURCE / "testdata").glob("*/lake"))


class OldLakes(LakeTestCase):
    def take(self, old):
        shutil.rmtree(self.lake, ignore_errors=True)
        # Not with their times: a staged edit is as old as its file.
        shutil.copytree(old / "lake", self.lake, copy_function=shutil.copyfile)

    def tables(self):
        return sorted(path.parent.name for path in self.lake.glob("*/_delta_log"))

    def rows(self, table):
        return query(self.lake, f"SELECT count(*) AS n FROM {table}")[0]["n"]

    def mark(self, table):
        metadata = DeltaTable(self.lake / table).metadata()
        return metadata.configuration.get("flowlake.table"), f"{table}/{metadata.id}"

    def test_there_are_some_of_either_kind(self):
        self.assertGreaterEqual({path.name for path in LAKES}, {"old_lake", "unmarked_lake"})

    def test_are_read_written_compacted_and_upgraded(self):
        for old in LAKES:
            with self.subTest(old.name):
                self.take(old)
                before = {table: self.rows(table) for table in self.tables()}
                self.assertGreater(before["vpc_flow"], 0)
                must("commit", "--lake", self.lake)
                staged = self.rows("vpc_flow")
                self.assertEqual(staged, before["vpc_flow"] + 1)
                log = generate(self.folder / "v11.log", version=11, records=50, day="2026-09-22")
                self.assertEqual(ingest(self.lake, log)["records"], 50)
                must("compact", "--all", "--lake", self.lake)
                must("maintain", "--yes", "--lake", self.lake)
                must("upgrade", "--yes", "--lake", self.lake)
                self.assertEqual(self.rows("vpc_flow"), staged + 50)
                self.assertEqual(ingest(self.lake, log)["files_skipped"], 1)
                for table in self.tables():
                    if table != "vpc_flow":
                        self.assertEqual(self.rows(table), before[table], table)
                self.assertEqual(run("check", "--deep", "--lake", self.lake).code, OK)
                for table in ("vpc_flow",):
                    found, expected = self.mark(table)
                    self.assertEqual(found, expected)

    def test_a_copy_beside_one_of_their_tables_is_left_alone(self):
        for old in LAKES:
            with self.subTest(old.name):
                self.take(old)
                shutil.copytree(self.lake / "vpc_flow", self.lake / "backup")
                files = sorted(str(path) for path in (self.lake / "backup").rglob("*"))
                must("ingest", self.write("a.log", "2 1 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1790000099 1790000099 "
                                                   "ACCEPT OK\n"), "--lake", self.lake)
                maintained = must("maintain", "--yes", "--lake", self.lake)
                self.assertIn("backup: not flowlake's: left alone", maintained.out)
                self.assertEqual(files, sorted(str(path) for path in (self.lake / "backup").rglob("*")))


class GrownLakes(LakeTestCase):
    """Of a release that knew fewer columns: made by taking one out of the table's first version."""

    def forget(self, table, column):
        path = self.lake / table / "_delta_log" / ("0" * 20 + ".json")
        actions = [json.loads(line) for line in path.read_text().splitlines()]
        for action in actions:
            if "metaData" in action:
                schema = json.loads(action["metaData"]["schemaString"])
                schema["fields"] = [field for field in schema["fields"] if field["name"] != column]
                action["metaData"]["schemaString"] = json.dumps(schema)
        path.write_text("".join(json.dumps(action) + "\n" for action in actions))

    def columns(self, table):
        return [field.name for field in DeltaTable(self.lake / table).schema().fields]

    def test_flow_logs_get_the_columns_that_the_lake_lacks(self):
        ingest(self.lake, generate(self.folder / "old.log", records=100, day="2026-11-21"))
        self.forget("vpc_flow", "next_hop_interface_type")
        self.forget("vpc_flow", "asg_tag")
        self.assertNotIn("asg_tag", self.columns("vpc_flow"))
        new = self.write("new.log", "version srcaddr dstaddr start end action log-status asg-tag\n"
                                    "2 10.0.0.1 10.0.0.2 1795737602 1795737627 ACCEPT OK web-fleet\n")
        ingest(self.lake, new)
        self.assertEqual(self.columns("vpc_flow")[-3:], ["asg_tag", "next_hop_interface_type", "date"])
        wanted = [{"asg_tag": "web-fleet", "n": 1}]
        sql = "SELECT asg_tag, count(*) AS n FROM vpc_flow WHERE asg_tag IS NOT NULL GROUP BY 1"
        self.assertEqual(query(self.lake, sql), wanted)
        must("compact", "--all", "--lake", self.lake)
        must("maintain", "--yes", "--lake", self.lake)
        self.assertEqual(query(self.lake, sql), wanted)
        self.assertEqual(DeltaTable(self.lake / "vpc_flow").to_pyarrow_table().num_rows, 101)

    def test_a_staged_edit_finds_the_columns_there(self):
        ingest(self.lake, generate(self.folder / "old.log", records=100, day="2026-11-21"))
        self.forget("vpc_flow", "asg_tag")
        new = self.write("new.log", "version srcaddr dstaddr start end action log-status asg-tag\n"
                                    "2 10.0.0.1 10.0.0.2 1795737602 1795737627 ACCEPT OK web-fleet\n")
        must("ingest", new, "--stage", "--lake", self.lake)
        self.assertIn("asg_tag", self.columns("vpc_flow"))
        must("commit", "--lake", self.lake)
        self.assertEqual(query(self.lake, "SELECT asg_tag FROM vpc_flow WHERE asg_tag IS NOT NULL"),
                         [{"asg_tag": "web-fleet"}])

    def test_other_logs_get_them_too(self):
        alb = sorted((SOURCE / "test/golden/alb").glob("input*"))[0]
        ingest(self.lake, alb)
        self.forget("alb", "conn_trace_id")
        grown = self.write("b.log", (SOURCE / "test/golden/alb_growth" / alb.name).read_bytes())
        run("ingest", grown, "--lake", self.lake)
        self.assertIn("conn_trace_id", self.columns("alb"))
        must("compact", "--all", "--lake", self.lake)


if __name__ == "__main__":
    unittest.main()
