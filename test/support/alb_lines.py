"""Lines of a load balancer's log whose ids are all distinct, as in real ones: columns of the kind
that no dictionary is worth."""
import hashlib

DAY = "2026-10-02"
# Of the ids, whichever reader counts them.
IDS = ("SELECT count(DISTINCT trace_id) AS a, min(trace_id) AS b, max(conn_trace_id) AS c, "
       "count(DISTINCT request_url) AS d, max(request_url) AS e FROM alb")


def ids(number):
    """trace_id, conn_trace_id and request_url of a line."""
    digits = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()
    return (f"Root=1-{digits[:8]}-{digits[8:]}", f"TID_{digits[::-1]}",
            f"https://api.example.net:443/items/{digits[:12]}?page={number}")


def line(number):
    trace, connection, url = ids(number)
    second = number % 86_400
    clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return (f"h2 {DAY}T{clock}.000001Z app/edge/0a1b 203.0.113.{number % 250}:51022 10.4.2.17:8443 "
            f"0.001 0.012 0.000 200 200 40 1234 \"GET {url} HTTP/2.0\" \"curl/8.1\" - - - "
            f"\"{trace}\" \"api.example.net\" \"-\" 0 {DAY}T{clock}.000000Z \"forward\" \"-\" \"-\" "
            f"\"10.4.2.17:8443\" \"200\" \"-\" \"-\" {connection}\n")


def log(count):
    return "".join(map(line, range(count)))


def answer(count):
    """To IDS, of log(count)."""
    traces, connections, urls = (set(column) for column in zip(*map(ids, range(count))))
    return (len(traces), min(traces), max(connections), len(urls), max(urls))
