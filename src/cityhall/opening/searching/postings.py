"""The postings: for each token of each column all its places, as two long values, read and put together at once.

They answer what the database's own index answers, many times faster where a word is frequent, and are made as of some
change. Rows that changed since are left out of what they say and looked at one by one; when those are many, the
database's own index is asked until the postings are made anew.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from typing import Final

import numpy as np
from django.db import connection, transaction
from django.db.models import F
from psycopg import Cursor

from cityhall.opening import models
from cityhall.opening.searching.columns import Columns, Numbers
from cityhall.opening.searching.engines import COLUMNS, Ids, Part, is_open
from cityhall.opening.searching.folding import Run, tokens

MOST_FRESH: Final = 2000
"""Rows that are looked at one by one."""
_PORTION: Final = 500
_NUMBER: Final = np.dtype("<u4")
_INSERT: Final = "INSERT INTO opening_searchposting (key, ids, places) VALUES (%s, %s, %s)"
Words = Sequence[tuple[int, dict[str, str]]]
"""Rows by their ids, each with its columns' tokens, a space at both ends."""


# ---- making ----


def post() -> None:
    """Make all postings anew, as of the last change. Whoever has another one waits until they are there."""
    with transaction.atomic():
        models.SearchState.objects.update(posted=F("change"))
        models.SearchPosting.objects.all().delete()
        with connection.cursor() as cursor:
            for column in COLUMNS:
                rows = models.SearchEntry.objects.order_by("id").values_list("id", column)
                made = _made(column, rows.iterator(chunk_size=5000))
                while some := list(islice(made, _PORTION)):
                    cursor.executemany(_INSERT, some)


def renew() -> None:
    """Make them anew when a good part of what may be looked at one by one has changed."""
    posted = models.SearchState.objects.values_list("posted", flat=True).first()
    since = models.SearchEntry.objects.filter(change__gt=posted or 0)
    if posted is None or since.count() > MOST_FRESH // 4:
        post()


def agree() -> bool:
    """Whether they hold what the rows say that did not change since; so they do when there are none."""
    posted = models.SearchState.objects.values_list("posted", flat=True).first()
    if posted is None:
        return not models.SearchPosting.objects.exists()
    rows = models.SearchEntry.objects.order_by("id")
    fresh = np.array(rows.filter(change__gt=posted).values_list("id", flat=True), dtype=_NUMBER)
    same = rows.filter(change__lte=posted)
    return all(
        sorted(_kept(column, fresh))
        == sorted(_made(column, same.values_list("id", column).iterator(chunk_size=5000)))
        for column in COLUMNS
    )


def _kept(column: str, fresh: Numbers) -> list[tuple[bytes, bytes, bytes]]:
    """The rows of the table for one column, without what they say of the fresh ones."""
    kept = []
    begins = _key(column, "")
    rows = models.SearchPosting.objects.filter(key__gte=begins, key__lt=begins + b"~")
    for key, ids, places in rows.values_list("key", "ids", "places").iterator(chunk_size=_PORTION):
        old = ~np.isin(_numbers(ids), fresh)
        if old.any():
            kept.append((bytes(key), _numbers(ids)[old].tobytes(), _numbers(places)[old].tobytes()))
    return kept


def _made(column: str, rows: Iterable[tuple[int, str]]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """The rows of the table for one column of the texts."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    listed, ids, sizes = array("I"), array("I"), array("I")
    for row, text in rows:
        own = text.split(" ") if text else []
        listed.extend(numbers[token] for token in own)
        ids.append(row)
        sizes.append(len(own))
    if not listed:
        return
    found, size = np.array(listed, dtype=_NUMBER), np.array(sizes, dtype=np.int64)
    order = np.argsort(found, kind="stable")
    row_of = np.repeat(np.array(ids, dtype=_NUMBER), size)[order]
    place_of = (np.arange(len(found)) - np.repeat(np.cumsum(size) - size, size)).astype(_NUMBER)[order]
    ends = np.cumsum(np.bincount(found))
    for token, number in numbers.items():
        start, end = ends[number - 1] if number else 0, ends[number]
        yield _key(column, token), row_of[start:end].tobytes(), place_of[start:end].tobytes()


def _key(column: str, token: str) -> bytes:
    return f"{column} {token}".encode("ascii")


# ---- asking ----


def usable(columns: Columns) -> bool:
    """Whether there are postings, and few rows changed since."""
    return columns.posted is not None and len(columns.fresh) <= MOST_FRESH


def holding(columns: Columns, parts: Sequence[Part], fresh: Words) -> list[Ids]:
    """For each run in its column, the ids of the rows whose column holds it; `fresh` are the words of `columns.fresh`."""
    phrases = [_keys(run, column) for run, column in parts if not is_open(run)]
    alone = [keys[0] for keys in phrases if len(keys) == 1]
    lists = _lists({key for keys in phrases if len(keys) > 1 for key in keys})
    rows = _rows(alone, [_key(column, tokens(run)[0]) for run, column in parts if is_open(run)])
    return [
        np.concatenate([
            _settled(columns, _found(run, column, lists, rows)),
            np.array([row for row, words in fresh if _needle(run) in words[column]], dtype=np.int64),
        ])
        for run, column in parts
    ]  # fmt: skip


def fresh_words(columns: Columns) -> Words:
    """The words of the rows that changed since the postings were made."""
    if columns.posted is None or not len(columns.fresh):
        return ()
    rows = models.SearchEntry.objects.filter(change__gt=columns.posted).values_list("id", *COLUMNS)
    return [
        (row, {name: f" {text} " for name, text in zip(COLUMNS, texts, strict=True)}) for row, *texts in rows
    ]


def _keys(run: Run, column: str) -> list[bytes]:
    return [_key(column, token) for token in tokens(run)]


def _needle(run: Run) -> str:
    """What stands in the words of a row that holds the run."""
    return f" {' '.join(tokens(run))}{'' if is_open(run) else ' '}"


def _found(run: Run, column: str, lists: dict[bytes, Numbers], rows: dict[bytes, list[Numbers]]) -> Numbers:
    keys = _keys(run, column)
    if is_open(run) or len(keys) == 1:
        return np.concatenate([np.zeros(0, dtype=_NUMBER), *rows.get(keys[0], ())])
    return _in_a_row([lists.get(key, np.zeros(0, dtype=np.int64)) for key in keys])


def _in_a_row(lists: Sequence[Numbers]) -> Numbers:
    """The rows in which the tokens of the lists follow each other; a list holds row * 2³² + place, in that order."""
    at = min(range(len(lists)), key=lambda place: len(lists[place]))
    begins = lists[at] - at
    for place, places in enumerate(lists):
        if place != at and len(begins):
            wanted = begins + place
            spot = np.minimum(np.searchsorted(places, wanted), len(places) - 1)
            begins = begins[places[spot] == wanted]
    return begins >> 32


def _settled(columns: Columns, rows: Numbers) -> Numbers:
    """Each row once, without those that changed since or that came later."""
    held = np.zeros(columns.size, dtype=np.bool_)
    held[rows[rows < columns.size]] = True
    held[columns.fresh] = False
    return np.flatnonzero(held)


def _lists(keys: Iterable[bytes]) -> dict[bytes, Numbers]:
    """The places of these tokens, row * 2³² + place."""
    wanted = list(keys)
    told = _told(
        f"SELECT key, ids, places FROM opening_searchposting WHERE key IN ({_marks(wanted)})", wanted
    )
    return {
        bytes(key): (_numbers(ids).astype(np.int64) << 32) + _numbers(places) for key, ids, places in told
    }


def _rows(alone: Sequence[bytes], begun: Sequence[bytes]) -> dict[bytes, list[Numbers]]:
    """The rows of these tokens, and of all tokens that begin as those others."""
    ranges = "".join(" OR (key >= %s AND key < %s)" for _ in begun)
    sql = f"SELECT key, ids FROM opening_searchposting WHERE key IN ({_marks(alone)}){ranges}"
    bounds = [bound for key in begun for bound in (key, key + b"~")]
    found: dict[bytes, list[Numbers]] = defaultdict(list)
    known = set(alone)
    for told, ids in _told(sql, [*alone, *bounds]):
        key, numbers = bytes(told), _numbers(ids)
        if key in known:
            found[key].append(numbers)
        for beginning in begun:
            if key.startswith(beginning):
                found[beginning].append(numbers)
    return found


def _marks(values: Sequence[bytes]) -> str:
    return ", ".join("%s" for _ in values) or "NULL"


def _told(sql: str, values: Sequence[bytes]) -> list[tuple[bytes, ...]]:
    """What the database answers; PostgreSQL's long values as they are (Django's own cursors cannot), for to write and
    read them in letters takes longer than to find them."""
    if not values:
        return []
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors, Cursor(connection.connection) as plain:
            return plain.execute(sql.encode("ascii"), values, binary=True).fetchall()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _numbers(told: bytes | memoryview) -> Numbers:
    return np.frombuffer(told, dtype=_NUMBER)
