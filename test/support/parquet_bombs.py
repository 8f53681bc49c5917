"""Parquet files of a few kilobytes that stand for much more: what a hostile person puts where
logs are expected. BOMBS is the table of them: name → a function that writes one.
"""
import struct

import pyarrow as pa
import pyarrow.parquet as pq

MIB = 1 << 20
START = 1_790_000_000


def _table(rows, **columns):
    """A table that is recognised as flow logs, with these columns besides."""
    return pa.table({"srcaddr": pa.repeat(pa.scalar("10.0.0.1"), rows),
                     "dstaddr": pa.repeat(pa.scalar("10.0.0.2"), rows),
                     "start": pa.repeat(pa.scalar(START, pa.int64()), rows), **columns})


def _repeated(value, rows):
    return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), rows),
                                          pa.array([value]))


def _write(path, table, **options):
    pq.write_table(table, path, **({"compression": "zstd"} | options))


def one_entry_in_every_row(path):
    _write(path, _table(20_000, action=_repeated("x" * MIB, 20_000)))


def one_entry_in_an_unknown_column(path):
    _write(path, _table(20_000, secret=_repeated("x" * (MIB - 4000), 20_000)))


def many_columns_of_one_entry(path):
    columns = {f"c{i}": _repeated("x" * 400_000, 5000) for i in range(40)}
    _write(path, _table(5000, **columns))


def rows_of_the_longest_values(path):
    """All text columns of flow logs, each with what is just allowed."""
    names = ("account_id interface_id action log_status vpc_id subnet_id instance_id type "
             "pkt_srcaddr pkt_dstaddr region az_id sublocation_type sublocation_id "
             "pkt_src_aws_service pkt_dst_aws_service flow_direction reject_reason").split()
    _write(path, _table(8, **{name: _repeated(name[0] * (MIB - 1), 8) for name in names}))


def plain_text(codec):
    def write(path):
        text = pa.repeat(pa.scalar("y" * (MIB - 1)), 300)
        _write(path, _table(300, action=text), compression=codec, use_dictionary=False)
    return write


def one_long_value(path):
    _write(path, _table(3, action=pa.array(["z" * (300 * MIB), "ACCEPT", "REJECT"])),
           use_dictionary=False)


def delta_encoded(encoding):
    def write(path):
        text = pa.repeat(pa.scalar("d" * 500_000), 1000)
        columns = {"action": encoding, "srcaddr": encoding, "dstaddr": encoding}
        _write(path, _table(1000, action=text), use_dictionary=False, column_encoding=columns)
    return write


def large_dictionary(path):
    entries = pa.array([f"{i:08d}" + "e" * 1000 for i in range(150_000)])
    codes = pa.array(range(150_000), pa.int32())
    table = _table(150_000, action=pa.DictionaryArray.from_arrays(codes, entries))
    _write(path, table, dictionary_pagesize_limit=1 << 30, row_group_size=150_000)


def many_rows(path):
    _write(path, _table(20_000_000), row_group_size=20_000_000, data_page_size=1 << 30)


def many_columns(path):
    columns = {f"unknown_{i}": pa.array([1]) for i in range(10_000)}
    _write(path, _table(1, **columns), compression="none")


def wide_and_long(path):
    columns = {f"c{i}": pa.nulls(20_000, pa.int64()) for i in range(1500)}
    _write(path, _table(20_000, **columns))


def deep_nesting(path):
    value = pa.array([[1]])
    for _ in range(90):
        value = pa.ListArray.from_arrays(pa.array([0, 1], pa.int32()), value)
    _write(path, _table(1, extra_list=value))


def one_list_of_millions(path):
    values = pa.repeat(pa.scalar(7, pa.int64()), 40_000_000)
    _write(path, _table(1, items=pa.ListArray.from_arrays(
        pa.array([0, len(values)], pa.int32()), values)))


def lists_of_long_text(path):
    """Arrow keeps no dictionary for what is in a list: each reference is a copy."""
    rows, each = 300, 10
    text = pa.array(["t" * 100_000] * (rows * each))
    offsets = pa.array([i * each for i in range(rows + 1)], pa.int32())
    _write(path, _table(rows, items=pa.ListArray.from_arrays(offsets, text)))


def key_value_metadata(path):
    table = _table(1)
    _write(path, table.replace_schema_metadata({"k": "m" * (40 * MIB)}), compression="none")


def many_row_groups(path):
    with pq.ParquetWriter(path, _table(1).schema) as writer:
        for _ in range(5000):
            writer.write_table(_table(1))


def _varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def _with_footer(path, footer):
    with open(path, "wb") as file:
        file.write(b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1")


# FileMetaData of parquet.thrift, compact protocol, by hand: what no writer would make.
_SCHEMA = (b"\x15\x02"  # version 1
           b"\x19\x2c"  # schema: two elements
           b"\x48\x01s\x15\x02\x00"  # name "s", one child
           b"\x15\x02\x25\x00\x18\x07srcaddr\x00"  # INT32? srcaddr
           b"\x16\x00")  # rows: 0


def empty_row_groups(path):
    """A million of them, of seven bytes each, which take a hundred each once they are read."""
    group = b"\x19\x0c\x16\x00\x16\x00\x00"
    count = 1_000_000
    _with_footer(path, _SCHEMA + b"\x19\xfc" + _varint(count) + group * count + b"\x00")


def chunks_of_three_bytes(path):
    count = 900_000
    group = b"\x19\xfc" + _varint(count) + b"\x26\x00\x00" * count + b"\x16\x00\x16\x00\x00"
    _with_footer(path, _SCHEMA + b"\x19\x1c" + group + b"\x00")


def a_list_that_claims_a_billion(path):
    _with_footer(path, _SCHEMA + b"\x19\xfc" + _varint(1 << 30) + b"\x00" * 100)


def a_footer_of_gigabytes(path):
    with open(path, "wb") as file:
        file.write(b"PAR1" + bytes(100) + b"\xff\xff\xff\x7f" + b"PAR1")


def a_page_that_claims_gigabytes(path):
    """The size of a page when unpacked, as long a number as the one it replaces."""
    _write(path, _table(400_000), use_dictionary=False, data_page_size=1 << 30,
           max_rows_per_page=1 << 30)
    metadata = pq.ParquetFile(path).metadata
    data = bytearray(path.read_bytes())
    offset = metadata.row_group(0).column(0).data_page_offset
    # 15 00: a data page; 15 and four bytes: its size
    assert data[offset:offset + 3] == b"\x15\x00\x15" and data[offset + 6] < 0x80
    data[offset + 3:offset + 7] = b"\xfe\xff\xff\x7f"
    path.write_bytes(data)


BOMBS = {
    "one entry in every row": one_entry_in_every_row,
    "one entry in an unknown column": one_entry_in_an_unknown_column,
    "many columns of one entry": many_columns_of_one_entry,
    "rows of the longest values": rows_of_the_longest_values,
    "plain text, zstd": plain_text("zstd"),
    "plain text, brotli": plain_text("brotli"),
    "plain text, lz4": plain_text("lz4"),
    "plain text, gzip": plain_text("gzip"),
    "plain text, snappy": plain_text("snappy"),
    "one long value": one_long_value,
    "DELTA_BYTE_ARRAY": delta_encoded("DELTA_BYTE_ARRAY"),
    "DELTA_LENGTH_BYTE_ARRAY": delta_encoded("DELTA_LENGTH_BYTE_ARRAY"),
    "large dictionary": large_dictionary,
    "many rows": many_rows,
    "many columns": many_columns,
    "wide and long": wide_and_long,
    "deep nesting": deep_nesting,
    "one list of millions": one_list_of_millions,
    "lists of long text": lists_of_long_text,
    "key-value metadata": key_value_metadata,
    "many row groups": many_row_groups,
    "empty row groups": empty_row_groups,
    "chunks of three bytes": chunks_of_three_bytes,
    "a list that claims a billion": a_list_that_claims_a_billion,
    "a footer of gigabytes": a_footer_of_gigabytes,
    "a page that claims gigabytes": a_page_that_claims_gigabytes,
}
