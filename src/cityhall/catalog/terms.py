"""The vocabularies that come with the room as YAML: fields, licences, update cycles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cityhall.kernel.text import Text

FOLDER = Path(__file__).parent / "vocabulary"


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a vocabulary; `uri` for linked data; `open` concerns licences, `days` cycles."""

    code: str
    title: Text
    uri: str = ""
    open: bool = False
    days: int | None = None


@cache
def terms(name: str) -> dict[str, Term]:
    """A vocabulary by its file's name (`fields`, `licences`, `cycles`): code -> term, in the file's order."""
    return {row["code"]: _term(row) for row in read_rows(FOLDER / f"{name}.yaml")}


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a vocabulary file."""
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return rows


def _term(row: dict[str, Any]) -> Term:
    return Term(
        code=row["code"],
        title=Text(en=row["en"], zh=row["zh"]),
        uri=row.get("uri", ""),
        open=bool(row.get("open", False)),
        days=row.get("days"),
    )
