"""flowlake serve as Firehose's HTTP endpoint: whatever happens to sender, network, disk and
process, each acknowledged record is in the lake exactly once, and no answer is one that AWS's
specification does not allow. FLOWLAKE_SEED repeats a run; FLOWLAKE_SECONDS=60 makes the load as
long as it is meant."""
import concurrent.futures
import gzip
import json
import os
import random
import signal
import subprocess
import threading
import time
import unittest

import firehose
import s3_server
from delta_counts import rejects_by_account, rows_by_account
from flowlake_daemon import Daemon
from flowlake_program import SOURCE, LakeTestCase, query, run

SEED = int(os.environ.get("FLOWLAKE_SEED", time.time_ns() % 2**32))
SECONDS = float(os.environ.get("FLOWLAKE_SECONDS", "6"))
START = 1_790_000_000 // 86400 * 86400
FAST = ("--max-delay", "1s", "--maintain-every", "never")


def line(account, second):
    return (f"2 {account} eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 {START + second} "
            f"{START + second + 60} ACCEPT OK")


def lines(account, count):
    return [line(account, i).encode() for i in range(count)]


def document(account, count, kind="DATA_MESSAGE", group="/vpc/flow"):
    events = [{"id": str(i), "timestamp": START * 1000, "message": line(account, i)}
              for i in range(count)]
    return gzip.compress(json.dumps(
        {"messageType": kind, "owner": "1", "logGroup": group, "logStream": "s",
         "subscriptionFilters": ["f"], "logEvents": events}).encode())


class Deliveries:
    """Requests whose rows tell where they came from, and what of them was acknowledged."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.number = 100_000_000_000
        self.acknowledged = {}  # account → rows

    def request(self, rows=None, **options):
        with self.lock:
            self.number += 1
            account = str(self.number)
            rows = rows or self.random.randint(1, 300)
        all_lines = lines(account, rows)
        packed = [b"\n".join(all_lines[i:i + 20]) for i in range(0, rows, 20)]
        request = firehose.Request(packed, **options)
        request.account, request.rows = account, rows
        return request

    def send(self, sender, request):
        if sender.deliver(request):
            with self.lock:
                self.acknowledged[request.account] = request.rows
            return True
        return False


class ServeTestCase(LakeTestCase):
    def setUp(self):
        super().setUp()
        self.wal = self.folder / "wal"
        self.deliveries = Deliveries(SEED)

    def serve(self, *arguments, **options):
        daemon = Daemon(self.lake, "--wal", self.wal, *FAST, *arguments, **options)
        self.addCleanup(daemon.__exit__)
        return daemon

    def sender(self, *daemons, **options):
        return firehose.Sender([d.url for d in daemons], time_scale=0.05, seed=SEED, **options)

    def assert_exactly_once(self):
        self.assertEqual(rows_by_account(self.lake), self.deliveries.acknowledged)


class AnEndpoint(ServeTestCase):
    def test_a_delivery_is_in_the_lake_after_its_delay(self):
        daemon = self.serve()
        request = self.deliveries.request(rows=100)
        self.assertTrue(self.deliveries.send(self.sender(daemon), request))
        daemon.wait_until_flushed()
        self.assert_exactly_once()

    def test_every_kind_of_record_is_understood(self):
        daemon = self.serve()
        message = json.dumps({"message": line("3", 0)}).encode()
        contents = [lines("1", 3), [document("2", 3)], [message, message],
                    [document("4", 2, "CONTROL_MESSAGE")], [], [b"\n".join(lines("5", 4))],
                    lines("6", 2) + [b"this is no record"],
                    [document("7", 1), document("7", 2, group="/other")]]
        for records in contents:
            for is_zipped in (False, True):
                request = firehose.Request(records, is_zipped=is_zipped)
                self.assertEqual(self.sender(daemon).attempt(request), 200)
        daemon.wait_until_flushed()
        self.assertEqual(rows_by_account(self.lake),
                         {"1": 6, "2": 6, "3": 4, "5": 8, "6": 4, "7": 6})
        self.assertEqual(query(self.lake, "SELECT count(*) AS n FROM rejects WHERE text LIKE "
                               "'this is%'"), [{"n": 2}])

    def test_lines_of_a_load_balancer_land_in_its_table(self):
        daemon = self.serve()
        records = (SOURCE / "test/golden/alb/input.log").read_bytes().splitlines()
        self.assertEqual(self.sender(daemon).attempt(firehose.Request(records)), 200)
        daemon.wait_until_flushed()
        self.assertEqual(query(self.lake, "SELECT count(*) AS n FROM alb"), [{"n": 4}])

    def test_records_of_every_log_land_in_their_tables(self):
        daemon = self.serve()
        golden = SOURCE / "test/golden"
        event = json.loads((golden / "cloudtrail/input.json").read_text())["Records"][0]
        in_cloudwatch = {"messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "trail",
                         "logStream": "s", "subscriptionFilters": [], "logEvents": [
                             {"id": str(i), "timestamp": 1, "message": json.dumps(event)}
                             for i in range(3)]}
        for records in ((golden / "waf/input.json").read_bytes().splitlines()[:1],
                        (golden / "dns/input.json").read_bytes().splitlines()[:2],
                        (golden / "cloudfront_default/input.log").read_bytes().splitlines(),
                        [gzip.compress(json.dumps(in_cloudwatch).encode())]):
            self.assertEqual(self.sender(daemon).attempt(firehose.Request(records)), 200)
        daemon.wait_until_flushed()
        self.assertEqual(
            {table: query(self.lake, f"SELECT count(*) AS n FROM {table}")[0]["n"]
             for table in ("waf", "dns", "cloudfront", "cloudtrail")},
            {"waf": 1, "dns": 2, "cloudfront": 3, "cloudtrail": 3})

    def test_a_log_of_the_users_own_is_known_by_its_stream_attribute(self):
        run("ingest", self.write("seed.log", line("9", 0)), "--lake", self.lake)
        (self.lake / "flowlake.toml").write_text(
            '[[log]]\ntable = "app"\nattribute = "log-type=app"\nformat = "json"\n'
            'time = "ts"\nfields = [{name = "ts", type = "timestamp"}, {name = "user"}]\n')
        daemon = self.serve()
        request = firehose.Request([b'{"ts":1790000000,"user":"a"}', b'{"ts":1790000001}'],
                                   attributes={"log-type": "app"})
        self.assertEqual(self.sender(daemon).attempt(request), 200)
        daemon.wait_until_flushed()
        self.assertEqual(query(self.lake, 'SELECT "user" FROM app ORDER BY ts'),
                         [{"user": "a"}, {"user": None}])

    def test_attributes_streams_and_log_groups_choose_the_format(self):
        run("ingest", self.write("seed.log", line("9", 0)), "--lake", self.lake)
        (self.lake / "flowlake.toml").write_text(
            '[[format]]\nattribute = "log-type=short"\n'
            'fields = "${account-id} ${srcaddr} ${bytes}"\n')
        daemon = self.serve()
        request = firehose.Request([b"8 10.0.0.9 17"], attributes={"log-type": "short"})
        self.assertEqual(self.sender(daemon).attempt(request), 200)
        daemon.wait_until_flushed()
        self.assertEqual(query(self.lake, "SELECT account_id, bytes FROM vpc_flow WHERE srcaddr "
                               "= '10.0.0.9'"), [{"account_id": "8", "bytes": 17}])

    def test_a_duplicate_is_acknowledged_and_not_written_again(self):
        daemon = self.serve()
        request = self.deliveries.request()
        sender = self.sender(daemon)
        for _ in range(3):
            self.deliveries.send(sender, request)
        daemon.wait_until_flushed()
        self.deliveries.send(sender, request)
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.deliveries.send(self.sender(daemon), request)
        daemon.wait_until_flushed()
        self.assert_exactly_once()

    def test_only_the_key_opens(self):
        keys = self.write("keys", "# Firehose's\nold-key\nnew-key\n")
        daemon = self.serve("--access-key-file", keys)
        request = self.deliveries.request()
        for key, status in (("", 401), ("old-ke", 401), ("old-key2", 401), ("# Firehose's", 401),
                            ("old-key", 200), ("new-key", 200)):
            self.assertEqual(self.sender(daemon, key=key).attempt(request), status, key)
        keys.write_text("other\n")
        daemon.process.send_signal(signal.SIGHUP)
        self.until(lambda: self.sender(daemon, key="other").attempt(request) == 200)
        self.assertEqual(self.sender(daemon, key="new-key").attempt(request), 401)
        secret = [text for text in map(str, daemon.log()) if "key" in text and "old" in text]
        self.assertEqual(secret, [], "secrets are never logged")

    def until(self, condition, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def test_a_stopped_daemon_has_flushed_what_it_took(self):
        daemon = self.serve("--max-delay", "1h")
        sender = self.sender(daemon)
        for _ in range(20):
            self.deliveries.send(sender, self.deliveries.request())
        self.assertEqual(daemon.metrics()["flowlake_wal_deliveries"], 20)
        self.assertEqual(daemon.stop(), 0)
        self.assert_exactly_once()
        self.assertEqual(list((self.wal / "deliveries").iterdir()), [])

    def test_a_full_log_asks_to_come_again(self):
        daemon = self.serve("--max-delay", "1h", "--wal-limit", "1kB")
        sender = self.sender(daemon)
        self.assertEqual(sender.attempt(self.deliveries.request(rows=100)), 200)
        self.assertEqual(sender.attempt(self.deliveries.request()), 503)
        self.assertEqual(daemon.get("/readyz")[0], 503)
        self.assertEqual(daemon.get("/healthz")[0], 200)

    def test_a_damaged_delivery_in_the_log_keeps_nobody_from_the_rest(self):
        daemon = self.serve("--max-delay", "1h")
        sender = self.sender(daemon)
        self.deliveries.send(sender, self.deliveries.request())
        daemon.kill()
        (self.wal / "deliveries/0.delivery").write_text("nothing of ours")
        daemon.configure("--max-delay", "1s")
        daemon.start()
        metrics = daemon.wait_until_flushed()
        self.assertEqual(metrics["flowlake_wal_damaged"], 1)
        self.assert_exactly_once()
        self.assertTrue((self.wal / "deliveries/0.delivery").exists())

    def test_the_metrics_tell_what_happened(self):
        daemon = self.serve()
        sender = self.sender(daemon)
        request = self.deliveries.request(rows=7)
        sender.attempt(request)
        sender.attempt(request)
        bad = self.deliveries.request()
        bad.body = b"{}"
        self.assertEqual(sender.attempt(bad), 400)
        metrics = daemon.wait_until_flushed()
        outcome = 'flowlake_deliveries_total{outcome="%s"}'
        self.assertEqual([metrics[outcome % name] for name in ("accepted", "duplicate",
                                                               "malformed")], [1, 1, 1])
        self.assertEqual(metrics["flowlake_records_total"], 7)
        self.assertEqual(metrics["flowlake_commit_seconds_count"], 1)
        self.assertGreater(metrics["process_resident_memory_bytes"], 1e6)


class UnderFire(ServeTestCase):
    def test_a_killed_daemon_loses_and_doubles_nothing(self):
        daemon = self.serve()
        daemon.configure("--listen", daemon.url.removeprefix("http://"))
        sender = self.sender(daemon)
        sender.mishap_rate = 0.1
        end = time.monotonic() + SECONDS

        def work(_):
            while time.monotonic() < end:
                self.deliveries.send(sender, self.deliveries.request())

        with concurrent.futures.ThreadPoolExecutor(9) as pool:
            workers = [pool.submit(work, i) for i in range(8)]
            kills = 0
            while time.monotonic() < end - 1:
                time.sleep(self.deliveries.random.uniform(0.1, 0.8))
                daemon.kill()
                daemon.start()
                kills += 1
            for worker in workers:
                worker.result()
        daemon.wait_until_flushed()
        print(f"{kills} kills, answers {sender.answers}", flush=True)
        self.assertGreater(kills, 0)
        self.assert_exactly_once()

    def test_two_daemons_behind_one_address_share_a_log_in_s3(self):
        with s3_server.running() as server:
            wal = f"{server.bucket}/wal"
            pair = [Daemon(self.lake, "--wal", wal, *FAST, environment=server.environment)
                    for _ in range(2)]
            for daemon in pair:
                self.addCleanup(daemon.__exit__)
            sender = self.sender(*pair)
            sender.mishap_rate = 0.1
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                requests = [self.deliveries.request() for _ in range(60)]
                done = [pool.submit(self.deliveries.send, sender, r) for r in requests]
                while len(self.deliveries.acknowledged) < 20:
                    time.sleep(0.01)
                pair[0].kill()
                self.assertTrue(all(d.result() for d in done))
            # What the dead one had taken, the other one brings home.
            end = time.monotonic() + 60
            while rows_by_account(self.lake) != self.deliveries.acknowledged:
                self.assertLess(time.monotonic(), end, pair[1].log()[-3:])
                time.sleep(0.2)
            self.assertEqual(pair[1].stop(), 0)
            self.assert_exactly_once()

    def test_a_full_disk_is_a_retry_and_then_nothing_is_missing(self):
        self.wal.mkdir()
        prefix = ("unshare", "--mount", "--map-root-user", "sh", "-c",
                  f'mount -t tmpfs -o size=12m none {self.wal} && exec "$0" "$@"')
        probe = subprocess.run([*prefix, "true"], capture_output=True, text=True)
        if probe.returncode:
            self.skipTest(f"no file system of one's own: {probe.stderr.strip()}")
        daemon = self.serve(prefix=prefix)
        sender = self.sender(daemon)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            requests = [self.deliveries.request(rows=40_000) for _ in range(8)]
            done = [pool.submit(self.deliveries.send, sender, r) for r in requests]
            self.assertTrue(all(d.result() for d in done))
        daemon.wait_until_flushed()
        self.assertGreater(sender.answers.get(503, 0), 0, sender.answers)
        self.assert_exactly_once()

    def test_a_hundred_senders_of_five_megabytes(self):
        daemon = self.serve("--max-delay", "3s", "--flush-size", "64MB")
        sender = self.sender(daemon)
        bodies = lines("123456789012", 55_000)
        template = firehose.Request([b"\n".join(bodies[i:i + 10]) for i in range(0, 55_000, 10)])
        end = time.monotonic() + SECONDS

        def work(_):
            count = 0
            while time.monotonic() < end:
                request = firehose.Request([])
                request.body = template.body.replace(template.id.encode(), request.id.encode(), 1)
                self.assertTrue(sender.deliver(request))
                count += 1
            return count

        started, cpu = time.monotonic(), daemon.cpu_seconds()
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            count = sum(pool.map(work, range(100)))
        daemon.wait_until_flushed(120)
        megabytes = count * template.plain_bytes / 1e6
        print(f"{count} deliveries, {count / (time.monotonic() - started):.0f}/s, "
              f"{megabytes / (time.monotonic() - started):.0f} MB/s, "
              f"{megabytes / (daemon.cpu_seconds() - cpu):.0f} MB per core second, "
              f"peak {daemon.peak_mb():.0f} MB, answers {sender.answers}", flush=True)
        self.assertEqual(rows_by_account(self.lake), {"123456789012": 55_000 * count})
        self.assertLess(daemon.peak_mb(), 1074 + 100, "--memory is 1 GiB")


if __name__ == "__main__":
    print(f"FLOWLAKE_SEED={SEED}", flush=True)
    unittest.main()
