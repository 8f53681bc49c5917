"""What another engine, delta-rs, counts in a lake's tables."""
import collections
import pathlib
import re

import deltalake


def rows_by_account(lake):
    """account id → rows of vpc_flow; nothing while there is no table."""
    return _count(lake, "vpc_flow", "account_id", lambda value: value)


def rejects_by_account(lake):
    """account id → rejected lines, by the account that NumberedInputs wrote into them."""
    return _count(lake, "rejects", "text", lambda value: re.search(r"input (\d+)", value)[1])


def _count(lake, table, column, key):
    folder = pathlib.Path(lake) / table
    if not any(folder.glob("_delta_log/*.json")):
        return {}
    values = deltalake.DeltaTable(str(folder)).to_pyarrow_table(columns=[column])[column]
    return dict(collections.Counter(map(key, values.to_pylist())))
