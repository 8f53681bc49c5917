"""What a [[location]] and the credential chain put into requests, as a server sees it; and what
is repeated when it fails."""
import datetime
import hashlib
import json
import os
import time
import unittest

import recording_server
from flowlake_program import LakeTestCase, run

ROLE = "arn:aws:iam::123456789012:role/logs"
STS = """<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>
<SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>
<Expiration>{}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""


def in_an_hour():
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    return later.strftime("%Y-%m-%dT%H:%M:%SZ")


def missing_or_empty(request):
    """An empty bucket that takes what is put."""
    if request.method in ("GET", "HEAD") and "list-type" not in request.path:
        return 404, {}, b""
    if request.method == "GET":
        return 200, {}, recording_server.LISTING
    return 200, {}, b""


class LocationTestCase(LakeTestCase):
    def environment(self, endpoint, **more):
        return {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "AKIATEST",
                "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-west-3",
                "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                "FLOWLAKE_CONFIG": "", **more}

    def ingest_nothing(self, answer, config="", **environment):
        """Ingest of an empty file into s3://bucket/lake; the outcome and what was asked."""
        with recording_server.recording(answer) as (endpoint, requests):
            if config:
                path = self.write("flowlake.toml", config.replace("ENDPOINT", endpoint))
                environment["FLOWLAKE_CONFIG"] = str(path)
            environment = {name: value.replace("ENDPOINT", endpoint)
                           for name, value in environment.items()}
            outcome = run("ingest", self.write("none.log", ""), "--lake", "s3://bucket/lake",
                          environment=self.environment(endpoint, **environment))
            return outcome, list(requests)


class ARequest(LocationTestCase):
    def test_is_signed_for_region_and_service(self):
        _, requests = self.ingest_nothing(missing_or_empty)
        self.assertGreater(len(requests), 1)
        for request in requests:
            authorization = request.headers["authorization"]
            self.assertIn("Credential=AKIATEST/", authorization)
            self.assertIn("/eu-west-3/s3/aws4_request", authorization)
            self.assertNotIn("x-amz-security-token", request.headers)
            self.assertNotIn("x-amz-request-payer", request.headers)

    def test_of_a_session_carries_its_token(self):
        _, requests = self.ingest_nothing(missing_or_empty, AWS_SESSION_TOKEN="a-token")
        for request in requests:
            self.assertEqual(request.headers["x-amz-security-token"], "a-token")
            self.assertIn("x-amz-security-token", request.headers["authorization"])

    def test_that_commits_asks_for_absence(self):
        _, requests = self.ingest_nothing(missing_or_empty)
        puts = [request for request in requests if request.method == "PUT"]
        self.assertEqual(puts[0].path, "/bucket/lake/flowlake.toml")
        self.assertEqual(puts[0].headers["if-none-match"], "*")

    def test_has_what_the_location_says(self):
        config = """
[[location]]
match = "s3://*"
requester_pays = false

[[location]]
match = "s3://bucket/*"
region = "sa-east-1"
requester_pays = true
expected_bucket_owner = "123456789012"
kms_key = "arn:aws:kms:key"
"""
        _, requests = self.ingest_nothing(missing_or_empty, config)
        for request in requests:
            self.assertIn("/sa-east-1/s3/", request.headers["authorization"])
            self.assertEqual(request.headers["x-amz-request-payer"], "requester")
            self.assertEqual(request.headers["x-amz-expected-bucket-owner"], "123456789012")
            encryption = request.headers.get("x-amz-server-side-encryption")
            self.assertEqual(encryption, "aws:kms" if request.method == "PUT" else None)

    def test_of_a_role_uses_what_sts_gave_and_says_the_external_id(self):
        def answer(request):
            if request.method == "POST":
                return 200, {}, STS.format(in_an_hour()).encode()
            return missing_or_empty(request)

        config = f"""
[[location]]
match = "s3://bucket/*"
role_arn = "{ROLE}"
external_id = "of the log's owner"
"""
        _, requests = self.ingest_nothing(answer, config, AWS_ENDPOINT_URL_STS="ENDPOINT")
        asked = [request for request in requests if request.method == "POST"]
        self.assertEqual(len(asked), 1, "an hour is long enough for all requests")
        self.assertIn(b"ExternalId=of%20the%20log%27s%20owner", asked[0].body)
        self.assertIn("/eu-west-3/sts/aws4_request", asked[0].headers["authorization"])
        for request in requests[1:]:
            self.assertIn("Credential=ASIAROLE/", request.headers["authorization"])
            self.assertEqual(request.headers["x-amz-security-token"], "role-token")

    def test_of_a_container_asks_once_for_credentials_that_last(self):
        issued = []

        def answer(request):
            if request.path != "/credentials":
                return missing_or_empty(request)
            self.assertEqual(request.headers["authorization"], "container-token")
            issued.append(f"ASIA{len(issued)}")
            soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=1)
            return 200, {}, json.dumps({
                "AccessKeyId": issued[-1], "SecretAccessKey": "s", "Token": "t",
                "Expiration": soon.strftime("%Y-%m-%dT%H:%M:%SZ")}).encode()

        _, requests = self.ingest_nothing(
            answer, AWS_ACCESS_KEY_ID="", AWS_CONTAINER_AUTHORIZATION_TOKEN="container-token",
            AWS_CONTAINER_CREDENTIALS_FULL_URI="ENDPOINT/credentials")
        used = {request.headers["authorization"].split("Credential=")[1].split("/")[0]
                for request in requests if request.path != "/credentials"}
        self.assertGreater(len(requests), 2)
        self.assertEqual((issued, used), (["ASIA0"], {"ASIA0"}))

    def test_of_a_profile_takes_its_keys_and_region(self):
        profile = self.write("aws", "[profile logs]\nregion = ap-south-1\n"
                             "aws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n")
        _, requests = self.ingest_nothing(
            missing_or_empty, AWS_ACCESS_KEY_ID="", AWS_REGION="", AWS_PROFILE="logs",
            AWS_CONFIG_FILE=str(profile))
        self.assertIn("Credential=AKIAPROFILE/", requests[0].headers["authorization"])
        self.assertIn("/ap-south-1/s3/", requests[0].headers["authorization"])

    def of_profile(self, settings, answer=missing_or_empty, **environment):
        profile = self.write("aws", f"[profile logs]\nregion = ap-south-1\n{settings}\n")
        return self.ingest_nothing(answer, AWS_ACCESS_KEY_ID="", AWS_REGION="", AWS_PROFILE="logs",
                                   AWS_CONFIG_FILE=str(profile), **environment)

    def test_of_a_credential_process_has_what_it_prints(self):
        printed = json.dumps({"Version": 1, "AccessKeyId": "ASIAPROCESS", "SecretAccessKey":
                              "process-secret", "SessionToken": "process-token",
                              "Expiration": in_an_hour()})
        vault = self.write("vault", f"echo $1 >> {self.folder}/calls; echo '{printed}'")
        _, requests = self.of_profile(f"credential_process = sh '{vault}' \"for logs\"")
        for request in requests:
            self.assertIn("Credential=ASIAPROCESS/", request.headers["authorization"])
            self.assertEqual(request.headers["x-amz-security-token"], "process-token")
        self.assertEqual((self.folder / "calls").read_text(), "for logs\n")

    def test_of_a_credential_process_that_fails_is_not_sent(self):
        for command, cause in (("echo secret; exit 7", "ended with 7"),
                               ("echo secret", "the answer has no credentials"),
                               ("yes secret", "prints too much")):
            outcome, requests = self.of_profile(
                f"credential_process = sh {self.write('vault', command)}")
            self.assertEqual((outcome.code, requests), (2, []))
            self.assertIn(f"the credential_process of profile 'logs': {cause}", outcome.err)
            self.assertNotIn("secret", outcome.err)

    def sign_in(self, key, ends):
        cache = self.folder / ".aws/sso/cache"
        cache.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha1(key.encode()).hexdigest()
        (cache / f"{name}.json").write_text(json.dumps(
            {"startUrl": "https://x.awsapps.com/start", "accessToken": "bearer", "expiresAt": ends}))

    def test_of_identity_center_has_the_roles_credentials(self):
        def answer(request):
            if not request.path.startswith("/federation/"):
                return missing_or_empty(request)
            self.assertEqual(request.path,
                             "/federation/credentials?account_id=123456789012&role_name=Log%20Reader")
            self.assertEqual(request.headers["x-amz-sso_bearer_token"], "bearer")
            self.assertNotIn("authorization", request.headers)
            return 200, {}, json.dumps({"roleCredentials": {
                "accessKeyId": "ASIASSO", "secretAccessKey": "s", "sessionToken": "sso-token",
                "expiration": int(time.time() * 1000) + 3_600_000}}).encode()

        who = "sso_account_id = 123456789012\nsso_role_name = Log Reader\n"
        session = "sso_region = eu-west-1\nsso_start_url = https://x.awsapps.com/start\n"
        for key, settings in (("https://x.awsapps.com/start", who + session),
                              ("mine", f"{who}sso_session = mine\n[sso-session mine]\n{session}")):
            self.sign_in(key, in_an_hour())
            _, requests = self.of_profile(settings, answer, HOME=str(self.folder),
                                          AWS_ENDPOINT_URL_SSO="ENDPOINT")
            self.assertGreater(len(requests), 2)
            for request in requests[1:]:
                self.assertIn("Credential=ASIASSO/", request.headers["authorization"])
                self.assertEqual(request.headers["x-amz-security-token"], "sso-token")

    def test_of_identity_center_needs_a_session(self):
        settings = ("sso_account_id = 1\nsso_role_name = x\nsso_session = mine\n"
                    "[sso-session mine]\nsso_region = eu-west-1\nsso_start_url = https://x\n")
        home = {"HOME": str(self.folder), "AWS_ENDPOINT_URL_SSO": "ENDPOINT"}
        outcome, _ = self.of_profile(settings, **home)
        self.assertIn("the session has not begun; run: aws sso login --profile logs", outcome.err)
        self.sign_in("mine", "2020-01-01T00:00:00Z")
        outcome, _ = self.of_profile(settings, **home)
        self.assertIn("the session has ended; run: aws sso login --profile logs", outcome.err)
        self.sign_in("mine", in_an_hour())
        outcome, _ = self.of_profile(settings, lambda request: (401, {}, b""), **home)
        self.assertIn("the session has ended", outcome.err)
        self.assertNotIn("bearer", outcome.err)


class AnAnswer(LocationTestCase):
    def test_that_the_store_is_busy_is_asked_again(self):
        seen = []

        def answer(request):
            seen.append(request.path)
            if len(seen) < 3:
                return None if len(seen) == 1 else (503, {"Retry-After": "0"}, b"")
            return missing_or_empty(request)

        _, requests = self.ingest_nothing(answer)
        self.assertEqual(len({request.path for request in requests[:3]}), 1)
        self.assertGreater(len(requests), 3)

    def test_to_a_conditional_put_is_asked_for_again_only_while_the_store_is_busy(self):
        answers = [(503, {}, b""), (409, {}, b"<Error><Code>ConditionalRequestConflict</Code>"
                                             b"</Error>"), (403, {}, b"")]

        def answer(request):
            return answers.pop(0) if request.method == "PUT" else missing_or_empty(request)

        outcome, requests = self.ingest_nothing(answer)
        self.assertEqual(outcome.code, 1, str(outcome))
        self.assertEqual(sum(request.method == "PUT" for request in requests), 3)

    def test_that_ignores_the_condition_is_refused_before_the_first_commit(self):
        outcome, requests = self.ingest_nothing(missing_or_empty)
        self.assert_fails(outcome, 1, "If-None-Match")
        puts = {request.path for request in requests if request.method == "PUT"}
        self.assertEqual(puts, {"/bucket/lake/flowlake.toml"})

    def test_from_another_region_says_which_is_right(self):
        def answer(request):
            return 301, {"x-amz-bucket-region": "eu-north-1"}, b""

        outcome, _ = self.ingest_nothing(answer)
        self.assert_fails(outcome, 1, "region eu-north-1", "eu-west-3")


class AConfiguration(LocationTestCase):
    def test_with_a_wrong_key_is_named(self):
        outcome, requests = self.ingest_nothing(
            missing_or_empty, '[[location]]\nmatch = "s3://bucket/*"\nregoin = "x"\n')
        self.assert_fails(outcome, 2, "regoin", "flowlake.toml")
        self.assertEqual(requests, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
