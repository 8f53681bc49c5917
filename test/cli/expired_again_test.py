"""What was expired comes back when somebody asks for it, once; other tables are left alone."""
import datetime
import pathlib
import unittest

from flowlake_program import SOME_INPUTS, LakeTestCase, generate, ingest, must, query, run


class ExpiredDays(LakeTestCase):
    def setUp(self):
        super().setUp()
        today = datetime.datetime.now(datetime.timezone.utc).date()
        self.old = self.day_of_logs(today - datetime.timedelta(days=8))
        self.new = self.day_of_logs(today - datetime.timedelta(days=1))
        self.logs = self.folder / "AWSLogs"
        ingest(self.lake, self.logs)

    def day_of_logs(self, day):
        folder = (self.folder / "AWSLogs/123456789010/vpcflowlogs/us-east-1"
                  / day.strftime("%Y/%m/%d"))
        folder.mkdir(parents=True)
        generate(folder / ("123456789010_vpcflowlogs_us-east-1_fl-0123456789abcdef0_"
                           f"{day:%Y%m%d}T0000Z_0a.log.gz"),
                 version=5, records=1000, day=day.isoformat(), gzip=True)
        return day.isoformat()

    def days(self):
        rows = query(self.lake, "SELECT date::VARCHAR AS d, count(*) AS n FROM vpc_flow "
                                "GROUP BY 1 ORDER BY 1")
        return {row["d"]: row["n"] for row in rows}

    def expire(self, *flags):
        must("expire", "--older-than", "5d", "--yes", "--lake", self.lake, *flags)

    def test_come_back_once_for_each_time_that_they_are_expired(self):
        before = self.days()
        self.expire()
        self.assertEqual(list(self.days()), [day for day in before if day > self.old][-1:])
        self.assertEqual(ingest(self.lake, self.logs)["files"], 0)
        self.assertEqual(ingest(self.lake, self.logs, flags=["--again"])["files"], 1)
        self.assertEqual(self.days(), before)
        self.assertEqual(ingest(self.lake, self.logs, flags=["--again"])["files"], 0)
        self.assertEqual(ingest(self.lake, self.logs)["files"], 0)
        self.assertEqual(self.days(), before)

    def test_of_another_table_do_not_matter(self):
        bad = self.write("123456789010_vpcflowlogs_us-east-1_fl-1_20200101T0000Z_0b.log",
                         "no flow log\n")
        self.assertEqual(run("ingest", bad, "--lake", self.lake).code, SOME_INPUTS)
        self.expire("--table", "rejects")
        late = pathlib.Path(self.folder / "AWSLogs/late")
        late.mkdir()
        day = datetime.date.fromisoformat(self.old)
        generate(late / f"123456789010_vpcflowlogs_us-east-1_fl-2_{day:%Y%m%d}T0005Z_0c.log",
                 version=5, records=10, day=self.old)
        self.assertEqual(ingest(self.lake, late)["records"], 10)


if __name__ == "__main__":
    unittest.main()
