"""Puts a dataset of the synthetic city before the cleaner: staged rows, contract, outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
from tests.packing.reading import Rows

from cityhall.cleaning.engine import Checked, Contract, ItemSpec, Rule, Staged, check
from cityhall.kernel import clock


def stage(rows: Rows, folder: Path) -> Staged:
    """The rows as the decoder would stage them: Parquet of texts, null where a cell is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    names = list(rows[0])
    columns = {name: pyarrow.array([row[name] or None for row in rows], pyarrow.string()) for name in names}
    path = folder / "staged.parquet"
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return Staged((path,), tuple(names), len(rows), "file_row_number + 2")


def contract_of(dataset: dict[str, Any]) -> Contract:
    """What the catalogue entry asks of the rows."""
    items = tuple(
        ItemSpec(i["name"], i["name"], i.get("element"), i["type"], i["required"], i["unique"])
        for i in dataset["items"]
    )
    rules = tuple(
        Rule(r["code"], r["kind"], tuple(r["items"]), r["params"], r["severity"]) for r in dataset["rules"]
    )
    return Contract(items, tuple(dataset["key"]), rules)


def outcome(
    dataset: dict[str, Any], rows: Rows, folder: Path, references: dict[str, tuple[Path, ...]]
) -> Checked:
    """The cleaner's verdict."""
    return check(
        stage(rows, folder),
        contract_of(dataset),
        workdir=folder,
        references=references,
        as_of=clock.now(),
        threads=1,
    )
