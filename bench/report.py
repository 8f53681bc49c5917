"""What was measured, as it grows: rows against targets, and tables of detail."""
import datetime
import os
import pathlib
import platform
import re

import measure

MEGABYTE = 1_000_000


class Report:
    def __init__(self):
        self.targets = []  # (work, target, measured, met)
        self.tables = []   # markdown

    def target(self, work, target, measured, met):
        """A row of the table of targets, said at once: whoever waits sees it grow."""
        self.targets.append((work, target, measured, "met" if met else "**missed**"))
        print(" | ".join(self.targets[-1]), flush=True)

    def table(self, title, columns, rows, note=""):
        """A table of detail; cells are text."""
        self.tables.append(f"### {title}\n\n{note}{markdown_table(columns, rows)}")

    def costs(self, title, commands, costs, bytes_in):
        """The table of commands that did the same work; the last one is us."""
        ours = measure.median(costs[commands[-1].name]).cpu
        rows = []
        for command in commands:
            cost = measure.median(costs[command.name])
            rows.append((command.name, f"{cost.cpu:.2f}", f"{bytes_in / cost.cpu / MEGABYTE:.0f}",
                         f"{cost.cpu / ours:.2f}", f"{cost.peak / MEGABYTE:.0f}",
                         f"{measure.size_of(command.output) / MEGABYTE:.1f}",
                         f"{len(costs[command.name])}"))
        self.table(title, ("who", "CPU s", "MB/s", "× our time", "peak MB", "output MB", "rounds"),
                   rows)

    def markdown(self, heading, versions, seconds):
        facts = [("date", datetime.date.today().isoformat()), *machine(), *versions,
                 ("load when it ended", "%.1f %.1f %.1f" % os.getloadavg()),
                 ("the whole run", f"{seconds / 60:.1f} minutes")]
        parts = [f"## {heading}", markdown_table(("", ""), facts),
                 markdown_table(("work", "target", "measured", ""), self.targets), *self.tables]
        return "\n\n".join(parts) + "\n"


def machine():
    """What the numbers depend on."""
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return [("processor", model[1] if model else platform.machine()),
            ("cores", str(os.cpu_count())),
            ("memory", f"{int(memory[1]) / 1024**2:.0f} GiB"),
            ("kernel", f"{platform.system()} {platform.release()}")]


def write_section(path, heading, section, title):
    """Replaces the section `## heading` of a file, or appends it; the others stay."""
    text = path.read_text() if path.exists() else f"# {title}\n"
    old = re.search(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", text, re.M | re.S)
    if old:
        text = text[:old.start()] + section + ("\n" if text[old.end():] else "") + text[old.end():]
    else:
        text = text.rstrip("\n") + "\n\n" + section
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def markdown_table(columns, rows):
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
