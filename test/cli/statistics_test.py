"""What an entry says of a file's columns: after others changed the schema, and of older
programs, whose entries `maintain` mends."""
import json
import time
import unittest

from flowlake_program import LakeTestCase, ingest, must, query
from small_logs import line

ALL_OK = "SELECT count(*) AS n, count(log_status) AS s FROM vpc_flow WHERE log_status = 'OK'"
START = int(time.time()) - 60  # of today: nothing is due for compaction
LISTED = {"start", "end", "srcaddr", "dstaddr", "interface_id", "account_id", "action"}


class EntryTestCase(LakeTestCase):
    def setUp(self):
        super().setUp()
        for number in range(3):
            ingest(self.lake, self.write(f"{number}.log", line(number, start=START) + "\n"))
        self.log = self.lake / "vpc_flow/_delta_log"

    def entries(self):
        """The actions of each version."""
        return [[json.loads(line) for line in path.read_text().splitlines()]
                for path in sorted(self.log.glob("*.json"))]

    def put(self, version, actions):
        (self.log / f"{version:020}.json").write_text(
            "".join(json.dumps(action) + "\n" for action in actions))

    def metadata(self):
        return [action["metaData"] for entry in self.entries() for action in entry
                if "metaData" in action][-1]

    def change_schema(self, change):
        metadata = self.metadata()
        schema = json.loads(metadata["schemaString"])
        change(schema["fields"])
        metadata["schemaString"] = json.dumps(schema)
        self.put(len(self.entries()), [{"commitInfo": {"timestamp": 1795850500000}},
                                       {"metaData": metadata}])


class SchemasThatOthersChange(EntryTestCase):
    def test_a_column_added_in_front_hides_no_file(self):
        self.assertEqual(query(self.lake, ALL_OK), [{"n": 3, "s": 3}])
        team = {"name": "team", "type": "string", "nullable": True, "metadata": {}}
        self.change_schema(lambda fields: fields.insert(0, team))
        self.assertEqual(query(self.lake, ALL_OK), [{"n": 3, "s": 3}])
        self.assertEqual(query(self.lake, "SELECT count(*) AS n FROM vpc_flow WHERE team IS NULL"),
                         [{"n": 3}])
        ingest(self.lake, self.write("more.log", line(9, start=START) + "\n"))
        self.assertEqual(query(self.lake, ALL_OK), [{"n": 4, "s": 4}])

    def test_columns_in_another_order_hide_no_file(self):
        self.change_schema(lambda fields: fields.sort(key=lambda field: field["name"]))
        self.assertEqual(query(self.lake, ALL_OK), [{"n": 3, "s": 3}])

    def test_an_order_that_was_removed_is_made_anew_and_old_sizes_are_unknown(self):
        metadata = self.metadata()
        del metadata["configuration"]["flowlake.column_order"]
        self.put(len(self.entries()), [{"commitInfo": {"timestamp": 1}}, {"metaData": metadata}])
        ingest(self.lake, self.write("more.log", line(9, start=START) + "\n"))
        self.assertIn("srcaddr", self.metadata()["configuration"]["flowlake.column_order"])
        self.assertEqual(query(self.lake, ALL_OK), [{"n": 4, "s": 4}])

    def test_a_time_of_the_wrong_type_is_passed_over(self):
        metadata = self.metadata()
        metadata["configuration"]["flowlake.time"] = "bytes"
        self.put(len(self.entries()), [{"commitInfo": {"timestamp": 1}}, {"metaData": metadata}])
        ingest(self.lake, self.write("more.log", line(9, start=START) + "\n"))
        must("compact", "--all", "--lake", self.lake)
        self.assertEqual(query(self.lake, ALL_OK), [{"n": 4, "s": 4}])


class EntriesOfOlderPrograms(EntryTestCase):
    def setUp(self):
        super().setUp()
        for version, actions in enumerate(self.entries()):
            for action in actions:
                if "add" in action:
                    self.make_old(action["add"], version)
            self.put(version, actions)

    @staticmethod
    def make_old(add, version):
        """With sizes in the order of the schema, and the half of what readers need."""
        stats = json.loads(add["stats"])
        if version == 1:
            del stats["minValues"]["srcaddr"]
        elif version == 2:
            del stats["minValues"]["account_id"], stats["maxValues"]["account_id"]
            del stats["nullCount"]["account_id"]
        add["stats"] = json.dumps(stats)
        add["tags"] = {"flowlake.column_bytes": "1,2,3"}

    def adds(self):
        """The newest of each file."""
        return {action["add"]["path"]: action["add"] for entry in self.entries()
                for action in entry if "add" in action}.values()

    def test_are_mended_once(self):
        must("maintain", "--lake", self.lake)
        mended = [add for add in self.adds() if "flowlake.column_sizes" in add["tags"]]
        self.assertEqual(len(mended), 2)  # the third has all that it should
        for add in self.adds():
            stats = json.loads(add["stats"])
            self.assertEqual(set(stats["nullCount"]), LISTED)
            self.assertEqual(set(stats["minValues"]), LISTED)
        for add in mended:
            self.assertFalse(add["dataChange"])
            self.assertNotIn("flowlake.column_bytes", add["tags"])
            self.assertNotIn("flowlake.footer", add["tags"])
        self.assertEqual(query(self.lake, ALL_OK), [{"n": 3, "s": 3}])
        entries = len(self.entries())
        again = json.loads(must("maintain", "--json", "--lake", self.lake).out)
        self.assertEqual((again["statistics_mended"], len(self.entries())), (0, entries))

    def test_whose_file_is_damaged_are_left(self):
        damaged = self.lake / "vpc_flow" / self.entries()[1][-1]["add"]["path"].replace("%3D", "=")
        damaged.write_bytes(damaged.read_bytes()[:-4] + b"XXXX")
        done = json.loads(must("maintain", "--json", "--lake", self.lake).out)
        self.assertEqual(done["statistics_mended"], 1)


if __name__ == "__main__":
    unittest.main()
