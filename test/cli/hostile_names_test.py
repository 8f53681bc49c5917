"""Names in a lake, of files and of places, that would be SQL, shell commands or escapes."""
import json
import os
import shutil
import unittest

from flowlake_program import OK, USAGE, LakeTestCase, ingest, must, query, run

LINE = "2 1 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1790000000 1790000060 ACCEPT OK\n"
HOSTILE = ["vpc_flow'); COPY (SELECT 1) TO 'x", "VPC_FLOW", "a b", 'a"b', "a`b", "a.b", "-rf",
           "\u202elog", "caf\u00e9", "a\nb", "a\x1b[2J", "a" * 65, "date=2026-09-21", "$(id)"]


class HostileNames(LakeTestCase):
    def setUp(self):
        super().setUp()
        ingest(self.lake, self.write("a.log", LINE))
        for name in HOSTILE:
            shutil.copytree(self.lake / "vpc_flow", self.lake / name)

    def test_are_no_tables_and_are_named_by_info_and_check(self):
        info = json.loads(must("info", "--json", "--lake", self.lake).out)
        self.assertEqual([table["name"] for table in info["tables"]], ["vpc_flow"])
        self.assertEqual({each["name"] for each in info["not_tables"]}, set(HOSTILE))
        for verb in ("info", "check"):
            out = must(verb, "--lake", self.lake).out
            self.assertIn("not tables", out.lower())
            self.assertIn("\\u{202e}log: a table's name is 1 to 64 of a-z, 0-9 and _", out)
            self.assertIn("a\\x1b[2J: ", out)
            self.assertNotIn("\x1b", out)
            self.assertNotIn("\u202e", out)

    def test_cannot_be_chosen(self):
        for name in [*HOSTILE, "../lake/vpc_flow", "vpc_flow/"]:
            name = name.replace("\n", " ")
            for verb in (["history"], ["compact"], ["ddl", "athena"], ["expire", "--older-than",
                         "1d"], ["vacuum"]):
                outcome = run(*verb, f"--table={name}", "--lake", self.lake)
                self.assert_fails(outcome, USAGE, "there is no table")
                self.assertNotIn("\x1b", outcome.err)

    def test_run_in_no_verb(self):
        for verb in (["query", "SELECT count(*) FROM vpc_flow"], ["ddl", "trino"],
                     ["maintain", "--yes"], ["compact", "--all"], ["report", "top-talkers"]):
            outcome = run(*verb, "--lake", self.lake)
            self.assertEqual(outcome.code, OK, str(outcome))
            self.assertNotIn("COPY", outcome.out)
        self.assertFalse(os.path.exists("x"))


class HostilePlaces(LakeTestCase):
    def test_stay_literals_in_ddl(self):
        lake = self.folder / "it's; DROP TABLE x; --"
        ingest(lake, self.write("a.log", LINE))
        place = str(lake)
        for dialect, quoted in (("athena", place.replace("'", "\\'")),
                                ("spark", place.replace("'", "\\'")),
                                ("trino", place.replace("'", "''"))):
            out = must("ddl", dialect, "--lake", lake, "--database", "d`\"'; x").out
            self.assertIn(quoted + "/vpc_flow", out)
            self.assertIn('"d`""\'; x"' if dialect == "trino" else "`d``\"'; x`", out)

    def test_that_a_terminal_does_not_show_are_refused_in_ddl(self):
        ingest(self.lake, self.write("a.log", LINE))
        outcome = run("ddl", "athena", "--lake", self.lake, "--database", "d\x1b[2J")
        self.assert_fails(outcome, USAGE, "the database 'd\\x1b[2J'")
        self.assertEqual(outcome.out, "")

    def test_are_one_word_in_advice(self):
        empty = run("info", "--lake", self.folder / "$(touch pwned)")
        self.assertIn("'" + str(self.folder / "$(touch pwned)") + "'", empty.err)


class LinksInALake(LakeTestCase):
    def test_lead_nowhere(self):
        ingest(self.lake, self.write("a.log", LINE))
        elsewhere = self.folder / "elsewhere"
        ingest(elsewhere, self.write("b.log", LINE.replace("eni-1", "eni-9")))
        (self.lake / "linked").symlink_to(elsewhere / "vpc_flow")
        day = next((elsewhere / "vpc_flow").glob("date=*"))
        (self.lake / "vpc_flow" / "date=2001-01-01").symlink_to(day)
        (self.lake / "loop").symlink_to("loop")
        before = sorted(elsewhere.rglob("*"))
        self.assertIn("linked: is not a folder (links are not followed)",
                      must("info", "--lake", self.lake).out)
        must("check", "--deep", "--lake", self.lake)
        must("vacuum", "--yes", "--retain", "1d", "--lake", self.lake)
        must("maintain", "--yes", "--lake", self.lake)
        self.assertEqual(sorted(elsewhere.rglob("*")), before)
        self.assertEqual(query(self.lake, "SELECT count(*) AS n FROM vpc_flow"), [{"n": 1}])

    def test_bring_no_file_of_the_host_into_it(self):
        secret = self.folder / "secret"
        ingest(secret, self.write("b.log", LINE.replace("eni-1", "eni-9")))
        ingest(self.lake, self.write("a.log", LINE))
        data = next((self.lake / "vpc_flow").rglob("*.parquet"))
        data.unlink()
        data.symlink_to(next((secret / "vpc_flow").rglob("*.parquet")))
        for verb in (["query", "SELECT * FROM vpc_flow"], ["compact", "--all"], ["check"]):
            outcome = run(*verb, "--lake", self.lake)
            self.assertNotIn("eni-9", outcome.out)
        self.assertIn("is a symbolic link", run("query", "SELECT * FROM vpc_flow", "--lake",
                                                self.lake).err)

    def test_take_no_records_out_of_it(self):
        ingest(self.lake, self.write("a.log", LINE))
        elsewhere = self.folder / "elsewhere"
        shutil.move(self.lake / "vpc_flow", elsewhere)
        (self.lake / "vpc_flow").symlink_to(elsewhere)
        before = sorted(elsewhere.rglob("*"))
        outcome = run("ingest", self.write("b.log", LINE * 2), "--lake", self.lake)
        self.assertNotEqual(outcome.code, OK)
        self.assertIn("is a symbolic link", outcome.err)
        self.assertEqual(sorted(elsewhere.rglob("*")), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
