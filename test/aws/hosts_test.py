"""The hosts that requests go to, by region and by the variables and settings that choose FIPS
and dual-stack hosts: boto3's. A proxy sees the host's name, and then shows a certificate that
nobody has signed: that no request goes past it is the other thing to see here."""
import pathlib
import socketserver
import ssl
import subprocess
import tempfile
import threading
import unittest

import boto3_oracle
from flowlake_program import run

REGIONS = ("us-east-1", "eu-west-3", "cn-north-1", "us-gov-west-1", "us-iso-east-1",
           "us-isob-east-1", "eusc-de-east-1")
VARIANTS = ({}, {"AWS_USE_FIPS_ENDPOINT": "true"}, {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
            {"AWS_USE_FIPS_ENDPOINT": "TRUE", "AWS_USE_DUALSTACK_ENDPOINT": "True"})
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"}
ROLE = "arn:aws:iam::111122223333:role/R"


class Proxy(socketserver.ThreadingTCPServer):
    """Takes CONNECT for any host, and is that host with a certificate of its own making."""

    daemon_threads = True

    def __init__(self, folder):
        certificate, key = folder / "certificate.pem", folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=nobody", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.hosts, self.requests = [], []
        super().__init__(("127.0.0.1", 0), Connection)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Connection(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.hosts.append(self.rfile.readline().split()[1].decode().split(":")[0])
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            with self.server.context.wrap_socket(self.connection, server_side=True) as secure:
                self.server.requests.append(secure.recv(65536))
        except OSError:
            pass  # refused, as it should be


class AHost(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="flowlake-hosts-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.proxy = Proxy(cls.folder)
        cls.addClassCleanup(cls.proxy.server_close)
        cls.addClassCleanup(cls.proxy.shutdown)

    def environment(self, region, **more):
        return {"HOME": str(self.folder), "AWS_DEFAULT_REGION": region,
                "AWS_EC2_METADATA_DISABLED": "true", "HTTPS_PROXY": self.proxy.url,
                "AWS_CONFIG_FILE": str(self.folder / "config"), **more}

    def write_config(self, text):
        (self.folder / "config").write_text(text)

    def asked(self, environment, *command):
        """The first host that flowlake asks; that it went no further is checked, too."""
        self.proxy.hosts.clear()
        clean = ["env", "-i", *(f"{name}={value}" for name, value in environment.items())]
        outcome = run(*command, prefix=clean, timeout=60)
        self.assertIn("certificate", outcome.err.lower(), str(outcome))
        self.assertEqual(self.proxy.requests, [])
        self.assertEqual(len(set(self.proxy.hosts)), 1, "it is asked once, and nobody else")
        return self.proxy.hosts[0]

    def assert_refused(self, environment, *command):
        self.proxy.hosts.clear()
        clean = ["env", "-i", *(f"{name}={value}" for name, value in environment.items())]
        outcome = run(*command, prefix=clean)
        self.assertEqual((outcome.code, self.proxy.hosts), (2, []), str(outcome))
        return outcome

    @staticmethod
    def each():
        for region in REGIONS:
            for variant in VARIANTS:
                yield region, variant

    def sts_environment(self, region, **more):
        self.write_config(f"[default]\nrole_arn = {ROLE}\nsource_profile = base\n[profile base]\n"
                          "aws_access_key_id = A\naws_secret_access_key = s\n")
        return self.environment(region, AWS_ENDPOINT_URL_S3="https://s3.example", **more)

    def test_of_sts_is_boto3s(self):
        for region, variant in self.each():
            environment = self.sts_environment(region, **variant)
            self.assertEqual(
                self.asked(environment, "info", "--lake", "s3://logs/l"),
                boto3_oracle.host(environment | KEYS, "sts", "get_caller_identity"))

    def test_of_sts_is_the_global_one_where_that_is_asked_for(self):
        for region in (*REGIONS, "ap-east-1"):
            environment = self.sts_environment(region, AWS_STS_REGIONAL_ENDPOINTS="legacy")
            self.assertEqual(
                self.asked(environment, "info", "--lake", "s3://logs/l"),
                boto3_oracle.host(environment | KEYS, "sts", "get_caller_identity"))

    def test_of_s3_is_boto3s(self):
        self.write_config("")
        for region, variant in self.each():
            environment = self.environment(
                region, AWS_S3_US_EAST_1_REGIONAL_ENDPOINT="regional", **KEYS, **variant)
            for bucket in ("plain-bucket", "bucket.with.dots"):
                right = boto3_oracle.host(environment, "s3", "list_objects_v2", Bucket=bucket)
                asking = "info", "--lake", f"s3://{bucket}/l"
                if right is None:
                    self.assert_refused(environment, *asking)
                else:
                    self.assertEqual(self.asked(environment, *asking), right)

    def test_of_athena_is_boto3s(self):
        self.write_config("")
        for region, variant in self.each():
            environment = self.environment(region, **KEYS, **variant)
            self.assertEqual(
                self.asked(environment, "query", "SELECT 1", "--engine", "athena://primary"),
                boto3_oracle.host(environment, "athena", "list_work_groups"))

    def test_follows_the_settings_of_the_profile(self):
        self.write_config("[default]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n"
                          "region = eu-west-1\n")
        environment = self.environment("", **KEYS)
        del environment["AWS_DEFAULT_REGION"]
        self.assertEqual(self.asked(environment, "info", "--lake", "s3://logs/l"),
                         boto3_oracle.host(environment, "s3", "list_objects_v2", Bucket="logs"))
        self.assertEqual(self.proxy.hosts[0], "logs.s3-fips.dualstack.eu-west-1.amazonaws.com")

    def test_is_not_made_of_a_region_that_is_none(self):
        self.write_config("")
        for region in ("x.evil.example/", "evil.example#", "a b"):
            outcome = self.assert_refused(self.environment(region, **KEYS),
                                          "info", "--lake", "s3://logs/l")
            self.assertIn("is no region", outcome.err)

    def test_is_not_made_of_a_bucket_that_would_be_another(self):
        self.write_config("")
        for bucket in ("evil.example#", "evil#", "user@evil", "evil:443#"):
            self.assert_refused(self.environment("us-east-1", **KEYS),
                                "info", "--lake", f"s3://{bucket}/l")


if __name__ == "__main__":
    unittest.main(verbosity=2)
