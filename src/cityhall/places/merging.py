"""Bringing a list of divisions into the table: what is new, what changed its name, what is no longer there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection

from cityhall.places.models import Division
from cityhall.places.reading import Line
from cityhall.places.rules import LEVELS, level_of, parent_of, period_id

CHUNK = 5000
_STATEMENT = 500

_INSERT = """
    INSERT INTO places_division
        (id, code, name, english, level, parent, valid_from, valid_to, abolished, successors)
    VALUES {rows}
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, valid_to = excluded.valid_to,
        english = COALESCE(NULLIF(excluded.english, ''), places_division.english), abolished = excluded.abolished
"""


@dataclass(slots=True)
class Merge:
    """One load in progress. With `as_of`, the list is complete for its levels and provinces on that day."""

    as_of: date | None
    known: set[str]
    levels: set[str]  # that have divisions already: only there can a code be new on that day
    read: int = 0
    added: int = 0
    renamed: int = 0
    closed: int = 0
    seen: dict[str, set[str]] = field(default_factory=lambda: {level: set() for level in LEVELS})

    def take(self, lines: Iterable[Line]) -> None:
        """Merge all lines, a chunk at a time."""
        for chunk in _chunks(lines):
            self.read += len(chunk)
            self.known.update(line.code for line in chunk if len(line.code) < 12)
            periods = _periods({line.code for line in chunk})
            _insert([row for line in chunk for row in self._one(line, periods.get(line.code, []))])

    def _one(self, line: Line, periods: list[Division]) -> Iterator[tuple[Any, ...]]:
        """The rows to insert for one line, given the periods that its code has already."""
        level = level_of(line.code)
        if self.as_of:
            self.seen[level].add(line.code)
        if line.ended:
            yield from self._ended(line, level, periods)
            return
        current = next(
            (period for period in periods if period.valid_to is None and not period.abolished), None
        )
        if line.valid_from or line.valid_to or current is None:
            self.added += not any(period.id == period_id(line.code, line.valid_from) for period in periods)
            new_today = self.as_of and level in self.levels and not line.valid_to
            yield self._row(line, level, line.valid_from or (str(self.as_of) if new_today else ""))
        elif current.name != line.name:
            self.renamed += 1
            if self.as_of:
                _close([current.id], self.as_of)
                yield self._row(line, level, str(self.as_of))
            else:
                Division.objects.filter(id=current.id).update(name=line.name, english=line.english)
        elif line.english and current.english != line.english:
            self.renamed += 1
            Division.objects.filter(id=current.id).update(english=line.english)

    def _ended(self, line: Line, level: str, periods: list[Division]) -> Iterator[tuple[Any, ...]]:
        """A line of a history: it adds the codes that are not known yet, and tells successors."""
        if not periods and line.name:
            self.added += 1
            yield self._row(line, level, "")
        elif line.successors:
            Division.objects.filter(code=line.code).update(successors=list(line.successors))

    def _row(self, line: Line, level: str, start: str) -> tuple[Any, ...]:
        parent = parent_of(line.code, self.known)
        ended = line.ended or bool(line.valid_to)
        key = period_id(line.code, start)
        successors = json.dumps(line.successors)
        return (
            key, line.code, line.name, line.english, level, parent, start or None, line.valid_to or None, ended, successors,
        )  # fmt: skip

    def close_missing(self) -> None:
        """Where the list is complete: end what it no longer names, in the provinces that it covers."""
        if self.as_of is None:
            return
        for level, codes in self.seen.items():
            provinces = {code[:2] for code in codes}
            open_ones = Division.objects.filter(level=level, valid_to=None, abolished=False)
            gone = [
                key
                for key, code in open_ones.values_list("id", "code").iterator()
                if code[:2] in provinces and code not in codes
            ]
            _close(gone, self.as_of)
            self.closed += len(gone)


def _insert(rows: list[tuple[Any, ...]]) -> None:
    """Many rows to a statement: on PostgreSQL five times faster than one by one. The last line of a key counts."""
    unique = list({row[0]: row for row in rows}.values())
    with connection.cursor() as cursor:
        for start in range(0, len(unique), _STATEMENT):
            part = unique[start : start + _STATEMENT]
            places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"] * len(part))
            cursor.execute(_INSERT.format(rows=places), [value for row in part for value in row])


def _close(keys: list[str], day: date) -> None:
    for start in range(0, len(keys), CHUNK):
        ended = Division.objects.filter(id__in=keys[start : start + CHUNK])
        ended.update(valid_to=day, abolished=True)


def _periods(codes: set[str]) -> dict[str, list[Division]]:
    found: dict[str, list[Division]] = {}
    for row in Division.objects.filter(code__in=codes):
        found.setdefault(row.code, []).append(row)
    return found


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    source = iter(lines)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
