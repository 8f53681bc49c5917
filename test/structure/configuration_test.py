"""The table of configuration keys (config/config_key.h), the page that shows it and the code that
reads the keys say the same. usage: configuration_test.py <root of the checkout>"""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop() if len(sys.argv) > 1 else __file__).resolve()
if ROOT.is_file():
    ROOT = ROOT.parents[2]

SOURCES = ROOT / "src/flowlake"
ROW = re.compile(r'\b(Lake|Host)\(\s*"([\w.]+)",\s*"(\w+)",\s*(k\w+)(?:,\s*"(\w+)",\s*"(\w+)")?\)')
PAGE_ROW = re.compile(r"^\| `\[\[?(\w+)\]\]?(?: (\w+))?` \| `(\w+)` \| ([^|]+) \| (\w+) \| "
                      r"([^|]*)\|$", re.M)
TYPES = {"kText": "text", "kTexts": "texts", "kTextOrNumber": "text or number",
         "kFlag": "true or false", "kSize": "size", "kPeriod": "period",
         "kPeriodOrNever": "period or `never`", "kTables": "tables"}
# Where else keys stand: the page whose section they are.
PAGES = {"serve": ("serve.md", "--{flag}"), "location": ("s3.md", "`{key}`"),
         "maintain": ("upkeep.md", "{key} ="), "log": ("formats/your-own.md", "`{key}`")}


def rows():
    """(section, key): type, file, bounds, as the program has them."""
    text = (SOURCES / "config/config_key.h").read_text()
    found = {}
    for who, section, key, kind, least, most in ROW.findall(text):
        found[section, key] = (TYPES[kind], "both" if who == "Lake" else "host",
                               f"{least} to {most}" if least else "")
    return found


def page_rows():
    text = (ROOT / "doc/configuration.md").read_text()
    found = {}
    for section, inner, key, kind, who, bounds in PAGE_ROW.findall(text):
        name = f"{section}.{inner}" if inner else section
        found[name, key] = (kind, who, bounds.strip())
    return found


def sources():
    return [path for suffix in ("*.h", "*.cc") for path in SOURCES.glob(f"*/{suffix}")
            if not path.stem.endswith(("_test", "_fuzz"))]


class TheTableOfKeys(unittest.TestCase):
    def test_is_found(self):
        self.assertGreater(len(rows()), 50)
        text = (SOURCES / "config/config_key.h").read_text()
        self.assertEqual(len(rows()), len(re.findall(r'\b(?:Lake|Host)\(\s*"', text)))

    def test_is_the_one_of_the_page(self):
        self.assertEqual(page_rows(), rows())

    def test_has_only_keys_that_the_code_reads(self):
        text = "".join(path.read_text() for path in sources()
                       if path.parent.name != "config")
        unread = [row for row in rows() if f'"{".".join(row)}"' not in text]
        self.assertEqual(unread, [], "no code reads them")

    def test_is_the_only_way_to_a_key(self):
        """A key that is not in it does not compile (ConfigKeyName), if nobody else parses."""
        parsers = [path.relative_to(SOURCES).as_posix() for path in sources()
                   if "toml++" in re.sub(r"//.*", "", path.read_text())]
        self.assertEqual(parsers, ["config/config_file.cc"])

    def test_is_said_by_the_pages_of_the_sections(self):
        for (section, key), _ in rows().items():
            page, shape = PAGES.get(section, ("configuration.md", "`{key}`"))
            text = (ROOT / "doc" / page).read_text()
            words = shape.format(key=key, flag=key.replace("_", "-"))
            with self.subTest(section=section, key=key):
                self.assertTrue(words in text or f"{key} =" in text, f"doc/{page} lacks {words}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
