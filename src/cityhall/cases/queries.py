"""Reads of cases: types, one case as its reader may see it, lists, the map, look-alikes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cityhall.cases.answering.finding import Entry, Source, answers_to, entry, latest_answers, replied
from cityhall.cases.declaring.diagrams import to_bpmn
from cityhall.cases.declaring.judging import Evaluation
from cityhall.cases.declaring.shapes import Act, CaseType, Clock, Field, Measure, Role, State
from cityhall.cases.declaring.strict import Problem
from cityhall.cases.errors import AttachmentUnknown, CaseUnknown
from cityhall.cases.measuring.counting import Backlog, Figure, count, count_periods, numbers_of, period_of
from cityhall.cases.measuring.counting import backlog as count_backlog
from cityhall.cases.measuring.evaluating import Ranking
from cityhall.cases.measuring.periods import last_day, months_until
from cityhall.cases.measuring.publishing import PublishedFigure
from cityhall.cases.measuring.reading import (
    Share,
    cases_behind,
    dimensions,
    evaluate,
    figures_to_publish,
    schemes,
    told_figures,
    told_ranking,
)
from cityhall.cases.measuring.replaying import Replayed, replay
from cityhall.cases.measuring.scoring import Part, Score
from cityhall.cases.models import Attachment, Batch, Case, Refusal, Reporter
from cityhall.cases.patrolling.checking_in import check_ins_to_forget
from cityhall.cases.patrolling.covering import (
    CellCover,
    Coverage,
    Round,
    Stop,
    coverage,
    own_check_ins,
    rounds,
    sees_patrols,
    trail,
)
from cityhall.cases.reporting.issuing import bulletin
from cityhall.cases.storing.types import calendar_of, calendar_row, newest_types, type_of, type_row
from cityhall.cases.working.attachments import at_hand, files_lost
from cityhall.cases.working.authority import agency_titles
from cityhall.cases.working.duplicates import Candidate, candidates
from cityhall.cases.working.happening import Happened, happenings
from cityhall.cases.working.inbox import Line, Page, Wanted, line, narrowed, page, visible
from cityhall.cases.working.installing import problems_of
from cityhall.cases.working.once import done_before
from cityhall.cases.working.passes import PREFIX, number_behind
from cityhall.cases.working.published import Asked, Published, published
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
from cityhall.cases.working.spots import Spots, spots, waiting
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor

__all__ = [
    "Act",
    "Asked",
    "Backlog",
    "BatchInfo",
    "Candidate",
    "CaseInfo",
    "CaseType",
    "CellCover",
    "Clock",
    "ClockInfo",
    "Coverage",
    "Entry",
    "Evaluation",
    "Field",
    "Figure",
    "FileInfo",
    "Happened",
    "Line",
    "Measure",
    "Moment",
    "Page",
    "Part",
    "Problem",
    "Published",
    "PublishedFigure",
    "Ranking",
    "RefusalInfo",
    "Replayed",
    "ReporterInfo",
    "Role",
    "Round",
    "Score",
    "Share",
    "Source",
    "Spots",
    "State",
    "Stop",
    "Wanted",
    "agency_titles",
    "alarms_waiting",
    "answers_to",
    "attachment",
    "backlog",
    "batches",
    "bpmn",
    "bulletin",
    "case",
    "case_type",
    "cases_behind",
    "check_ins_to_forget",
    "check_type",
    "coverage",
    "dimensions",
    "done_before",
    "entry",
    "evaluate",
    "figures_to_publish",
    "files_lost",
    "follow_pass",
    "happenings",
    "inbox",
    "last_day",
    "latest_answers",
    "measure",
    "months_until",
    "my_reports",
    "near",
    "numbers_behind",
    "numbers_taken",
    "own_check_ins",
    "public_case",
    "public_cases",
    "published",
    "refusals",
    "replay_type",
    "replied",
    "rounds",
    "schemes",
    "sees_patrols",
    "spots",
    "told_figures",
    "told_ranking",
    "track",
    "trail",
    "trend",
    "types",
    "waiting",
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
    return problems_of(path.read_text("utf-8"), path.name)[1]


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


def follow_pass(token: str) -> tuple[str, str]:
    """The number and the code that the pass in a mail stands for. Raises CaseUnknown."""
    return number_behind(token), f"{PREFIX}{token}"


def public_case(number: str) -> CaseInfo:
    """What anybody may know of a case: public fields and acts, no names. Raises CaseUnknown."""
    return show_public(find(number))


def attachment(actor: Actor, number: str, attachment_id: str, code: str = "") -> tuple[FileInfo, Path]:
    """A file of a case and where its bytes lie; raises CaseUnknown, AttachmentUnknown, StorageUnreachable."""
    row = Attachment.objects.filter(id=attachment_id, case__number=number, accepted=True).first()
    if row is None:
        raise AttachmentUnknown(attachment=attachment_id)
    if not row.public:
        show(actor, find(number), code)
    return FileInfo(row.id, row.name, row.kind, row.size, row.at, row.public), at_hand(row.sha256)


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
        .typed()
        .order_by("-id")
    )
    return tuple(map(line, rows[:limit]))


def public_cases(limit: int = 50) -> tuple[Line, ...]:
    """The newest cases for anybody, without names and with public fields only."""
    found = narrowed(Case.objects.all(), ANONYMOUS, Wanted(open=False))
    return tuple(_public(line(one)) for one in found.typed().order_by("-id")[:limit])


def _public(one: Line) -> Line:
    made = case_type(one.type)
    public = {name for name, field in made.fields.items() if field.public}
    shown = {name: value for name, value in one.fields.items() if name in public}
    lon, lat = (one.lon, one.lat) if made.spot in public else (None, None)
    return Line(
        one.number, one.type, one.state, one.agency, "", one.area if made.area in public else "",
        one.kind if made.kind in public else "", lon, lat, one.opened, one.due,
        one.ended, one.late, False, one.seen, shown,
    )  # fmt: skip


def near(type_name: str, data: Mapping[str, Any], *, but: str = "") -> tuple[Candidate, ...]:
    """Open cases that the type's declaration calls duplicates of a case with these values."""
    return candidates(case_type(type_name), data, but)


def alarms_waiting() -> int:
    """How many cases have a warning or a limit that has come."""
    return Case.objects.filter(alarm__lte=clock.now()).count()


# ---- figures ----


def measure(
    type_name: str,
    first: date,
    last: date,
    *,
    by: str = "",
    where: Mapping[str, str] | None = None,
    as_of: datetime | None = None,
    facts: Path | None = None,
    least: int = 1,
) -> tuple[Figure, ...]:
    """The measures of a type from a day to another (both included), counted over what is due in them.

    `by` (and the keys of `where`): agency, district, street, community, area (the cell), kind, state, version, or a column of the
    class table such as `major`. `as_of` counts settlements up to a moment; `facts` names a replay's folder; a measure taken over
    fewer cases than `least` is not told. Raises TypeUnknown, MeasureUnknown.
    """
    made = case_type(type_name)
    period = period_of(first, last, calendar_of(calendar_row(made.calendar)).zone, as_of)
    return count(made, period, by=by, where=where, facts=facts, least=least)


def trend(
    type_name: str,
    months: Sequence[date],
    *,
    where: Mapping[str, str] | None = None,
    only: Sequence[str] = (),
    least: int = 1,
) -> tuple[tuple[date, Figure], ...]:
    """The measures (`only` some, when named) month by month, in one pass; each month is named by its first day."""
    made = case_type(type_name)
    zone = calendar_of(calendar_row(made.calendar)).zone
    periods = [period_of(month, last_day(month), zone) for month in months]
    found = count_periods(made, periods, where=where, only=only, least=least)
    return tuple(zip(months, found, strict=True))


def backlog(type_name: str, *, by: str = "", where: Mapping[str, str] | None = None) -> tuple[Backlog, ...]:
    """Open cases and their age in days, by a dimension and narrowed as in `measure`."""
    return count_backlog(case_type(type_name), by=by, where=where)


def numbers_behind(
    type_name: str,
    condition: str,
    first: date,
    last: date,
    *,
    where: Mapping[str, str] | None = None,
    limit: int = 1000,
) -> tuple[str, ...]:
    """The cases behind a figure, by a condition in the language of measures (`due and not settled`). For officials: the numbers
    lead to cases, and what each reader sees of those is decided there."""
    made = case_type(type_name)
    period = period_of(first, last, calendar_of(calendar_row(made.calendar)).zone)
    return numbers_of(made, condition, period, where, limit)


def replay_type(
    type_name: str, into: Path, *, version: int = 0, calendar_name: str = "", until: datetime | None = None
) -> Replayed:
    """All cases of a type folded anew under another version (its limits), another calendar, or up to a past moment.

    The facts go to the folder `into`, for `measure(…, facts=into)`; nothing stored changes."""
    made = case_type(type_name, version)
    calendar = calendar_of(calendar_row(calendar_name or made.calendar))
    return replay(made, calendar, into, until=int(until.timestamp()) if until else 2**40)


# ---- history ----


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """A part of a history that was taken in; `root` is the Merkle root that its ledger entry names."""

    id: str
    type: str
    source: str
    part: int
    cases: int
    events: int
    refused: int
    root: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefusalInfo:
    """A case that broke the rules: the code of the reason, the act and its position, the rows it came from."""

    number: str
    code: str
    act: str
    position: int
    rows: list[dict[str, str]]


def batches(type_name: str = "") -> tuple[BatchInfo, ...]:
    """What was taken in, newest first."""
    rows = Batch.objects.select_related("type").order_by("-at", "-part")
    return tuple(
        BatchInfo(
            one.key, one.type.name, one.source, one.part, one.cases, one.events, one.refused, one.root, one.at
        )
        for one in (rows.filter(type__name=type_name) if type_name else rows)
    )


def numbers_taken(batch_id: str) -> tuple[str, ...]:
    """The cases that a batch of history brought."""
    rows = Case.objects.filter(history__batch__key=batch_id).order_by("id")
    return tuple(rows.values_list("number", flat=True))


def refusals(batch_id: str, *, limit: int = 100) -> tuple[RefusalInfo, ...]:
    """The quarantine of a batch."""
    rows = Refusal.objects.filter(batch__key=batch_id).order_by("id")[:limit]
    return tuple(
        RefusalInfo(one.number, one.code, one.act, one.position, [dict(row) for row in one.rows])
        for one in rows
    )


def bpmn(type_name: str, version: int = 0) -> str:
    """The type as a BPMN 2.0 document, for reading in other tools."""
    return to_bpmn(case_type(type_name, version))
