"""A text file becomes a staged table: encoding, dialect, header and footer are found, then the rows stream
to Parquet."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cityhall.collection.decoding.blocks import (
    LINE_END,
    Block,
    Region,
    count_lines,
    offset_of_line,
    read_blocks,
    row_end,
)
from cityhall.collection.decoding.dialects import Dialect, TextRow, parse, sniff_dialect
from cityhall.collection.decoding.encodings import Encoding
from cityhall.collection.decoding.footers import footer_length
from cityhall.collection.decoding.forms import EMPTY, why_not_a_table
from cityhall.collection.decoding.headers import Layout, find_layout, usual_cells
from cityhall.collection.decoding.naming import Naming, name_columns
from cityhall.collection.decoding.notes import excerpt, note
from cityhall.collection.decoding.outcome import Parsed
from cityhall.collection.decoding.rows import parse_block
from cityhall.collection.decoding.suspicions import is_total
from cityhall.collection.decoding.tables import Hints, Limits, Note, Progress, StagedTable
from cityhall.collection.decoding.writing import StageWriter
from cityhall.collection.errors import EmptyFile, LineTooLong, NotATable, TooManyColumns

HEAD = 1024**2
TAIL = 256 * 1024
GRID_ROWS = 1_000
WORKERS = 2
AHEAD = 6
"""Blocks parsed while a row group is written: as many as it takes."""
NOTHING = '\ufeff \t\r\n,;|"'


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that was found out before the first row is staged."""

    encoding: Encoding
    dialect: Dialect
    layout: Layout
    rows: list[TextRow]  # of the head
    naming: Naming
    region: Region
    footer: list[str]  # texts of the lines below the table


def stage_delimited(
    path: Path,
    name: str,
    stem: str,
    into: Path,
    encoding: Encoding,
    hints: Hints,
    limits: Limits,
    progress: Progress,
) -> StagedTable:
    """Stages the text at `path`. Raises NotATable, TooManyColumns, LineTooLong, DuplicateHeaders."""
    plan = make_plan(path, name, encoding, hints, limits)
    writer = StageWriter(into, stem, plan.naming.names, plan.naming.raw, plan.naming.twins)
    last_line, done = plan.region.first_line, 0
    try:
        for block, parsed in _parsed_blocks(path, name, plan, limits):
            writer.add(parsed)
            last_line = block.first_line + block.lines
            done += len(block.data)
            progress("bytes", done, plan.region.end - plan.region.start)
    except BaseException:
        writer.abort()
        raise
    writer.close()
    plan.naming.check_twins(writer.different, name, hints)
    return _staged(writer, plan, name, stem, last_line)


def make_plan(path: Path, name: str, encoding: Encoding, hints: Hints, limits: Limits) -> Plan:
    """Looks at the head and the tail of the file."""
    size = path.stat().st_size
    head = _head(path, name, encoding.mark, limits)
    text = head.decode(encoding.codec, "replace")
    dialect = sniff_dialect(text, hints.delimiter)
    rows = parse(text, dialect, limit=GRID_ROWS)
    grid = [row.cells for row in rows]
    if not text.strip(NOTHING):
        raise EmptyFile(file=name)
    layout = find_layout(grid, _grid_row(rows, hints.header_row), hints.header_rows)
    if len(layout.names) > limits.columns:
        raise TooManyColumns(file=name, found=len(layout.names), limit=limits.columns)
    why = None if hints.header_row is not None else why_not_a_table(grid, layout)
    if why and not (why is EMPTY and layout.header):
        raise NotATable(file=name, why_en=why.en, why_zh=why.zh)
    # A delimiter at the end of every line makes one more cell: a nameless column that is dropped if it
    # stays empty.
    width = min(max(len(layout.names), usual_cells(grid[layout.first :])), limits.columns)
    naming = name_columns(layout, grid, layout.names + ("",) * (width - len(layout.names)))
    first = rows[layout.first].line if layout.first < len(rows) else count_lines(head) + 1
    start = encoding.mark + offset_of_line(head, first - 1)
    end, footer = _footer(path, start, size, encoding, dialect, len(layout.names))
    return Plan(encoding, dialect, layout, rows, naming, Region(start, end, first), footer)


def _head(path: Path, name: str, mark: int, limits: Limits) -> bytes:
    """The first rows of the file, about HEAD bytes, ending with a row."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(mark)
        data = file.read(HEAD)
        if size - mark > HEAD and not row_end(data, True):
            data += file.read(limits.line_bytes)
    if size - mark <= len(data):
        return data
    end = row_end(data, True)
    if not end:
        raise LineTooLong(file=name, line=1, limit=limits.line_bytes)
    return data[:end]


def _grid_row(rows: list[TextRow], line: int | None) -> int | None:
    """The grid row that a 1-based line number means; -1 for 0 (no header)."""
    if line is None or line <= 0:
        return None if line is None else -1
    return next(
        (at for at, row in enumerate(rows) if row.line <= line < row.line + row.height), len(rows) - 1
    )


def _footer(
    path: Path, start: int, size: int, encoding: Encoding, dialect: Dialect, width: int
) -> tuple[int, list[str]]:
    """Where the data ends, and the texts below it."""
    begin = max(start, size - TAIL)
    with path.open("rb") as file:
        file.seek(begin)
        tail = file.read()
    if begin > start:
        skipped = _aligned(tail) if dialect.quote else offset_of_line(tail, 1)
        tail, begin = tail[skipped:], begin + skipped
    rows = parse(tail.decode(encoding.codec, "replace"), dialect)
    length = footer_length([row.cells for row in rows], width)
    if not length:
        return size, []
    texts = [" ".join(cell for cell in row.cells if cell.strip()) for row in rows[len(rows) - length :]]
    cut = offset_of_line(tail, rows[len(rows) - length].line - 1)
    return begin + cut, [text for text in texts if text]


def _aligned(tail: bytes) -> int:
    """The first line of `tail` from which on the quotes are paired: the beginning of a row."""
    left = tail.count(b'"')
    before = 0
    for end in LINE_END.finditer(tail):
        left -= tail.count(b'"', before, end.end())
        before = end.end()
        if left % 2 == 0:
            return before
    return offset_of_line(tail, 1)


def _parsed_blocks(path: Path, name: str, plan: Plan, limits: Limits) -> Iterator[tuple[Block, Parsed]]:
    """Blocks parsed two at a time, in order, some of them ahead of the writing."""
    blocks = read_blocks(
        path, plan.region, limits, plan.dialect.quote or plan.dialect.delimiter is not None, name
    )
    waiting: deque[tuple[Block, Future[Parsed]]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        for block in blocks:
            waiting.append(
                (
                    block,
                    pool.submit(
                        parse_block, block, plan.encoding.codec, _dialect(plan, block), plan.naming.names
                    ),
                )
            )
            if len(waiting) > AHEAD:
                ready, parsed = waiting.popleft()
                yield ready, parsed.result()
        while waiting:
            ready, parsed = waiting.popleft()
            yield ready, parsed.result()


def _dialect(plan: Plan, block: Block) -> Dialect:
    """Quotes may first appear far below the head."""
    if plan.dialect.delimiter is None or plan.dialect.quote or b'"' not in block.data:
        return plan.dialect
    return Dialect(plan.dialect.delimiter, True)


def _staged(writer: StageWriter, plan: Plan, name: str, stem: str, after: int) -> StagedTable:
    kept = tuple(column for column, filled in writer.filled.items() if filled or plan.naming.named[column])
    if not kept or not (writer.rows or writer.broken_rows or plan.layout.header):
        raise NotATable(file=name, why_en="it holds no rows", why_zh="其中没有数据行")
    rows = plan.rows
    titles = [" ".join(cell for cell in rows[at].cells if cell.strip()) for at in plan.layout.titles]
    header = plan.layout.header + tuple(at for at in (plan.layout.second,) if at is not None)
    return StagedTable(
        name=stem,
        files=(writer.path,),
        columns=kept,
        rows=writer.rows,
        line_sql="_line",
        broken=writer.broken_path if writer.broken_rows else None,
        broken_rows=writer.broken_rows,
        encoding=plan.encoding.name,
        format="csv" if plan.dialect.delimiter != "\t" else "tsv",
        dialect=plan.dialect.as_dict(),
        header_lines=tuple(rows[at].line for at in header),
        title=excerpt(titles) or None,
        codes={column: code for column, code in plan.naming.codes.items() if column in kept},
        notes=tuple(_notes(writer, plan, titles, after)),
        filled={column: writer.filled[column] for column in kept},
    )


def _notes(writer: StageWriter, plan: Plan, titles: list[str], after: int) -> Iterator[Note]:
    if titles:
        yield note("title", [plan.rows[at].line for at in plan.layout.titles], what=excerpt(titles))
    yield from plan.naming.notes(plan.layout, [row.line for row in plan.rows], writer.filled)
    yield from tally_notes(writer)
    if plan.footer:
        yield note("footnotes", [after], count=len(plan.footer), what=excerpt(plan.footer))


def tally_notes(writer: StageWriter) -> Iterator[Note]:
    """What the writer counted."""
    for code, tally in (
        ("blank_rows", writer.blank),
        ("repeated_header", writer.repeated),
        ("short_rows", writer.padded),
    ):
        if tally.count:
            yield note(code, tally.lines, count=tally.count)
    if writer.broken_rows:
        yield note("broken_rows", count=writer.broken_rows)
    if writer.headings.count:
        lines = writer.headings.lines
        yield note("second_table", lines, count=writer.headings.count, what=", ".join(map(str, lines)))
    if writer.rows > 1 and is_total(writer.last):
        yield note("total_row", count=1, what=excerpt([cell for cell in writer.last if cell]))
