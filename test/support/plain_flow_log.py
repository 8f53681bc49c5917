"""A slow and obvious parser of text flow logs, independent of flowlake's: what a lake has to
hold. Rules: AWS, "Flow log records"; doc/design.md, "On disk"."""
import datetime
import gzip
import pathlib
import urllib.parse

INT32 = {"version", "srcport", "dstport", "protocol", "tcp_flags", "traffic_path",
         "encryption_status"}
INT64 = {"packets", "bytes", "packets_lost_no_route", "packets_lost_blackhole",
         "packets_lost_mtu_exceeded", "packets_lost_ttl_expired"}
TIMES = {"start", "end"}
TAGS = {"instance_tag", "instance_tag_2", "interface_tag", "interface_tag_2", "asg_tag",
        "asg_tag_2"}
MILLISECONDS_FROM = 10**11


def read_lines(path):
    data = pathlib.Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return data.decode().splitlines()


def parse(path, names=None):
    """The records of a file as dicts by column name; `names` where there is no header."""
    lines = read_lines(path)
    if names is None:
        names = [name.replace("-", "_").lower() for name in lines.pop(0).split()]
    return [_record(names, line.split()) for line in lines if line]


def _record(names, values):
    assert len(names) == len(values), values
    record = {name: _value(name, text) for name, text in zip(names, values)}
    record["date"] = _date(record.get("start"))
    return record


def _value(name, text):
    """Numbers as int, times as microseconds since 1970, `-` as None."""
    if text == "-":
        return None
    if name in TIMES:
        number = int(text)
        return number * (1000 if number >= MILLISECONDS_FROM else 1_000_000)
    if name in INT32 or name in INT64:
        return int(text)
    return urllib.parse.unquote(text) if name in TAGS else text


def _date(micros):
    if micros is None:
        return None
    day = datetime.datetime.fromtimestamp(micros // 1_000_000, datetime.timezone.utc).date()
    return day.isoformat()


def sorted_rows(records, columns):
    """The records as tuples in one order, whatever order they came in; a missing column is
    None."""
    rows = [tuple(record.get(column) for column in columns) for record in records]
    return sorted(rows, key=lambda row: tuple((value is not None, str(value)) for value in row))
