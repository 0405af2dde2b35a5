"""What is shown of a case, and to whom: fields by their visibility, the reporter by the rule of secrecy, the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cityhall.cases.declaring.shapes import Act, CaseType, Field
from cityhall.cases.errors import CaseUnknown
from cityhall.cases.folding.clocks import NO_TIME, RUNNING
from cityhall.cases.models import Attachment, Case, OpenTask, Reporter
from cityhall.cases.storing.rows import Loaded, known_moment, load, moment, seconds
from cityhall.cases.working.authority import Part, acts_now, agency_id, closed_to, may, works
from cityhall.cases.working.codes import is_code
from cityhall.cases.working.passes import opens
from cityhall.identity.queries import can
from cityhall.kernel import clock as kernel_clock
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.kernel.text import Text


@dataclass(frozen=True, slots=True)
class ClockInfo:
    """A clock of a case. `left` is what remains of the limit in its unit (seconds or days), negative never; `running`,
    `paused` or `stopped`; `provisional` when nobody has decreed the days it ends in."""

    id: str
    title: Text
    status: str
    limit: str
    started: datetime | None
    due: datetime | None
    late: bool
    left: int
    unit: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the timeline. `data` holds only what this reader may see; `actor` is empty for the public."""

    seq: int
    act: str
    title: Text
    at: datetime
    actor: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FileInfo:
    """An attachment."""

    id: str
    name: str
    kind: str
    size: int
    at: datetime
    public: bool


@dataclass(frozen=True, slots=True)
class ReporterInfo:
    """Who reported; None in `CaseInfo` where it is not to be known. `language` is the one they read (`zh-hans`, `en`), empty
    where nobody knows; it is told of secret reports too, whose words are in it anyway."""

    person: str
    name: str
    phone: str
    email: str
    secret: bool
    language: str = ""


@dataclass(frozen=True, slots=True)
class CaseInfo:
    """A case as one reader may see it. `acts` are the declared acts open to them now, `extras` the engine's own
    (claim, comment, …); `seen` is what an act must name; `closed` are the fields of the form that others fill."""

    number: str
    type: str
    version: int
    title: Text
    state: str
    state_title: Text
    outcome: str
    agency: str
    holder: str
    area: str
    kind: str
    lon: float | None
    lat: float | None
    opened: datetime
    changed: datetime
    due: datetime | None
    ended: datetime | None
    late: bool
    provisional: bool
    supervised: bool
    rating: int
    seen: int
    parent: str
    children: tuple[str, ...]
    into: str
    fields: Mapping[str, Any]
    clocks: tuple[ClockInfo, ...]
    timeline: tuple[Moment, ...]
    acts: tuple[Act, ...]
    extras: tuple[Act, ...]
    tasks: tuple[tuple[str, str], ...]
    files: tuple[FileInfo, ...]
    reporter: ReporterInfo | None
    inside: bool
    closed: frozenset[str]


def find(number: str) -> Case:
    """The case's row; raises CaseUnknown."""
    row = Case.objects.ready().select_related("parent").filter(number=number).first()
    if row is None:
        raise CaseUnknown(case=number)
    return row


def knows_code(row: Case, code: str) -> bool:
    """Whether the tracking code, or the pass from a mail, is this case's."""
    if not code:
        return False
    digest = Reporter.objects.filter(case=row).values_list("code", flat=True).first() or ""
    return bool(digest) and (is_code(row.number, code, digest) or opens(code, row.number, digest))


def is_reporter(actor: Actor, row: Case, code: str = "") -> bool:
    """Whether the actor reported the case, by account (or a key of it that may report) or by code."""
    signed = actor.kind in ("person", "key") and actor.within("cases.report")
    own = signed and Reporter.objects.filter(case=row, person=actor.hand).exists()
    return own or knows_code(row, code)


def works_with(actor: Actor, loaded: Loaded) -> bool:
    """Whether the case is the actor's business as an official: somebody who may act on it, or see its agency's."""
    part = Part(actor, loaded.made, loaded.standing, loaded.row.area, reporting=False)
    return works(part) or _oversees(actor, loaded.row.agency)


def _oversees(actor: Actor, agency: str) -> bool:
    return can(actor, "cases.supervise") or (
        bool(agency) and can(actor, "cases.supervise", agency_id(agency))
    )


def show(actor: Actor, row: Case, code: str = "") -> CaseInfo:
    """The case as the actor may see it; raises CaseUnknown for those whose business it is not."""
    loaded = load(row)
    reporting = is_reporter(actor, row, code)
    inside = works_with(actor, loaded)
    if not (inside or reporting):
        raise CaseUnknown(case=row.number)
    return _info(actor, loaded, reporting, inside)


def show_public(row: Case) -> CaseInfo:
    """What anybody may know of a case: its public fields and acts, no names."""
    nobody = Actor(id="", name="", kind="anonymous")
    return _info(nobody, load(row), reporting=False, inside=False)


def _info(actor: Actor, loaded: Loaded, reporting: bool, inside: bool) -> CaseInfo:
    row, made, standing = loaded.row, loaded.made, loaded.standing
    part = Part(actor, made, standing, row.area, reporting)
    state = made.states[standing.state]
    seen_fields = {
        name: value
        for name, value in standing.fields.items()
        if _shown(made.fields.get(name), inside, reporting)
    }
    placed = _shown(made.fields.get(made.spot), inside, reporting)
    return CaseInfo(
        number=row.number, type=made.name, version=made.version, title=made.title, state=state.id, state_title=state.title,
        outcome=standing.outcome, agency=row.agency, holder=row.holder if inside else "",
        area=row.area if _shown(made.fields.get(made.area), inside, reporting) else "",
        kind=row.kind if _shown(made.fields.get(made.kind), inside, reporting) else "",
        lon=row.lon if placed else None, lat=row.lat if placed else None,
        opened=row.opened, changed=row.changed, due=row.due, ended=row.ended,
        late=any(clock.is_late(seconds(kernel_clock.now())) for clock in standing.clocks), provisional=row.provisional,
        supervised=row.supervised, rating=row.rating, seen=standing.seen, parent=row.parent.number if row.parent else "",
        children=tuple(Case.objects.filter(parent=row).order_by("id").values_list("number", flat=True)), into=row.into,
        fields=seen_fields, clocks=clocks_of(loaded), timeline=_timeline(loaded, inside, reporting),
        acts=acts_now(part),
        extras=_extras(part),
        tasks=tuple(OpenTask.objects.filter(case=row).values_list("task", "agency")) if inside else (),
        files=_files(row, every=inside or reporting),
        reporter=_reporter(actor, row, inside, reporting), inside=inside, closed=closed_to(part),
    )  # fmt: skip


def _extras(part: Part) -> tuple[Act, ...]:
    """The engine's own acts that are open to the actor."""
    standing = (act for act in part.made.acts if act.built_in and part.standing.state in act.sources)
    return tuple(act for act in standing if part.actor.kind != "system" and may(part, act))


def _files(row: Case, every: bool) -> tuple[FileInfo, ...]:
    rows = Attachment.objects.filter(case=row, accepted=True).order_by("at")
    return tuple(file_info(one) for one in rows if every or one.public)


def file_info(row: Attachment) -> FileInfo:
    """An attachment as it is told of."""
    return FileInfo(row.id, row.name, row.kind, row.size, row.at, row.public)


def _shown(field: Field | None, inside: bool, reporting: bool) -> bool:
    return field is not None and (inside or reporting or field.public)


def _reporter(actor: Actor, row: Case, inside: bool, reporting: bool) -> ReporterInfo | None:
    """Secrecy: those who handle a secret report do not learn whose it is; who needs it holds a right of its own."""
    known = Reporter.objects.filter(case=row).first()
    if known is None or not (reporting or inside):
        return None
    if known.secret and not reporting and not can(actor, "cases.see_reporter"):
        return ReporterInfo("", "", "", "", True, known.language)
    return ReporterInfo(known.person, known.name, known.phone, known.email, known.secret, known.language)


def clocks_of(loaded: Loaded) -> tuple[ClockInfo, ...]:
    """The clocks that have ever run, as of now."""
    now = seconds(kernel_clock.now())
    found = []
    for standing, declared in zip(loaded.standing.clocks, loaded.made.clocks, strict=True):
        if standing.started == NO_TIME:
            continue
        running = standing.status == RUNNING
        spent = standing.spent + (
            loaded.calendar.spent(standing.since, max(now, standing.since), standing.unit) if running else 0
        )
        found.append(
            ClockInfo(
                declared.id,
                declared.title,
                ("", "running", "paused", "stopped")[standing.status],
                _limit(standing.ticks, standing.unit),
                moment(standing.started),
                moment(standing.due),
                standing.is_late(now),
                max(standing.ticks - spent, 0),
                standing.unit,
                standing.due != NO_TIME and loaded.calendar.provisional(standing.due),
            )
        )
    return tuple(found)


def _limit(ticks: int, unit: int) -> str:
    amount = ticks / (3600 if unit < 2 else 1)
    return f"{amount:g} {('urgent_hour', 'working_hour', 'working_day', 'natural_day')[unit]}"


_OUTSIDE = {"public_note", "rating", "into"}


def tells_anybody(act: Act, said: Mapping[str, Any]) -> bool:
    """Whether an act is told to anybody. What a reporter says (`said` is empty then) is for those who work on the case, not for
    the street."""
    return act.public and (act.id != "comment" or "public_note" in said)


def _timeline(loaded: Loaded, inside: bool, reporting: bool) -> tuple[Moment, ...]:
    found = []
    hushed = () if inside or reporting else _reporters(loaded.row)
    for seq, event in enumerate(loaded.events, 1):
        act = loaded.made.act(event.act)
        said = {} if event.actor in hushed else event.data
        if act is None or not (inside or tells_anybody(act, said)):
            continue
        shown = event.data if inside else {**event.data, "public_note": said.get("public_note")}
        data = {
            name: value
            for name, value in shown.items()
            if inside or (value is not None and _may_tell(loaded.made, name, reporting))
        }
        found.append(
            Moment(seq, event.act, act.title, known_moment(event.at), event.actor if inside else "", data)
        )
    return tuple(found)


def _reporters(row: Case) -> tuple[str, ...]:
    """The actors whose words are the reporter's."""
    return (ANONYMOUS.id, *filter(None, Reporter.objects.filter(case=row).values_list("person", flat=True)))


def _may_tell(made: CaseType, name: str, reporting: bool) -> bool:
    return name in _OUTSIDE or _shown(made.fields.get(name), inside=False, reporting=reporting)
