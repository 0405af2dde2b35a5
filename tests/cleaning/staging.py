"""Small staged tables, and the check of them in one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import stdnum.cn.ric

from cityhall.cleaning.engine import (
    Checked,
    Contract,
    Staged,
    check,
)

AS_OF = datetime(2025, 7, 1, tzinfo=UTC)


def staged(folder: Path, columns: Mapping[str, Sequence[str | None]]) -> Staged:
    """A staged table; its first row is line 2 of the source."""
    table = pa.table({name: pa.array(list(cells), pa.string()) for name, cells in columns.items()})
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "staged.parquet"
    pq.write_table(table, file)
    return Staged((file,), tuple(columns), table.num_rows, "file_row_number + 2")


def rows(file: Path | None) -> list[dict[str, Any]]:
    return [] if file is None else pq.read_table(file).to_pylist()


def checked(
    folder: Path, columns: Mapping[str, Sequence[str | None]], contract: Contract, **more: Any
) -> Checked:
    return check(staged(folder, columns), contract, workdir=folder / "work", as_of=AS_OF, **more)


def codes(outcome: Checked) -> dict[tuple[str, str], int]:
    return {(tally.column, tally.code): tally.rows for tally in outcome.tallies}


def identity(number: int) -> str:
    body = f"33030219{50 + number % 50}{1 + number % 12:02}{1 + number % 28:02}{number % 1000:03}"
    return body + stdnum.cn.ric.calc_check_digit(body + "0")
