"""The rows that the row benchmarks read: invented permits with keys, codes, dates, amounts and positions,
in no helpful order.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

ROWS = 10_000_000

_SQL = """
SELECT
    i + 2 AS _line,
    'P' || lpad(i::VARCHAR, 9, '0') AS permit,
    (330300 + hash(i, 1) % 12)::VARCHAR || lpad((hash(i, 2) % 1000000000000)::VARCHAR, 12, '0') AS holder,
    (330301 + hash(i, 3) % 99)::VARCHAR AS division,
    '第' || (hash(i, 4) % 1000) || '号街道' AS street,
    ['餐饮', '零售', '建筑', '运输', '教育', '医疗', '制造', '物业'][1 + (hash(i, 5) % 8)::INTEGER] AS trade,
    ['有效', '过期', '吊销', '注销'][1 + ((hash(i, 6) % 100) // 40)::INTEGER] AS state,
    DATE '2012-01-01' + (hash(i, 7) % 5000)::INTEGER AS issued,
    ((hash(i, 8) % 100000000) / 100)::DECIMAL(12, 2) AS fee,
    (120.3 + (hash(i, 9) % 1000000) / 1e6)::DECIMAL(9, 6) AS lon,
    (27.5 + (hash(i, 10) % 1000000) / 1e6)::DECIMAL(9, 6) AS lat
FROM range({first}, {last}) AS t(i)
"""


def write_rows(target: Path, rows: int = ROWS, first: int = 0) -> Path:
    """Write the rows as one Parquet file, as the cleaning writes it (in the order of the source)."""
    sql = _SQL.format(first=first, last=first + rows)
    duckdb.sql(f"COPY ({sql}) TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)")
    return target
