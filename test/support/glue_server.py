"""The catalogue of Glue that Trino's Hive connector asks for, on loopback and in memory: databases,
tables, partitions, by AWS's "Glue API Reference". Glue itself runs in AWS only; this one does what
Athena would do in it with a statement of `flowlake ddl athena --manifests`.

    with glue_server.running() as glue:
        glue.create_table(statement); glue.endpoint
"""
import contextlib
import json
import re

from recording_server import recording


class NotFound(Exception):
    pass


class Glue:
    def __init__(self):
        self.endpoint = None
        self.databases, self.tables, self.partitions = {}, {}, {}

    def create_table(self, statement):
        """What Athena makes of the statement."""
        database, table = re.search(r"EXISTS `(\w+)`\.`(\w+)` \(", statement).groups()
        column = r"`(\w+)` (\w+)"
        keys = re.search(rf"PARTITIONED BY \({column}\)", statement).groups()
        self.CreateDatabase(DatabaseInput={"Name": database})
        self.CreateTable(DatabaseName=database, TableInput={
            "Name": table, "TableType": "EXTERNAL_TABLE", "Parameters": {"EXTERNAL": "TRUE"},
            "PartitionKeys": [{"Name": keys[0], "Type": keys[1]}],
            "StorageDescriptor": {
                "Columns": [{"Name": name, "Type": kind} for name, kind in
                            re.findall(f"^  {column}", statement, re.M)],
                "Location": re.search("LOCATION '([^']+)'", statement)[1],
                "InputFormat": re.search("INPUTFORMAT '([^']+)'", statement)[1],
                "OutputFormat": re.search("OUTPUTFORMAT '([^']+)'", statement)[1],
                "SerdeInfo": {"SerializationLibrary": re.search("SERDE '([^']+)'", statement)[1],
                              "Parameters": {}}}})

    def answer(self, request):
        operation = request.headers["x-amz-target"].removeprefix("AWSGlue.")
        try:
            answer = getattr(self, operation)(**json.loads(request.body))
        except NotFound as error:
            answer = {"__type": "EntityNotFoundException", "Message": str(error)}
        except AttributeError as error:
            answer = {"__type": "InvalidInputException", "Message": str(error)}
        status = 400 if "__type" in answer else 200
        return status, {"content-type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()

    # Named as the API's operations are.
    def CreateDatabase(self, DatabaseInput, **_):
        self.databases[DatabaseInput["Name"]] = DatabaseInput
        return {}

    def GetDatabase(self, Name, **_):
        return {"Database": found(self.databases, Name)}

    def GetDatabases(self, **_):
        return {"DatabaseList": list(self.databases.values())}

    def CreateTable(self, DatabaseName, TableInput, **_):
        self.tables[DatabaseName, TableInput["Name"]] = TableInput | {"DatabaseName": DatabaseName}
        return {}

    UpdateTable = CreateTable

    def GetTable(self, DatabaseName, Name, **_):
        return {"Table": found(self.tables, (DatabaseName, Name))}

    def GetTables(self, DatabaseName, **_):
        return {"TableList": [table for (name, _), table in self.tables.items() if name == DatabaseName]}

    def BatchCreatePartition(self, DatabaseName, TableName, PartitionInputList, **_):
        for partition in PartitionInputList:
            key = (DatabaseName, TableName, *partition["Values"])
            self.partitions[key] = partition | {"DatabaseName": DatabaseName, "TableName": TableName}
        return {"Errors": []}

    def GetPartition(self, DatabaseName, TableName, PartitionValues, **_):
        return {"Partition": found(self.partitions, (DatabaseName, TableName, *PartitionValues))}

    def GetPartitions(self, DatabaseName, TableName, Segment=None, **_):
        is_first = Segment is None or Segment["SegmentNumber"] == 0
        return {"Partitions": [partition for key, partition in self.partitions.items()
                               if key[:2] == (DatabaseName, TableName)] if is_first else []}

    def BatchGetPartition(self, DatabaseName, TableName, PartitionsToGet, **_):
        keys = [(DatabaseName, TableName, *wanted["Values"]) for wanted in PartitionsToGet]
        return {"Partitions": [self.partitions[key] for key in keys if key in self.partitions],
                "UnprocessedKeys": []}

    def GetColumnStatisticsForTable(self, **_):
        return {"ColumnStatisticsList": [], "Errors": []}

    GetColumnStatisticsForPartition = GetColumnStatisticsForTable

    def DeleteColumnStatisticsForPartition(self, **_):
        return {}

    def GetUserDefinedFunctions(self, **_):
        return {"UserDefinedFunctions": []}


def found(entities, key):
    if key not in entities:
        raise NotFound(f"there is no {key}")
    return entities[key]


@contextlib.contextmanager
def running():
    glue = Glue()
    with recording(glue.answer) as (glue.endpoint, _):
        yield glue
