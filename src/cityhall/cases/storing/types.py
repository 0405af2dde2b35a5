"""Versions of types and calendars, compiled once per process: a version never changes, so a cache never lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from cityhall.cases.declaring.reading import read_stored
from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.declaring.strict import read_strictly
from cityhall.cases.errors import CalendarUnknown, TypeUnknown
from cityhall.cases.models import CalendarVersion, TypeVersion
from cityhall.kernel.calendars import Calendar, calendar_from


class Versions(Mapping[int, CaseType]):
    """All versions of one type by number, compiled when asked for."""

    def __init__(self, name: str, *known: CaseType) -> None:
        self.name = name
        self.known = {one.version: one for one in known}

    def __getitem__(self, version: int) -> CaseType:
        if version in self.known:
            return self.known[version]
        found = TypeVersion.objects.filter(name=self.name, version=version).values_list("digest", flat=True)
        if not found:
            raise TypeUnknown(type=f"{self.name} {version}")
        return compiled(found[0])

    def __iter__(self) -> Iterator[int]:
        return iter(
            TypeVersion.objects.filter(name=self.name).order_by("version").values_list("version", flat=True)
        )

    def __len__(self) -> int:
        return TypeVersion.objects.filter(name=self.name).count()


@lru_cache(maxsize=256)
def compiled(digest: str) -> CaseType:
    """The compiled type of a stored version; a digest stands for one declaration, in whichever database."""
    made, problems = read_stored(TypeVersion.objects.filter(digest=digest)[0].text)
    if made is None:
        raise TypeUnknown(type="; ".join(map(str, problems)))
    return made


def type_row(name: str, version: int = 0) -> TypeVersion:
    """The stored version, or the newest; raises TypeUnknown."""
    rows = TypeVersion.objects.filter(name=name).defer("text")
    row = (rows.filter(version=version) if version else rows.order_by("-version")).first()
    if row is None:
        raise TypeUnknown(type=name)
    return row


def type_of(row: TypeVersion) -> CaseType:
    """The compiled type of a row."""
    return compiled(row.digest)


def case_type(name: str, version: int = 0) -> CaseType:
    """A type: the version, or the newest; raises TypeUnknown."""
    return type_of(type_row(name, version))


def types() -> tuple[CaseType, ...]:
    """The newest version of every installed type, by name."""
    return tuple(map(type_of, newest_types()))


def newest_types() -> tuple[TypeVersion, ...]:
    """The newest version of every type, by name."""
    newest: dict[str, TypeVersion] = {}
    for row in TypeVersion.objects.defer("text").order_by("name", "version"):
        newest[row.name] = row
    return tuple(newest.values())


@lru_cache(maxsize=64)
def calendar(digest: str, version: int) -> Calendar:
    """The calendar of a stored version, likewise."""
    row = CalendarVersion.objects.filter(digest=digest)[0]
    return calendar_from(read_strictly(row.text, row.name).content, version)


def calendar_row(name: str) -> CalendarVersion:
    """The calendar in force; raises CalendarUnknown."""
    row = CalendarVersion.objects.filter(name=name).defer("text").order_by("-version").first()
    if row is None:
        raise CalendarUnknown(calendar=name)
    return row


def calendar_of(row: CalendarVersion) -> Calendar:
    """The calendar of a row."""
    return calendar(row.digest, row.version)


def zone_of(made: CaseType) -> str:
    """The time zone in which the days of a type begin."""
    return calendar_of(calendar_row(made.calendar)).zone
