"""Small typed files of invented rows, and a short way to make versions of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import transaction

from cityhall.kernel.actor import system_actor
from cityhall.kernel.ids import new_id
from cityhall.warehouse.actions import commit_version
from cityhall.warehouse.queries import Version

ROBOT = system_actor("tests")
SCHEMA = pa.schema([("_line", pa.int64()), ("code", pa.string()), ("name", pa.string()), ("n", pa.int64())])
Row = tuple[Any, ...]


@pytest.fixture
def parquet(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows as a Parquet file in a staging folder."""

    def write(rows: Sequence[Row], schema: pa.Schema = SCHEMA) -> Path:
        columns = list(zip(*rows, strict=True)) if rows else [[] for _ in schema]
        table = pa.table(
            [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)],
            schema=schema,
        )
        folder = tmp_path / "staging"
        folder.mkdir(exist_ok=True)
        path = folder / f"{new_id('stg')}.parquet"
        pq.write_table(table, path)
        return path

    return write


@pytest.fixture
def commit(parquet: Callable[..., Path]) -> Callable[..., Version]:
    """Commits rows as the next version of a dataset."""

    def make(
        rows: Sequence[Row],
        dataset: str = "trees",
        mode: str = "replace",
        schema: pa.Schema = SCHEMA,
        declared: dict[str, str] | None = None,
        **more: Any,
    ) -> Version:
        with transaction.atomic():
            return commit_version(
                ROBOT, dataset, mode=mode, files=(parquet(rows, schema),), schema=declared, **more
            )  # type: ignore[arg-type]

    return make
