"""Logs that a user describes in flowlake.toml, without C++: delimited text and JSON lines."""
import datetime
import json
import unittest

import deltalake

from flowlake_program import SOURCE, LakeTestCase, ingest, must, query, run
from small_logs import log

SETTINGS = """
[[log]]
table = "app"
match = "*/app/*"
format = "delimited"
separator = "|"
time = "at"
sort = "host, at"
fields = [
  {name = "at", type = "timestamp"},
  {name = "host"},
  {name = "status", type = "int32"},
  {name = "seconds", type = "double"},
  {name = "delta", type = "int64"},
  {name = "peer", type = "address"},
]

[[log]]
table = "audit"
match = "*/audit/*"
format = "json"
time = "when"
fields = [
  {name = "when", type = "timestamp", path = "meta.ts"},
  {name = "user", path = "actor.name"},
  {name = "roles", type = "list", path = "actor.roles[].id"},
  {name = "detail", type = "json"},
]
"""
APP = ('2026-10-02T06:14:11.5Z|web-1|200|0.25|-3|10.0.0.1:443\n'
       '# a comment\n'
       '1790921652|"web|2"|404|-1.5|7|[2001:db8::1]:80\n'
       '2026-10-03T00:00:00Z|web-1|x|0|0|-\n'
       '2026-10-03T00:00:01Z|web-1|200\n'
       '2026-10-03T00:00:02Z|web-3|-|||-|surplus\n')
AUDIT = "".join(json.dumps(record) + "\n" for record in (
    {"meta": {"ts": "2026-10-02T06:14:11Z"}, "actor": {"name": "ann", "roles": [
        {"id": "a"}, {"id": "b"}]}, "detail": {"x": [1, 2.5]}, "other": True},
    {"meta": {"ts": 1790921652123}, "actor": {"name": "bob"}},
    {"meta": {"ts": "never"}, "actor": {"name": "eve"}}))


class UserLogs(LakeTestCase):
    def setUp(self):
        super().setUp()
        self.write("lake/flowlake.toml", SETTINGS)
        self.write("in/app/a.log", APP)
        self.write("in/audit/b.json", AUDIT)
        self.write("in/flow.log", log(3))

    def settings(self, text):
        return self.write("lake/flowlake.toml", text)

    def test_are_read_beside_others_and_land_in_their_tables_once(self):
        summary = ingest(self.lake, self.folder / "in")
        self.assertEqual((summary["files"], summary["records"]), (3, 8))
        self.assertEqual(summary["rejects"], {"not_a_number": 2, "field_count": 1})
        self.assertEqual(ingest(self.lake, self.folder / "in")["files_skipped"], 3)
        self.assertEqual(
            query(self.lake, 'SELECT "at"::VARCHAR AS "at", host, status, seconds, delta, '
                             'peer_ip, peer_port, extra, date::VARCHAR AS d FROM app ORDER BY 1'),
            [{"at": "2026-10-02 06:14:11.5", "host": "web-1", "status": 200, "seconds": 0.25,
              "delta": -3, "peer_ip": "10.0.0.1", "peer_port": 443, "extra": None,
              "d": "2026-10-02"},
             {"at": "2026-10-02 06:14:12", "host": "web|2", "status": 404, "seconds": -1.5,
              "delta": 7, "peer_ip": "2001:db8::1", "peer_port": 80, "extra": None,
              "d": "2026-10-02"},
             {"at": "2026-10-03 00:00:02", "host": "web-3", "status": None, "seconds": None,
              "delta": None, "peer_ip": None, "peer_port": None,
              "extra": '{"field_7":"surplus"}', "d": "2026-10-03"}])
        self.assertEqual(
            query(self.lake, 'SELECT "user", roles, detail, extra FROM audit ORDER BY "when"'),
            [{"user": "ann", "roles": "a,b", "detail": '{"x": [1, 2.5]}',
              "extra": '{"other":true}'},
             {"user": "bob", "roles": None, "detail": None, "extra": None}])

    def test_others_read_them_and_compaction_sorts_them_as_told(self):
        ingest(self.lake, self.folder / "in")
        must("compact", "--all", "--lake", self.lake)
        must("check", "--lake", self.lake)
        table = deltalake.DeltaTable(str(self.lake / "app"))
        rows = table.to_pyarrow_table(columns=["host", "at"]).to_pylist()
        self.assertEqual(sorted(row["host"] for row in rows), ["web-1", "web-3", "web|2"])
        first = datetime.datetime(2026, 10, 2, 6, 14, 11, 500000, datetime.timezone.utc)
        self.assertEqual(min(row["at"] for row in rows), first)
        configuration = table.metadata().configuration
        self.assertEqual((configuration["flowlake.sort"], configuration["flowlake.time"]),
                         ("host,at", "at"))
        self.assertIn("`flowlake`.`app`\n", must("ddl", "athena", "--lake", self.lake).out)

    def test_a_header_can_name_the_fields_in_any_order(self):
        self.settings(SETTINGS.replace('separator = "|"', 'header = true'))
        self.write("in/app/a.log", 'Status,AT,host,what\n500,2026-10-02T06:14:11Z,"a ""b""",new\n')
        ingest(self.lake, self.folder / "in/app")
        self.assertEqual(query(self.lake, "SELECT status, host, extra FROM app"),
                         [{"status": 500, "host": 'a "b"', "extra": '{"what":"new"}'}])

    def test_come_inside_cloudwatch_documents_too(self):
        document = json.loads((SOURCE / "test/golden/cloudwatch_alb/input.json").read_text()
                              .splitlines()[0])
        document["logEvents"] = [{"id": "1", "timestamp": 1, "message": line}
                                 for line in APP.splitlines()[:1]]
        self.write("in/app/a.log", json.dumps(document))
        ingest(self.lake, self.folder / "in/app")
        self.assertEqual(query(self.lake, "SELECT host FROM app"), [{"host": "web-1"}])

    def test_an_input_that_was_refused_is_read_again_when_it_is_described(self):
        self.settings("")
        told = run("ingest", self.folder / "in/audit", "--lake", self.lake)
        self.assertIn("cannot tell the format", told.err)
        self.settings(SETTINGS)
        self.assertEqual(ingest(self.lake, self.folder / "in/audit")["records"], 2)

    def test_a_table_gets_the_columns_that_a_log_is_given_later(self):
        ingest(self.lake, self.folder / "in/app")
        self.settings(SETTINGS.replace('{name = "delta", type = "int64"},', '{name = "delta", type = "int64"},'
                                       '{name = "more"},', 1))
        self.write("in/app/b.log", "2026-10-02T06:14:12Z|web-9|200|0.5|1|yes|10.0.0.1:443\n")
        self.assertEqual(ingest(self.lake, self.folder / "in/app")["records"], 1)
        self.assertEqual(query(self.lake, "SELECT host, more FROM app WHERE more IS NOT NULL"),
                         [{"host": "web-9", "more": "yes"}])
        self.assertEqual(len(query(self.lake, "SELECT host FROM app")), len(query(
            self.lake, "SELECT host FROM app WHERE more IS NULL")) + 1)
        must("compact", "--all", "--lake", self.lake)

    def test_values_of_a_column_that_the_table_has_as_another_type_go_to_extra(self):
        ingest(self.lake, self.folder / "in/app")
        self.settings(SETTINGS.replace('{name = "status", type = "int32"}', '{name = "status"}')
                      .replace('{name = "seconds", type = "double"}', '{name = "seconds", type = "timestamp"}')
                      .replace('{name = "delta", type = "int64"}', '{name = "delta", type = "int32"}'))
        self.write("in/app/b.log", '2026-10-02T06:14:12Z|web-9|"a ""b"""|2026-10-02T06:14:12Z|7|-|surplus\n'
                                   '2026-10-02T06:14:13Z|web-9|-|-|8|-\n')
        self.assertEqual(ingest(self.lake, self.folder / "in/app")["records"], 2)
        rows = query(self.lake, "SELECT status, seconds, delta, extra FROM app WHERE host = 'web-9' ORDER BY \"at\"")
        self.assertEqual(rows[1], {"status": None, "seconds": None, "delta": 8, "extra": None})
        self.assertIsNone(rows[0]["status"])
        self.assertEqual(rows[0]["delta"], 7)
        extra = json.loads(rows[0]["extra"])
        self.assertEqual((extra["status"], extra["seconds"]), ('a "b"', "2026-10-02T06:14:12Z"))
        must("compact", "--all", "--lake", self.lake)
        self.assertEqual(run("check", "--deep", "--lake", self.lake).code, 0)

    def test_one_log_that_cannot_be_written_stops_no_other(self):
        ingest(self.lake, self.folder / "in/app")
        (self.lake / "app/_delta_log" / ("0" * 19 + "1.json")).write_text("{broken")
        self.write("in/app/b.log", "2026-10-02T06:14:12Z|web-9|200|0.5|1|-\n")
        told = run("ingest", self.folder / "in", "--lake", self.lake)
        self.assertEqual(told.code, 3, str(told))
        self.assertIn("app: open: ", told.err)
        self.assertIn("not taken, because table app failed", told.err)
        self.assertEqual(query(self.lake, "SELECT count(*) AS n FROM audit")[0]["n"], 2)
        self.assertEqual(query(self.lake, "SELECT count(*) AS n FROM vpc_flow")[0]["n"], 3)

    def test_a_delimited_log_may_begin_with_a_bracket_or_a_brace(self):
        self.settings(SETTINGS.replace('fields = [\n  {name = "at"', 'fields = [\n  '
                                       '{name = "tag"},\n  {name = "at"', 1))
        self.write("in/app/a.log", "[x]|2026-10-02T06:14:11Z|a|1|1|1|-\n"
                                   "{y}|2026-10-02T06:14:12Z|a|1|1|1|-\n")
        ingest(self.lake, self.folder / "in/app")
        self.assertEqual(query(self.lake, "SELECT tag FROM app ORDER BY 1"),
                         [{"tag": "[x]"}, {"tag": "{y}"}])

    def test_mistakes_are_told_in_one_line_with_their_place(self):
        mistakes = {
            'time = "at"': ('time = "host"', "time names a field of type timestamp"),
            'table = "app"': ('table = "alb"', "'alb' is a table of flowlake's own"),
            'separator = "|"': ('separator = "||"', "one byte"),
            'sort = "host, at"': ('sort = "nowhere"', "there is no column 'nowhere'"),
            'type = "int32"': ('type = "int"', "type 'int' is none of"),
            'name = "status"': ('name = "peer_port"', "two fields make a column 'peer_port'"),
            '{name = "host"}': ('{name = "date"}', "is no name for a column"),
            '{name = "host"},': ('{name = "AT"},', "names 'AT' twice"),
            'match = "*/app/*"': ("", "exactly one of match"),
            'format = "delimited"': ('format = "csv"', '"delimited" or "json"'),
        }
        for right, (wrong, told) in mistakes.items():
            with self.subTest(told):
                self.settings(SETTINGS.replace(right, wrong, 1))
                outcome = run("ingest", self.folder / "in", "--lake", self.lake)
                self.assertNotEqual(outcome.code, 0)
                self.assertEqual(outcome.err.count("\n"), 1, outcome.err)
                self.assertIn("flowlake.toml, line", outcome.err)
                self.assertIn(told, outcome.err)


if __name__ == "__main__":
    unittest.main()
