"""CloudWatch Logs documents as Firehose delivers them, gzip: megabytes of JSON per second."""
import gzip

from measure import in_turn, median


def run(bench, report):
    records = bench.pick(2_000_000, 500_000)
    source = bench.made(f"documents-{records}.json.gz", "documents/make_documents.py",
                        bench.binary, records)
    json_bytes = _size_unzipped(source)
    peer = bench.peer("duckdb one file", "documents/duckdb_documents.py", source)
    ours = bench.flowlake(source)
    costs = in_turn([peer, ours], bench.rounds)
    bench.check_same_rows([peer, ours])
    bench.summary(ours)
    rate = json_bytes / median(costs[ours.name]).cpu / 1e6
    report.target("CloudWatch Logs documents, gzip", "≥ 300 MB/s of JSON", f"{rate:.0f} MB/s",
                  rate >= 300)
    report.costs(f"CloudWatch Logs documents: {records:,} events, {json_bytes / 1e6:,.0f} MB of "
                 "JSON, one core", [peer, ours], costs, json_bytes)
    bench.remove_outputs()


def _size_unzipped(path):
    size = 0
    with gzip.open(path) as stream:
        while piece := stream.read(1 << 20):
            size += len(piece)
    return size
