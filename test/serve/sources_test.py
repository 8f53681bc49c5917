"""What flowlake serve fetches by itself: folders, prefixes and queues; and how it is configured."""
import gzip
import json
import os
import signal
import time
import unittest

import queue_server
import s3_server
from delta_counts import rows_by_account
from flowlake_daemon import Daemon
from flowlake_program import USAGE, OK, FAILURE, LakeTestCase, ingest, must, run

START = 1_790_000_000 // 86400 * 86400
NEVER = ("--maintain-every", "never")


def lines(account, count=3):
    return "".join(f"2 {account} eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 {START + i} "
                   f"{START + i + 60} ACCEPT OK\n" for i in range(count)).encode()


def notification(bucket, key, name="ObjectCreated:Put"):
    return {"Records": [{"eventSource": "aws:s3", "eventName": name, "s3": {
        "bucket": {"name": bucket}, "object": {"key": key}}}]}


class SourcesTestCase(LakeTestCase):
    def serve(self, *flags, **options):
        daemon = Daemon(self.lake, *NEVER, *flags, **options)
        self.addCleanup(daemon.__exit__)
        return daemon

    def until_rows(self, expected, daemon, seconds=30):
        end = time.monotonic() + seconds
        while rows_by_account(self.lake) != expected:
            self.assertLess(time.monotonic(), end, (rows_by_account(self.lake), daemon.log()[-3:]))
            time.sleep(0.1)


class Watching(SourcesTestCase):
    def aged(self, name, content):
        path = self.write(name, content)
        old = time.time() - 60
        os.utime(path, (old, old))
        return path

    def test_what_comes_into_a_folder_is_ingested_once(self):
        self.aged("in/a/first.log", lines("1"))
        daemon = self.serve("--watch", self.folder / "in", "--watch-every", "1s")
        self.until_rows({"1": 3}, daemon)
        self.aged("in/b/second.log.gz", gzip.compress(lines("2")))
        self.until_rows({"1": 3, "2": 3}, daemon)
        self.aged("in/copy.log", lines("1"))
        time.sleep(2.5)
        self.until_rows({"1": 3, "2": 3}, daemon)
        self.assertEqual(daemon.metrics()["flowlake_inputs_skipped_total"], 1,
                         "what has been seen is not looked at again")

    def test_a_file_that_somebody_still_writes_is_left_alone(self):
        self.aged("in/old.log", lines("1"))
        self.write("in/new.log", lines("2"))
        daemon = self.serve("--watch", self.folder / "in", "--watch-every", "1s")
        self.until_rows({"1": 3}, daemon)
        time.sleep(2)
        self.until_rows({"1": 3}, daemon)
        self.aged("in/new.log", lines("2", 5))
        self.until_rows({"1": 3, "2": 5}, daemon)

    def test_a_link_to_a_file_elsewhere_is_named_and_not_read(self):
        self.aged("secret/credentials", lines("666"))
        self.aged("in/a.log", lines("1"))
        os.symlink(self.folder / "secret/credentials", self.folder / "in/b.log")
        os.symlink(self.folder / "secret", self.folder / "in/c")
        daemon = self.serve("--watch", self.folder / "in", "--watch-every", "1s")
        self.until_rows({"1": 3}, daemon)
        time.sleep(2.5)
        self.until_rows({"1": 3}, daemon)
        named = [entry["link"] for entry in daemon.log() if "link" in entry]
        self.assertEqual(sorted(named), [str(self.folder / "in/b.log"), str(self.folder / "in/c")])

    def test_a_folder_that_is_away_for_a_while_is_looked_at_again(self):
        daemon = self.serve("--watch", self.folder / "later", "--watch-every", "1s")
        time.sleep(0.5)
        self.assertTrue(daemon.is_running)
        self.aged("later/a.log", lines("1"))
        self.until_rows({"1": 3}, daemon)
        self.assertGreater(daemon.metrics()["flowlake_failures_total"], 0)


class InTheCloud(SourcesTestCase):
    @classmethod
    def setUpClass(cls):
        running = s3_server.running()
        cls.server = running.__enter__()
        cls.addClassCleanup(running.__exit__, None, None, None)

    def test_what_comes_below_a_prefix_is_ingested(self):
        self.server.put("watched/AWSLogs/1.log", lines("1"))
        daemon = self.serve("--watch", f"{self.server.bucket}/watched", "--watch-every", "1s",
                            environment=self.server.environment)
        self.until_rows({"1": 3}, daemon)
        self.server.put("watched/AWSLogs/2.log", lines("2"))
        self.until_rows({"1": 3, "2": 3}, daemon)

    def test_a_queue_of_events_brings_its_objects_and_is_empty_then(self):
        with queue_server.running() as queue:
            for account in "123":
                self.server.put(f"queued/{account}.log", lines(account))
                queue.send(notification("lake", f"queued/{account}.log"))
            self.server.put("queued/corrupt.log", gzip.compress(lines("9"))[:-5])
            queue.send(notification("lake", "queued/corrupt.log"))
            queue.send(notification("lake", "queued/deleted.log"))
            queue.send(notification("lake", "queued/1.log", "ObjectRemoved:Delete"))
            queue.send({"Type": "Notification",
                        "Message": json.dumps(notification("lake", "queued/2.log"))})
            queue.send("this is no event")
            daemon = self.serve("--queue", queue.url, environment=self.server.environment)
            self.until_rows({"1": 3, "2": 3, "3": 3}, daemon)
            end = time.monotonic() + 30
            while queue.waiting() != 1:
                self.assertLess(time.monotonic(), end, queue.waiting())
                time.sleep(0.2)
            self.assertEqual(daemon.metrics()["flowlake_inputs_refused_total"], 1)
            self.assertEqual(daemon.stop(), 0)

    def test_a_store_that_is_away_keeps_the_message(self):
        with queue_server.running() as queue:
            self.server.put("away.log", lines("1"))
            queue.send(notification("lake", "away.log"))
            broken = {**self.server.environment, "AWS_SECRET_ACCESS_KEY": "wrong"}
            daemon = self.serve("--queue", queue.url, environment=broken)
            end = time.monotonic() + 20
            while not any("away.log" in str(entry) for entry in daemon.log()):
                self.assertLess(time.monotonic(), end, daemon.log())
                time.sleep(0.1)
            daemon.kill()
            daemon.environment = self.server.environment
            daemon.start()
            self.until_rows({"1": 3}, daemon)


class LookingAfterTheLake(SourcesTestCase):
    def test_staged_edits_are_committed_and_small_files_compacted(self):
        for i in range(6):
            path = self.write(f"{i}.log", lines(str(i), 50))
            ingest(self.lake, path, flags=["--stage"] if i == 0 else [])
        daemon = Daemon(self.lake, "--watch", self.folder, "--maintain-every", "1s")
        self.addCleanup(daemon.__exit__)
        self.until_rows({str(i): 50 for i in range(6)}, daemon)
        end = time.monotonic() + 30
        while not any(e.get("message") == "compacted" for e in daemon.log()):
            self.assertLess(time.monotonic(), end, daemon.log())
            time.sleep(0.1)
        self.until_rows({str(i): 50 for i in range(6)}, daemon)
        self.assertEqual(daemon.metrics()["flowlake_staged_oldest_seconds"], 0)


class Configuration(LakeTestCase):
    def serve(self, *flags):
        return run("serve", "--lake", self.lake, *flags, timeout=20)

    def test_the_hosts_file_has_the_same_settings_and_flags_win(self):
        ingest(self.lake, self.write("a.log", lines("1")))
        config = self.write(
            "host.toml",
            f'[serve]\nwal = "{self.folder / "wal"}"\nmax_delay = "1h"\nconnections = 7\n'
            f'watch = ["{self.folder / "in"}"]\nyes = false\nlisten = "127.0.0.1:1"\n')
        (self.folder / "in").mkdir()
        for flags, variable in ((("--config", config), ""), ((), str(config))):
            environment = {**os.environ, "FLOWLAKE_CONFIG": variable}
            with Daemon(self.lake, *NEVER, *flags, environment=environment) as daemon:
                self.assertEqual(daemon.get("/readyz")[0], 200)
                self.assertTrue((self.folder / "wal").exists())

    def test_a_lakes_file_has_sizes_and_periods_and_the_hosts_file_wins(self):
        ingest(self.lake, self.write("a.log", lines("1")))
        (self.lake / "flowlake.toml").write_text("[serve]\nmemory = '768MiB'\nmax_delay = '1s'\n")
        wal = ("--wal", self.folder / "wal")
        self.assertEqual(self.serve(*wal, "--check").code, OK)
        host = self.write("host.toml", "[serve]\nmemory = '1MB'\n")
        self.assert_fails(self.serve(*wal, "--check", "--config", host), USAGE, "at least")
        (self.lake / "flowlake.toml").write_text("[serve]\nmemory = '1TB'\n")
        self.assert_fails(self.serve(*wal, "--check"), USAGE, "768MiB to 1GiB, not 1TB")

    def test_check_says_that_it_would_start_and_touches_nothing(self):
        outcome = self.serve("--wal", self.folder / "wal", "--check")
        self.assertEqual((outcome.code, outcome.out), (OK, "flowlake serve would start.\n"))
        self.assertFalse(self.lake.exists() or (self.folder / "wal").exists())

    def test_what_is_wrong_is_named(self):
        wal = ("--wal", self.folder / "wal")
        for flags, words in (
                ((), ["nothing to serve", "--wal"]),
                (("--wal", "s4://x/y"), ["s4://x/y", "s3://bucket"]),
                ((*wal, "--listen", "0.0.0.0:8080"), ["not loopback", "--access-key-file"]),
                ((*wal, "--listen", "8080x"), ["--listen", "127.0.0.1:8080"]),
                ((*wal, "--max-delay", "5"), ["--max-delay", "10s"]),
                ((*wal, "--flush-size", "big"), ["--flush-size"]),
                ((*wal, "--memory", "1MB"), ["--memory", "at least"]),
                ((*wal, "--log", "xml"), ["--log", "json"]),
                ((*wal, "--certificate", "x"), ["--certificate-key"]),
                (("--queue", "logs"), ["'logs'", "https://sqs."])):
            with self.subTest(flags=flags):
                self.assert_fails(self.serve(*flags, "--check"), USAGE, *words)
                self.assert_fails(self.serve(*flags), USAGE, *words)
        self.assertFalse(os.path.exists("s4:"))

    def test_files_that_cannot_be_used_are_named(self):
        wal = ("--wal", self.folder / "wal")
        self.assert_fails(self.serve(*wal, "--access-key-file", "/nowhere", "--check"), FAILURE,
                          "/nowhere", "No such file")
        empty = self.write("empty", "# nothing\n")
        self.assert_fails(self.serve(*wal, "--access-key-file", empty, "--check"), USAGE, "no key")
        self.assert_fails(self.serve(*wal, "--certificate", empty, "--certificate-key", empty,
                                     "--check"), FAILURE, "no certificate")
        self.assert_fails(self.serve("--watch", "/nowhere", "--check"), USAGE, "/nowhere")

    def test_a_wrong_key_of_the_file_is_named_with_its_line(self):
        for text, words in (("[serve]\nmax-delay = '1s'", ["line 2", "max_delay"]),
                            ("[serve]\nwall = 'x'", ["line 2", "'wall'", "wal"]),
                            ("[serve]\nmax_delay = 1.5", ["line 2", "max_delay"]),
                            ("serve = 1", ["line 1", "[serve]"]),
                            ("[serve", ["line 1"])):
            config = self.write("config.toml", text)
            self.assert_fails(self.serve("--config", config, "--check"), USAGE, "config.toml",
                              *words)

    def test_a_log_folder_has_one_owner(self):
        wal = self.folder / "wal"
        with Daemon(self.lake, "--wal", wal, *NEVER):
            self.assert_fails(self.serve("--wal", wal, "--listen", "127.0.0.1:0"), FAILURE,
                              "another flowlake has it")

    def test_ctrl_c_ends_it(self):
        with Daemon(self.lake, "--wal", self.folder / "wal", *NEVER) as daemon:
            daemon.process.send_signal(signal.SIGINT)
            self.assertEqual(daemon.process.wait(20), 0)


if __name__ == "__main__":
    unittest.main()
