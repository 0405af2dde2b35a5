"""JSON records become a staged table: one pass for the columns, one for the cells."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from cityhall.collection.decoding.cells import clean_name, unique_names
from cityhall.collection.decoding.delimited import tally_notes
from cityhall.collection.decoding.documents import Item, Records, open_records
from cityhall.collection.decoding.encodings import Encoding
from cityhall.collection.decoding.flatten import as_json, feature, flatten
from cityhall.collection.decoding.notes import note
from cityhall.collection.decoding.outcome import LONGEST_TEXT, BrokenRow, Parsed, to_table
from cityhall.collection.decoding.tables import Hints, Limits, Progress, StagedTable
from cityhall.collection.decoding.writing import StageWriter
from cityhall.collection.errors import NotATable, TooManyColumns

CHUNK = 10_000


def stage_records(
    path: Path,
    name: str,
    stem: str,
    into: Path,
    encoding: Encoding,
    hints: Hints,
    limits: Limits,
    progress: Progress,
) -> StagedTable:
    """Stages the JSON document at `path`. Raises BrokenDocument, NotATable, TooManyColumns, LineTooLong."""
    records = open_records(path, name, encoding, hints, limits)
    keys = _keys(records, name, limits)
    names = unique_names([clean_name(key) for key in keys])
    writer = StageWriter(into, "records", names, (), ())
    try:
        done = 0
        items = records.items()
        while chunk := list(islice(items, CHUNK)):
            writer.add(_parsed(chunk, records, keys, names))
            done += len(chunk)
            progress("stage", done, done)
    except BaseException:
        writer.abort()
        raise
    writer.close()
    notes = tuple(tally_notes(writer))
    if records.where:
        notes = (note("envelope", what=records.where), *notes)
    return StagedTable(
        name=stem,
        files=(writer.path,),
        columns=names,
        rows=writer.rows,
        line_sql="_line",
        broken=writer.broken_path if writer.broken_rows else None,
        broken_rows=writer.broken_rows,
        encoding=encoding.name,
        format=records.format,
        dialect={"path": records.where},
        notes=notes,
        filled=writer.filled,
    )


def _cells(item: Item, records: Records) -> dict[str, str] | None:
    if not isinstance(item.value, dict):
        return None
    if records.format == "geojson":
        return feature(item.value, records.limits.depth)
    return flatten(item.value, records.limits.depth)


def _keys(records: Records, name: str, limits: Limits) -> list[str]:
    """All columns in the order in which they first occur."""
    keys: dict[str, None] = {}
    for item in records.items():
        cells = _cells(item, records)
        if cells is not None:
            keys.update(dict.fromkeys(cells))
            if len(keys) > limits.columns:
                raise TooManyColumns(file=name, found=f"> {limits.columns}", limit=limits.columns)
    if not keys:
        raise NotATable(
            file=name, why_en="the JSON holds no records with values", why_zh="JSON 中没有带值的记录"
        )
    return list(keys)


def _parsed(chunk: list[Item], records: Records, keys: list[str], names: tuple[str, ...]) -> Parsed:
    rows: list[list[str]] = []
    lines: list[int] = []
    broken: list[BrokenRow] = []
    for item in chunk:
        cells = _cells(item, records)
        if cells is None:
            broken.append(_broken(item))
            continue
        rows.append([cells.get(key, "") for key in keys])
        lines.append(item.number)
    table = to_table(rows, lines, names) if rows else None
    return Parsed(table, broken, [], 0)


def _broken(item: Item) -> BrokenRow:
    if item.error:
        return BrokenRow(item.number, item.text[:LONGEST_TEXT], "bad_json", item.error)
    return BrokenRow(
        item.number, as_json(item.value)[:LONGEST_TEXT], "not_a_record", "an object was expected"
    )
