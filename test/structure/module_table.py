"""The table "Modules" of doc/design.md: which folder may include which."""
import re

ROW = re.compile(r"^\| `(\w+)` \|.*\|([^|]*)\|\s*$")


def _entries(cell, names):
    if cell.strip() == "all":
        return set(names)
    return {word for word in re.findall(r"[a-z]+", cell) if word in names}


def read_modules(design):
    """Module → the modules it may include, itself and what its entries reach among them."""
    rows = [m.groups() for m in map(ROW.match, design.splitlines()) if m]
    names = [name for name, _ in rows]
    direct = {name: _entries(cell, names) for name, cell in rows}
    return {name: _reach(name, direct) for name in names}


def _reach(name, direct):
    reached, waiting = set(), [name]
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += direct[module]
    return reached
