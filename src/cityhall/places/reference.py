"""All codes ever valid as one Parquet file, for checks that join a whole column against it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cityhall.kernel.durable import new_file
from cityhall.kernel.home import home
from cityhall.places.models import Division, Load
from cityhall.places.reading import BUNDLED, read
from cityhall.places.rules import level_of

_SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("name", pa.string()),
        ("level", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("open", pa.bool_()),
    ]
)
_FORM = 2  # changes with the columns, so that a file of the older form is not taken for one of this
_ROWS = 50_000
_Row = tuple[str, str, str, date | None, date | None]


def division_reference_file() -> Path:
    """The path of a Parquet file with one row per code and name: code, name, level, valid_from, valid_to
    (exclusive), open: whether the list names nothing under it, so that any longer code that begins with it is
    taken as a code of one of its towns or villages.

    It is made once per load, and from the bundled list while nothing has been loaded.
    """
    newest = Load.objects.order_by("-id").values_list("id", flat=True).first()
    path = home() / "reference" / f"divisions-{newest or BUNDLED}-{_FORM}.parquet"
    if not path.exists():
        _write(_loaded() if newest else _bundled(), path)
    return path


def _loaded() -> Iterator[_Row]:
    rows = Division.objects.order_by("id").values_list("code", "name", "level", "valid_from", "valid_to")
    yield from rows.iterator(_ROWS)


def _bundled() -> Iterator[_Row]:
    for line in read(BUNDLED):
        yield line.code, line.name, level_of(line.code), _day(line.valid_from), _day(line.valid_to)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _write(rows: Iterator[_Row], path: Path) -> None:
    everything = list(rows)
    above = {code[:length] for code, *_ in everything for length in (6, 9) if len(code) > length}
    marked = iter([(*row, row[0] not in above) for row in everything])
    with new_file(path) as temporary, pq.ParquetWriter(temporary, _SCHEMA) as writer:
        while chunk := list(islice(marked, _ROWS)):
            columns = zip(*chunk, strict=True)
            writer.write_table(
                pa.table([pa.array(c, f.type) for c, f in zip(columns, _SCHEMA, strict=True)], _SCHEMA)
            )
