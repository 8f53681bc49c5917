"""Whose flowlake.toml may say what: every key of doc/configuration.md in a lake's file, in the
current folder, and in the three places of the host's; and what a hostile file can do at most."""
import os
import re
import unittest

import recording_server
from flowlake_program import BINARY, OK, SOURCE, USAGE, LakeTestCase, must, query, run

ROW = re.compile(r"^\| `(\[\[?(\w+)\]\]?)(?: (\w+))?` \| `(\w+)` \| ([^|]+) \| (\w+) \| ([^|]*)\|$",
                 re.M)
VALUES = {"true or false": "true", "size": "'768MiB'", "period": "'1h'", "texts": "'x'",
          "period or `never`": "'never'", "text": "'x'", "text or number": "'x'",
          "tables": "[{name = 'a'}]"}
LINE = "2 1 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1790000000 1790000060 ACCEPT OK\n"
EMPTY_LISTING = (200, {}, recording_server.LISTING)


def keys():
    """(how the section is written, key, who may set it, a file that says it) of each row."""
    page = (SOURCE / "doc/configuration.md").read_text()
    for shown, _, inner, key, kind, who, _ in ROW.findall(page):
        said = f"{key} = {VALUES[kind.strip()]}"
        text = f"[[log]]\nfields = [{{{said}}}]\n" if inner else f"{shown}\n{said}\n"
        yield shown, key, who, text


class ConfigurationTestCase(LakeTestCase):
    def setUp(self):
        super().setUp()
        self.home = self.folder / "home"
        self.here = self.folder / "here"
        self.here.mkdir()
        self.environment = {"HOME": str(self.home), "XDG_CONFIG_HOME": "", "FLOWLAKE_CONFIG": ""}
        self.log = self.write("a.log", LINE)

    def make_lake(self, text=""):
        must("ingest", self.log, "--lake", self.lake, environment=self.environment)
        self.set_lake(text)

    def set_lake(self, text):
        self.write("lake/flowlake.toml", text)

    def run(self, *arguments, **environment):
        if not arguments or not isinstance(arguments[0], str):
            return super().run(*arguments)  # unittest's own
        return run(*arguments, prefix=("env", "-C", str(self.here)),
                   environment={**self.environment, **environment})


class ALakesFile(ConfigurationTestCase):
    def test_may_say_what_the_page_says_and_no_more(self):
        self.make_lake()
        seen = 0
        for shown, key, who, text in keys():
            seen += 1
            with self.subTest(key=f"{shown} {key}"):
                self.set_lake(text)
                outcome = self.run("serve", "--lake", str(self.lake), "--wal",
                                   str(self.folder / "wal"), "--check")
                refused = f"{shown} {key} is not for a lake's file"
                self.assertEqual(refused in outcome.err, who == "host", outcome.err)
                if who == "host":
                    self.assert_fails(outcome, USAGE, str(self.lake / "flowlake.toml") + ", line 2",
                                      "--config FILE")
                    self.assertEqual(outcome.err.count("\n"), 1)
        self.assertGreater(seen, 50)

    def test_with_a_key_of_the_host_stops_every_verb_that_reads_it(self):
        self.make_lake("[serve]\nwatch = ['/etc']\n")
        for verb in (("ingest", self.log), ("maintain",), ("serve", "--watch", "/tmp", "--check"),
                     ("check", "--source", self.log)):
            with self.subTest(verb=verb[0]):
                outcome = self.run(verb[0], *map(str, verb[1:]), "--lake", str(self.lake))
                self.assert_fails(outcome, USAGE, "[serve] watch is not for a lake's file")
        self.assertEqual(query(self.lake, "SELECT count(*) AS n FROM vpc_flow"), [{"n": 1}])

    def test_does_not_read_the_hosts_secrets_into_the_lake(self):
        secret = self.write("secret/credentials", "[default]\naws_secret_access_key = notreal\n")
        os.utime(secret, (1_790_000_000, 1_790_000_000))
        self.make_lake(f"[serve]\nwatch = ['{secret.parent}']\nwatch_every = '1s'\n"
                       "[[log]]\ntable = 'app'\nmatch = '*'\nformat = 'delimited'\n"
                       "separator = '='\nquotes = false\ntime = 't'\n"
                       "fields = [{name='k'}, {name='v'}, {name='t', type='timestamp'}]\n")
        outcome = self.run("serve", "--lake", str(self.lake), "--listen", "127.0.0.1:0")
        self.assert_fails(outcome, USAGE, "[serve] watch", "--config FILE")
        stored = b"".join(path.read_bytes() for path in self.lake.rglob("*") if path.is_file())
        self.assertNotIn(b"notreal", stored)

    def test_cannot_exhaust_its_reader(self):
        self.make_lake()
        deep = "a." * 300_000 + "a"
        for name, text in (("deep", deep + " = 1\n"), ("table", "[" + deep + "]\n"),
                           ("many", "[[log]]\ntable = 'x'\n" * 100_000),
                           ("nested", "x = " + "[" * 500_000), ("long", "#" * (2 << 20)),
                           ("memory", "[serve]\nmemory = '10TB'\n"),
                           ("zero", "[serve]\nmaintain_every = '0s'\n")):
            with self.subTest(name):
                self.set_lake(text)
                outcome = self.run("serve", "--lake", str(self.lake), "--watch", "/tmp", "--check")
                self.assertIn(outcome.code, (1, USAGE), str(outcome)[:500])
                self.assertEqual(outcome.err.count("\n"), 1)
                self.assertLess(len(outcome.err), 1000)
        with open(self.lake / "flowlake.toml", "wb") as file:
            file.truncate(1 << 30)
        outcome = self.run("ingest", str(self.log), "--lake", str(self.lake))
        self.assertIn(outcome.code, (1, USAGE), str(outcome)[:500])


class TheHostsFile(ConfigurationTestCase):
    def test_may_say_everything_wherever_it_is_named(self):
        self.make_lake()
        usual = "home/.config/flowlake/flowlake.toml"
        for shown, key, _, text in keys():
            with self.subTest(key=f"{shown} {key}"):
                for path, flags, environment in (
                        ("x.toml", ["--config", str(self.folder / "x.toml")], {}),
                        ("x.toml", [], {"FLOWLAKE_CONFIG": str(self.folder / "x.toml")}),
                        (usual, [], {})):
                    self.write(path, text)
                    outcome = self.run("serve", "--lake", str(self.lake), "--wal",
                                       str(self.folder / "wal"), "--check", *flags, **environment)
                    self.assertNotIn("is not for", outcome.err)
                    self.assertNotIn("unknown key", outcome.err)
                    (self.folder / path).unlink()

    def test_is_the_flags_then_the_variables_then_the_usual_one(self):
        self.make_lake()
        said = {name: self.write(f"{name}.toml", f"{name} = 1\n") for name in ("flag", "variable")}
        self.write("home/.config/flowlake/flowlake.toml", "usual = 1\n")
        verb = ("ingest", str(self.log), "--lake", str(self.lake))
        variable = {"FLOWLAKE_CONFIG": str(said["variable"])}
        self.assertIn("'flag'", self.run(*verb, "--config", str(said["flag"]), **variable).err)
        self.assertIn("'variable'", self.run(*verb, **variable).err)
        self.assertIn("'usual'", self.run(*verb).err)
        self.assertEqual(self.run(*verb, FLOWLAKE_CONFIG="/dev/null").code, OK)

    def test_must_be_there_if_it_is_named(self):
        self.make_lake()
        verb = ("ingest", str(self.log), "--lake", str(self.lake))
        self.assert_fails(self.run(*verb, "--config", "/nowhere.toml"), USAGE, "/nowhere.toml")
        self.assert_fails(self.run(*verb, FLOWLAKE_CONFIG="/nowhere.toml"), USAGE, "/nowhere.toml")
        self.assert_fails(self.run(*verb, "--config", ""), USAGE, "--config")
        outcome = self.run("lambda", FLOWLAKE_CONFIG="/nowhere.toml", FLOWLAKE_LAKE="s3://b/l",
                           AWS_LAMBDA_RUNTIME_API="127.0.0.1:1")
        self.assertEqual(outcome.code, 1)

    def test_describes_logs_before_the_lakes_does(self):
        self.make_lake("[[format]]\nmatch = '*'\nfields = 'nonsense srcaddr'\n")
        host = self.write("x.toml", "[[format]]\nmatch = '*b.log'\nfields = 'account_id srcaddr'\n")
        log = self.write("b.log", "7 10.9.9.9\n")
        must("ingest", log, "--lake", self.lake, "--config", host, environment=self.environment)
        self.assertEqual(query(self.lake, "SELECT account_id FROM vpc_flow WHERE srcaddr = "
                                          "'10.9.9.9'"), [{"account_id": "7"}])


class AFileInTheCurrentFolder(ConfigurationTestCase):
    def run_on_s3(self, text, *flags, **more):
        """What a server of the user's and one of the file's author were asked."""
        with recording_server.recording(lambda _: EMPTY_LISTING) as (good, asked), \
                recording_server.recording(lambda _: EMPTY_LISTING) as (evil, stolen):
            self.write("here/flowlake.toml", text.replace("EVIL", evil))
            outcome = self.run("info", "--lake", "s3://bucket/lake", *flags, AWS_ENDPOINT_URL=good,
                               AWS_ACCESS_KEY_ID="AKIATEST", AWS_SECRET_ACCESS_KEY="secret",
                               AWS_SESSION_TOKEN="the-token", AWS_REGION="eu-west-3", **more)
            return outcome, len(list(asked)), len(list(stolen))

    def test_does_not_redirect_requests_nor_the_session_token(self):
        text = ("[[location]]\nmatch = 's3://*'\nendpoint = 'EVIL'\n"
                "path_style = true\n")
        outcome, asked, stolen = self.run_on_s3(text)
        self.assert_fails(outcome, USAGE, "./flowlake.toml, line 3: [[location]] endpoint",
                          "--config FILE")
        self.assertEqual((asked, stolen), (0, 0))
        self.write("home/.config/flowlake/flowlake.toml", "")
        self.assertEqual(self.run_on_s3(text)[1:], (0, 0), "whatever else there is")
        _, asked, stolen = self.run_on_s3(text, FLOWLAKE_CONFIG="/dev/null")
        self.assertEqual((asked > 0, stolen), (True, 0))
        _, asked, stolen = self.run_on_s3(text, "--config", "flowlake.toml")
        self.assertEqual((asked, stolen > 0), (0, True), "the user has named it")

    def test_has_no_key_that_counts(self):
        for shown, key, who, text in keys():
            with self.subTest(key=f"{shown} {key}"):
                outcome, asked, _ = self.run_on_s3(text)
                refused = f"{shown} {key} is not for a file in the current folder"
                self.assertEqual(refused in outcome.err, who == "host", outcome.err)
                self.assertEqual(asked == 0, who == "host")

    def test_does_not_say_how_long_days_stay(self):
        self.make_lake()
        self.write("here/flowlake.toml", "[maintain]\nexpire = '1h'\nvacuum = '1h'\n")
        outcome = self.run("maintain", "--yes", "--lake", str(self.lake))
        self.assertEqual(outcome.code, OK, str(outcome))
        self.assertEqual(query(self.lake, "SELECT count(*) AS n FROM vpc_flow"), [{"n": 1}])

    def test_does_not_describe_logs(self):
        self.write("here/flowlake.toml", "[[format]]\nmatch = '*'\nfields = 'srcaddr'\n")
        outcome = self.run("ingest", str(self.write("b.log", "10.9.9.9\n")), "--lake",
                           str(self.lake))
        self.assertNotEqual(outcome.code, OK, str(outcome))


class Help(ConfigurationTestCase):
    def test_says_config_for_every_verb_that_opens_a_lake_or_a_file_of_one(self):
        for verb in ("ingest", "query", "report", "maintain", "compact", "expire", "vacuum",
                     "commit", "info", "check", "history", "ddl", "serve", "dump"):
            self.assertIn("--config FILE", must(verb, "--help").out, verb)
        self.assertTrue(os.path.exists(BINARY))


if __name__ == "__main__":
    unittest.main(verbosity=2)
