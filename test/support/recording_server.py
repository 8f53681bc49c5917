"""A server on loopback that keeps what it is asked and answers as it is told."""
import contextlib
import http.server
import threading

LISTING = (b'<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>'
           b"</ListBucketResult>")


class Request:
    def __init__(self, handler, body):
        self.method, self.path = handler.command, handler.path
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        self.body = body


@contextlib.contextmanager
def recording(answer):
    """`answer(request)` gives (status, headers, body), or None: the connection is dropped.
    Yields the endpoint and the list of requests so far."""
    requests = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            length = int(self.headers.get("content-length", 0))
            request = Request(self, self.rfile.read(length))
            requests.append(request)
            answered = answer(request)
            if answered is None:
                self.close_connection = True
                return
            status, headers, body = answered
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if request.method != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        server.server_close()
