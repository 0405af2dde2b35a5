"""From files to outlines: each feature gets its division, its days and a sound shape; what cannot be used is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import shapely

from cityhall.kernel.text import Text
from cityhall.places.grid.checking import Finding
from cityhall.places.models import Division
from cityhall.places.shapes.drawn import Feature, Outline, ShapeFile, Taken
from cityhall.places.shapes.judging import Faulty, outline_of
from cityhall.places.shapes.naming import (
    candidates,
    code_in,
    code_property,
    codes_in_name,
    name_property,
    parent_codes,
    words_of,
)

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What the table of divisions says of a code: its newest name, level and parent, and the days from its first to its last."""

    code: str
    name: str
    level: str
    parent: str
    first: date | None
    last: date | None


def take(files: Sequence[ShapeFile], code: str, name: str) -> tuple[Taken, list[Finding]]:
    """The outlines in these files, and what is wrong with any of them; `code` and `name` are the properties to read, found out
    when empty."""
    taken, wrong = Taken(), list[Finding]()
    for file in files:
        known = known_divisions(candidates(file.features, file.name))
        for feature, found in _named(file, known, code, name):
            if found is None:
                taken.unknown.append((file.name, feature.place, _said(feature, file, code, name)))
                continue
            try:
                shape, mended = outline_of(feature.geometry)
                taken.outlines.append(_outline(file, feature, found, shape, name))
                taken.mended += mended
            except Faulty as fault:
                wrong.append(Finding("shape", feature.place, f"{file.name} {found.code}", fault.why))
    taken.outlines, twice = _joined(taken.outlines)
    return taken, wrong + twice


def known_divisions(codes: Iterable[str]) -> dict[str, Known]:
    """Code -> what is known of it, for those of the codes that ever were."""
    wanted, rows = sorted(codes), list[Division]()
    for at in range(0, len(wanted), _AT_ONCE):
        rows += Division.objects.filter(code__in=wanted[at : at + _AT_ONCE])
    return _by_code(rows)


def _by_code(rows: Iterable[Division]) -> dict[str, Known]:
    periods: dict[str, list[Division]] = defaultdict(list)
    for row in rows:
        periods[row.code].append(row)
    return {
        code: _known(sorted(ones, key=lambda row: row.valid_from or date.min))
        for code, ones in periods.items()
    }


def _known(periods: list[Division]) -> Known:
    last = periods[-1]
    return Known(last.code, last.name, last.level, last.parent, periods[0].valid_from, last.valid_to)


def _named(
    file: ShapeFile, known: Mapping[str, Known], code: str, name: str
) -> Iterable[tuple[Feature, Known | None]]:
    """Each feature with its division: by a property that holds codes, else by the file's name, else by what it is called."""
    column = code or code_property(file.features, known)
    if column:
        for one in file.features:
            yield one, known.get(code_in(one.properties.get(column)))
    elif len(file.features) == 1 and (
        found := [known[one] for one in codes_in_name(file.name) if one in known]
    ):
        yield file.features[0], found[0]
    else:
        yield from _by_name(file, known, name or name_property(file.features))


def _by_name(
    file: ShapeFile, known: Mapping[str, Known], name: str
) -> Iterable[tuple[Feature, Known | None]]:
    """Names that are one division's alone: under the parent that is told, or in the whole country."""
    called = {words_of(one, name) for one in file.features} - {""}
    rows = Division.objects.filter(name__in=sorted(called)[: _AT_ONCE * 10]).exclude(level="village")
    by_name: dict[str, list[Known]] = defaultdict(list)
    for found in _by_code(rows).values():
        by_name[found.name].append(found)
    for one in file.features:
        fitting = by_name.get(words_of(one, name), [])
        above = {code for code in [*parent_codes(one), *codes_in_name(file.name)] if code in known}
        near = [found for found in fitting if found.parent in above] or fitting
        today = [found for found in near if found.last is None] or near
        yield one, today[0] if len(today) == 1 else None


def _said(feature: Feature, file: ShapeFile, code: str, name: str) -> str:
    column = name or name_property(file.features)
    first = feature.properties.get(code or next(iter(feature.properties), ""), "")
    return words_of(feature, column) or str(first)[:100]


def _outline(file: ShapeFile, feature: Feature, found: Known, shape: Any, name: str) -> Outline:
    told = feature.properties
    first, last = _day(told.get("valid_from")) or found.first, _day(told.get("valid_to")) or found.last
    if first and last and first >= last:
        raise Faulty(Text(en="its days of validity cannot be", zh="有效期无法成立"))
    return Outline(
        file=file,
        place=feature.place,
        code=found.code,
        name=words_of(feature, name or name_property(file.features)) or found.name,
        level=found.level,
        parent=found.parent,
        shape=shape,
        valid_from=first,
        valid_to=last,
    )


def _day(said: Any) -> date | None:
    if said in (None, ""):
        return None
    try:
        return date.fromisoformat(str(said))
    except ValueError as error:
        raise Faulty(Text(en="its days cannot be read", zh="有效期无法识别")) from error


def _joined(outlines: list[Outline]) -> tuple[list[Outline], list[Finding]]:
    """One outline for a division's parts in a file; two files that draw the same division contradict each other."""
    parts: dict[tuple[str, date | None], list[Outline]] = defaultdict(list)
    for one in outlines:
        parts[one.code, one.valid_from].append(one)
    joined, twice = list[Outline](), list[Finding]()
    for ones in parts.values():
        first = ones[0]
        other = next((one for one in ones if one.file.name != first.file.name), None)
        if other:
            why = Text(en=f"{first.file.name} draws it too", zh=f"{first.file.name} 中也有该区划")
            twice.append(Finding("twice", other.place, f"{other.file.name} {other.code}", why))
        shape = first.shape if len(ones) == 1 else shapely.union_all([one.shape for one in ones])
        joined.append(replace(first, shape=shape))
    return joined, twice
