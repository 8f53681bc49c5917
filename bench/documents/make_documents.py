"""make_documents.py <output> <flowlake> <records>: version 2 records as CloudWatch Logs
delivers them through Firehose: documents of EVENTS log events, each a gzip member of its own,
one after the other."""
import gzip
import json
import pathlib
import subprocess
import sys

EVENTS = 500
FIRST_ID = 36072723478952329900000000000000000000000000000000000000


def main():
    output, binary, records = sys.argv[1:]
    lines = subprocess.Popen([binary, "generate", "--records", records, "--no-header", "--day",
                              "2026-09-21", "--days", "2"], stdout=subprocess.PIPE, text=True)
    with open(output, "wb") as out:
        while batch := [line for _, line in zip(range(EVENTS), lines.stdout)]:
            out.write(gzip.compress(document(batch), 6))
    sys.exit(lines.wait())


def document(lines):
    """Compact JSON, as the service writes it. Ids are 56 digits."""
    first = lines[0].split(" ")
    events = [{"id": str(FIRST_ID + number), "timestamp": int(line.split(" ")[10]) * 1000,
               "message": line.rstrip("\n")} for number, line in enumerate(lines)]
    return json.dumps({"messageType": "DATA_MESSAGE", "owner": first[1],
                       "logGroup": "vpc-flow-logs", "logStream": f"{first[2]}-all",
                       "subscriptionFilters": ["to-firehose"], "logEvents": events},
                      separators=(",", ":")).encode()


if __name__ == "__main__":
    main()
