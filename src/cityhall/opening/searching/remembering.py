"""What the index answered lately, kept in each process while nothing changes: words recur, and the parts of words more so."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Final

from django.db import connection

from cityhall.opening.searching import engines, postings
from cityhall.opening.searching.columns import Columns
from cityhall.opening.searching.engines import Ids, Part
from cityhall.opening.searching.folding import Run

MOST_ROWS: Final = 4_000_000
"""Places of rows kept in all, four bytes each."""

_lock = Lock()
_kept: OrderedDict[tuple[str, str, str], Ids] = OrderedDict()
_as_of = ("", -1)
_rows = 0
_fresh_words: tuple[tuple[str, int, int | None], postings.Words] = ("", -1, None), ()


def held_by(memory: Columns, wanted: Sequence[Run], columns: Sequence[str]) -> list[list[Ids]]:
    """For each run and each column, the ids of the rows whose column holds it, asked of the database unless it is
    known as of the same change. Inside a transaction nothing is kept, as in `columns`."""
    parts = [(run, column) for run in wanted for column in columns]
    known = {} if connection.in_atomic_block else _known(memory.mark, parts)
    missing = [part for part in parts if _name(part) not in known]
    asked = {_name(part): ids for part, ids in zip(missing, _asked(memory, missing), strict=True)}
    if not connection.in_atomic_block:
        _keep(memory.mark, asked)
    known |= asked
    return [[known[_name((run, column))] for column in columns] for run in wanted]


def _asked(memory: Columns, parts: Sequence[Part]) -> list[Ids]:
    if not postings.usable(memory):
        return engines.holding(connection, parts)
    fresh = postings.fresh_words(memory) if connection.in_atomic_block else _fresh(memory)
    return postings.holding(memory, parts, fresh)


def _fresh(memory: Columns) -> postings.Words:
    global _fresh_words
    mark = (*memory.mark, memory.posted)
    with _lock:
        if _fresh_words[0] == mark:
            return _fresh_words[1]
    words = postings.fresh_words(memory)
    with _lock:
        _fresh_words = mark, words
    return words


def _name(part: Part) -> tuple[str, str, str]:
    run, column = part
    return run.kind, run.text, column


def _known(mark: tuple[str, int], parts: Sequence[Part]) -> dict[tuple[str, str, str], Ids]:
    with _lock:
        if mark != _as_of:
            return {}
        found = {name: _kept[name] for part in parts if (name := _name(part)) in _kept}
        for name in found:
            _kept.move_to_end(name)
        return found


def _keep(mark: tuple[str, int], asked: dict[tuple[str, str, str], Ids]) -> None:
    """Keep what was asked; what was not needed for longest makes room."""
    global _as_of, _rows
    with _lock:
        if mark != _as_of:
            _kept.clear()
            _as_of, _rows = mark, 0
        for name, ids in asked.items():
            if name not in _kept:
                _kept[name] = ids
                _rows += len(ids) + 1
        while _rows > MOST_ROWS:
            _, ids = _kept.popitem(last=False)
            _rows -= len(ids) + 1
