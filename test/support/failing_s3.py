"""An S3 on loopback that fails as it is told, in the ways in which a store fails under load:

    busy            503 SlowDown, nothing is done          dropped_before   no answer, nothing is done
    failed          500, nothing is done                   dropped_after    no answer, but it is done
    conflict        409 (conditional PUTs), nothing done   failed_after     500, but it is done
    failed_late     500 (PUTs), and it is done a moment later
    error_inside    200 with an error in it (the end of a multipart upload), nothing is done
    truncated       half of the object (GETs)

    with failing_s3.running(fault) as server:      # fault(request) -> one of these, or None
        subprocess.run([...], env=server.environment)

It checks no signatures; keys may be any, also with empty names, which other servers on disk cannot
hold. Conditional PUTs are atomic."""
import bisect
import contextlib
import email.utils
import hashlib
import http.server
import itertools
import os
import random
import socketserver
import threading
import time
import urllib.parse
from xml.sax.saxutils import escape

ERRORS = {"busy": (503, "SlowDown"), "failed": (500, "InternalError"),
          "failed_after": (500, "InternalError"), "failed_late": (500, "InternalError"),
          "conflict": (409, "ConditionalRequestConflict")}
APPLIED = {"dropped_after", "failed_after"}
LATE_SECONDS = 0.3


class Request:
    def __init__(self, handler):
        url = urllib.parse.urlsplit(handler.path)
        self.method = handler.command
        self.query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        path = urllib.parse.unquote(url.path)
        self.bucket, _, self.key = path[1:].partition("/")
        self.headers = handler.headers
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))

    @property
    def is_conditional(self):
        return self.headers.get("If-None-Match") == "*"

    def faults(self):
        """Those that can befall it."""
        faults = ["busy", "failed", "dropped_before", "dropped_after", "failed_after"]
        if self.method == "PUT" and "uploadId" not in self.query:
            faults += ["failed_late"] + ["conflict"] * self.is_conditional
        if self.method == "POST" and "uploadId" in self.query:
            faults.append("error_inside")
        if self.method == "GET" and self.key:
            faults.append("truncated")
        return faults


class Bucket:
    """Objects by key, in order."""

    def __init__(self):
        self.lock = threading.RLock()
        self.objects = {}  # key -> (bytes, time, etag)
        self.keys = []
        self.uploads = {}
        self.numbers = itertools.count(1)

    def put(self, key, body, etag=None):
        if key not in self.objects:
            bisect.insort(self.keys, key)
        etag = etag or f'"{hashlib.md5(body).hexdigest()}"'
        self.objects[key] = (body, time.time(), etag)
        return etag

    def delete(self, key):
        if self.objects.pop(key, None):
            self.keys.pop(bisect.bisect_left(self.keys, key))

    def below(self, prefix, after):
        for key in itertools.islice(self.keys, bisect.bisect_left(self.keys, prefix), None):
            if not key.startswith(prefix):
                return
            if key > after:
                yield key

    def answer(self, request):
        """(status, body, headers)"""
        with self.lock:
            return getattr(self, "on_" + request.method.lower())(request)

    def on_put(self, request):
        query = request.query
        if "uploadId" in query:
            upload = self.uploads.get(query["uploadId"])
            if upload is None:
                return error(404, "NoSuchUpload")
            upload[int(query["partNumber"])] = request.body
            return 200, b"", {"ETag": f'"{hashlib.md5(request.body).hexdigest()}"'}
        if request.is_conditional and request.key in self.objects:
            return error(412, "PreconditionFailed")
        return 200, b"", {"ETag": self.put(request.key, request.body)}

    def on_post(self, request):
        if "uploads" in request.query:
            name = f"upload-{next(self.numbers)}"
            self.uploads[name] = {}
            return 200, (f"<InitiateMultipartUploadResult><UploadId>{name}</UploadId>"
                         "</InitiateMultipartUploadResult>").encode(), {}
        parts = self.uploads.pop(request.query["uploadId"], None)
        if parts is None:
            return error(404, "NoSuchUpload")
        body = b"".join(parts[number] for number in sorted(parts))
        self.put(request.key, body, f'"{hashlib.md5(body).hexdigest()}-{len(parts)}"')
        return 200, b"<CompleteMultipartUploadResult/>", {}

    def on_delete(self, request):
        if "uploadId" in request.query:
            self.uploads.pop(request.query["uploadId"], None)
        else:
            self.delete(request.key)
        return 204, b"", {}

    def on_get(self, request):
        if not request.key:
            return self.uploading() if "uploads" in request.query else self.listing(request.query)
        if request.key not in self.objects:
            return error(404, "NoSuchKey")
        body, modified, etag = self.objects[request.key]
        if request.headers.get("If-Match", etag) != etag:
            return error(412, "PreconditionFailed")
        headers = {"ETag": etag, "Last-Modified": email.utils.formatdate(modified, usegmt=True)}
        wanted = request.headers.get("Range")
        if not wanted or request.method == "HEAD":
            return 200, body, headers
        first, last = (int(number) for number in wanted.removeprefix("bytes=").split("-"))
        return (206, body[first:last + 1], headers) if first < len(body) else \
            error(416, "InvalidRange")

    on_head = on_get

    def uploading(self):
        return 200, b"<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>" \
                    b"</ListMultipartUploadsResult>", {}

    def listing(self, query):
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        contents, folders = [], {}
        for key in self.below(prefix, query.get("start-after", "")):
            name, slash, _ = key[len(prefix):].partition(delimiter) if delimiter else (key, "", "")
            if slash:
                folders[prefix + name + slash] = True
                continue
            body, modified, etag = self.objects[key]
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(modified))
            contents.append(f"<Contents><Key>{quoted(key)}</Key><LastModified>{stamp}"
                            f"</LastModified><ETag>{escape(etag)}</ETag><Size>{len(body)}</Size>"
                            "</Contents>")
        prefixes = (f"<CommonPrefixes><Prefix>{quoted(folder)}</Prefix></CommonPrefixes>"
                    for folder in folders)
        return 200, ("<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false"
                     f"</IsTruncated>{''.join(contents)}{''.join(prefixes)}"
                     "</ListBucketResult>").encode(), {}


def quoted(key):
    return escape(urllib.parse.quote(key))


def error(status, code):
    return status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode(), {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is one packet
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def handle_one(self):
        request = Request(self)
        bucket = self.server.buckets.setdefault(request.bucket, Bucket())
        kind = self.server.fault(request)
        self.server.note(request, kind)
        if kind == "failed_late":
            threading.Timer(LATE_SECONDS, self.apply_late, (bucket, request)).start()
        answer = None
        if kind is None or kind in APPLIED or kind == "truncated":
            answer = bucket.answer(request)
        if kind in ("dropped_before", "dropped_after"):
            return self.drop()
        if kind in ERRORS:
            answer = error(*ERRORS[kind])
        elif kind == "error_inside":
            answer = (200, error(500, "InternalError")[1], {})
        self.answer(*answer, is_cut=kind == "truncated" and answer[0] < 300)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_one

    @staticmethod
    def apply_late(bucket, request):
        """A store that answers 500 may still be at it; what came meanwhile is not undone."""
        with bucket.lock:
            if request.key not in bucket.objects:
                bucket.put(request.key, request.body)

    def drop(self):
        self.close_connection = True

    def answer(self, status, body, headers, is_cut=False):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:len(body) // 2] if is_cut else body)
        if is_cut:
            self.close_connection = True


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, fault):
        super().__init__(("127.0.0.1", 0), Handler)
        self.fault = fault
        self.buckets = {}
        self.requests = []  # (method, key, fault)
        self.environment = {
            **os.environ, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.server_port}",
            "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "FLOWLAKE_CONFIG"):
            self.environment.pop(name, None)

    def note(self, request, kind):
        self.requests.append((request.method, request.key, kind))

    def put(self, bucket, key, body):
        self.buckets.setdefault(bucket, Bucket()).put(key, body)

    def handle_error(self, request, client_address):
        pass  # a client that was killed


@contextlib.contextmanager
def running(fault=lambda request: None):
    server = Server(fault)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def some(share, seed):
    """A share of all requests fails, in each way that can befall them."""
    draw = random.Random(seed)

    def fault(request):
        return draw.choice(request.faults()) if draw.random() < share else None
    return fault
