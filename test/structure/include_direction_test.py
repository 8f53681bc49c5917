"""Holds the tree against doc/design.md and CONTRIBUTING.md: dependencies between folders
point one way, every test is built, names, sizes, links. A planted bad tree shows that each
check can fail. usage: include_direction_test.py <root of the checkout>"""
import pathlib
import sys
import tempfile
import unittest

import checks

ROOT = pathlib.Path(sys.argv.pop() if len(sys.argv) > 1 else __file__).resolve()
if ROOT.is_file():
    ROOT = ROOT.parents[2]

ALL_CHECKS = [value for name, value in sorted(vars(checks).items()) if name.startswith("check_")]
DESIGN = """
| module | in one sentence | may include |
|---|---|---|
| `base` | words | (Arrow's Status only) |
| `store` | bytes | base |
| `source` | names | store |
| `format` | formats | base |
| `cli` | doors | all |
"""


class TheTree(unittest.TestCase):
    def test_obeys_the_house(self):
        for check in ALL_CHECKS:
            with self.subTest(check.__name__):
                faults = list(check(ROOT))
                self.assertEqual(faults, [], "\n" + "\n".join(faults))

    def test_has_the_modules_of_the_design(self):
        modules = checks.read_modules((ROOT / "doc/design.md").read_text())
        self.assertIn("base", modules["ingest"])
        self.assertNotIn("format", modules["source"])
        self.assertNotIn("query", modules["ingest"])
        self.assertGreater(len(checks._sources(ROOT)), 20)


class APlantedTree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.plant("doc/design.md", DESIGN)
        self.plant("src/flowlake/CMakeLists.txt", "flowlake_module(base)\n")

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def faults(self):
        return [fault for check in ALL_CHECKS for fault in check(self.root)]

    def test_without_faults_passes(self):
        self.plant("src/flowlake/base/a_test.cc", '#include "flowlake/base/a.h"\n')
        self.plant("README.md", "[design](doc/design.md#top) [out](https://x.example)\n")
        self.assertEqual(self.faults(), [])

    def test_may_include_what_an_entry_reaches(self):
        self.plant("src/flowlake/source/a.cc", '#include "flowlake/base/a.h"\n')
        self.assertEqual(self.faults(), [])

    def test_with_an_include_against_the_arrow_fails(self):
        self.plant("src/flowlake/base/a.cc", '// a\n#include "flowlake/store/a.h"\n')
        self.assertEqual(self.faults(), ["src/flowlake/base/a.cc:2: base may not include store"])

    def test_with_an_include_between_siblings_fails(self):
        self.plant("src/flowlake/source/a.h", '#  include "flowlake/format/a.h"\n')
        self.assertEqual(
            self.faults(), ["src/flowlake/source/a.h:1: source may not include format"])

    def test_with_a_link_against_the_arrow_fails(self):
        self.plant("src/flowlake/CMakeLists.txt",
                   "flowlake_module(store DEPENDS base format LINK x)\n")
        self.assertEqual(
            self.faults(), ["src/flowlake/CMakeLists.txt:1: store may not depend on format"])

    def test_with_an_unknown_folder_fails(self):
        self.plant("src/flowlake/arrow/a.h", "")
        self.assertEqual(self.faults(), ["src/flowlake/arrow:1: not in the table of doc/design.md"])

    def test_with_a_test_in_no_target_fails(self):
        self.plant("test/a_test.cc", "")
        self.assertEqual(self.faults(), ["test/a_test.cc:1: this test is in no target"])

    def test_with_a_vague_name_fails(self):
        self.plant("src/flowlake/base/string_utils.h", "")
        self.assertEqual(len(self.faults()), 1)

    def test_with_a_long_source_fails(self):
        self.plant("src/flowlake/base/a.cc", "\n" * 501)
        self.assertEqual(len(self.faults()), 1)

    def test_with_a_deletion_nobody_knows_of_fails(self):
        self.plant("src/flowlake/base/a.cc", "  (void)store.Delete(path);\n")
        self.plant("src/flowlake/base/b.cc", "  outcome.unnamed.Delete(store);\n")
        fault, = self.faults()
        self.assertRegex(fault, r"a\.cc:1: deletes")

    def test_with_a_broken_link_fails(self):
        self.plant("doc/a.md", "text\n[b](b.md)\n")
        self.assertEqual(self.faults(), ["doc/a.md:2: broken link b.md"])

    def test_with_a_machine_path_fails(self):
        self.plant("doc/a.md", "see /ho" "me/someone/x\n")
        self.assertEqual(self.faults(), ["doc/a.md:1: a path of one machine: /ho" "me/someone"])

    def test_with_sql_put_together_as_text_fails(self):
        for code in ('Run("SELECT * FROM " + name);', 'sql += " UNION ALL SELECT " + name;',
                     'sql +=\n    "DROP TABLE x";', 'out << "COPY t TO " << path;',
                     'Run("CREATE VIEW a AS SELECT"\n    + name);',
                     'sql.append("WHERE a = ").append(b);',
                     'SqlText a; return std::string("SELECT ") + name;'):
            with self.subTest(code):
                self.plant("src/flowlake/store/a.cc", code + "\n")
                self.assertEqual(len(self.faults()), 1)

    def test_with_sql_put_together_by_type_passes(self):
        self.plant("src/flowlake/store/a.cc", 'SqlText sql = "SELECT * FROM " + Name(name);\n')
        self.assertEqual(self.faults(), [])

    def test_with_proof_by_a_test_that_is_not_there_fails(self):
        self.plant("src/flowlake/store/a_test.cc", "TEST(Store, Stands) {}\n")
        self.plant("doc/security.md", "`Store.Stands` `Store.*`\n")
        self.assertEqual(list(checks.check_named_tests_exist(self.root)), [])
        self.plant("doc/security.md", "`Store.Falls` `Shop.*` `cli/shop_test: test_falls`\n")
        self.assertEqual(len(list(checks.check_named_tests_exist(self.root))), 3)

    def test_with_an_unquoted_path_in_advice_fails(self):
        for code in ('Invalid("run flowlake ingest x --lake ", lake.uri());',
                     'Invalid("with `flowlake ingest ", name, "`");',
                     'Invalid("tail -c +", n, " ", name, " | flowlake ingest -");'):
            with self.subTest(code):
                self.plant("src/flowlake/store/a.cc", code + "\n")
                self.assertEqual(len(self.faults()), 1)
                self.plant("src/flowlake/store/a.cc",
                           code.replace("lake.uri()", "ShellPath(lake.uri())").replace(
                               "name", "ShellPath(name)") + "\n")
                self.assertEqual(self.faults(), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
