"""Who gives credentials on AWS, and an S3 that sees who signed: IMDSv2, ECS, EKS, STS, the
portal of IAM Identity Center. Each keeps what it is asked; `behave` changes how one answers."""
import datetime
import http.server
import json
import re
import threading
import time
import urllib.parse

import own_network

LISTING = ('<?xml version="1.0"?><ListBucketResult><Name>b</Name><IsTruncated>false'
           "</IsTruncated></ListBucketResult>")


def later(seconds):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Call:
    """One request: to whom, by whose key, and what matters of it."""

    def __init__(self, service, handler, body):
        self.service, self.method, self.path = service, handler.command, handler.path
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        signed = re.search("Credential=(.*?)/", self.headers.get("authorization", ""))
        self.signer = signed[1] if signed else None
        self.form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        self.when = time.monotonic()


class Identities:
    """The services as a context manager. `calls` is what they were asked since `forget()`."""

    def __init__(self, with_link_local):
        self.calls, self.behaviour, self.lifetime = [], {}, 3600
        self._lock = threading.Lock()
        self._servers = {}
        for service in ("S3", "STS", "SSO", "LOCAL", "OTHER"):
            self._serve(service, "127.0.0.1", 0)
        if with_link_local:
            for service, address in (("IMDS", own_network.IMDS), ("ECS", own_network.ECS),
                                     ("EKS", own_network.EKS)):
                self._serve(service, address, 80)

    def url(self, service):
        return f"http://127.0.0.1:{self._servers[service].server_port}"

    def forget(self):
        with self._lock:
            self.calls, self.behaviour, self.lifetime = [], {}, 3600

    def behave(self, service, *answers):
        """The next answers of `service`: a status, seconds to hang, or (status, body);
        the last one stays unless it is None, which means as usual."""
        self.behaviour[service] = list(answers)

    def to(self, service):
        return [call for call in self.calls if call.service == service]

    def close(self):
        for server in self._servers.values():
            server.shutdown()
            server.server_close()

    def _serve(self, service, address, port):
        server = http.server.ThreadingHTTPServer((address, port), self._handler(service))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._servers[service] = server

    def _next_behaviour(self, service):
        with self._lock:
            answers = self.behaviour.get(service, [])
            if not answers:
                return None
            return answers[0] if len(answers) == 1 else answers.pop(0)

    def _handler(self, service):
        identities = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                length = int(self.headers.get("content-length") or 0)
                call = Call(service, self, self.rfile.read(length).decode(errors="replace"))
                with identities._lock:
                    identities.calls.append(call)
                told = identities._next_behaviour(service)
                if isinstance(told, float):
                    time.sleep(told)
                    self.close_connection = True
                    return
                status, body, headers = 200, None, {}
                if isinstance(told, int):
                    status, body = told, ""
                elif told is not None:
                    status, body, *more = told
                    headers = more[0] if more else {}
                if body is None:
                    status, body = identities._answer(call)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body.encode())))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body.encode())

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any

            def log_message(self, *arguments):
                pass

        return Handler

    def _answer(self, call):
        return getattr(self, "_" + call.service.lower())(call)

    def _s3(self, call):
        return (200, LISTING) if "list-type" in call.path else (404, "")

    def _keys(self, name):
        return json.dumps({"Code": "Success", "AccessKeyId": name, "SecretAccessKey": "s",
                           "Token": "t", "Expiration": later(self.lifetime)})

    def _imds(self, call):
        if call.method == "PUT" and call.path == "/latest/api/token":
            return 200, "IMDS-TOKEN"
        if call.headers.get("x-aws-ec2-metadata-token") != "IMDS-TOKEN":
            return 401, ""
        roles = "/latest/meta-data/iam/security-credentials/"
        if call.path == roles:
            return 200, "instance-role"
        return (200, self._keys("ASIAINSTANCE")) if call.path == roles + "instance-role" else (404, "")

    def _ecs(self, call):
        return 200, self._keys("ASIAECS")

    def _eks(self, call):
        return 200, self._keys("ASIAEKS")

    def _local(self, call):
        return 200, self._keys("ASIALOCAL")

    def _other(self, call):
        return 200, self._keys("ASIAOTHER")

    def _sts(self, call):
        action, role = call.form["Action"], call.form["RoleArn"].split("/")[-1]
        return 200, (
            f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>'
            f"<Credentials><AccessKeyId>ASIA.{role}.by.{call.signer}</AccessKeyId>"
            "<SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>"
            f"<Expiration>{later(self.lifetime)}</Expiration></Credentials></{action}Result>"
            f"</{action}Response>")

    def _sso(self, call):
        return 200, json.dumps({"roleCredentials": {
            "accessKeyId": "ASIASSO", "secretAccessKey": "s", "sessionToken": "t",
            "expiration": int((time.time() + self.lifetime) * 1000)}})
