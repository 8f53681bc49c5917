"""Small flow logs, written out."""
HEADER = ("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets "
          "bytes start end action log-status")
START = 1789948800  # 2026-09-21T00:00:00Z


def line(number=0, action="ACCEPT", account="123456789010", start=START):
    """Record `number`: distinct by its source port and byte count."""
    return (f"2 {account} eni-1235b8ca123456789 10.0.0.{number % 250 + 1} 203.0.113.12 "
            f"{1024 + number} 443 6 {number + 1} {40 * (number + 1)} {start} {start + 60} "
            f"{action} OK")


def log(count, **options):
    """A header and `count` records."""
    return "\n".join([HEADER] + [line(i, **options) for i in range(count)]) + "\n"
