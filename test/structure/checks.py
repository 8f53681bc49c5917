"""What the tree must look like. Each check takes the root of a tree and returns sentences
that begin with file:line, one per fault; none means that the tree is right."""
import re

from module_table import read_modules

INCLUDE = re.compile(r'^\s*#\s*include\s+"flowlake/(\w+)/')
MODULE = re.compile(r"flowlake_module\((\w+)([^)]*)\)")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# A folder that exists on one machine only: a home, a work tree, a build by hand.
MACHINE_PATH = re.compile(r"(?<![\w.$}~-])/(?:home|Users|work|root|workspace)/\w+")
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
MAX_SOURCE_LINES = 500
# SQL in a literal, or in one of several that stand together, and beside it what joins more to it.
_LITERAL = r'"(?:[^"\\\n]|\\.)*"'
_SQL = (r'"(?:[^"\\\n]|\\.)*\b(?:SELECT|FROM|UNION|WHERE|JOIN|INSERT INTO|VALUES|DROP|COPY|ATTACH|'
        r'CALL|PRAGMA|MSCK|ALTER|LOCATION|BETWEEN|CREATE (?:OR|TABLE|VIEW|SCHEMA|DATABASE|EXTERNAL|'
        r'MACRO))\b(?:[^"\\\n]|\\.)*"')
JOINED_SQL = re.compile(rf"{_SQL}(?:\s*{_LITERAL})*\s*\+(?!\+)|\+=?\s*{_SQL}|append\(\s*{_SQL}|"
                        rf"<<\s*{_SQL}\s*<<")
SQL_STRING = re.compile(rf"std::string\({_SQL}\)\s*\+")
# A literal that ends inside a command, and what joins a value to it.
ADVICE = re.compile(r'"[^"\n]*(?:`flowlake [^"`\n]*|flowlake \w[^"\n]* --\w+ |\w+ -c \+)"\s*'
                    r"(?:,|<<|\+)")
TEXT_SUFFIXES = {".h", ".cc", ".py", ".sh", ".md", ".txt", ".cmake", ".json", ".sql", ".yml"}
SKIPPED_FOLDERS = {"build", "lake", ".git", "__pycache__", "testdata"}


def check_includes(root):
    modules = _modules(root)
    for path in _sources(root):
        module = path.parent.name
        for number, line in _numbered(path):
            match = INCLUDE.match(line)
            if match and match[1] not in modules.get(module, {module}):
                yield _fault(root, path, number, f"{module} may not include {match[1]}")


def check_every_folder_is_a_module(root):
    modules = _modules(root)
    for folder in sorted((root / "src/flowlake").iterdir()):
        if folder.is_dir() and any(folder.iterdir()) and folder.name not in modules:
            yield f"src/flowlake/{folder.name}:1: not in the table of doc/design.md"


def check_cmake_depends(root):
    modules = _modules(root)
    path = root / "src/flowlake/CMakeLists.txt"
    for number, line in _numbered(path):
        match = MODULE.search(line)
        depends = re.search(r"DEPENDS ([a-z ]+)", match[2]) if match else None
        for other in depends[1].split() if depends else []:
            if other not in modules.get(match[1], set()):
                yield _fault(root, path, number, f"{match[1]} may not depend on {other}")


def check_tests_are_built(root):
    """flowlake_module() takes all *_test.cc of a module's folder; others are in no target."""
    built = set(_built_modules(root))
    for path in sorted(root.rglob("*_test.cc")):
        if _skipped(root, path):
            continue
        if path.parent.parent != root / "src/flowlake" or path.parent.name not in built:
            yield _fault(root, path, 1, "this test is in no target")


def check_names(root):
    for path in _texts(root):
        if VAGUE_NAMES & set(re.split(r"[_.-]", path.stem.lower())):
            yield _fault(root, path, 1, "the name says nothing; name it after its noun")


def check_sizes(root):
    for path in _sources(root):
        lines = len(path.read_text().splitlines())
        if lines > MAX_SOURCE_LINES:
            yield _fault(root, path, lines, f"over {MAX_SOURCE_LINES} lines; split by concept")


def check_links(root):
    pages = [*root.glob("*.md"), *(root / "doc").rglob("*.md")]
    for path in sorted(pages):
        for number, line in _numbered(path):
            for target in LINK.findall(line):
                if _is_broken(path, target):
                    yield _fault(root, path, number, f"broken link {target}")


def check_machine_paths(root):
    for path in _texts(root):
        for number, line in _numbered(path):
            match = MACHINE_PATH.search(line)
            if match:
                yield _fault(root, path, number, f"a path of one machine: {match[0]}")


def check_sql_is_put_together_by_type(root):
    """A SqlText takes fixed text, and names and values only quoted (query/sql_text.h)."""
    for path in _sources(root):
        if path.stem.endswith(("_test", "_fuzz")):  # hostile text is their business
            continue
        code = re.sub(r"^\s*//.*", "", path.read_text(errors="replace"), flags=re.M)
        wrong = SQL_STRING if "SqlText" in code else JOINED_SQL
        for match in wrong.finditer(code):
            number = code.count("\n", 0, match.start()) + 1
            yield _fault(root, path, number, "SQL is put together as text; use SqlText")


def check_advice_is_quoted_for_the_shell(root):
    """A command in a message that goes on with a value: base/shell_path.h."""
    for path in _sources(root):
        if path.stem.endswith("_test"):
            continue
        text = path.read_text(errors="replace")
        for match in ADVICE.finditer(text):
            statement = text[match.end():text.find(";", match.end())]
            if "ShellPath(" not in statement:
                number = text.count("\n", 0, match.end()) + 1
                yield _fault(root, path, number, "a command with a value that is not quoted")


def check_named_tests_exist(root):
    """doc/security.md proves its sentences by naming tests."""
    page = root / "doc/security.md"
    if not page.exists():
        return
    cases = "\n".join(path.read_text(errors="replace")
                      for path in root.glob("src/flowlake/**/*_test.cc"))
    for number, line in _numbered(page):
        for suite, case in re.findall(r"`([A-Z]\w+)\.([A-Z]\w+|\*)`", line):
            name = r"\w+" if case == "*" else case
            if not re.search(rf"TEST(?:_F|_P)?\(\s*{suite},\s*{name}\)", cases):
                yield _fault(root, page, number, f"there is no test {suite}.{case}")
        for script, case in re.findall(r"`(\w+/\w+): (test_\w+)`", line):
            path = root / "test" / f"{script}.py"
            if not path.exists() or f"def {case}(" not in path.read_text():
                yield _fault(root, page, number, f"there is no {case} in test/{script}.py")


# Where objects are deleted, and why that takes nothing from a table. Behind a commit only its
# outcome may free files (table/unnamed_files.h): a commit without an answer may have happened.
DELETES = {
    "compact/vacuum.cc": "what is older than the retention and named by no version",
    "compact/window_writer.cc": "files that were not handed out for a commit",
    "datafile/writer.cc": "a file that was not closed",
    "ingest/day_writers.cc": "files that were not handed out for a commit",
    "server/queue_reader.cc": "messages",
    "server/write_ahead_log.cc": "a delivery that is committed",
    "table/fold.cc": "staged edits that are committed or void",
    "table/log_cleanup.cc": "the log behind a checkpoint",
    "table/manifest.cc": "manifests, which are written again",
    "table/shard_claims.cc": "old claims",
    "table/unnamed_files.cc": "files of which a commit's outcome proves that no version names them",
}
DELETE_CALL = re.compile(r"(?:->|\.)Delete\(")


def check_deletions_are_known(root):
    folder = root / "src/flowlake"
    for path in _sources(root):
        name = str(path.relative_to(folder)) if folder in path.parents else ""
        is_product = path.suffix == ".cc" and not re.search(r"_(test|fuzz|benchmark)\.cc$", name)
        if not is_product or name in DELETES or name.startswith("store/"):
            continue
        for number, line in _numbered(path):
            if DELETE_CALL.search(line) and "unnamed.Delete(" not in line:
                yield _fault(root, path, number, "deletes, and is not in the list of those that may")


def _is_broken(page, target):
    if re.match(r"[a-z]+:|#", target):
        return False
    return not (page.parent / target.split("#")[0]).exists()


def _built_modules(root):
    text = (root / "src/flowlake/CMakeLists.txt").read_text()
    return [match[1] for match in MODULE.finditer(text)]


def _modules(root):
    return read_modules((root / "doc/design.md").read_text())


def _sources(root):
    return sorted(p for s in ("*.h", "*.cc") for p in (root / "src/flowlake").glob(f"*/{s}"))


def _texts(root):
    files = (p for p in root.rglob("*") if p.suffix in TEXT_SUFFIXES or p.name == "Makefile")
    return sorted(p for p in files if not _skipped(root, p) and p.is_file())


def _skipped(root, path):
    return bool(SKIPPED_FOLDERS & set(path.relative_to(root).parts))


def _numbered(path):
    return enumerate(path.read_text(errors="replace").splitlines(), 1)


def _fault(root, path, number, sentence):
    return f"{path.relative_to(root)}:{number}: {sentence}"
