"""Reads of cases: types, one case as its reader may see it, lists, the map, look-alikes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cityhall.cases.answering.finding import Entry, Source, answers_to, entry, latest_answers, replied
from cityhall.cases.declaring.diagrams import to_bpmn
from cityhall.cases.declaring.judging import Evaluation
from cityhall.cases.declaring.shapes import Act, CaseType, Clock, Field, Measure, Role, State
from cityhall.cases.declaring.strict import Problem
from cityhall.cases.errors import AttachmentUnknown, CaseUnknown
from cityhall.cases.importing.mapping import columns_named
from cityhall.cases.importing.taken import BatchInfo, RefusalInfo, batches, numbers_taken, refusals
from cityhall.cases.measuring.counting import Backlog, Figure
from cityhall.cases.measuring.evaluating import Ranking
from cityhall.cases.measuring.figures import backlog, measure, numbers_behind, replay_type, trend
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
from cityhall.cases.measuring.replaying import Replayed
from cityhall.cases.measuring.scoring import Part, Score
from cityhall.cases.models import Attachment, Case, Reporter
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
from cityhall.cases.storing.types import case_type, types
from cityhall.cases.working.attachments import at_hand, files_lost
from cityhall.cases.working.authority import agency_titles
from cityhall.cases.working.blanks import Blank, blank
from cityhall.cases.working.contents import ENOUGH
from cityhall.cases.working.duplicates import Candidate, candidates
from cityhall.cases.working.handing import HANDED, hand_over, handed
from cityhall.cases.working.happening import Happened, happenings
from cityhall.cases.working.inbox import Line, Page, Wanted, line, narrowed, page, visible
from cityhall.cases.working.installing import problems_of
from cityhall.cases.working.once import done_before
from cityhall.cases.working.passes import PREFIX, number_behind
from cityhall.cases.working.placing import placed
from cityhall.cases.working.published import Asked, Published, published
from cityhall.cases.working.showing import (
    CaseInfo,
    ClockInfo,
    FileInfo,
    Moment,
    ReporterInfo,
    file_info,
    find,
    knows_code,
    show,
    show_public,
)
from cityhall.cases.working.spots import Spots, spots, waiting
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor

__all__ = [
    "ENOUGH",
    "HANDED",
    "Act",
    "Asked",
    "Backlog",
    "BatchInfo",
    "Blank",
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
    "blank",
    "bpmn",
    "bulletin",
    "case",
    "case_type",
    "cases_behind",
    "check_ins_to_forget",
    "check_type",
    "columns_named",
    "coverage",
    "dimensions",
    "done_before",
    "entry",
    "evaluate",
    "figures_to_publish",
    "files_lost",
    "follow_pass",
    "hand_over",
    "handed",
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


def check_type(path: Path) -> list[Problem]:
    """Everything wrong with a declaration, with its line; empty when it is sound."""
    return problems_of(path.read_text("utf-8"), path.name)[1]


def bpmn(type_name: str, version: int = 0) -> str:
    """The type as a BPMN 2.0 document, for reading in other tools."""
    return to_bpmn(case_type(type_name, version))


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
    return file_info(row), at_hand(row.sha256)


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
    """Open cases that the type's declaration calls duplicates of a case with these values: of the case `but`, or of a report, for
    which first is found what follows from its place. Raises PositionOutside."""
    made = case_type(type_name)
    return candidates(made, data if but else placed(made, data), but)


def alarms_waiting() -> int:
    """How many cases have a warning or a limit that has come."""
    return Case.objects.filter(alarm__lte=clock.now()).count()
