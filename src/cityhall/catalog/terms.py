"""The vocabularies that come with the room as YAML: fields, licences, update cycles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cityhall.catalog.errors import CatalogueUnreadable
from cityhall.kernel.declared import read_yaml
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
    return read_terms(FOLDER / f"{name}.yaml")


def read_terms(path: Path) -> dict[str, Term]:
    """The terms of a YAML list of `{code, title: {en, zh}, …}`; raises CatalogueUnreadable."""
    try:
        rows = read_yaml(path)
        return {str(row["code"]): _term(row) for row in rows}
    except (yaml.YAMLError, TypeError, KeyError, AttributeError, UnicodeDecodeError) as error:
        raise CatalogueUnreadable(file=path.name, problem=Text("not a list of terms", "不是词表")) from error


def _term(row: dict[str, Any]) -> Term:
    return Term(
        code=str(row["code"]),
        title=Text.from_dict(row["title"]),
        uri=row.get("uri", ""),
        open=bool(row.get("open", False)),
        days=row.get("days"),
    )
