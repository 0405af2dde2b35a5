"""The search itself: words to rows, rows to a page with its facets, for one actor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from cityhall.catalog.queries import Outline, fields, outlines
from cityhall.identity.queries import agency_names, scopes
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.opening.listing import Entry, entries_of
from cityhall.opening.searching import columns as memory
from cityhall.opening.searching.asking import Facet, Search, parts_of, runs_of
from cityhall.opening.searching.columns import Columns, Numbers, columns_now
from cityhall.opening.searching.counting import Options, counted, narrowed, remaining
from cityhall.opening.searching.engines import COLUMNS, Ids
from cityhall.opening.searching.folding import Run, folded, runs, tokens
from cityhall.opening.searching.ranking import CLOSE_COLUMNS, Scores, all_words, some_words
from cityhall.opening.searching.remembering import held_by
from cityhall.opening.searching.showing import Marked, Why, marked, reasons

ENOUGH: Final = 20
"""With fewer exact matches than this, datasets that hold parts of the words are listed after them."""
MOST_CLOSE: Final = 200
NAMELESS: Final = Text(en="", zh="")
DEEPEST: Final = 10_000
"""Nobody reads on behind this many results; programs page by code instead."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A dataset that was found, its quality (a share of 1), its title with the matches marked, and where else it
    matches; `close` when it holds only parts of the words."""

    entry: Entry
    score: float | None
    title: Marked
    why: tuple[Why, ...]
    close: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page: `total` datasets are listed in all, `exact` of them hold every word; `facets` count over all of them;
    `without` tells how many would be there without one of the chosen values; `after` is where the next page begins,
    None at the end."""

    hits: tuple[Hit, ...]
    total: int
    exact: int
    facets: Mapping[Facet, Options]
    without: Mapping[Facet, int]
    after: int | None


@dataclass(frozen=True, slots=True)
class Names:
    """What agencies and fields of data are called, by id and by code."""

    agencies: Mapping[str, Text]
    fields: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The rows that match the words and may be known of, before facets: exact ones first; `scores` by id."""

    ids: Numbers
    exact: int
    scores: Scores | None


def search(actor: Actor, wanted: Search, first: int = 0, limit: int = 20) -> Found:
    """The datasets an actor may know of that hold the words and have the chosen values, from place `first`."""
    columns, now = columns_now(), clock.now()
    asked = runs_of(wanted.text)
    names = Names(agency_names(), {one.code: one.title for one in fields()}) if asked else Names({}, {})
    candidates = matching(actor, columns, wanted, asked, names)
    masks = narrowed(columns, candidates.ids, wanted.chosen, now)
    kept = remaining(np.arange(len(candidates.ids)), masks)
    exact = int(np.searchsorted(kept, candidates.exact))
    order = _ordered(columns, candidates, kept, wanted, min(first + limit, DEEPEST))[first:]
    rows = [(int(candidates.ids[place]), bool(place >= candidates.exact)) for place in order]
    after = first + limit if first + limit < min(len(kept), DEEPEST) else None
    facets = counted(columns, candidates.ids, masks, wanted.chosen, now)
    without = {facet: len(remaining(candidates.ids, masks, facet)) for facet in masks}
    return Found(_hits(columns, rows, asked, names), len(kept), exact, facets, without, after)


def matching(
    actor: Actor, columns: Columns, wanted: Search, asked: Sequence[Run], names: Names
) -> Candidates:
    """The rows that hold the words: all of them, then, when there are few, the best that hold some."""
    visible = _visible(actor, columns, wanted.state)
    if not asked:
        nothing = wanted.text.strip()  # words without a letter or a digit are in no dataset
        ids = np.flatnonzero(visible) if not nothing else np.zeros(0, dtype=np.int64)
        return Candidates(ids, len(ids), None)
    held = held_by(columns, asked, COLUMNS)
    size = sum(len(token) + 1 for run in asked for token in tokens(run))
    scores = all_words(held, _around(columns, asked, names), columns["length"], size)
    exact = np.flatnonzero(visible & (scores > 0))
    if len(exact) >= ENOUGH:
        return Candidates(exact, len(exact), scores)
    parts = parts_of(tuple(asked))
    if parts == tuple(asked) and len(parts) == 1:
        return Candidates(exact, len(exact), scores)
    close_scores = some_words(held_by(columns, parts, CLOSE_COLUMNS), columns.size)
    close_scores[~visible] = 0
    close_scores[exact] = 0
    close = np.flatnonzero(close_scores)
    close = close[np.argsort(-close_scores[close], kind="stable")[:MOST_CLOSE]]
    scores[close] = close_scores[close]
    return Candidates(np.concatenate([exact, close]), len(exact), scores)


def _visible(actor: Actor, columns: Columns, state: str) -> Numbers:
    """Published entries for everybody, withdrawn ones when asked for, drafts to those who prepare them."""
    number = memory.STATES.index(state) if state in memory.STATES[1:] else 1
    if state and state not in memory.STATES:
        return np.zeros(columns.size, dtype=np.bool_)
    of_state = np.asarray(columns["state"] == number)
    own = scopes(actor, "opening.see_drafts") if state == "draft" else frozenset({""})
    if "" in own:
        return of_state
    agencies = [columns.number_of("agency_id", one) for one in own]
    return np.asarray(of_state & np.isin(columns["agency_id"], agencies))


def _around(columns: Columns, asked: Sequence[Run], names: Names) -> list[Ids]:
    """For each run, the rows whose agency or field of data is called so."""
    return [
        np.union1d(
            _rows_of(columns, "agency_id", names.agencies, run),
            _rows_of(columns, "field_code", names.fields, run),
        )
        for run in asked
    ]


def _rows_of(columns: Columns, name: str, called: Mapping[str, Text], run: Run) -> Ids:
    numbers = [columns.number_of(name, key) for key, text in called.items() if _says(text.zh, text.en, run)]
    if not numbers:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.isin(columns[name], numbers))


def _says(zh: str, en: str, run: Run) -> bool:
    return any(
        one.text.startswith(run.text) if run.kind == "w" else run.text in one.text
        for one in _runs_in(zh, en)
        if one.kind == run.kind
    )


@lru_cache(maxsize=2000)
def _runs_in(zh: str, en: str) -> tuple[Run, ...]:
    return (*runs(folded(zh)), *runs(folded(en)))


def _ordered(columns: Columns, found: Candidates, kept: Numbers, wanted: Search, most: int) -> Numbers:
    """The first `most` of the kept places, in the order asked for; exact matches before close ones."""
    ids = found.ids[kept]
    place = {"used": columns.most_used, "quality": columns.best}.get(wanted.sort, columns.newest)[ids]
    key = (kept >= found.exact).astype(np.int64) << 61
    if wanted.sort == "best" and found.scores is not None:
        key += place - (np.round(found.scores[ids] * 1000).astype(np.int64) << 32)
    else:
        key += place
    if most < len(key):
        head = np.argpartition(key, most)[:most]
        return np.asarray(kept[head[np.argsort(key[head])]])
    return np.asarray(kept[np.argsort(key)])


def _hits(
    columns: Columns, rows: Sequence[tuple[int, bool]], asked: Sequence[Run], names: Names
) -> tuple[Hit, ...]:
    ids = {row: columns["dataset_id"][row] for row, _ in rows}
    known = outlines(ids.values())
    here = [(row, close) for row, close in rows if ids[row] in known]
    lines = entries_of([known[ids[row]] for row, _ in here])
    parts = parts_of(tuple(asked))
    return tuple(
        _hit(
            entry,
            known[entry.id],
            float(columns["score"][row]),
            parts if close else asked,
            names,
            close=close,
        )
        for entry, (row, close) in zip(lines, here, strict=True)
    )


def _hit(
    entry: Entry, one: Outline, score: float, wanted: Sequence[Run], names: Names, *, close: bool
) -> Hit:
    agency, field = names.agencies.get(one.agency_id, NAMELESS), names.fields.get(one.field_code, NAMELESS)
    why = reasons(one, agency, field, wanted) if wanted else ()
    return Hit(entry, score / 100 if score >= 0 else None, marked(one.title, wanted), why, close)
