"""Which order a compacted lake of flow logs is best kept in: the bytes that every built-in report
over them reads, and one trace of a source and one of a destination, on the same rows in each order.
The default should be the best, or nearly."""
import json
import re
import shutil
import subprocess

from measure import Failed
from workbench import BENCH

DEFAULT = "action,srcaddr,dstaddr,start"
ORDERS = (DEFAULT, "action,dstaddr,srcaddr,start", "srcaddr,dstaddr,start",
          "dstaddr,srcaddr,start", "interface_id,srcaddr,start", "start")
REPORTS = BENCH.parent / "src/flowlake/report/reports"
NEARLY = 1.03


def run(bench, report):
    text = bench.generated("orders.log", records=bench.pick(2_000_000, 200_000))
    plain = bench.folder / "out" / "plain"
    _run([bench.binary, "ingest", text, "--lake", plain])
    hosts = {column: _rows(bench, plain, f"SELECT {column} AS host, count(*) AS n FROM vpc_flow "
                           "GROUP BY 1 ORDER BY abs(n - 5000), host LIMIT 1")[0][0]
             for column in ("srcaddr", "dstaddr")}
    table = {order: _measure(bench, plain, order, hosts) for order in ORDERS}
    sums = {order: sum(row["reports"].values()) for order, row in table.items()}
    best = min(sums, key=sums.get)
    report.target("bytes of all flow-log reports in the default order", f"≤ {NEARLY} × the best order's",
                  f"{sums[DEFAULT] / sums[best]:.3f} × ({best})", sums[DEFAULT] <= NEARLY * sums[best])
    report.table("Sort orders: MB read", ("order", "stored", f"{len(_reports())} reports",
                                          "a source's trace", "a destination's trace"),
                 [(order, *(f"{row / 1e6:.1f}" for row in (
                     table[order]["stored"], sums[order], table[order]["srcaddr"],
                     table[order]["dstaddr"]))) for order in ORDERS])
    bench.remove_outputs()


def _measure(bench, plain, order, hosts):
    lake = bench.folder / "out" / "ordered"
    shutil.rmtree(lake, ignore_errors=True)
    shutil.copytree(plain, lake)
    first = lake / "vpc_flow/_delta_log/00000000000000000000.json"
    first.write_text(first.read_text().replace(
        '"configuration":{', f'"configuration":{{"flowlake.sort":"{order}",'))
    _run([bench.binary, "compact", "--all", "--lake", lake])
    files = json.loads(_run([bench.binary, "info", "--json", "--lake", lake]))
    return {"stored": next(table["bytes"] for table in files["tables"] if table["name"] == "vpc_flow"),
            "reports": {name: _scanned(bench, lake, name) for name in _reports()},
            **{column: _scanned(bench, lake, "address-trace", "--ip", host)
               for column, host in hosts.items()}}


def _reports():
    """Those over flow logs that need no parameter but days."""
    return sorted(path.stem for path in REPORTS.glob("*.sql")
                  if not re.search(r"^-- param ip|\b(alb|cloudfront|cloudtrail|dns|waf|s3_access)\b",
                                   path.read_text(), re.M))


def _scanned(bench, lake, name, *words):
    return json.loads(_run([bench.binary, "report", name, *words, "--json", "--lake", lake]))[
        "stats"]["bytes_scanned"]


def _rows(bench, lake, statement):
    return json.loads(_run([bench.binary, "query", statement, "--json", "--lake", lake]))["rows"]


def _run(words):
    done = subprocess.run(list(map(str, words)), capture_output=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{words[1]} {words[2]}: {done.stderr.decode(errors='replace')}")
    return done.stdout
