"""The columns of the default format, version 2, in order, with the types that every peer
writes. `start` and `end` are seconds in the text and timestamps in the output; `-` is NULL."""
INT32, INT64, TIME, STRING = "int32", "int64", "time", "string"

COLUMNS = {
    "version": INT32, "account_id": STRING, "interface_id": STRING, "srcaddr": STRING,
    "dstaddr": STRING, "srcport": INT32, "dstport": INT32, "protocol": INT32,
    "packets": INT64, "bytes": INT64, "start": TIME, "end": TIME, "action": STRING,
    "log_status": STRING,
}
