"""One sheet of a workbook becomes a staged table. Rows stream; only the head (for the header) and the tail
(for notes) wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from cityhall.collection.decoding.beside import BESIDE_APART, Part, cut, parts_of
from cityhall.collection.decoding.cells import clean_name, filled
from cityhall.collection.decoding.delimited import tally_notes
from cityhall.collection.decoding.footers import footer_length
from cityhall.collection.decoding.forms import EMPTY, why_not_a_table
from cityhall.collection.decoding.groups import label_groups
from cityhall.collection.decoding.headers import Layout, find_layout
from cityhall.collection.decoding.merged import Filler, Merge, fill_all
from cityhall.collection.decoding.naming import Naming, name_columns
from cityhall.collection.decoding.notes import excerpt, note
from cityhall.collection.decoding.outcome import Parsed, padded, to_table
from cityhall.collection.decoding.tables import Hints, Limits, Note, StagedTable
from cityhall.collection.decoding.writing import StageWriter
from cityhall.collection.errors import TooManyColumns
from cityhall.kernel.text import Text

HEAD = 1_000
TAIL = 200
CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as the reader gives it: `rows` from sheet row 1 on, as text."""

    name: str
    rows: Iterable[list[str]]
    width: int
    merges: tuple[Merge, ...]
    padded: int = 0  # cells that got the leading zeros of their format


class NoTable(Exception):
    """The sheet is not a table; `why` says it to people. Collected by the workbook, which knows the other sheets."""

    def __init__(self, why: Text):
        self.why = why
        super().__init__(why.en)


def stage_sheet(
    sheet: Sheet, file: str, stem: str, into: Path, hints: Hints, limits: Limits, kind: str
) -> StagedTable:
    """Stages one sheet. Raises NoTable, TooManyColumns, DuplicateHeaders."""
    filler = Filler(sheet.merges, sheet.width)
    stream = fill_all(sheet.rows, filler)
    head = list(islice(stream, HEAD))
    layout = _layout(head, filler, hints)
    titles = layout.titles
    parts = (
        parts_of(head, layout.header[-1]) if layout.header and len(head) < HEAD else [Part(0, sheet.width)]
    )
    if len(parts) > 1:
        layout = replace(
            find_layout(cut(head, parts[0]), layout.header[-1], len(layout.header)), titles=titles
        )
    why = why_not_a_table(cut(head, parts[0]), layout) if any(filled(row) for row in head) else EMPTY
    if why and hints.header_row is None:
        raise NoTable(why)
    if len(layout.names) > limits.columns:
        raise TooManyColumns(file=file, found=len(layout.names), limit=limits.columns)
    naming = name_columns(layout, cut(head, parts[0]), layout.names)
    writer = StageWriter(into, stem, naming.names, naming.raw, naming.twins)
    footer: list[str] = []
    labelled = 0
    try:
        for place, part in enumerate(parts):
            rows = _numbered(head, iter(()) if place else stream, layout.first, place * BESIDE_APART)
            below, filled_in = _write(rows, part, naming, writer)
            footer += below
            labelled += filled_in
    except BaseException:
        writer.abort()
        raise
    writer.close()
    naming.check_twins(writer.different, file, hints)
    facts = _Facts(kind, len(parts), filler.filled, sheet.padded, labelled)
    return _staged(sheet, head, layout, naming, writer, footer, facts)


def _layout(head: list[list[str]], filler: Filler, hints: Hints) -> Layout:
    if hints.header_row is not None:
        return find_layout(head, hints.header_row - 1, hints.header_rows)
    layout = find_layout(head, header_rows=hints.header_rows)
    if not layout.header:
        return layout
    span = filler.header_span(layout.header[0])
    if span > len(layout.header) and layout.header[0] + span < len(head):
        return find_layout(head, layout.header[0] + span - 1, span)
    return layout


def _numbered(
    head: list[list[str]], rest: Iterator[list[str]], first: int, moved: int
) -> Iterator[tuple[int, list[str]]]:
    """Data rows with their sheet row, 1-based, `moved` up so that rows of parts side by side stay apart."""
    for number, cells in enumerate(head[first:], first + 1):
        yield number + moved, cells
    for number, cells in enumerate(rest, len(head) + 1):
        yield number + moved, cells


def _write(
    rows: Iterator[tuple[int, list[str]]], part: Part, naming: Naming, writer: StageWriter
) -> tuple[list[str], int]:
    """Writes all rows but the notes at the end; answers their texts, and how many rows got the label of their group."""
    held: deque[tuple[int, list[str]]] = deque()
    before = writer.rows
    for number, cells in rows:
        held.append((number, cut([cells], part)[0]))
        if len(held) >= CHUNK + TAIL:
            _put([held.popleft() for _ in range(CHUNK)], naming.names, writer)
    tail = list(held)
    length = footer_length([cells for _, cells in tail], len(naming.names))
    body, notes = tail[: len(tail) - length], tail[len(tail) - length :]
    whole = writer.rows == before  # a long table streams, and its blocks are never seen together
    labelled = label_groups([cells for _, cells in body]) if whole else 0
    if body:
        _put(body, naming.names, writer)
    texts = [" ".join(cell for cell in cells if cell.strip()) for _, cells in notes if filled(cells)]
    return texts, labelled


def _put(rows: list[tuple[int, list[str]]], names: tuple[str, ...], writer: StageWriter) -> None:
    width = len(names)
    cells = [padded(row[:width], width) for _, row in rows]
    writer.add(Parsed(to_table(cells, [number for number, _ in rows], names), [], [], 0))


@dataclass(frozen=True, slots=True)
class _Facts:
    kind: str
    parts: int
    merged: int
    padded: int
    labelled: int


def _staged(
    sheet: Sheet,
    head: list[list[str]],
    layout: Layout,
    naming: Naming,
    writer: StageWriter,
    footer: list[str],
    facts: _Facts,
) -> StagedTable:
    titles = [" ".join(dict.fromkeys(cell for cell in head[at] if cell.strip())) for at in layout.titles]
    kept = tuple(name for name, filled in writer.filled.items() if filled or naming.named[name])
    if not writer.rows and not layout.header:
        raise NoTable(EMPTY)
    lines = range(1, len(head) + 1)
    notes = list(naming.notes(layout, lines, writer.filled)) + list(tally_notes(writer))
    if titles:
        notes.insert(0, note("title", [lines[at] for at in layout.titles], what=excerpt(titles)))
    if footer:
        notes.append(note("footnotes", count=len(footer), what=excerpt(footer)))
    notes += _sheet_notes(facts)
    header = layout.header + tuple(at for at in (layout.second,) if at is not None)
    return StagedTable(
        name=clean_name(sheet.name) or sheet.name,
        files=(writer.path,),
        columns=kept,
        rows=writer.rows,
        line_sql="_line",
        broken=None,
        broken_rows=0,
        encoding="utf-8",
        format=facts.kind,
        dialect={"sheet": sheet.name},
        header_lines=tuple(at + 1 for at in header),
        title=excerpt(titles) or None,
        codes={name: code for name, code in naming.codes.items() if name in kept},
        notes=tuple(notes),
        filled={name: writer.filled[name] for name in kept},
    )


def _sheet_notes(facts: _Facts) -> Iterator[Note]:
    if facts.parts > 1:
        yield note("side_by_side", count=facts.parts)
    if facts.merged:
        yield note("merged_cells", count=facts.merged)
    if facts.labelled:
        yield note("group_labels", count=facts.labelled)
    if facts.padded:
        yield note("zero_padded", count=facts.padded)
