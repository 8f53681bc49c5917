"""CloudFront and CloudTrail as others read them: delta-rs, Polars and DuckDB see what Python's csv,
urllib and json modules make of the same public samples, before and after compaction."""
import csv
import datetime
import json
import unittest
import urllib.parse

import deltalake
import duckdb
import polars

from flowlake_program import SOURCE, LakeTestCase, ingest, must

GOLDEN = SOURCE / "test/golden"
UTC = datetime.timezone.utc


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def text(value):
    return None if value in ("-", "", None) else value


def cloudfront_rows(path):
    lines = path.read_text().splitlines()
    names = lines[1].removeprefix("#Fields: ").split(" ")
    for values in csv.reader(lines[2:], delimiter="\t", quoting=csv.QUOTE_NONE):
        line = dict(zip(names, values))
        yield (instant(f"{line['date']}T{line['time']}Z"), line["c-ip"], int(line["sc-status"]),
               int(line["sc-bytes"]), float(line["time-taken"]), text(line["cs-uri-stem"]),
               text(urllib.parse.unquote(line["cs(User-Agent)"])))


def cloudtrail_rows(path):
    for event in json.loads(path.read_text())["Records"]:
        identity = event["userIdentity"]
        issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
        parameters = event.get("requestParameters")
        yield (instant(event["eventTime"]), event["eventName"], event["eventID"],
               str(event["readOnly"]).lower(), text(identity.get("arn")),
               text(issuer.get("userName")), parameters)


KINDS = {
    "cloudfront": (GOLDEN / "cloudfront_opensearch/input.log", cloudfront_rows,
                   ["time", "c_ip", "sc_status", "sc_bytes", "time_taken", "cs_uri_stem",
                    "cs_user_agent"]),
    "cloudtrail": (GOLDEN / "cloudtrail_aws_solutions/input.json", cloudtrail_rows,
                   ["event_time", "event_name", "event_id", "read_only", "user_identity_arn",
                    "session_issuer_user_name", "request_parameters"]),
}


class OtherLogs(LakeTestCase):
    def through_delta_rs(self, kind, columns):
        table = deltalake.DeltaTable(str(self.lake / kind)).to_pyarrow_table(columns=columns)
        return [tuple(row.values()) for row in table.to_pylist()]

    def through_polars(self, kind, columns):
        return polars.scan_delta(str(self.lake / kind)).select(columns).collect().rows()

    def through_duckdb(self, kind, columns):
        files = deltalake.DeltaTable(str(self.lake / kind)).file_uris()
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        names = ", ".join(f'"{name}"' for name in columns)
        found = connection.execute(f"SELECT {names} FROM read_parquet(?)", [files])
        return [tuple(row.values()) for row in found.to_arrow_table().to_pylist()]

    def assert_is_read_by_all(self):
        for kind, (path, rows, columns) in KINDS.items():
            expected = sorted(rows(path), key=repr)
            for reader in (self.through_delta_rs, self.through_polars, self.through_duckdb):
                with self.subTest(kind=kind, reader=reader.__name__):
                    found = [self.plain(kind, row) for row in reader(kind, columns)]
                    self.assertEqual(sorted(found, key=repr), expected)

    @staticmethod
    def plain(kind, row):
        """JSON as what it says, times in UTC."""
        row = tuple(value.astimezone(UTC) if isinstance(value, datetime.datetime) else value
                    for value in row)
        if kind == "cloudtrail":
            return *row[:-1], None if row[-1] is None else json.loads(row[-1])
        return row

    def test_others_read_the_same_rows_before_and_after_compaction(self):
        ingest(self.lake, *(path for path, _, _ in KINDS.values()))
        self.assert_is_read_by_all()
        must("compact", "--all", "--lake", self.lake)
        self.assert_is_read_by_all()
        must("check", "--lake", self.lake)


if __name__ == "__main__":
    unittest.main()
