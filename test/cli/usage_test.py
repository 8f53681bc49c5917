"""What the commands say when they are asked wrongly: one line, and exit code 2."""
import unittest

from flowlake_program import FAILURE, OK, USAGE, LakeTestCase, ingest, run
from small_logs import log


class WrongUsage(LakeTestCase):
    def assert_usage(self, outcome, *words):
        self.assert_fails(outcome, USAGE, *words)
        self.assertEqual(outcome.out, "")

    def test_of_an_unknown_flag_names_it(self):
        self.assert_usage(run("ingest", "x", "--no-such-flag"), "no-such-flag")

    def test_of_an_unknown_command_names_it(self):
        self.assert_usage(run("ingets", "x"), "ingets")

    def test_ingest_without_inputs(self):
        self.assert_usage(run("ingest", "--lake", self.lake), "input")

    def test_of_a_value_that_is_none(self):
        path = self.write("a.log", log(1))
        for flag, value in (("--compression", "lz5"), ("--memory", "much"), ("--threads", "x"),
                            ("--commit-every", "-1"), ("--from", "yesterday"),
                            ("--format", "${version")):
            with self.subTest(flag=flag):
                self.assert_usage(run("ingest", path, "--lake", self.lake, flag, value))
        self.assertFalse((self.lake / "vpc_flow").exists())

    def test_of_an_input_that_is_not_there(self):
        self.assert_usage(run("ingest", self.folder / "nothing.log", "--lake", self.lake),
                          "nothing.log")

    def test_of_a_storage_that_there_is_not(self):
        self.assert_usage(run("info", "--lake", "gs://bucket/lake"), "s3://bucket/prefix")
        self.assert_usage(run("info", "--lake", "s3://"), "no bucket")

    def test_of_sql(self):
        ingest(self.lake, self.write("a.log", log(3)))
        for sql, word in (("SELEC 1", "selec"), ("SELECT nothing FROM vpc_flow", "nothing"),
                          ("SELECT * FROM nowhere", "nowhere")):
            with self.subTest(sql=sql):
                self.assert_usage(run("query", sql, "--lake", self.lake), word)

    def test_of_an_output_format(self):
        ingest(self.lake, self.write("a.log", log(3)))
        self.assert_usage(run("query", "SELECT 1", "--lake", self.lake, "--output", "xml"), "xml")

    def test_of_a_report(self):
        ingest(self.lake, self.write("a.log", log(3)))
        self.assert_usage(run("report", "no-such-report", "--lake", self.lake), "no-such-report")


class ALake(LakeTestCase):
    def test_that_is_missing_fails_in_every_reading_command(self):
        for command in (["query", "SELECT 1"], ["info"], ["check"]):
            with self.subTest(command=command):
                outcome = run(*command, "--lake", self.folder / "nowhere")
                self.assertIn(outcome.code, (FAILURE, USAGE), str(outcome))
                self.assertIn("nowhere", outcome.err)
                self.assertFalse((self.folder / "nowhere").exists())

    def test_that_is_another_folder_is_not_written_to(self):
        self.write("photos/cat.jpg", "not a lake")
        path = self.write("a.log", log(1))
        outcome = run("ingest", path, "--lake", self.folder / "photos")
        self.assertIn(outcome.code, (FAILURE, USAGE), str(outcome))
        self.assertEqual([p.name for p in (self.folder / "photos").iterdir()], ["cat.jpg"])

    def test_comes_from_the_environment(self):
        path = self.write("a.log", log(2))
        outcome = run("ingest", path, environment={"FLOWLAKE_LAKE": str(self.lake)})
        self.assertEqual(outcome.code, OK, str(outcome))
        self.assertTrue((self.lake / "vpc_flow/_delta_log").is_dir())


class Help(LakeTestCase):
    COMMANDS = ["ingest", "query", "report", "info", "check", "dump", "formats", "generate"]

    def test_lists_the_commands_and_the_exit_codes(self):
        outcome = run("--help")
        self.assertEqual(outcome.code, OK)
        for word in [*self.COMMANDS, "130"]:
            self.assertIn(word, outcome.out)

    def test_is_shown_without_a_command(self):
        self.assertEqual(run().out, run("--help").out)

    def test_of_every_command_has_an_example(self):
        for command in self.COMMANDS:
            with self.subTest(command=command):
                outcome = run(command, "--help")
                self.assertEqual(outcome.code, OK)
                self.assertIn(f"flowlake {command}", outcome.out)

    def test_version(self):
        self.assertRegex(run("--version").out, r"\d+\.\d+\.\d+")

    def test_formats_lists_the_tables(self):
        outcome = run("formats")
        self.assertEqual(outcome.code, OK)
        self.assertIn("vpc_flow", outcome.out)
        self.assertIn("tgw_flow", outcome.out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
