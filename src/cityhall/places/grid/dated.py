"""Where the points of a history lie, each on its own day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np
import numpy.typing as npt

from cityhall.kernel.clock import CITY_ZONE
from cityhall.places.grid import finding
from cityhall.places.grid.areas import KINDS
from cityhall.places.grid.finding import NOWHERE, Degrees, Numbers


@dataclass(frozen=True, slots=True)
class Placed:
    """Where points lie: for cell, responsibility and district the codes met, and per point the number of its own (-1: none);
    `outside` are the points that lie in nothing at all, though there is a grid."""

    cell: tuple[list[str], Numbers]
    responsibility: tuple[list[str], Numbers]
    district: tuple[list[str], Numbers]
    outside: npt.NDArray[np.bool_]

    def of(self, what: str) -> tuple[list[str], Numbers]:
        """The codes and numbers of one of the three."""
        found: tuple[list[str], Numbers] = getattr(self, what)
        return found


def locate_dated(lon: Degrees, lat: Degrees, at: Numbers) -> Placed:
    """Where points (WGS-84) lie at moments (seconds since 1970, days of the city's zone)."""
    days = finding.changes(finding.version())
    edges = np.array([_midnight(day) for day in days], dtype=np.int64)
    span = np.searchsorted(edges, at, side="right")
    texts = {kind: np.full(len(lon), "", dtype=object) for kind in KINDS}
    outside = np.zeros(len(lon), dtype=np.bool_)
    for number in np.unique(span):
        these = np.flatnonzero(span == number)
        found = finding.find(lon[these], lat[these], days[number - 1] if number else date.min)
        outside[these] = found.outside
        for kind in KINDS:
            codes = np.array([*found.codes[kind], ""], dtype=object)
            texts[kind][these] = codes[found.numbers[kind]]
    district = np.array(
        [(cell or duty or outline)[:6] for cell, duty, outline in zip(*texts.values(), strict=True)],
        dtype=object,
    )
    return Placed(_coded(texts["cell"]), _coded(texts["responsibility"]), _coded(district), outside)


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), CITY_ZONE).timestamp())


def _coded(texts: npt.NDArray[np.object_]) -> tuple[list[str], Numbers]:
    """Texts as numbers of the different ones; empty ones are NOWHERE."""
    numbers: dict[str, int] = {"": NOWHERE}
    coded = np.array([numbers.setdefault(text, len(numbers) - 1) for text in texts], dtype=np.int64)
    return [text for text in numbers if text], coded
