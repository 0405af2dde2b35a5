"""Where does the table begin, and which rows name its columns?

Input is a grid: the first rows of a text or a sheet. A title line has few cells; a header row is as full as the table
and differs in kind from what stands below it; a second header row differs too (parent and child names, field codes,
units).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cityhall.collection.decoding.cells import Look, clean_name, extent, filled, look

SEARCHED = 40
COMPARED = 300
YEAR = re.compile(r"(?:19|20)\d\d年?(?:度)?")
UNIT = re.compile(r"[(（\[].{1,30}[)）\]]|%|‰|人|元|万元|个|户|件|km2?|m2?|kg|t|℃|°C|mm|μg/m³", re.I)
FIELD_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]*")
FOREIGN = re.compile(r"[\u3040-\u9fff]")
Grid = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions are 0-based rows of the grid. `names` are cleaned but not yet unique; empty = nameless."""

    titles: tuple[int, ...]
    header: tuple[int, ...]
    second: int | None  # a row of codes or translations below the names
    units: int | None  # a row of units or capacities below the names
    first: int  # first row of data
    names: tuple[str, ...]


def find_layout(grid: Grid, header_row: int | None = None, header_rows: int | None = None) -> Layout:
    """The layout of the table in `grid`. `header_row` (0-based; -1 = none) and `header_rows` overrule the search."""
    width = usual_width(grid)
    start = _start(grid, width)
    if header_row is not None and header_row >= 0:
        first = max(0, header_row - (header_rows or 1) + 1)
        return _named(grid, tuple(range(first, header_row + 1)), None, None, width)
    body = [row for row in grid[start + 1 : start + 1 + COMPARED] if filled(row)]
    if (
        start
        and start < len(grid)
        and not is_header(grid[start], body)
        and _names_some(grid[start - 1], grid[start:])
    ):
        start, body = start - 1, [grid[start], *body]
    if header_row == -1 or not is_header(grid[start] if start < len(grid) else (), body):
        return Layout(_titles(grid, start), (), None, None, start, ("",) * width)
    below = [row for row in grid[start + 2 : start + 2 + COMPARED] if filled(row)]
    role = (
        _second_role(grid[start], grid[start + 1], below)
        if header_rows != 1 and start + 1 < len(grid)
        else ""
    )
    if role == "child":
        return _named(grid, (start, start + 1), None, None, width)
    second = start + 1 if role == "codes" else None
    return _named(grid, (start,), second, start + 1 if role == "units" else None, width)


def usual_width(grid: Grid) -> int:
    """The width that most rows reach, or a wider one that several rows reach."""
    extents = Counter(extent(row) for row in grid if filled(row))
    if not extents:
        return 0
    return max(
        width for width, count in extents.items() if count >= max(1, extents.total() * 0.02) or width == 1
    )


def usual_cells(grid: Grid) -> int:
    """How many cells most rows are written with, empty ones at the end included."""
    counts = Counter(len(row) for row in grid if filled(row))
    return counts.most_common(1)[0][0] if counts else 0


def is_header(row: Sequence[str], body: Grid) -> bool:
    """Whether `row` names the columns of `body`: its cells differ in kind from those below, or all rows are words."""
    names = [clean_name(cell) for cell in row]
    given = [name for name in names if name]
    if not given or not body:
        return bool(given) and not body and all(look(name) is Look.TEXT for name in given)
    if _years(row, body):
        return True
    votes = [
        _vote(name, [cells[at] for cells in body if at < len(cells)]) for at, name in enumerate(names) if name
    ]
    if sum(votes) != 0:
        return sum(votes) > 0
    texts = sum(1 for name in given if look(name) is Look.TEXT)
    return (
        len(given) > 1
        and len(set(given)) == len(given)
        and texts == len(given)
        and max(map(len, given)) <= 80
    )


def _vote(name: str, column: list[str]) -> float:
    """+1 when the name differs in kind from its column, -1 when it could be one of its cells."""
    looks = Counter(kind for kind in map(look, column) if kind is not Look.EMPTY)
    if not looks:
        return 0.0
    usual, count = looks.most_common(1)[0]
    mine = look(name)
    if usual is not Look.TEXT and count >= 0.7 * looks.total():
        if mine is Look.TEXT:
            return 1.0
        return -1.0 if mine is usual else 0.0
    if mine in (Look.NUMBER, Look.DATE):
        return -1.0
    repeated = sum(1 for cell in column if clean_name(cell) == name)
    return -0.6 if repeated and repeated < 0.9 * len(column) and len(column) > 3 else 0.0


def _years(row: Sequence[str], body: Grid) -> bool:
    """A row of ascending years over columns of figures, with words in the first column below."""
    years = [cell.strip() for cell in row[1:] if cell.strip()]
    if (
        len(years) < 2
        or not all(YEAR.fullmatch(year) for year in years)
        or look(row[0]) not in (Look.EMPTY, Look.TEXT)
    ):
        return False
    ascending = years == sorted(set(years)) or years == sorted(set(years), reverse=True)
    words = sum(1 for cells in body if cells and look(cells[0]) is Look.TEXT)
    return ascending and words >= 0.5 * len(body)


def _start(grid: Grid, width: int) -> int:
    """The first row that is as full as the table: everything above is title."""
    if width <= 1:
        return _after_preamble(grid)
    fills = sorted((filled(row) for row in grid if filled(row)), reverse=True)
    usual = fills[len(fills) // 5] if fills else 0
    for at, row in enumerate(grid[:SEARCHED]):
        if filled(row) >= max(2, 0.55 * usual):
            return _parent_above(grid, at)
    return next((at for at, row in enumerate(grid) if filled(row)), 0)


def _names_some(row: Sequence[str], body: Grid) -> bool:
    """A header that names only some of the columns, right above rows that are fuller than it."""
    return filled(row) >= 2 and is_header(row, [cells for cells in body[:COMPARED] if filled(cells)])


def _parent_above(grid: Grid, at: int) -> int:
    """A row of group names over the names is part of the header although it is less full."""
    groups = {cell.strip() for cell in grid[at - 1] if cell.strip()} if at else set()
    if len(groups) >= 2 and filled(grid[at - 1]) >= 0.3 * filled(grid[at]):
        words = [look(cell) is Look.TEXT for cell in grid[at - 1] if cell.strip()]
        children = [look(cell) in (Look.TEXT, Look.EMPTY) for cell in grid[at]]
        if all(words) and all(children):
            return at - 1
    return at


def _after_preamble(grid: Grid) -> int:
    """A one-column list may open with a few lines and one blank line; a list with blanks everywhere does not."""
    blanks = [at for at, row in enumerate(grid) if not filled(row)]
    head = [at for at in blanks if at <= 5]
    if head and len(blanks) == len(head):
        return head[-1] + 1
    return next((at for at, row in enumerate(grid) if filled(row)), 0)


def _second_role(names: Sequence[str], row: Sequence[str], body: Grid) -> str:
    """What the row under the names is: `child` names, `codes` (or a translation), `units`, or data (empty string)."""
    cells = [clean_name(cell) for cell in row]
    given = [cell for cell in cells if cell]
    if not given or not body:
        return ""
    if len(given) >= 2 and sum(1 for cell in given if UNIT.fullmatch(cell)) >= max(2, 0.8 * (len(given) - 1)):
        return "units"
    if any(look(cell) in (Look.NUMBER, Look.DATE) for cell in given) or not _differs(cells, body):
        return ""
    gaps = [at for at, cell in enumerate(cells) if cell and (at >= len(names) or not names[at].strip())]
    given_names = [clean_name(name) for name in names if name.strip()]
    if gaps or len(set(given_names)) < len(given_names):
        return "child"
    if len(given) < 0.9 * len(given_names):
        return ""
    translated = bool(FOREIGN.search("".join(names))) != bool(FOREIGN.search("".join(cells)))
    return "codes" if translated or all(FIELD_CODE.fullmatch(cell) for cell in given) else ""


def _differs(cells: Sequence[str], body: Grid) -> bool:
    """Whether the row is words where the columns below it are figures or dates."""
    votes = [_vote(cell, [row[at] for row in body if at < len(row)]) for at, cell in enumerate(cells) if cell]
    return votes.count(1.0) >= 1 and votes.count(1.0) >= 3 * sum(1 for vote in votes if vote < 0)


def _titles(grid: Grid, start: int) -> tuple[int, ...]:
    return tuple(at for at in range(start) if filled(grid[at]))


def _named(grid: Grid, header: tuple[int, ...], second: int | None, units: int | None, width: int) -> Layout:
    rows = [grid[at] if at < len(grid) else () for at in header]
    width = max(width, *(extent(row) for row in rows))
    names = combine(rows, width)
    first = max([*header, *(at for at in (second, units) if at is not None)]) + 1
    return Layout(_titles(grid, header[0]), header, second, units, first, names)


def combine(rows: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
    """One name per column from one or more header rows: "parent child"; a parent stretches over blanks to
    its right."""
    padded = [[clean_name(row[at]) if at < len(row) else "" for at in range(width)] for row in rows]
    for level in range(len(padded) - 1):
        for at in range(1, width):
            if not padded[level][at] and padded[level + 1][at] and _same_group(padded, level, at):
                padded[level][at] = padded[level][at - 1]
    names = []
    for at in range(width):
        parts: list[str] = []
        for row in padded:
            if row[at] and row[at] not in parts:
                parts.append(row[at])
        names.append(" ".join(parts))
    return tuple(names)


def _same_group(padded: list[list[str]], level: int, at: int) -> bool:
    """A blank belongs to the group on its left when the columns above agree and that group has children."""
    if level and padded[level - 1][at] != padded[level - 1][at - 1]:
        return False
    return bool(padded[level][at - 1]) and bool(padded[level + 1][at - 1])
