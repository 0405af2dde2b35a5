"""Lists of divisions as they are published, read into plain rows."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cityhall.places.errors import DivisionCodeWrong, SourceShapeUnknown, SourceUnreadable
from cityhall.places.rules import normalised

BUNDLED = "bundled"
_DATA = Path(__file__).with_name("data")
_CODE_COLUMNS = ("code", "adcode")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list. Dates are ISO days, empty when open or not told; `ended`: abolished, on an unknown day."""

    code: str
    name: str
    valid_from: str = ""
    valid_to: str = ""
    english: str = ""
    ended: bool = False
    successors: tuple[str, ...] = ()


def read(source: str | Path) -> Iterator[Line]:
    """The lines of a list: `bundled` (what comes with the platform), or the path of a CSV or JSON file, also gzipped.

    CSV: columns code (or adcode) and name, optionally town (three or six digits to append), first_year and last_year,
    or english (the name in English). JSON: {code: name} of all codes ever, or {code: [successors]} of the abolished
    ones.
    """
    path = _DATA / "divisions.csv" if source == BUNDLED else Path(source)
    try:
        text = _text(path)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise SourceUnreadable(source=path.name) from error
    with text:
        yield from _json_lines(text, path) if ".json" in path.suffixes else _csv_lines(text, path)


def _text(path: Path) -> TextIO:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return io.StringIO(raw.decode("utf-8-sig"))


def _csv_lines(text: TextIO, path: Path) -> Iterator[Line]:
    rows = csv.DictReader(text)
    columns = rows.fieldnames or ()
    code_column = next((name for name in _CODE_COLUMNS if name in columns), "")
    if not code_column or "name" not in columns:
        raise SourceShapeUnknown(source=path.name)
    for number, row in enumerate(rows, 2):
        raw = (row[code_column] or "") + (row.get("town") or "")
        yield Line(
            code=_code(raw, number),
            name=(row["name"] or "").strip(),
            valid_from=_new_year(row.get("first_year"), 0),
            valid_to=_new_year(row.get("last_year"), 1),
            english=(row.get("english") or "").strip(),
        )


def _new_year(year: str | None, later: int) -> str:
    """The lists tell years: valid from the first day of one, until the first day after the other."""
    return f"{int(year) + later}-01-01" if year else ""


def _json_lines(text: TextIO, path: Path) -> Iterator[Line]:
    try:
        table = json.load(text)
    except json.JSONDecodeError as error:
        raise SourceUnreadable(source=path.name) from error
    if not isinstance(table, dict):
        raise SourceShapeUnknown(source=path.name)
    for number, (code, value) in enumerate(table.items(), 2):
        if isinstance(value, str):
            yield Line(_code(code, number), value, ended=True)
        elif isinstance(value, list):
            yield Line(_code(code, number), "", ended=True, successors=tuple(map(str, value)))
        else:
            raise SourceShapeUnknown(source=path.name)


def _code(text: str, line: int) -> str:
    code = normalised(text)
    if not code:
        raise DivisionCodeWrong(text=text, line=line)
    return code
