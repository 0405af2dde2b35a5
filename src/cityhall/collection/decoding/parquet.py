"""A Parquet file becomes a staged table: every value as text, nested ones as the engine writes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from cityhall.collection.decoding.cells import clean_name, unique_names
from cityhall.collection.decoding.tables import Limits, StagedTable
from cityhall.collection.errors import BrokenDocument, TooManyColumns
from cityhall.kernel.sql import quoted, text_literal

MEMORY = "800MB"
THREADS = 2


def stage_parquet(path: Path, name: str, stem: str, into: Path, limits: Limits) -> StagedTable:
    """Stages the Parquet file at `path`. Raises BrokenDocument, TooManyColumns."""
    with _readable(name):
        file = pq.ParquetFile(path)
        columns, rows = file.schema_arrow.names, file.metadata.num_rows
        file.close()
    if len(columns) > limits.columns:
        raise TooManyColumns(file=name, found=len(columns), limit=limits.columns)
    names = unique_names([clean_name(column) for column in columns])
    target = into / "parquet.parquet"
    cells = ", ".join(
        f"nullif({quoted(old)}::varchar, '') AS {quoted(new)}"
        for old, new in zip(columns, names, strict=True)
    )
    query = (
        f"COPY (SELECT {cells}, (file_row_number + 1)::bigint AS _line "
        f"FROM read_parquet({text_literal(str(path))}, file_row_number = true)) TO {text_literal(str(target))} (FORMAT parquet)"
    )
    with (
        _readable(name),
        duckdb.connect(
            config={"threads": THREADS, "memory_limit": MEMORY, "temp_directory": str(into)}
        ) as engine,
    ):
        engine.execute(query).fetchall()
    return StagedTable(
        name=stem,
        files=(target,),
        columns=names,
        rows=rows,
        line_sql="_line",
        broken=None,
        broken_rows=0,
        encoding="utf-8",
        format="parquet",
    )


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """What the readers cannot make sense of is a broken document."""
    try:
        yield
    except (pa.ArrowException, duckdb.Error, OSError) as error:
        raise BrokenDocument(
            file=name, format="Parquet", detail=" ".join(str(error).split())[:200]
        ) from error
