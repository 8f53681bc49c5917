"""Inputs whose rows tell where they came from: input i has an account id of its own and a
known number of rows, so that half an input, or one ingested twice, shows in a count."""
import datetime

HEADER = ("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets "
          "bytes start end action log-status")
FIRST_SECOND = int(datetime.datetime(2026, 9, 20, tzinfo=datetime.timezone.utc).timestamp())
BAD_LINE = "this line of input {} is not a record"


class NumberedInputs:
    """The files, and the rows and rejects that each must leave in a lake."""

    def __init__(self, folder, random, small=40, large_rows=30_000):
        self.rows = {self._account(i): random.randint(1, 400) for i in range(small)}
        self.rows[self._account(small)] = large_rows
        self.rejects = {account: random.choice([0, 0, 0, 2]) for account in self.rows}
        folder.mkdir(parents=True)
        self.paths = {account: self._write(folder, account, random) for account in self.rows}

    @staticmethod
    def _account(number):
        return f"{100_000_000_000 + number}"

    def _write(self, folder, account, random):
        lines = [HEADER] + [self._line(account, random) for _ in range(self.rows[account])]
        lines += [BAD_LINE.format(account)] * self.rejects[account]
        path = folder / f"{account}.log"
        path.write_text("\n".join(lines) + "\n")
        return path

    @staticmethod
    def _line(account, random):
        start = FIRST_SECOND + random.randrange(3 * 86400)
        return (f"2 {account} eni-0{random.randrange(16**6):06x} 10.0.{random.randrange(256)}.1 "
                f"10.1.0.{random.randrange(256)} {random.randrange(65536)} 443 6 "
                f"{random.randrange(1, 99)} {random.randrange(40, 9999)} {start} {start + 60} "
                "ACCEPT OK")
