"""The article's first five queries, and how the answers of different engines are compared."""
from flowlake_program import SOURCE

QUERIES = (SOURCE / "test/sql/article.sql").read_text().strip().splitlines()[:5]


def comparable(rows):
    """Rows that an order by count decides, and the counts of those that it leaves open; correlations
    to six digits (Trino's are of REALs)."""
    rows = [tuple(round(value, 6) if isinstance(value, float) else value for value in row)
            for row in rows]
    if not rows or not isinstance(rows[-1][-1], int) or len(rows) < 10:
        return sorted(rows, key=str)
    least = rows[-1][-1]
    return sorted((row for row in rows if row[-1] > least), key=str), [row[-1] for row in rows]
