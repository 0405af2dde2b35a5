"""Is it a table at all? A form or a running text is refused with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cityhall.collection.decoding.cells import Look, filled, look
from cityhall.collection.decoding.headers import Grid, Layout
from cityhall.kernel.text import Text

PROSE = 60  # median length of the lines of a running text
EMPTY = Text(en="it holds no rows", zh="其中没有数据行")


def why_not_a_table(grid: Grid, layout: Layout) -> Text | None:
    """The reason why `grid` is not a table, or None. Looks at the first rows only."""
    body = grid[layout.first :]
    full = [row for row in body if filled(row)]
    if not full:
        return EMPTY
    width = len(layout.names)
    if width == 1:
        return _prose(full, body) if not layout.header else None
    gaps = _gaps(body)
    share = sum(filled(row) for row in full) / (len(full) * width)
    if gaps >= 3 and share < 0.6 and not _has_figures(full, width):
        return Text(
            en=f"it is a form: {gaps + 1} groups of lines with different headings, "
            f"{share:.0%} of the cells filled, no column of figures",
            zh=f"这是一张表单：由 {gaps + 1} 组标题各异的行组成，仅 {share:.0%} 的单元格有内容，没有数值列",
        )
    if share < 0.35 and not layout.header and len({filled(row) for row in full}) > 2:
        return Text(
            en=f"the cells are scattered ({share:.0%} filled) and no row names the columns: "
            "it looks like a form",
            zh=f"单元格零散（仅 {share:.0%} 有内容），且没有表头行：看起来是一张表单",
        )
    return None


def _gaps(body: Grid) -> int:
    """Runs of blank rows between filled ones."""
    flags = [bool(filled(row)) for row in body]
    while flags and not flags[-1]:
        flags.pop()
    return sum(1 for at in range(1, len(flags)) if flags[at] and not flags[at - 1])


def _has_figures(rows: Grid, width: int) -> bool:
    """Whether some column is mostly numbers or dates and well filled."""
    for column in range(width):
        looks = Counter(look(row[column]) for row in rows if column < len(row))
        looks.pop(Look.EMPTY, None)
        if looks.total() >= 0.3 * len(rows) and looks[Look.NUMBER] + looks[Look.DATE] >= 0.7 * looks.total():
            return True
    return False


def _prose(rows: Grid, body: Grid) -> Text | None:
    lengths = sorted(len(row[0]) for row in rows)
    if lengths[len(lengths) // 2] <= PROSE or not _spoken([row[0] for row in rows]):
        return None
    return Text(
        en=f"it is a running text of {len(body)} lines, without columns",
        zh=f"这是一篇 {len(body)} 行的文章，没有分列",
    )


def _spoken(lines: Sequence[str]) -> bool:
    """Sentences: blanks or full-width punctuation between words."""
    return sum(1 for line in lines if line.count(" ") > 5 or "，" in line or "。" in line) > 0.5 * len(lines)
