"""Spark with Delta Lake on local disk, told of the tables by `flowlake ddl spark`, gives the answers
of the embedded engine: to the article's first five queries before and after compaction, and of
types. FLOWLAKE_SPARK is what cmake/build-java.sh made of test/spark/java."""
import json
import os
import pathlib
import subprocess
import unittest

import alb_lines
from article_answers import QUERIES, comparable
from flowlake_program import LakeTestCase, generate, must

SPARK = pathlib.Path(os.environ["FLOWLAKE_SPARK"])
# What Spark's own start script opens (org.apache.spark.launcher.JavaModuleOptions).
OPENED = ("java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio",
          "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch",
          "sun.nio.cs", "sun.security.action", "sun.util.calendar")
TYPES = ("SELECT max(start) AS a, min(date) AS b, sum(bytes) AS c, count(DISTINCT srcaddr) AS d, "
         "max(srcport) AS e FROM vpc_flow WHERE date = DATE '2026-09-21'")


class Spark(LakeTestCase):
    def setUp(self):
        super().setUp()
        for seed in (1, 2):
            log = generate(self.folder / f"{seed}.log", version=2, records=20_000, seed=seed,
                           day="2026-09-20", days=2)
            must("ingest", log, "--lake", self.lake)
        must("ingest", self.write("ids.log", alb_lines.log(30_000)), "--lake", self.lake)

    def statements(self):
        """Of the DDL, as a user pastes them."""
        text = must("ddl", "spark", "--lake", self.lake).out
        return [statement.strip() for statement in text.split(";") if statement.strip()]

    def spark(self, *queries):
        """The rows that each query gives behind the DDL, in one Spark."""
        ddl = [*self.statements(), "USE flowlake"]
        opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
        done = subprocess.run(
            ["java", "-Xmx1g", *opened, "-cp", f"{SPARK}/classes:{SPARK}/lib/*", "SparkAnswers",
             self.folder / "spark"], input="\0".join([*ddl, *queries]), capture_output=True,
            text=True, cwd=self.folder, timeout=600)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        answers = [[]]
        for line in done.stdout.splitlines():
            if line == "--":
                answers.append([])
            else:
                answers[-1].append(json.loads(line))
        self.assertEqual(answers.pop(), [])
        self.assertEqual(len(answers), len(ddl) + len(queries))
        return answers[len(ddl):]

    def embedded(self, sql):
        out = must("query", sql, "--lake", self.lake, "--output", "jsonl").out
        return [json.loads(row) for row in out.splitlines()]

    def assert_same_answers(self):
        queries = [*(sql.rstrip(";") for sql in QUERIES), alb_lines.IDS]
        for sql, answer in zip(queries, self.spark(*queries)):
            with self.subTest(sql=sql):
                expected = [tuple(row.values()) for row in self.embedded(sql)]
                self.assertTrue(expected)
                self.assertEqual(comparable([tuple(row.values()) for row in answer]),
                                 comparable(expected))

    def test_agrees_before_and_after_compaction(self):
        self.assert_same_answers()
        must("compact", "--all", "--lake", self.lake)
        must("maintain", "--yes", "--lake", self.lake)
        self.assert_same_answers()

    def test_sees_the_types_and_the_files_that_the_table_has(self):
        must("compact", "--all", "--lake", self.lake)
        row, details, times = (answer[0] for answer in self.spark(
            TYPES, "DESCRIBE DETAIL vpc_flow",
            "SELECT count(*) AS n FROM vpc_flow_logs WHERE start > 0"))
        ours = self.embedded(TYPES)[0]
        self.assertEqual(row.pop("a")[:19].replace("T", " "), ours.pop("a"))
        self.assertEqual(row, ours)
        self.assertEqual((details["partitionColumns"], details["minReaderVersion"]), (["date"], 1))
        self.assertEqual(times, {"n": 40_000})


if __name__ == "__main__":
    unittest.main(verbosity=2)
