"""What stands in the columns of a finished file: masks first, then texts that a spreadsheet would take for a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cityhall.kernel.sql import quoted
from cityhall.warehouse.masks import masked, masked_local, shows_all
from cityhall.warehouse.query.compiling import find
from cityhall.warehouse.query.fragments import Fragment
from cityhall.warehouse.shapes import Column

# = + - @ tab, carriage return, line feed, and the full-width forms that spreadsheets may take for the same
_STARTS = tuple(ord(sign) for sign in "=+-@\t\r\n＝＋－＠")
_STARTS_SQL = ", ".join(map(str, _STARTS))
_PLAIN_NUMBER = "[+-]?[0-9]+([.][0-9]+)?"


@dataclass(frozen=True, slots=True)
class Shown:
    """One column of the file: its heading, its expression, and whether what comes out is text."""

    heading: str
    sql: Fragment
    text: bool
    column: Column


def shown_columns(
    columns: Sequence[Column], select: Sequence[str], masks: Mapping[str, str | None], *, local: bool
) -> tuple[Shown, ...]:
    """The columns of a file in the order of `select` (empty: all items); `local` puts moments into the
    city's time. Errors: `ItemUnknown`, `MaskUnusable`.
    """
    known = {column.name: column for column in columns}
    for name in masks:
        find(name, known)
    names = tuple(select) or tuple(column.name for column in columns if not column.internal)
    return tuple(_shown(find(name, known), masks.get(name), local) for name in names)


def _shown(column: Column, mask: str | None, local: bool) -> Shown:
    text = column.type in ("text", "geometry") or not shows_all(mask)
    sql = masked_local(column, mask) if local else masked(column, mask)
    return Shown(column.name, sql, text, column)


def projection(shown: Sequence[Shown]) -> Fragment:
    """The columns as they follow SELECT."""
    parts = [f"{one.sql.sql} AS {quoted(one.heading)}" for one in shown]
    return Fragment(", ".join(parts), tuple(value for one in shown for value in one.sql.values))


def harmless_projection(shown: Sequence[Shown]) -> str:
    """The same columns once more, over the first projection: a text that would start a formula gets an
    apostrophe before it, unless it is a plain number; so does such a heading.
    """
    return ", ".join(f"{_harmless(one)} AS {quoted(_harmless_heading(one.heading))}" for one in shown)


def _harmless_heading(heading: str) -> str:
    return f"'{heading}" if heading and ord(heading[0]) in _STARTS else heading


def _harmless(one: Shown) -> str:
    name = quoted(one.heading)
    if not one.text:
        return name
    # the first two comparisons are cheap and settle almost all: letters and Chinese characters lie between
    possible = f"({name} < 'A' OR {name} >= '＋') AND ascii({name}) IN ({_STARTS_SQL})"
    dangerous = f"{possible} AND NOT regexp_full_match({name}, '{_PLAIN_NUMBER}')"
    return f"CASE WHEN {dangerous} THEN '''' || {name} ELSE {name} END"
