"""What somebody asks the search, and the facets by which the answer is counted and narrowed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal

from cityhall.opening.searching.folding import Run, folded, runs, tokens

Sort = Literal["best", "newest", "used", "quality"]
Facet = Literal["field", "agency", "region", "opening", "level", "format", "updated", "quality"]

FACETS: Final[tuple[Facet, ...]] = (
    "field", "opening", "agency", "region", "format", "updated", "quality", "level",
)  # fmt: skip
LEVELS: Final = ("1", "2", "3", "4")
PERIODS: Final = ("7", "30", "90", "365")
"""Days within which the data was updated; each holds the ones before."""
BANDS: Final = ("95", "80", "0", "none")
"""Quality scores from 95 up, from 80 up to 95, below 80, and datasets without a report."""
TABLES: Final = ("csv", "xlsx", "json", "ndjson", "parquet")
FORMATS: Final = (*TABLES, "geojson")
LONGEST: Final = 200
MOST_RUNS: Final = 8
MOST_SINGLE: Final = 3
MOST_PAIRS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Words, the value chosen in each facet, the state (`published` unless said otherwise), and the order; without
    words the best match is the newest."""

    text: str = ""
    chosen: Mapping[Facet, str] = field(default_factory=dict)
    state: str = ""
    sort: Sort = "best"


def runs_of(text: str) -> tuple[Run, ...]:
    """The runs somebody looks for: of the first 200 characters at most 8, each once, and of single characters, which
    stand in nearly every dataset, at most 3."""
    found = {(run.kind, run.text): run for run in runs(folded(text[:LONGEST]))}
    single = [key for key in found if len(key[1]) == 1]
    for key in single[MOST_SINGLE:]:
        del found[key]
    return tuple(islice(found.values(), MOST_RUNS))


def parts_of(wanted: tuple[Run, ...]) -> tuple[Run, ...]:
    """What is left when phrases are given up: every two neighbours, every word and number, at most 24, each once; a
    single character only when there is nothing longer."""
    parts = {part.text: part for run in wanted for part in _pairs(run)}
    parts = {text: part for text, part in parts.items() if len(text) > 1} or parts
    return tuple(islice(parts.values(), MOST_PAIRS))


def _pairs(run: Run) -> list[Run]:
    if run.kind != "c" or len(run.text) < 3:
        return [run]
    count = len(tokens(run))
    return [Run(run.kind, run.text[at : at + 2], run.start + at, run.start + at + 2) for at in range(count)]
