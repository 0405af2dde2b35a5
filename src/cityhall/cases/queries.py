"""Reads of cases: types, one case as its reader may see it, lists, the map, look-alikes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cityhall.cases.declaring.reading import read_type
from cityhall.cases.declaring.shapes import Act, CaseType, Clock, Field, Measure, Role, State
from cityhall.cases.declaring.strict import Problem
from cityhall.cases.errors import AttachmentUnknown, CaseUnknown
from cityhall.cases.models import Attachment, Case, Reporter
from cityhall.cases.storing.types import newest_types, type_of, type_row
from cityhall.cases.working.attachments import path_of
from cityhall.cases.working.duplicates import Candidate, candidates
from cityhall.cases.working.inbox import Line, Page, Wanted, line, narrowed, page, visible
from cityhall.cases.working.showing import (
    CaseInfo,
    ClockInfo,
    FileInfo,
    Moment,
    ReporterInfo,
    find,
    knows_code,
    show,
    show_public,
)
from cityhall.identity.queries import all_rights
from cityhall.kernel.actor import ANONYMOUS, Actor

__all__ = [
    "Act",
    "Candidate",
    "CaseInfo",
    "CaseType",
    "Clock",
    "ClockInfo",
    "Field",
    "FileInfo",
    "Line",
    "Measure",
    "Moment",
    "Page",
    "Problem",
    "ReporterInfo",
    "Role",
    "State",
    "Wanted",
    "attachment",
    "case",
    "case_type",
    "check_type",
    "inbox",
    "my_reports",
    "near",
    "points",
    "public_case",
    "public_cases",
    "track",
    "types",
]


# ---- types ----


def types() -> tuple[CaseType, ...]:
    """The newest version of every installed type, by name."""
    return tuple(type_of(row) for row in newest_types())


def case_type(name: str, version: int = 0) -> CaseType:
    """A type: the version, or the newest; raises TypeUnknown."""
    return type_of(type_row(name, version))


def check_type(path: Path) -> list[Problem]:
    """Everything wrong with a declaration, with its line; empty when it is sound."""
    return read_type(path.read_text("utf-8"), path.name, all_rights())[1]


# ---- one case ----


def case(actor: Actor, number: str, code: str = "") -> CaseInfo:
    """A case as the actor may see it: as an official, or as its reporter (by account or `code`). Raises CaseUnknown."""
    return show(actor, find(number), code)


def track(number: str, code: str) -> CaseInfo:
    """A case for whoever holds its number and code, without an account. Raises CaseUnknown, the same for either."""
    row = find(number)
    if not knows_code(row, code):
        raise CaseUnknown(case=number)
    return show(ANONYMOUS, row, code)


def public_case(number: str) -> CaseInfo:
    """What anybody may know of a case: public fields and acts, no names. Raises CaseUnknown."""
    return show_public(find(number))


def attachment(actor: Actor, number: str, attachment_id: str, code: str = "") -> tuple[FileInfo, Path]:
    """A file of a case and where its bytes lie; raises CaseUnknown, AttachmentUnknown."""
    row = Attachment.objects.filter(id=attachment_id, case__number=number, accepted=True).first()
    if row is None:
        raise AttachmentUnknown(attachment=attachment_id)
    if not row.public:
        show(actor, find(number), code)
    return FileInfo(row.id, row.name, row.kind, row.size, row.at, row.public), path_of(row.sha256)


# ---- many cases ----


def inbox(actor: Actor, wanted: Wanted | None = None, *, after: str = "", limit: int = 50) -> Page:
    """The cases that are the actor's business, the soonest due first."""
    return page(narrowed(visible(actor), actor, wanted or Wanted()), after, limit)


def my_reports(actor: Actor, *, limit: int = 50) -> tuple[Line, ...]:
    """What the actor reported, newest first."""
    if actor.kind != "person":
        return ()
    rows = (
        Case.objects.filter(id__in=Reporter.objects.filter(person=actor.id).values("case_id"))
        .select_related("type")
        .order_by("-id")
    )
    return tuple(map(line, rows[:limit]))


def public_cases(wanted: Wanted | None = None, *, after: str = "", limit: int = 50) -> Page:
    """Cases for anybody, without names and with public fields only."""
    found = page(narrowed(Case.objects.all(), ANONYMOUS, wanted or Wanted(open=False)), after, limit)
    return Page(tuple(_public(one) for one in found.lines), found.after)


def _public(one: Line) -> Line:
    declared = case_type(one.type).fields
    shown = {name: value for name, value in one.fields.items() if name in declared and declared[name].public}
    return Line(
        one.number, one.type, one.state, one.agency, "", one.area, one.kind, one.lon, one.lat, one.opened, one.due,
        one.ended, one.late, False, one.seen, shown,
    )  # fmt: skip


def points(
    actor: Actor, wanted: Wanted | None = None, *, limit: int = 50_000
) -> tuple[tuple[str, float, float, str, str, bool], ...]:
    """Open cases for a map: (number, longitude, latitude, type, state, late)."""
    rows = narrowed(visible(actor), actor, wanted or Wanted()).filter(lon__isnull=False)
    return tuple(
        (one.number, one.lon or 0.0, one.lat or 0.0, one.type, one.state, one.late)
        for one in map(line, rows.select_related("type")[:limit])
    )


def near(type_name: str, data: Mapping[str, Any], *, but: str = "") -> tuple[Candidate, ...]:
    """Open cases that the type's declaration calls duplicates of a case with these values."""
    return candidates(case_type(type_name), data, but)
