"""Which days an input may have records of: each one is a file, so a few kilobytes must not be
thousands of them; and what the user who means it says."""
import gzip
import unittest

from flowlake_program import OK, SOME_INPUTS, LakeTestCase, ingest, query, run
from many_days import DAY, at, days_log, today
from small_logs import log


class Days(LakeTestCase):
    def files(self):
        return len(list(self.lake.glob("vpc_flow/date=*/*.parquet")))

    def rows(self):
        return query(self.lake, "SELECT count(*) AS n FROM vpc_flow")[0]["n"]

    def ingest(self, *inputs, flags=(), stdin=b""):
        return run("ingest", *inputs, "--lake", self.lake, *flags, stdin=stdin)

    def test_thousands_of_days_refuse_the_input_and_the_others_go_on(self):
        many = self.write("many.log.gz", gzip.compress(days_log(at("2010-02-01"), 6000)))
        outcome = self.ingest(self.write("good.log", log(5)), many)
        self.assert_fails(outcome, SOME_INPUTS, "many.log.gz", "64 days", "--from 2010-02-01",
                          "--max-days")
        self.assertEqual((self.files(), self.rows()), (1, 5))

    def test_the_same_from_stdin(self):
        outcome = self.ingest("-", stdin=days_log(at("2010-02-01"), 6000))
        self.assert_fails(outcome, SOME_INPUTS, "64 days")
        self.assertEqual(self.files(), 0)

    def test_in_a_file_that_is_converted_as_it_is_read_too(self):
        text = days_log(at("2012-01-01"), 65) + b"\n" * (20 << 20)
        outcome = self.ingest(self.write("large.log", text))
        self.assert_fails(outcome, SOME_INPUTS, "large.log", "64 days")
        self.assertEqual(self.files(), 0)

    def test_sixty_four_days_are_taken_and_one_more_is_not(self):
        ingest(self.lake, self.write("a.log", days_log(at("2019-01-01"), 64)))
        self.assertEqual(self.files(), 64)
        outcome = self.ingest(self.write("b.log", days_log(at("2019-01-01"), 65)))
        self.assertEqual(outcome.code, SOME_INPUTS, str(outcome))
        self.assertEqual(self.files(), 64)

    def test_what_the_message_says_takes_them_without_another_flag(self):
        year = self.write("year.log", days_log(at("2019-01-01"), 365))
        self.assertEqual(self.ingest(year).code, SOME_INPUTS)
        self.assertEqual(self.ingest(year).code, OK, "refused before")
        self.assertEqual(self.files(), 0)
        ingest(self.lake, year, flags=("--from", "2019-01-01"))
        self.assertEqual(self.rows(), 365)

    def test_max_days_takes_them_too(self):
        year = self.write("year.log", days_log(at("2019-01-01"), 365))
        self.assertEqual(self.ingest(year).code, SOME_INPUTS)
        self.assertEqual(self.ingest(year, flags=("--max-days", "364")).code, SOME_INPUTS)
        ingest(self.lake, year, flags=("--max-days", "365"))
        self.assertEqual(self.rows(), 365)

    def test_days_behind_to_count(self):
        year = self.write("year.log", days_log(at("2019-01-01"), 365))
        flags = ("--from", "2019-01-01", "--to", "2019-06-30")
        self.assertEqual(self.ingest(year, flags=flags).code, SOME_INPUTS)

    def test_an_old_sample_without_a_day_in_its_name_is_taken(self):
        ingest(self.lake, self.write("sample.log", days_log(at("2012-05-01"), 3)))
        self.assertEqual(self.rows(), 3)

    NAME = "123456789010_vpcflowlogs_us-east-1_fl-1234abcd_%sT0000Z_12345678.log"

    def test_records_far_older_than_the_day_in_the_name_are_rejects(self):
        text = log(4, start=at("2026-09-01")) + days_log(at("2012-05-01"), 2).decode()
        outcome = self.ingest(self.write(self.NAME % "20260901", text), flags=("--json",))
        self.assertEqual(outcome.code, OK, str(outcome))
        self.assertIn('"too_old":2', outcome.out)
        self.assertEqual(self.rows(), 4)
        [row, _] = query(self.lake, 'SELECT reason, "column", text FROM rejects')
        self.assertEqual((row["reason"], row["column"]), ("too_old", "start"))
        self.assertIn('"srcaddr":"10.0.0.', row["text"])

    def test_a_file_of_nothing_else_is_refused_and_from_takes_it(self):
        for count in (3, 2000):
            self.lake = self.folder / f"lake{count}"
            old = self.write(self.NAME % "20260901", log(count, start=at("2012-05-01")))
            outcome = self.ingest(old)
            self.assert_fails(outcome, SOME_INPUTS, "400 days", "2026-09-01", "--from 2012-05-01")
            ingest(self.lake, old, flags=("--from", "2012-05-01"))
            self.assertEqual(self.rows(), count)

    def test_days_ahead_are_rejects_as_they_were(self):
        text = log(3, start=today()) + days_log(today() + 5 * DAY, 2).decode()
        outcome = self.ingest(self.write("a.log", text), flags=("--json",))
        self.assertIn('"time_too_late":2', outcome.out)


if __name__ == "__main__":
    unittest.main()
