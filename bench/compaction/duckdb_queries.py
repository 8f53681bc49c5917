"""duckdb_queries.py <parquet> <SQL file> <answers>: DuckDB on one core, statement by statement,
with the view `flowlogs` over the article's columns."""
import sys

import duckdb

source, statements, output = sys.argv[1:]
connection = duckdb.connect()
connection.sql("SET threads=1")
connection.sql(f"""CREATE VIEW flowlogs AS SELECT srcaddr AS sourceaddress,
    dstaddr AS destinationaddress, dstport AS destinationport, action, bytes, packets
    FROM read_parquet('{source}')""")
with open(statements) as lines, open(output, "w") as answers:
    for statement in lines:
        print(connection.sql(statement).fetchall(), file=answers)
