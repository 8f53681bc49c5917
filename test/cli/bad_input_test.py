"""The table "Bad input" of doc/design.md: every row of it that a user can bring about."""
import gzip
import os
import time
import unittest

from flowlake_program import FAILURE, OK, SOME_INPUTS, USAGE, LakeTestCase, ingest, query, run
from small_logs import HEADER, START, line, log


class BadInputTestCase(LakeTestCase):
    def ingest_one(self, content, *flags, name="bad.log"):
        return run("ingest", self.write(name, content), "--lake", self.lake, *flags)

    def rejects(self):
        return query(self.lake, 'SELECT line, "column", reason, text FROM rejects ORDER BY line')

    def rows(self):
        return query(self.lake, "SELECT count(*) AS n FROM vpc_flow")[0]["n"]

    def assert_rejected(self, bad, reason, column=None):
        """The bad record is rejected for this reason, and those around it are in."""
        self.lake = self.folder / f"lake{time.monotonic_ns()}"
        text = bad if isinstance(bad, bytes) else bad.encode()
        outcome = self.ingest_one(
            HEADER.encode() + b"\n" + line(1).encode() + b"\n" + text + b"\n"
            + line(2).encode() + b"\n")
        self.assertEqual(outcome.code, OK, str(outcome))
        rejects = self.rejects()
        self.assertEqual([(r["line"], r["reason"]) for r in rejects], [(3, reason)])
        if column:
            self.assertEqual(rejects[0]["column"], column)
        self.assertEqual(self.rows(), 2)


class ALine(BadInputTestCase):
    def test_of_too_few_fields_is_rejected(self):
        self.assert_rejected("2 123456789010 eni-1", "field_count")

    def test_with_text_for_a_number_is_rejected(self):
        self.assert_rejected(line(3).replace(" 443 ", " https "), "not_a_number", "dstport")

    def test_with_a_number_too_large_is_rejected(self):
        self.assert_rejected(line(3).replace(" 443 ", " 99999999999 "), "out_of_range", "dstport")

    def test_with_a_time_before_2010_is_rejected(self):
        self.assert_rejected(line(3, start=1000), "time_too_early")

    def test_with_a_time_far_ahead_is_rejected(self):
        self.assert_rejected(line(3, start=int(time.time()) + 5 * 86400), "time_too_late")

    def test_of_invalid_utf8_is_rejected(self):
        self.assert_rejected(line(3).encode().replace(b"eni-", b"\xff\xfe"), "invalid_utf8")

    def test_with_a_nul_is_rejected(self):
        self.assert_rejected(line(3).encode().replace(b"eni-", b"e\0i-"), "nul_byte")

    def test_of_a_megabyte_does_not_stop_the_rest(self):
        self.assert_rejected("x" * (2 << 20), "too_long")
        self.assertLessEqual(len(self.rejects()[0]["text"]), 4096)

    def test_of_nodata_is_kept(self):
        ingest(self.lake, self.write("a.log", f"{HEADER}\n2 123456789010 eni-1 - - - - - - - "
                                              f"{START} {START + 60} - NODATA\n"))
        self.assertEqual(query(self.lake, "SELECT srcaddr, bytes, log_status FROM vpc_flow"),
                         [{"srcaddr": None, "bytes": None, "log_status": "NODATA"}])

    def test_may_end_in_crlf_or_not_at_all_and_headers_may_repeat(self):
        text = "\r\n".join([HEADER, line(1), HEADER, line(2)])
        self.assertEqual(self.ingest_one(text).code, OK)
        self.assertEqual(self.rows(), 2)


class AnInput(BadInputTestCase):
    def assert_refused(self, content, *words, name="bad.log"):
        """Refused by name, with nothing of it in the lake, while the other input is in."""
        good = self.write("good.log", log(5))
        outcome = run("ingest", good, self.write(name, content), "--lake", self.lake)
        self.assert_fails(outcome, SOME_INPUTS, name, *words)
        self.assertEqual(self.rows(), 5)
        self.assertNotIn("Traceback", outcome.out)

    def test_of_truncated_gzip_is_refused_whole(self):
        self.assert_refused(gzip.compress(log(5000).encode())[:-200], name="cut.log.gz")

    def test_of_corrupt_gzip_is_refused_whole(self):
        data = bytearray(gzip.compress(log(5000).encode()))
        data[len(data) // 2] ^= 0xFF
        self.assert_refused(bytes(data), name="corrupt.log.gz")

    def test_with_a_wrong_gzip_checksum_is_refused_whole(self):
        data = bytearray(gzip.compress(log(5000).encode()))
        data[-6] ^= 0xFF
        self.assert_refused(bytes(data), name="checksum.log.gz")

    def test_that_is_a_gzip_bomb_is_refused(self):
        bomb = gzip.compress(log(2).encode() + b"0" * (512 << 20), compresslevel=9)
        self.assert_refused(bomb, name="bomb.log.gz")

    def test_of_no_known_format_names_the_flag(self):
        self.assert_refused("hello world\nthis is no log\n", "--format")

    def test_of_binary_is_refused(self):
        self.assert_refused(bytes(range(256)) * 100)

    def test_of_mostly_bad_lines_is_refused(self):
        self.assert_refused(log(100) + "bad line here\n" * 2000)

    def test_that_was_refused_is_not_tried_again_unless_told(self):
        bad = gzip.compress(log(5000).encode())[:-200]
        self.assertEqual(self.ingest_one(bad).code, SOME_INPUTS)
        again = self.ingest_one(bad)
        self.assertEqual(again.code, 0, str(again))
        self.assertIn("1 input refused before", again.out)
        told = self.ingest_one(bad, "--retry-refused")
        self.assertEqual(told.code, SOME_INPUTS, str(told))


class MaxRejects(BadInputTestCase):
    def test_turns_rejects_into_a_failure(self):
        outcome = self.ingest_one(log(5) + "bad\nbad\n", "--max-rejects", "1")
        self.assertIn(outcome.code, (FAILURE, SOME_INPUTS), str(outcome))
        self.assertFalse(list(self.lake.glob("vpc_flow/date=*/*.parquet")))

    def test_allows_as_many_as_it_says(self):
        self.assertEqual(self.ingest_one(log(5) + "bad\nbad\n", "--max-rejects", "2").code, OK)


class HostileText(BadInputTestCase):
    HOSTILE = "\x1b[31mred\u202e=cmd|'/c'!A1<script>"

    def setUp(self):
        super().setUp()
        ingest(self.lake, self.write("a.log", f"{HEADER}\n{line().replace('ACCEPT', self.HOSTILE)}"
                                              f"\n{self.HOSTILE}\n"))

    def output(self, renderer, sql="SELECT action FROM vpc_flow"):
        outcome = run("query", sql, "--lake", self.lake, "--output", renderer)
        self.assertEqual(outcome.code, OK, str(outcome))
        return outcome.out

    def test_reaches_no_terminal(self):
        for sql in ("SELECT action FROM vpc_flow", "SELECT text FROM rejects"):
            for renderer in ("table", "markdown"):
                with self.subTest(renderer=renderer, sql=sql):
                    shown = self.output(renderer, sql)
                    self.assertNotIn("\x1b", shown)
                    self.assertNotIn("\u202e", shown)
                    self.assertIn("red", shown)

    def test_is_stored_as_it_came(self):
        rows = query(self.lake, "SELECT action FROM vpc_flow")
        self.assertEqual(rows, [{"action": self.HOSTILE}])

    def test_in_csv_keeps_its_bytes(self):
        """CSV is data for programs; a table is what people look at."""
        self.assertIn(self.HOSTILE, self.output("csv"))


class Permissions(BadInputTestCase):
    """Root may open everything, so under root these run without that capability."""

    def setUp(self):
        super().setUp()
        self.prefix = ()
        if os.geteuid() == 0:
            self.prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")

    def close(self, path, mode):
        os.chmod(path, mode)
        self.addCleanup(os.chmod, path, 0o755)

    def test_of_a_closed_folder_are_named(self):
        self.write("in/closed/a.log", log(1))
        self.write("in/open.log", log(2))
        self.close(self.folder / "in/closed", 0)
        outcome = run("ingest", self.folder / "in", "--lake", self.lake, prefix=self.prefix)
        self.assertNotEqual(outcome.code, OK, str(outcome))
        self.assertIn("closed", outcome.err)
        self.assertIn("permission denied", outcome.err.lower())

    def test_of_a_read_only_lake_stop_ingest_but_not_queries(self):
        ingest(self.lake, self.write("a.log", log(5)))
        for folder, _, _ in os.walk(self.lake):
            self.close(folder, 0o555)
        outcome = run("ingest", self.write("b.log", log(6)), "--lake", self.lake,
                      prefix=self.prefix)
        self.assertEqual(outcome.code, FAILURE, str(outcome))
        self.assertRegex(outcome.err.lower(), "permission denied|read-only")
        answer = run("query", "SELECT count(*) AS n FROM vpc_flow", "--output", "csv", "--lake",
                     self.lake, prefix=self.prefix)
        self.assertEqual(answer.out.split(), ["n", "5"], str(answer))


class ADamagedLake(BadInputTestCase):
    def setUp(self):
        super().setUp()
        ingest(self.lake, self.write("a.log", log(500)))
        self.data = next(self.lake.glob("vpc_flow/date=*/*.parquet"))

    def test_without_a_data_file_fails_the_check(self):
        self.data.unlink()
        outcome = run("check", "--lake", self.lake)
        self.assertEqual(outcome.code, FAILURE, str(outcome))
        self.assertIn(self.data.name, outcome.out + outcome.err)

    def test_with_a_cut_data_file_fails_the_check(self):
        self.data.write_bytes(self.data.read_bytes()[:-20])
        outcome = run("check", "--lake", self.lake)
        self.assertEqual(outcome.code, FAILURE, str(outcome))

    def test_with_an_unknown_feature_is_refused_and_left_alone(self):
        entry = self.lake / "vpc_flow/_delta_log" / f"{1:020}.json"
        while entry.exists():
            entry = entry.with_name(f"{int(entry.stem) + 1:020}.json")
        entry.write_text('{"protocol":{"minReaderVersion":3,"minWriterVersion":7,'
                         '"readerFeatures":["fromTheFuture"],'
                         '"writerFeatures":["fromTheFuture"]}}\n')
        outcome = run("ingest", self.write("b.log", log(6)), "--lake", self.lake)
        self.assertEqual(outcome.code, SOME_INPUTS, str(outcome))
        self.assertIn("fromTheFuture", outcome.err)

    def test_with_a_gap_in_its_log_is_refused(self):
        log_folder = self.lake / "vpc_flow/_delta_log"
        entries = sorted(log_folder.glob("*.json"))
        entries[-1].rename(log_folder / f"{len(entries) + 3:020}.json")
        outcome = run("query", "SELECT count(*) FROM vpc_flow", "--lake", self.lake)
        self.assertIn(outcome.code, (FAILURE, USAGE), str(outcome))


if __name__ == "__main__":
    unittest.main(verbosity=2)
