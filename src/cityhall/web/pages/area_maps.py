"""Maps of areas as pages draw them: classes by quantiles, a legend, what each area is worth; no data is hatched, not coloured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cityhall.places.queries import LEVELS, ShapeInfo, drawing, shapes
from cityhall.web.words import pick, say

TONES: Final = 5
MOST: Final = 120  # areas of a map
_KINDS: Final = frozenset(
    {"Province", "City", "District", "County", "Subdistrict", "Town", "Township", "Community"}
)
_SIGN: Final = 28  # units: a sign of a name, and how wide it is on a narrow screen (components.css)
_NARROW: Final = 38


@dataclass(frozen=True, slots=True)
class Area:
    """What a map shows of an area: its code and name, its value (None: no data) as a figure and in words, and where it leads."""

    code: str
    name: str
    value: float | None
    figure: str
    told: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class AreaShown:
    """An area in the picture: the path of its outline, its class (0: no data, 1 to 5), and where its name stands, in few words;
    `fits` says for which screens there is room for it: wide, all, or none (empty)."""

    area: Area
    path: str
    tone: int
    x: int
    y: int
    label: str
    fits: str


@dataclass(frozen=True, slots=True)
class ToneShown:
    """A class of the legend: from its least value to its greatest."""

    tone: int
    least: str
    greatest: str


@dataclass(frozen=True, slots=True)
class AreaPicture:
    """A map of areas, ready to draw; `blank`: at least one area has no data."""

    width: int
    height: int
    areas: tuple[AreaShown, ...]
    tones: tuple[ToneShown, ...]
    blank: bool
    sources: tuple[str, ...]


def area_picture(areas: Sequence[Area]) -> AreaPicture | None:
    """The picture of these areas; None where fewer than two of them have an outline, or none of those has a value."""
    drawn = drawing(tuple(sorted(one.code for one in areas)))
    by_code = {one.code: one for one in areas}
    there = [by_code[one.code] for one in drawn.areas]
    if len(there) < 2 or all(one.value is None for one in there):
        return None
    tones = tones_of([one.value for one in there])
    shown = [
        AreaShown(area, one.path, tone, one.x, one.y, _short(area.name), _fits(_short(area.name), one.free))
        for area, one, tone in zip(there, drawn.areas, tones, strict=True)
    ]
    return AreaPicture(drawn.width, drawn.height, tuple(shown), _legend(shown), 0 in tones, drawn.sources)


def picture_of(
    values: Mapping[str, float | None],
    figure: Callable[[float], str],
    told: Callable[[float], str] | None = None,
    address: Callable[[str], str] | None = None,
) -> AreaPicture | None:
    """The picture of values by division code, with the neighbours that have none: at the finest level at which two of them
    have an outline. `figure` writes a value, `told` says it in words, `address` is where an area with a value leads."""
    wanted = [code for code, value in values.items() if value is not None and code.isdigit()]
    if len(wanted) < 2:
        return None
    known: dict[str, list[ShapeInfo]] = defaultdict(list)
    for one in shapes(codes=wanted):
        known[one.level].append(one)
    level = next((level for level in reversed(LEVELS) if len(known[level]) > 1), "")
    if not level:
        return None
    around = [
        one for parent in sorted({one.parent for one in known[level]}) for one in shapes(parent, level=level)
    ]
    if len(around) > MOST:
        around = known[level]
    areas = []
    for one in around:
        value = values.get(one.code)
        if value is None:
            areas.append(Area(one.code, pick(one.title), None, "", say("areas.no_data")))
        else:
            words = (told or figure)(value)
            areas.append(
                Area(
                    one.code,
                    pick(one.title),
                    value,
                    figure(value),
                    words,
                    address(one.code) if address else "",
                )
            )
    return area_picture(areas)


def tones_of(values: Sequence[float | None]) -> list[int]:
    """The class of each value, 1 to 5: equally many in each as far as equal values allow; fewer values than classes are spread
    over the scale. 0 for none."""
    known = sorted(value for value in values if value is not None)
    first = {value: known.index(value) for value in known}
    parts = min(TONES, len(first))
    raw = {value: at * parts // len(known) for value, at in first.items()}
    used = sorted(set(raw.values()))
    spread = {part: 1 + round(at * (TONES - 1) / max(len(used) - 1, 1)) for at, part in enumerate(used)}
    if len(used) == 1:
        spread = {used[0]: 3}
    return [0 if value is None else spread[raw[value]] for value in values]


def _legend(shown: Sequence[AreaShown]) -> tuple[ToneShown, ...]:
    made = []
    for tone in sorted({one.tone for one in shown} - {0}):
        within = sorted((one.area for one in shown if one.tone == tone), key=lambda area: area.value or 0.0)
        made.append(ToneShown(tone, within[0].figure, within[-1].figure))
    return tuple(made)


def _short(name: str) -> str:
    """A name as a map writes it: in English without the word that says what it is the name of."""
    own, _, kind = name.rpartition(" ")
    return own if own and kind in _KINDS else name


def _fits(name: str, free: int) -> str:
    """A name has `free` units to either side; a bold Latin letter is two thirds as wide as a Chinese sign."""
    half = sum(1.0 if sign > "\u2e80" else 0.66 for sign in name) / 2
    return "all" if half * _NARROW <= free * 1.1 else "wide" if half * _SIGN <= free * 1.25 else ""
