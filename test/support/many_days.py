"""Flow logs of many days: what a few kilobytes of gzip can hold."""
import datetime
import time

from small_logs import HEADER, line

DAY = 86400


def at(date):
    """The seconds of noon of a day such as "2019-03-01"."""
    noon = datetime.datetime.fromisoformat(date + "T12:00:00+00:00")
    return int(noon.timestamp())


def today():
    return int(time.time()) // DAY * DAY


def records(first, count):
    """One record on each of so many days, from the one of second `first` on."""
    return [line(i, start=first + i * DAY) for i in range(count)]


def days_log(first, count):
    return ("\n".join([HEADER, *records(first, count)]) + "\n").encode()
