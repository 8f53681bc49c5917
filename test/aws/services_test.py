"""Services of credentials that are slow, busy, broken or hostile: what passes is tried again,
what does not is said, nothing is asked of a daemon's every thread, and no secret leaks."""
import json
import os
import pathlib
import shutil
import tempfile
import time
import unittest

import own_network
from aws_identities import LISTING, Identities
from flowlake_program import run

WHY_NO_LINK_LOCAL = own_network.enter() if __name__ == "__main__" else "not started as a program"
ROLE = "arn:aws:iam::111122223333:role/R"
LOOPBACK = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "LOCAL/c"}


def needs_link_local(test):
    return unittest.skipIf(WHY_NO_LINK_LOCAL, WHY_NO_LINK_LOCAL)(test)


class ServicesTestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.identities = Identities(with_link_local=not WHY_NO_LINK_LOCAL)
        cls.addClassCleanup(cls.identities.close)

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="flowlake-aws-"))
        self.addCleanup(shutil.rmtree, self.home)
        self.identities.forget()
        (self.home / "config").write_text(
            f"[profile r]\nrole_arn = {ROLE}\nsource_profile = base\n[profile base]\n"
            "aws_access_key_id = AKIABASE\naws_secret_access_key = base-secret\n")

    def info(self, **environment):
        """`info` on an empty bucket, and the seconds that it took."""
        return self.flowlake("info", "--lake", "s3://b/l", **environment)

    def flowlake(self, *command, **environment):
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"],
                       "AWS_CONFIG_FILE": str(self.home / "config"), "AWS_REGION": "us-east-1",
                       "AWS_ENDPOINT_URL_S3": "S3", "AWS_ENDPOINT_URL_STS": "STS", **environment}
        for service in ("S3", "STS", "LOCAL", "OTHER"):
            environment = {name: value.replace(service, self.identities.url(service), 1)
                           if value.startswith(service) else value
                           for name, value in environment.items()}
        clean = ["env", "-i", *(f"{name}={value}" for name, value in environment.items())]
        begin = time.monotonic()
        outcome = run(*command, prefix=clean)
        return outcome, time.monotonic() - begin

    def signers(self):
        return {call.signer for call in self.identities.to("S3")}


class ABusyService(ServicesTestCase):
    def test_of_roles_is_asked_again(self):
        for told in (500, 503, 429, (400, "<ErrorResponse><Error><Code>Throttling</Code></Error>"
                                          "</ErrorResponse>"), 0.0):
            self.identities.forget()
            self.identities.behave("STS", told, None)
            self.info(AWS_PROFILE="r")
            self.assertEqual(self.signers(), {"ASIA.R.by.AKIABASE"}, told)
            self.assertEqual(len(self.identities.to("STS")), 2, told)

    def test_of_a_container_is_asked_again(self):
        for told in (500, 429, 0.0):
            self.identities.forget()
            self.identities.behave("LOCAL", told, told, None)
            self.info(**LOOPBACK)
            self.assertEqual(self.signers(), {"ASIALOCAL"}, told)
            self.assertEqual(len(self.identities.to("LOCAL")), 3, told)

    @needs_link_local
    def test_of_an_instance_is_asked_again(self):
        for told in (500, 503, 0.0):
            self.identities.forget()
            self.identities.behave("IMDS", told, None)
            self.info()
            self.assertEqual(self.signers(), {"ASIAINSTANCE"}, told)

    def test_that_stays_busy_is_given_up(self):
        self.identities.behave("STS", 503)
        outcome, seconds = self.info(AWS_PROFILE="r")
        self.assertEqual(self.signers(), set())
        self.assertEqual(outcome.code, 1, str(outcome))
        self.assertIn(f"profile 'r': assume role {ROLE}: HTTP 503", outcome.err)
        self.assertLessEqual(len(self.identities.to("STS")), 5)
        self.assertLess(seconds, 25)

    def test_that_refuses_is_asked_once(self):
        self.identities.behave("STS", (403, "<ErrorResponse><Error><Code>AccessDenied</Code>"
                                            "<Message>not you</Message></Error></ErrorResponse>"))
        outcome, _ = self.info(AWS_PROFILE="r")
        self.assertIn("HTTP 403 AccessDenied: not you", outcome.err)
        self.assertEqual(len(self.identities.to("STS")), 1)


class ASlowService(ServicesTestCase):
    @needs_link_local
    def test_of_an_instance_that_never_answers_costs_two_seconds(self):
        self.identities.behave("IMDS", 30.0)
        outcome, seconds = self.info()
        self.assertIn("no AWS credentials", outcome.err)
        self.assertLess(seconds, 4)

    def test_of_a_container_that_never_answers_is_given_up(self):
        self.identities.behave("LOCAL", 60.0)
        outcome, seconds = self.info(**LOOPBACK)
        self.assertIn("credentials of the container", outcome.err)
        self.assertLess(seconds, 20)


class AServiceThatIsHostile(ServicesTestCase):
    def test_sends_nobody_on_to_another(self):
        other = self.identities.url("OTHER")
        for status in (301, 302, 307, 308):
            for service, environment in (("STS", {"AWS_PROFILE": "r"}), ("LOCAL", {
                    **LOOPBACK, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "container-token"})):
                self.identities.forget()
                self.identities.behave(service, (status, "", {"Location": other + "/c"}))
                outcome, _ = self.info(**environment)
                self.assertEqual(self.identities.to("OTHER"), [], status)
                self.assertEqual(self.signers(), set())
                self.assertIn(f"HTTP {status}", outcome.err)
        self.identities.forget()
        self.identities.behave("S3", (307, "", {"Location": other + "/b"}))
        self.info(AWS_PROFILE="base")
        self.assertGreater(len(self.identities.to("S3")), 0)
        self.assertEqual(self.identities.to("OTHER"), [])

    def test_cannot_fill_the_memory(self):
        self.identities.behave("LOCAL", (200, "x" * (3 << 20)))
        outcome, _ = self.info(**LOOPBACK)
        self.assertIn("longer than", outcome.err)

    def test_cannot_write_on_the_terminal(self):
        self.identities.behave("STS", (403, "<Error><Code>A\x1b[31m</Code><Message>"
                                       + "m" * 5000 + "</Message></Error>"))
        outcome, _ = self.info(AWS_PROFILE="r")
        self.assertNotIn("\x1b", outcome.err)
        self.assertLess(len(outcome.err), 1000)

    def test_cannot_put_a_line_into_a_header(self):
        keys = {"AccessKeyId": "A", "SecretAccessKey": "s", "Token": "t\r\nX-Injected: y",
                "Expiration": "2099-01-01T00:00:00Z"}
        self.identities.behave("LOCAL", (200, json.dumps(keys)))
        outcome, _ = self.info(**LOOPBACK)
        self.assertEqual(self.identities.to("S3"), [])
        self.assertIn("line break", outcome.err)

    def test_puts_no_secret_into_an_error(self):
        for answer in ("base-secret", json.dumps({"AccessKeyId": "A", "SecretAccessKey":
                                                  "answered-secret"}).replace("}", "")):
            self.identities.behave("LOCAL", (200, answer))
            outcome, _ = self.info(**LOOPBACK)
            self.assertIn("the answer has no credentials", outcome.err)
            self.assertNotIn("secret", outcome.err)


class CredentialsAboutToEnd(ServicesTestCase):
    def test_are_not_asked_for_with_each_request(self):
        self.identities.lifetime = 60
        # A slow bucket that makes flowlake try again: more than one request is signed.
        self.identities.behave("S3", 503, 503, None)
        outcome, _ = self.info(**LOOPBACK)
        self.assertGreater(len(self.identities.to("S3")), 2, str(outcome))
        self.assertEqual(len(self.identities.to("LOCAL")), 1)


    def test_are_asked_for_once_for_all_buckets(self):
        listing = LISTING.replace("</ListBucketResult>", "<Contents><Key>a/x.log</Key><Size>1</Size>"
                                  '<ETag>"e"</ETag></Contents></ListBucketResult>')
        self.identities.behave("S3", (200, listing), None)
        outcome, _ = self.flowlake("ingest", "s3://logs/a", "--lake", "s3://b/l", **LOOPBACK)
        buckets = {call.path.split("?")[0].split("/")[1] for call in self.identities.to("S3")}
        self.assertGreater(len(buckets), 1, str(outcome))
        self.assertEqual(len(self.identities.to("LOCAL")), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
