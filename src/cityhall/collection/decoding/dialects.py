"""How are the cells of a text separated? The delimiter that gives most rows the same width wins."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x01", "\x1f")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")
SAMPLE_ROWS = 500


@dataclass(frozen=True, slots=True)
class Dialect:
    """A delimiter (None = the lines are the only column) and whether a quote wraps cells."""

    delimiter: str | None
    quote: bool = True

    def as_dict(self) -> dict[str, str]:
        """The form that is stored and shown."""
        return {"delimiter": self.delimiter or "", "quote": '"' if self.quote else ""}


@dataclass(frozen=True, slots=True)
class TextRow:
    """A parsed row with the 1-based line on which it starts and the number of lines it covers."""

    line: int
    height: int
    cells: list[str]


def lines_of(text: str) -> list[str]:
    """`text` in physical lines with their ends (LF, CRLF or CR; the other separators of Unicode are content)."""
    return LINE.findall(text)


def _lines(text: str) -> Iterator[str]:
    """The same one by one: often only the first of a long text are wanted."""
    return (line.group() for line in LINE.finditer(text))


def parse(text: str, dialect: Dialect, first_line: int = 1, limit: int | None = None) -> list[TextRow]:
    """Rows of `text`; quoted cells may hold line ends. Never raises: a stray quote is kept as it stands."""
    feed = _lines(text)
    if dialect.delimiter is None:
        return [
            TextRow(first_line + at, 1, [line.rstrip("\r\n")]) for at, line in enumerate(islice(feed, limit))
        ]
    # A lone CR inside an unquoted cell cannot occur: the lines were cut there.
    if dialect.quote:
        reader = csv.reader(feed, delimiter=dialect.delimiter, quotechar='"')
    else:
        reader = csv.reader(feed, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE)
    rows: list[TextRow] = []
    before = 0
    for cells in islice(reader, limit):
        rows.append(TextRow(first_line + before, reader.line_num - before, cells))
        before = reader.line_num
    return rows


def sniff_dialect(text: str, delimiter: str | None = None) -> Dialect:
    """The dialect of a sample of whole lines; a given `delimiter` is taken as it is."""
    quote = '"' in text
    if delimiter is not None:
        return Dialect(delimiter, quote)
    best = Dialect(None, False)
    best_score = 0.0
    for candidate in DELIMITERS:
        if candidate not in text:
            continue
        score = _score(parse(text, Dialect(candidate, quote), limit=SAMPLE_ROWS))
        if score > best_score * 1.01:
            best, best_score = Dialect(candidate, quote), score
    return best


def _score(rows: list[TextRow]) -> float:
    """Share of rows with the usual width, weighed by that width; 0 when hardly any two rows agree."""
    widths = Counter(len(_trimmed(row.cells)) for row in rows if any(cell.strip() for cell in row.cells))
    full = Counter(len(row.cells) for row in rows if any(cell.strip() for cell in row.cells))
    total = full.total()
    if not total:
        return 0.0
    width, count = max(full.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    share = count / total
    if width < 2 or max(widths, default=0) < 2 or (share < 0.5 and count < 20):
        return 0.0
    return share * share * (1 + min(width, 20) / 20)


def _trimmed(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
