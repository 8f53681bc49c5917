"""make_log.py lake files: the log of a lake whose table has so many data files over two years.
The files themselves do not exist: to open and to plan, nobody reads them. The entries end one
commit before a checkpoint is due."""
import json
import pathlib
import random
import subprocess
import sys
import uuid
from datetime import date, timedelta

ENTRIES = 8  # versions 2 to 9
DAYS = 730


def main(lake, files, binary):
    lake = pathlib.Path(lake)
    log = lake / "vpc_flow/_delta_log"
    ingest(binary, lake, 1)
    text = (log / f"{1:020}.json").read_text().splitlines()
    example = next(json.loads(line)["add"] for line in text if line.startswith('{"add"'))
    draw = random.Random(1)
    for entry in range(ENTRIES):
        with open(log / f"{2 + entry:020}.json", "w", encoding="utf-8") as out:
            for number in range(entry, files, ENTRIES):
                day = date(2024, 1, 1) + timedelta(days=number * DAYS // files)
                out.write(json.dumps({"add": add(example, day, draw)}, separators=(",", ":")) + "\n")
    ingest(binary, lake, 2)


def ingest(binary, lake, packets):
    line = ("2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 "
            f"{packets} 4249 1790255109 1790255160 ACCEPT OK\n")
    subprocess.run([binary, "ingest", "-", "--lake", lake], input=line.encode(), check=True,
                   stdout=subprocess.DEVNULL)


def add(example, day, draw):
    stats = json.loads(example["stats"])
    for bounds, second in (("minValues", 0), ("maxValues", 3599)):
        hour = draw.randrange(24)
        stats[bounds] |= {"start": f"{day}T{hour:02}:{second // 60:02}:{second % 60:02}.000Z",
                          "end": f"{day}T{hour:02}:59:59.000Z",
                          "srcaddr": f"10.{draw.randrange(256)}.{draw.randrange(256)}.1",
                          "dstaddr": f"172.{draw.randrange(256)}.{draw.randrange(256)}.17",
                          "interface_id": f"eni-{draw.getrandbits(68):017x}"}
    sizes = ",".join(str(draw.randrange(1_000, 3_000_000)) for _ in range(14))
    name = uuid.UUID(int=draw.getrandbits(128))
    return example | {"path": f"date={day}/part-{name}.parquet", "size": draw.randrange(10**8),
                      "partitionValues": {"date": str(day)},
                      "stats": json.dumps(stats, separators=(",", ":")),
                      "tags": {"flowlake.column_bytes": sizes}}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
