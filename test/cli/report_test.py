"""flowlake report: every built-in report runs on a real lake and finds what was planted."""
import json
import unittest

from flowlake_program import SOURCE, USAGE, LakeTestCase, generate, ingest, must, run

DAY = "2026-09-21"
NOON = 1789992000  # 2026-09-21 12:00:00 UTC
SCANNER, TARGET, ATTACKER, BASTION = "203.0.113.9", "10.7.7.7", "198.51.100.66", "10.8.8.8"


def record(source, target, source_port, target_port, action="ACCEPT", packets=10, start=NOON):
    return (f"2 123456789012 eni-{target.replace('.', '')} {source} {target} {source_port} "
            f"{target_port} 6 {packets} {packets * 60} {start} {start + 30} {action} OK")


def planted():
    """A port scan, a brute force, an exposed port, a duplicate, a gap and lost data."""
    lines = [record(SCANNER, TARGET, 40000, port, "REJECT", 1) for port in range(1, 60)]
    lines += [record(ATTACKER, BASTION, 30000 + i, 22, packets=8, start=NOON + i)
              for i in range(50)]
    lines += [record("10.9.9.9", TARGET, 50000, 443)] * 2
    lines += [record("10.9.9.9", TARGET, 50001, 443, start=NOON + 7200)]
    lines += [f"2 123456789012 eni-1077 - - - - - - - {NOON} {NOON + 60} - SKIPDATA"]
    return "\n".join(lines) + "\n"


def built_in_reports():
    names = [line.split()[0] for line in must("report").out.splitlines() if "  " in line]
    assert len(names) >= 30, names
    return names


OTHER_LOGS = ("alb", "alb_connection", "cloudfront", "cloudtrail", "dns", "elb", "nlb",
              "s3_access", "tgw", "waf")


class EveryReport(LakeTestCase):
    def setUp(self):
        super().setUp()
        ingest(self.lake, *(next((SOURCE / "test/golden" / log).glob("input.*"))
                            for log in OTHER_LOGS))

    def run_all(self):
        for name in built_in_reports():
            flags = {"address-trace": ["--ip", TARGET],
                     "address-everywhere": ["--address", TARGET]}.get(name, [])
            with self.subTest(report=name):
                answer = json.loads(must("report", name, *flags, "--lake", self.lake,
                                         "--json").out)
                self.assertTrue(answer["columns"])

    def test_runs_on_version_2_logs_alone(self):
        ingest(self.lake, generate(self.folder / "v2.log", records=20000, day=DAY))
        self.run_all()

    def test_runs_on_logs_with_all_fields(self):
        ingest(self.lake, generate(self.folder / "v11.log", version=11, records=20000, day=DAY))
        self.run_all()


class Findings(LakeTestCase):
    def setUp(self):
        super().setUp()
        noise = generate(self.folder / "noise.log", records=5000, day=DAY)
        ingest(self.lake, noise, self.write("planted.log", planted()))

    def rows(self, name, *flags):
        answer = json.loads(must("report", name, *flags, "--lake", self.lake, "--json").out)
        names = [column["name"] for column in answer["columns"]]
        return [dict(zip(names, row)) for row in answer["rows"]]

    def assert_finds(self, name, *values):
        rows = self.rows(name, "--limit", "200")
        found = [row for row in rows if all(value in row.values() for value in values)]
        self.assertTrue(found, f"{name}: {values} not in {rows[:5]}")

    def test_port_scan(self):
        self.assert_finds("port-scan", SCANNER, TARGET)

    def test_rejected_source(self):
        self.assert_finds("reject-top-sources", SCANNER, 59)

    def test_brute_force(self):
        self.assert_finds("login-bruteforce", ATTACKER, BASTION, 22)

    def test_exposed_port(self):
        self.assert_finds("exposed-admin-port", BASTION, 22)

    def test_duplicate(self):
        self.assert_finds("duplicates", "10.9.9.9", 50000, 2)

    def test_address_trace_finds_both_ends_and_prunes_by_day(self):
        rows = self.rows("address-trace", "--ip", TARGET, "--limit", "1000")
        self.assertEqual(len(rows), 59 + 3)

    def test_lost_data(self):
        self.assertTrue(any("SKIPDATA" in row.values() for row in self.rows("log-status")))


class Usage(LakeTestCase):
    def setUp(self):
        super().setUp()
        ingest(self.lake, self.write("planted.log", planted()))

    def fails(self, *arguments, words):
        self.assert_fails(run("report", *arguments, "--lake", self.lake), USAGE, *words)

    def test_wrong_names_and_values_say_what_is_right(self):
        self.fails("top-talker", words=["top-talkers"])
        self.fails("top-talkers", "--colour", "red", words=["--limit"])
        self.fails("top-talkers", "--limit", "many", words=["limit"])
        self.fails("address-trace", words=["ip"])
        self.fails("address-trace", "--ip", "'; DROP TABLE vpc_flow; --", words=["ip"])

    def test_own_folder_adds_reports(self):
        self.write("mine/rows.sql", "-- title: Rows\n-- question: How many?\n-- chart: table\n"
                                    "SELECT count(*) AS n FROM vpc_flow\n")
        outcome = run("report", "rows", "--reports", self.folder / "mine", "--lake", self.lake,
                      "--output", "csv")
        self.assertIn("n\n", outcome.out.replace("\r", ""), str(outcome))


class Samples(LakeTestCase):
    """Counts from a sample are scaled by the share that was really read."""

    def setUp(self):
        super().setUp()
        # One row group at least is read, whatever share was asked for.
        ingest(self.lake, generate(self.folder / "a.log", version=2, records=20_000, day=DAY))

    def estimates(self, **parameters):
        flags = [word for name, value in parameters.items() for word in (f"--{name}", value)]
        rows = json.loads(must("report", "art-top-hosts-sampled", "--lake", self.lake,
                               "--limit", "100000", *flags, "--output", "json").out)
        return sum(row["records_est"] for row in rows), len(rows)

    def test_add_up_to_the_rows_whatever_was_asked_for(self):
        for verb in (None, ("compact", "--all")):
            if verb:
                must(*verb, "--lake", self.lake)
            for method in ("system", "bernoulli"):
                for share in ("1", "10", "50", "100"):
                    total, hosts = self.estimates(pct=share, method=method)
                    # Each host's estimate is cut to a whole number.
                    self.assertLessEqual(abs(total - 20_000), hosts, (verb, method, share))

    def test_of_everything_are_the_counts_and_certain(self):
        rows = json.loads(must("report", "art-top-hosts-sampled", "--pct", "1", "--lake",
                               self.lake, "--output", "json").out)
        right = json.loads(must("report", "art-top-hosts", "--lake", self.lake,
                                "--output", "json").out)
        self.assertEqual(rows[0]["records_est"], list(right[0].values())[1])
        self.assertEqual({row["margin"] for row in rows}, {0})


if __name__ == "__main__":
    unittest.main()
