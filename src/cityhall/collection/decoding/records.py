"""JSON records become a staged table, in one pass where the first records have all the columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, KeysView
from itertools import islice
from pathlib import Path

from cityhall.collection.decoding.alike import Alike
from cityhall.collection.decoding.cells import clean_name, unique_names
from cityhall.collection.decoding.delimited import tally_notes
from cityhall.collection.decoding.documents import Item, Records, open_records
from cityhall.collection.decoding.encodings import Encoding
from cityhall.collection.decoding.flatten import Cells, as_json, feature, flatten
from cityhall.collection.decoding.notes import note
from cityhall.collection.decoding.outcome import LONGEST_TEXT, BrokenRow, Parsed, to_table
from cityhall.collection.decoding.pieces import Chunk, chunks
from cityhall.collection.decoding.tables import Hints, Limits, Progress, StagedTable
from cityhall.collection.decoding.writing import StageWriter
from cityhall.collection.errors import NotATable, TooManyColumns

FIRST = 4
"""Pieces whose columns are taken for those of all, until another one is met."""


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
    keys = _keys(islice(chunks(records), FIRST), records, name)
    writer = _written(records, keys, into, progress) if keys else None
    if writer is None:
        keys = _keys(chunks(records), records, name)
        writer = _written(records, keys, into, progress) if keys else None
    if writer is None:
        raise NotATable(
            file=name, why_en="the JSON holds no records with values", why_zh="JSON 中没有带值的记录"
        )
    notes = tuple(tally_notes(writer))
    if records.where:
        notes = (note("envelope", what=records.where), *notes)
    return StagedTable(
        name=stem,
        files=(writer.path,),
        columns=writer.names,
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


def _written(records: Records, keys: list[str], into: Path, progress: Progress) -> StageWriter | None:
    """The staged rows; None when a record has a column that is not among the keys: then all of them must be known
    first."""
    names = unique_names([clean_name(key) for key in keys])
    writer = StageWriter(into, "records", names, (), ())
    try:
        done = 0
        for chunk in chunks(records):
            parsed = _parsed(chunk, records, keys, names)
            if parsed is None:
                writer.abort()
                return None
            writer.add(parsed)
            done += chunk.rows if isinstance(chunk, Alike) else len(chunk)
            progress("rows", done, done)
    except BaseException:
        writer.abort()
        raise
    writer.close()
    return writer


def _cells(item: Item, records: Records) -> Cells | None:
    if not isinstance(item.value, dict):
        return None
    if records.format == "geojson":
        return feature(item.value, records.limits.depth)
    return flatten(item.value, records.limits.depth)


def _keys(pieces: Iterable[Chunk], records: Records, name: str) -> list[str]:
    """The columns of these records in the order in which they first occur."""
    keys: dict[str, None] = {}
    for piece in pieces:
        for some in _keys_of(piece, records):
            if not keys.keys() >= some:
                keys.update(dict.fromkeys(some))
                if len(keys) > records.limits.columns:
                    raise TooManyColumns(
                        file=name, found=f"> {records.limits.columns}", limit=records.limits.columns
                    )
    return list(keys)


def _keys_of(piece: Chunk, records: Records) -> Iterator[KeysView[str]]:
    if isinstance(piece, Alike):
        yield from piece.columns()
    else:
        yield from (cells.keys() for item in piece if (cells := _cells(item, records)) is not None)


def _parsed(chunk: Chunk, records: Records, keys: list[str], names: tuple[str, ...]) -> Parsed | None:
    """The rows of a chunk; None when one has a column more."""
    if isinstance(chunk, Alike):
        more = any(not some <= set(keys) for some in chunk.columns())
        return None if more else Parsed(chunk.table(keys, names), [], [], 0)
    rows: list[list[str | None]] = []
    lines: list[int] = []
    broken: list[BrokenRow] = []
    known = frozenset(keys)
    for item in chunk:
        cells = _cells(item, records)
        if cells is None:
            broken.append(_broken(item))
            continue
        if not known.issuperset(cells):
            return None
        rows.append([*map(cells.get, keys)])
        lines.append(item.number)
    table = to_table(rows, lines, names) if rows else None
    return Parsed(table, broken, [], 0)


def _broken(item: Item) -> BrokenRow:
    if item.error:
        return BrokenRow(item.number, item.text[:LONGEST_TEXT], "bad_json", item.error)
    return BrokenRow(
        item.number, as_json(item.value)[:LONGEST_TEXT], "not_a_record", "an object was expected"
    )
