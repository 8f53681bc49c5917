"""Which order a compacted lake of flow logs is best kept in: the bytes that every built-in report
over them reads, and one trace of a source and one of a destination, on the same rows in each order.
The default should be the best, or nearly."""
import re
import shutil

from workbench import BENCH

DEFAULT = "action,srcaddr,dstaddr,start"
ORDERS = (DEFAULT, "action,dstaddr,srcaddr,start", "srcaddr,dstaddr,start",
          "dstaddr,srcaddr,start", "interface_id,srcaddr,start", "start")
REPORTS = BENCH.parent / "src/flowlake/report/reports"
NEARLY = 1.03


def run(bench, report):
    text = bench.generated("orders.log", records=bench.pick(2_000_000, 200_000))
    plain = bench.folder / "out" / "plain"
    bench.said("ingest", text, "--lake", plain)
    hosts = {column: bench.asked("query", f"SELECT {column} AS host, count(*) AS n FROM vpc_flow "
                                 "GROUP BY 1 ORDER BY abs(n - 5000), host LIMIT 1",
                                 "--lake", plain)["rows"][0][0]
             for column in ("srcaddr", "dstaddr")}
    names = _reports()
    table = {order: _measure(bench, plain, order, names, hosts) for order in ORDERS}
    sums = {order: sum(row["reports"].values()) for order, row in table.items()}
    best = min(sums, key=sums.get)
    report.target("bytes of all flow-log reports in the default order", f"≤ {NEARLY} × the best order's",
                  f"{sums[DEFAULT] / sums[best]:.3f} × ({best})", sums[DEFAULT] <= NEARLY * sums[best])
    report.table("Sort orders: MB read", ("order", "stored", f"{len(names)} reports",
                                          "a source's trace", "a destination's trace"),
                 [(order, *(f"{row / 1e6:.1f}" for row in (
                     table[order]["stored"], sums[order], table[order]["srcaddr"],
                     table[order]["dstaddr"]))) for order in ORDERS])
    bench.remove_outputs()


def _measure(bench, plain, order, names, hosts):
    lake = bench.folder / "out" / "ordered"
    shutil.rmtree(lake, ignore_errors=True)
    shutil.copytree(plain, lake)
    bench.set_property(lake, "flowlake.sort", order)
    bench.said("compact", "--all", "--lake", lake)

    def scanned(name, *words):
        return bench.asked("report", name, *words, "--lake", lake)["stats"]["bytes_scanned"]

    tables = bench.asked("info", "--lake", lake)["tables"]
    return {"stored": next(table["bytes"] for table in tables if table["name"] == "vpc_flow"),
            "reports": {name: scanned(name) for name in names},
            **{column: scanned("address-trace", "--ip", host) for column, host in hosts.items()}}


def _reports():
    """Those over flow logs that need no parameter but days."""
    return sorted(path.stem for path in REPORTS.glob("*.sql")
                  if not re.search(r"^-- param ip|\b(alb|cloudfront|cloudtrail|dns|waf|s3_access)\b",
                                   path.read_text(), re.M))
