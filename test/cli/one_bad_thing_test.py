"""Tables that are not flowlake's are left alone, and one thing that is bad stops only itself."""
import datetime
import json
import os
import unittest

import deltalake
import pyarrow as pa
import pyarrow.parquet as pq

from flowlake_program import FAILURE, OK, SOME_INPUTS, USAGE, LakeTestCase, generate, ingest, must, query, run
from small_logs import log

COUNT = "SELECT count(*) AS n FROM "


class OneBadThing(LakeTestCase):
    def setUp(self):
        super().setUp()
        ingest(self.lake, self.write("first.log", log(3)))

    def count(self, table):
        return query(self.lake, COUNT + table)[0]["n"]

    def new_log(self, name="new.log", start=1789948900):
        return self.write(name, log(2, start=start))

    def foreign(self, name, **options):
        day = datetime.date
        deltalake.write_deltalake(self.lake / name, pa.table(
            {"customer": ["a", "b"], "date": [day(2020, 1, 1), day(2026, 11, 1)]}), **options)

    def gateway(self):
        ingest(self.lake, generate(self.folder / "t.log", tgw=True, records=20, day="2026-09-20"))
        return next((self.lake / "tgw_flow").glob("date=*/*.parquet"))

    def alter(self, table, **properties):
        """Appends a version that sets them: delta-rs refuses those that it does not know."""
        log = sorted((self.lake / table / "_delta_log").glob("*.json"))
        metadata = [json.loads(line)["metaData"] for entry in log
                    for line in entry.read_text().splitlines() if "metaData" in line][-1]
        metadata["configuration"] |= properties
        entry = log[-1].with_name(f"{int(log[-1].stem) + 1:020}.json")
        entry.write_text(json.dumps({"metaData": metadata}) + "\n")


class ForeignTables(OneBadThing):
    def test_are_queried_and_never_written(self):
        self.foreign("invoices", partition_by=["date"])
        self.write("lake/flowlake.toml", '[maintain]\nexpire = "400d"\n')
        before = sorted(os.listdir(self.lake / "invoices/_delta_log"))
        for verb in (["maintain", "--yes"], ["compact", "--all"], ["vacuum", "--yes"], ["maintain"],
                     ["expire", "--older-than", "400d", "--yes"]):
            told = must(*verb, "--lake", self.lake)
            self.assertIn("invoices: not flowlake's: left alone", told.out, verb)
        must("upgrade", "--yes", "--lake", self.lake)
        must("ingest", self.new_log(), "--lake", self.lake)
        self.assertEqual(sorted(os.listdir(self.lake / "invoices/_delta_log")), before)
        self.assertEqual(self.count("invoices"), 2)
        self.assertIn("not flowlake's", must("info", "--lake", self.lake).out)

    def test_are_refused_by_name(self):
        self.foreign("invoices", partition_by=["date"])
        for verb in (["compact"], ["vacuum"], ["expire", "--older-than", "1d"]):
            told = run(*verb, "--table", "invoices", "--lake", self.lake)
            self.assert_fails(told, USAGE, "invoices", "not flowlake's")

    def test_one_of_a_kinds_name_takes_no_logs_and_stops_no_others(self):
        self.foreign("tgw_flow", partition_by=["date"])
        gateway = generate(self.folder / "t.log", tgw=True, records=20, day="2026-09-20")
        told = run("ingest", gateway, self.new_log(), "--lake", self.lake)
        self.assertEqual(told.code, SOME_INPUTS, str(told))
        self.assertIn("1 input not taken, because table tgw_flow", told.err)
        self.assertEqual(self.count("vpc_flow"), 5)

    def test_that_cannot_be_read_stop_nothing(self):
        self.foreign("daily_summary")
        self.assertEqual(run("ingest", self.new_log(), "--lake", self.lake).code, OK)
        for verb in (["info"], ["query", "SELECT 1"], ["maintain", "--yes"], ["check"], ["compact"]):
            self.assertEqual(run(*verb, "--lake", self.lake).code, OK, verb)
        self.assertEqual(self.count("vpc_flow"), 5)

    def test_columns_of_unknown_types_are_named_and_files_with_them_stay(self):
        table = deltalake.DeltaTable(self.lake / "vpc_flow")
        table.alter.add_columns([deltalake.Field("payload", deltalake.schema.ArrayType("string", True)),
                                 deltalake.Field("note", deltalake.schema.PrimitiveType("string"))])
        rows = pa.table({"srcaddr": ["10.9.9.9"], "payload": pa.array([["x", "y"]], pa.list_(pa.string())),
                         "note": ["kept"], "date": [datetime.date(2026, 9, 21)]})
        deltalake.write_deltalake(self.lake / "vpc_flow", rows, mode="append", schema_mode="merge")
        noted = pa.table({"srcaddr": ["10.9.9.8"], "note": ["carried"], "date": [datetime.date(2026, 9, 21)]})
        deltalake.write_deltalake(self.lake / "vpc_flow", noted, mode="append", schema_mode="merge")
        must("ingest", self.new_log(), "--lake", self.lake)
        for _ in range(2):
            told = must("compact", "--all", "--lake", self.lake)
            # delta-rs writes the column into both files, into one as NULL.
            self.assertIn("2 files left alone", told.out)
            self.assertIn("payload", told.out)
        self.assertEqual(self.count("vpc_flow"), 7)
        self.assertEqual(query(self.lake, "SELECT note FROM vpc_flow WHERE note IS NOT NULL ORDER BY 1"),
                         [{"note": "carried"}, {"note": "kept"}])
        self.assertIn("column payload has type", must("info", "--lake", self.lake).out)
        found = deltalake.DeltaTable(self.lake / "vpc_flow").to_pyarrow_table()
        self.assertEqual([row for row in found["payload"].to_pylist() if row], [["x", "y"]])
        self.assertEqual(found.num_rows, 7)


class OwnTables(OneBadThing):
    def test_a_damaged_page_stops_its_file_only(self):
        path = self.gateway()
        with open(path, "r+b") as file:
            file.seek(200)
            file.write(b"XXXX")
        ingest(self.lake, generate(self.folder / "u.log", tgw=True, records=30, day="2026-09-20", seed=7))
        told = run("maintain", "--yes", "--lake", self.lake)
        self.assertEqual(told.code, SOME_INPUTS, str(told))
        self.assertIn(path.name, told.err)
        self.assertIn("vpc_flow: ", told.out)
        self.assertTrue((self.lake / "vpc_flow/_delta_log/_last_checkpoint").exists())
        self.assertTrue((self.lake / "tgw_flow/_delta_log/_last_checkpoint").exists())
        again = run("compact", "--all", "--json", "--lake", self.lake)
        self.assertEqual(again.code, SOME_INPUTS, str(again))
        self.assertEqual([failure["step"] for failure in json.loads(again.out)["failures"]], ["compact"])
        live = deltalake.DeltaTable(self.lake / "tgw_flow").file_uris()
        self.assertEqual(len(live), 2, live)

    def test_a_table_that_cannot_be_opened_stops_itself_only(self):
        self.gateway()
        newest = sorted((self.lake / "tgw_flow/_delta_log").glob("*.json"))[-1]
        newest.write_text("{broken")
        told = run("ingest", self.new_log(), "--lake", self.lake)
        self.assertEqual(told.code, SOME_INPUTS, str(told))
        self.assertIn("tgw_flow: open:", told.err)
        self.assertEqual(self.count("vpc_flow"), 5)
        for verb in (["maintain", "--yes"], ["compact"], ["vacuum"], ["expire", "--older-than", "400d"], ["info"],
                     ["upgrade"]):
            told = run(*verb, "--lake", self.lake)
            self.assertEqual(told.code, SOME_INPUTS, str(told))
            self.assertIn("tgw_flow: open:", told.err)
        self.assertEqual(run("check", "--lake", self.lake).code, FAILURE)

    def test_one_that_needs_a_newer_program_stops_itself_only(self):
        self.gateway()
        self.alter("tgw_flow", **{"flowlake.min_writer": "99"})
        told = run("ingest", self.new_log(), "--lake", self.lake)
        self.assertEqual(told.code, SOME_INPUTS, str(told))
        self.assertIn("needs a newer flowlake", told.err)
        self.assertEqual(self.count("vpc_flow"), 5)
        self.assertEqual(self.count("tgw_flow"), 20)

    def test_one_tables_retention_stops_its_vacuum_only(self):
        self.gateway()
        self.alter("tgw_flow", **{"delta.deletedFileRetentionDuration": "interval 36 hours"})
        self.write("lake/flowlake.toml", '[maintain]\nvacuum = "3d"\n')
        told = run("maintain", "--yes", "--lake", self.lake)
        self.assertEqual(told.code, SOME_INPUTS, str(told))
        self.assertIn("tgw_flow: vacuum:", told.err)
        self.assertIn("vpc_flow: nothing to delete", told.out)
        self.assertTrue((self.lake / "tgw_flow/_delta_log/_last_checkpoint").exists())

    def test_a_staged_edit_that_cannot_be_read_stops_itself_only(self):
        good = self.write("good.log", log(2, start=1789949000))
        must("ingest", good, "--stage", "--lake", self.lake)
        staged = self.lake / "vpc_flow/_flowlake/staged"
        newer = next(staged.glob("*.json")).read_text().replace('"formatVersion":2', '"formatVersion":9')
        for name, text in (("0.json", ""), ("1.json", "{}"), ("2.json", "{broken"), ("3.json", newer)):
            (staged / name).write_text(text)
        told = run("commit", "--lake", self.lake)
        self.assertEqual(told.code, SOME_INPUTS, str(told))
        for name in ("0.json", "1.json", "2.json", "3.json"):
            self.assertIn(name, told.err)
            self.assertTrue((staged / name).exists())
        self.assertEqual(self.count("vpc_flow"), 5)
        for verb in ("maintain", "vacuum"):
            told = run(verb, "--yes", "--lake", self.lake)
            self.assertEqual(told.code, SOME_INPUTS, str(told))
            self.assertIn("data files stay", told.err)

    def test_data_files_stay_while_a_staged_edit_cannot_be_read(self):
        (self.lake / "vpc_flow/_flowlake/staged").mkdir(parents=True)
        edit = self.lake / "vpc_flow/_flowlake/staged/x.json"
        orphan = self.lake / "vpc_flow/date=2026-09-21/part-orphan.parquet"
        pq.write_table(pa.table({"srcaddr": ["x"]}), orphan)
        os.utime(orphan, (0, 0))
        edit.write_text("")
        run("vacuum", "--yes", "--lake", self.lake)
        self.assertTrue(orphan.exists())
        edit.unlink()
        must("vacuum", "--yes", "--lake", self.lake)
        self.assertFalse(orphan.exists())

    def test_a_bad_report_stops_no_other(self):
        self.write("reports/bad.sql", "SELECT 1\n")
        self.write("reports/good.sql", "-- title: Good\n-- question: Is it?\n-- read: yes\n-- chart: table\nSELECT 1 AS one\n")
        listed = run("report", "--reports", self.folder / "reports", "--lake", self.lake)
        self.assertEqual(listed.code, SOME_INPUTS, str(listed))
        self.assertIn("good", listed.out)
        self.assertIn("bad.sql", listed.err)
        ran = run("report", "good", "--reports", self.folder / "reports", "--lake", self.lake)
        self.assertEqual(ran.code, OK, str(ran))
        self.assertIn("bad.sql", ran.err)


if __name__ == "__main__":
    unittest.main()
