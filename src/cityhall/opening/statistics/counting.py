"""Counting the published catalogue. Pure, over columns in memory.

The figures are those that the open platforms of Wenzhou and Zhejiang publish: datasets (open unconditionally or on
request), data items, rows, interfaces; each field's, region's and agency's share; what was published by month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal

import numpy as np

from cityhall.opening.searching.columns import Columns, Numbers

Axis = Literal["field", "region", "agency"]
AXES: Final[dict[Axis, str]] = {"field": "field_code", "region": "region", "agency": "agency_id"}
_PUBLISHED: Final = 1
_OPEN, _RESTRICTED = 0, 1
_HOURS_EAST: Final = 8 * 3600  # the city's zone, which has no summer time
_EPOCH_YEAR: Final = 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field, region or agency: its datasets, those of them open unconditionally, items, rows and interfaces;
    `share` of all published datasets and mean quality `score`, of 1; when the newest data came."""

    code: str
    datasets: int
    open: int
    items: int
    rows: int
    interfaces: int
    share: float
    score: float | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Month:
    """What was published in a month, and what there was at its end: datasets, rows of today's data, agencies."""

    month: date
    added: int
    datasets: int
    rows: int
    agencies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The published catalogue: `open` unconditionally, `restricted` on request; `interfaces` are datasets whose rows
    anybody may call; `agencies` those that have published; `score` the mean quality (a share of 1)."""

    datasets: int
    open: int
    restricted: int
    items: int
    rows: int
    interfaces: int
    agencies: int
    score: float | None


def totals(columns: Columns) -> Totals:
    """All of the published catalogue."""
    here = _published(columns)
    classes = np.bincount(columns["opening_class"][here], minlength=3)
    score = columns["score"][here]
    judged = score[score >= 0]
    return Totals(
        datasets=len(here),
        open=int(classes[_OPEN]),
        restricted=int(classes[_RESTRICTED]),
        items=int(columns["items"][here].sum()),
        rows=_rows(columns, here),
        interfaces=int(np.count_nonzero(columns["files"][here])),
        agencies=len(np.unique(columns["agency_id"][here])),
        score=float(judged.mean()) / 100 if len(judged) else None,
    )


def parts(columns: Columns, axis: Axis) -> tuple[Part, ...]:
    """The catalogue by field, region or agency, the most datasets first; entries without one are left out."""
    here = _published(columns)
    of = columns[AXES[axis]][here]
    words = columns.words[AXES[axis]]
    weights = {
        "open": columns["opening_class"][here] == _OPEN,
        "items": columns["items"][here],
        "rows": np.maximum(columns["rows"][here], 0),
        "interfaces": columns["files"][here],
    }
    count = np.bincount(of, minlength=len(words))
    sums = {name: np.bincount(of, weights=one, minlength=len(words)) for name, one in weights.items()}
    newest = np.zeros(len(words), dtype=np.int64)
    np.maximum.at(newest, of, columns["updated"][here])
    score = columns["score"][here]
    judged = np.bincount(of, weights=score >= 0, minlength=len(words))
    points = np.bincount(of, weights=np.maximum(score, 0), minlength=len(words))
    return tuple(
        Part(
            code=words[place],
            datasets=int(count[place]),
            share=float(count[place]) / len(here),
            score=float(points[place] / judged[place]) / 100 if judged[place] else None,
            newest=datetime.fromtimestamp(int(newest[place]), UTC) if newest[place] else None,
            **{name: int(one[place]) for name, one in sums.items()},
        )
        for place in np.argsort(-count, kind="stable")
        if count[place] and words[place]
    )


def months(columns: Columns, today: date, number: int) -> tuple[Month, ...]:
    """The last `number` months up to today's, oldest first."""
    here = _published(columns)
    month_of = _month_numbers(columns["published"][here])
    last = (today.year - _EPOCH_YEAR) * 12 + today.month - 1
    first_of_agency = np.full(len(columns.words["agency_id"]), last + 1, dtype=np.int64)
    np.minimum.at(first_of_agency, columns["agency_id"][here], month_of)
    rows = np.maximum(columns["rows"][here], 0)
    return tuple(
        Month(
            month=date(_EPOCH_YEAR + month // 12, month % 12 + 1, 1),
            added=int(np.count_nonzero(month_of == month)),
            datasets=int(np.count_nonzero(month_of <= month)),
            rows=int(rows[month_of <= month].sum()),
            agencies=int(np.count_nonzero(first_of_agency <= month)),
        )
        for month in range(last - number + 1, last + 1)
    )


def _published(columns: Columns) -> Numbers:
    return np.flatnonzero(columns["state"] == _PUBLISHED)


def _rows(columns: Columns, here: Numbers) -> int:
    return int(np.maximum(columns["rows"][here], 0).sum())


def _month_numbers(seconds: Numbers) -> Numbers:
    """Months since January 1970 in the city's zone."""
    moments = (seconds + _HOURS_EAST).astype("datetime64[s]")
    return np.asarray(moments.astype("datetime64[M]").astype(np.int64))
