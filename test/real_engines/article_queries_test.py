"""The article's first five queries give the same answers on real engines that read the lake in S3
(Trino by its Delta catalogue, through `flowlake query --engine`; ClickHouse; delta-rs and Polars,
whose rows DuckDB then counts) as on the embedded one: before and after compaction, and while
writers write. So do queries of the other logs' tables on Trino."""
import json
import re
import subprocess
import time
import unittest

import chdb
import deltalake
import duckdb
import polars

import alb_lines
import glue_server
import s3_server
import trino_server
from article_answers import QUERIES, comparable
from flowlake_program import BINARY, SOURCE, USAGE, LakeTestCase, generate, run

FLOWLOGS = {"srcaddr": "sourceaddress", "dstaddr": "destinationaddress", "dstport":
            "destinationport", "action": "action", "bytes": "bytes", "packets": "packets"}
VIEW = ", ".join(f"{ours} AS {theirs}" for ours, theirs in FLOWLOGS.items())


OTHER_LOGS = ("alb_opensearch", "cloudfront_opensearch", "cloudtrail", "s3_access_opensearch", "waf",
              "dns")
OF_OTHERS = (
    "SELECT elb_status_code, count(*), sum(sent_bytes), max(target_processing_time) FROM alb "
    "GROUP BY 1 ORDER BY 1",
    "SELECT sc_status, count(*), sum(sc_bytes), max(time_taken), max(cs_user_agent) "
    "FROM cloudfront GROUP BY 1 ORDER BY 1",
    "SELECT event_name, json_extract_scalar(request_parameters, '$.bucketName'), "
    "user_identity_arn, resource_arns FROM cloudtrail ORDER BY event_id",
    "SELECT operation, http_status, count(*), count(DISTINCT key) FROM s3_access "
    "GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT action, client_ip, labels, request_body_size FROM waf ORDER BY 1",
    "SELECT rcode, answer_rdata, srcport FROM dns ORDER BY 1",
    alb_lines.IDS)


def setUpModule():
    global SERVER, GLUE, TRINO
    SERVER = unittest.enterModuleContext(s3_server.running())
    GLUE = unittest.enterModuleContext(glue_server.running())
    TRINO = unittest.enterModuleContext(trino_server.running(SERVER, GLUE))


class RealEngines(LakeTestCase):
    def setUp(self):
        super().setUp()
        name = self.id().rsplit(".", 1)[1]
        self.lake = f"{SERVER.bucket}/{name}"
        self.schema = name
        self.engine = f"trino://test@{TRINO}/delta/{name}"
        self.hive = f"trino://test@{TRINO}/hive/{name}"
        self.options = SERVER.delta_options
        for seed in (1, 2):
            self.ingest(seed, records=20_000)

    def flowlake(self, *words):
        outcome = run(*words, environment=SERVER.environment)
        self.assertEqual(outcome.code, 0, str(outcome))
        return outcome

    def ingest(self, seed, records):
        log = generate(self.folder / f"{seed}.log", version=2, records=records, seed=seed,
                       day="2026-09-20", days=2)
        self.flowlake("ingest", log, "--lake", self.lake)

    def rows(self, sql, *flags):
        out = self.flowlake("query", sql, "--output", "jsonl", *flags).out
        return [tuple(json.loads(line).values()) for line in out.splitlines()]

    def embedded(self, sql):
        return self.rows(sql, "--lake", self.lake)

    def trino(self, sql):
        return self.rows(sql, "--engine", self.engine)

    def in_clickhouse(self, table):
        return (f"deltaLake('{SERVER.endpoint}/{s3_server.BUCKET}/{self.schema}/{table}', "
                f"'{s3_server.KEY}', '{s3_server.SECRET}')")

    def clickhouse(self, sql):
        sql = re.sub(r"split_part\((\w+), '\.', 1\)", r"splitByChar('.', assumeNotNull(\1))[1]", sql)
        sql = sql.rstrip(";").replace("corr(bytes, packets)", "corr(toFloat64(bytes), toFloat64(packets))")
        sql = f"WITH flowlogs AS (SELECT {VIEW} FROM {self.in_clickhouse('vpc_flow')}) {sql}"
        return self.answer_of_clickhouse(sql)

    @staticmethod
    def answer_of_clickhouse(sql):
        text = str(chdb.query(sql, "JSONCompactEachRow"))
        return [tuple(json.loads(line)) for line in text.splitlines()]

    def delta_rs(self, sql):
        return self.counted(deltalake.DeltaTable(f"{self.lake}/vpc_flow", storage_options=self.options)
                            .to_pyarrow_table(columns=list(FLOWLOGS)), sql)

    def polars(self, sql):
        return self.counted(polars.scan_delta(f"{self.lake}/vpc_flow", storage_options=self.options)
                            .select(list(FLOWLOGS)).collect().to_arrow(), sql)

    @staticmethod
    def counted(rows, sql):
        with duckdb.connect() as connection:
            connection.register("rows", rows)
            connection.execute(f"CREATE VIEW flowlogs AS SELECT {VIEW} FROM rows")
            return connection.execute(sql).fetchall()

    def assert_same_answers(self):
        engines = {"Trino": self.trino, "ClickHouse": self.clickhouse, "delta-rs": self.delta_rs,
                   "Polars": self.polars}
        for sql in QUERIES:
            expected = comparable(self.embedded(sql))
            for name, engine in engines.items():
                with self.subTest(name, sql=sql):
                    self.assertEqual(comparable(engine(sql)), expected)

    def make_known_to_trino(self, *flags):
        self.flowlake("ddl", "trino", "--apply", "--engine", self.engine, "--lake", self.lake,
                      "--database", self.schema, *flags)
        # A node that has started is not usable at once.
        for _ in range(120):
            outcome = run("query", "SELECT count(*) FROM vpc_flow", "--engine", self.engine)
            if "NO_NODES_AVAILABLE" not in outcome.err:
                break
            time.sleep(0.5)

    def test_agree_before_and_after_compaction(self):
        self.make_known_to_trino("--table", "vpc_flow")
        self.assert_same_answers()
        self.flowlake("compact", "--all", "--lake", self.lake)
        self.flowlake("maintain", "--yes", "--lake", self.lake)
        self.assert_same_answers()

    def test_agree_about_other_logs_before_and_after_compaction(self):
        self.flowlake("ingest", "--lake", self.lake,
                      self.write("ids.log", alb_lines.log(30_000)),
                      *(next((SOURCE / "test/golden" / log).glob("input.*"))
                        for log in OTHER_LOGS))
        self.make_known_to_trino()
        for _ in range(2):
            for sql in OF_OTHERS:
                with self.subTest(sql=sql):
                    expected = self.embedded(sql)
                    self.assertTrue(expected)
                    self.assertEqual(self.trino(sql), expected)
            ids = alb_lines.IDS.replace("FROM alb", f"FROM {self.in_clickhouse('alb')}")
            self.assertEqual(self.answer_of_clickhouse(ids), self.embedded(alb_lines.IDS))
            self.flowlake("compact", "--all", "--lake", self.lake)

    def test_agree_through_manifests_in_hives_catalogue(self):
        SERVER.put(f"{self.schema}/flowlake.toml", b"[maintain]\nmanifests = true\n")
        self.assertIn("Manifests: 2 written", self.flowlake("maintain", "--lake", self.lake).out)
        statement = self.flowlake("ddl", "athena", "--manifests", "--lake", self.lake,
                                  "--database", self.schema).out
        GLUE.create_table(statement)
        self.flowlake("ddl", "trino", "--manifests", "--catalog", "hive", "--database", self.schema,
                      "--apply", "--engine", self.hive, "--lake", self.lake)
        self.assert_same_through_manifests(rows=40_000)
        self.ingest(3, records=20_000)
        count = "SELECT count(*) FROM vpc_flow"  # as old as the last maintain
        self.assertEqual(self.rows(count, "--engine", self.hive), [(40_000,)])
        self.assertIn("Manifests: 2 written", self.flowlake("maintain", "--lake", self.lake).out)
        self.assert_same_through_manifests(rows=60_000)

    def assert_same_through_manifests(self, rows):
        for sql in [*QUERIES, "SELECT max(start), count(*) FROM vpc_flow_logs"]:
            with self.subTest(sql=sql):
                answer = self.rows(sql, "--engine", self.hive)
                self.assertEqual(comparable(answer), comparable(self.embedded(sql)))
        self.assertEqual(answer[0][1], rows)

    def test_read_while_writers_write(self):
        self.make_known_to_trino()
        writer = subprocess.Popen(
            [BINARY, "compact", "--all", "--lake", self.lake], env=SERVER.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        counts = []
        while writer.poll() is None or len(counts) < 3:
            counts += [self.trino("SELECT count(*) FROM flowlogs")[0][0],
                       self.delta_rs("SELECT count(*) FROM flowlogs")[0][0]]
        self.assertEqual(set(counts), {40_000})
        self.assertEqual(writer.returncode, 0)

    def test_types_costs_and_errors_come_through(self):
        self.make_known_to_trino()
        outcome = self.flowlake(
            "query", "SELECT CAST(1 AS bigint) a, 1.5e0 b, true c, DATE '2026-09-21' d, "
            "TIMESTAMP '2026-09-21 13:05:09' e, CAST(NULL AS varchar) f, ARRAY[1, 2] g",
            "--engine", self.engine, "--output", "jsonl")
        self.assertEqual(json.loads(outcome.out), {
            "a": 1, "b": 1.5, "c": True, "d": "2026-09-21", "e": "2026-09-21 13:05:09", "f": None,
            "g": "[1,2]"})
        costs = self.flowlake("query", QUERIES[0], "--engine", self.engine).err
        self.assertRegex(costs, r"^[\d.]+ [kM]B scanned by Trino · [\d.]+ s · Athena would bill "
                                r"about \$0\.00005\n$")
        wrong = run("query", "SELECT x FROM nowhere", "--engine", self.engine)
        self.assertEqual(wrong.code, USAGE)
        self.assertRegex(wrong.err, "^flowlake: Trino: TABLE_NOT_FOUND: .*nowhere")
        self.assertEqual(self.trino("SELECT count(*) FROM vpc_flow_logs WHERE start > 0"), [(40_000,)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
