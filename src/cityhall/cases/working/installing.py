"""New versions of types and calendars, and what they change: moving cases on purpose, due dates anew."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from cityhall.cases.declaring.reading import read_document
from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.declaring.strict import Problem, read_strictly
from cityhall.cases.errors import CalendarRefused, DeclarationRefused, NoWayToMove, VersionExists
from cityhall.cases.folding.trying import try_examples
from cityhall.cases.models import CalendarVersion, Case, TypeVersion
from cityhall.cases.storing.rows import load, save
from cityhall.cases.storing.types import calendar_row, type_of
from cityhall.identity.queries import all_rights
from cityhall.kernel import clock
from cityhall.kernel.calendars import Calendar, calendar_from

CALENDARS = Path(__file__).parents[1] / "calendars"


def problems_of(text: str, file: str) -> tuple[CaseType | None, list[Problem]]:
    """The compiled declaration and everything wrong with it, its examples included when we have its calendar."""
    made, document = read_document(text, file, all_rights())
    own = CALENDARS / f"{made.calendar}.yaml" if made else CALENDARS
    if made is not None and not document.problems and own.is_file():
        try_examples(made, _own_calendar(own), document)
    return made, document.problems


@cache
def _own_calendar(path: Path) -> Calendar:
    """A calendar that came with the program; reckoning its days takes longer than trying a declaration on them."""
    return calendar_from(read_strictly(path.read_text("utf-8"), path.name).content)


def checked(text: str, file: str) -> CaseType:
    """The compiled declaration; raises DeclarationRefused with every mistake."""
    made, problems = problems_of(text, file)
    if made is None or problems:
        raise DeclarationRefused(file=file, count=len(problems), problems="; ".join(map(str, problems)))
    return made


def store_type(text: str, file: str) -> tuple[TypeVersion, bool]:
    """The stored version of a declaration, and whether it is new. The same again changes nothing; the same number with
    other content raises VersionExists. The calendar it names is stored with it, if it is one of ours."""
    made = checked(text, file)
    if not CalendarVersion.objects.filter(name=made.calendar).exists():
        own = CALENDARS / f"{made.calendar}.yaml"
        if own.exists():
            store_calendar(own.read_text("utf-8"), own.name)
    calendar_row(made.calendar)
    known = TypeVersion.objects.filter(name=made.name, version=made.version).first()
    if known is None:
        facts = {"text": text, "digest": made.digest, "installed": clock.now()}
        return TypeVersion.objects.create(name=made.name, version=made.version, **facts), True
    if known.digest != made.digest:
        raise VersionExists(type=made.name, version=made.version)
    return known, False


def store_calendar(text: str, file: str) -> tuple[CalendarVersion, bool]:
    """The stored version of a calendar, and whether it is new; raises CalendarRefused."""
    document = read_strictly(text, file)
    try:
        if document.problems:
            raise CalendarRefused(file=file, why="; ".join(map(str, document.problems)))
        calendar_from(document.content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CalendarRefused(file=file, why=str(error)) from None
    name, digest = document.content["calendar"], sha256(text.encode()).hexdigest()
    newest = CalendarVersion.objects.filter(name=name).order_by("-version").first()
    if newest is not None and newest.digest == digest:
        return newest, False
    version = newest.version + 1 if newest else 1
    return CalendarVersion.objects.create(
        name=name, version=version, text=text, digest=digest, loaded=clock.now()
    ), True


def move_target(old: CaseType, new: CaseType, state: str) -> str:
    """Where a state of an older version went: by the migration map, else the state of the same name."""
    moves = new.moves.get(old.version)
    target = state if moves is None and state in new.state_numbers else (moves or {}).get(state, "")
    if moves is not None and not target and state in new.state_numbers:
        target = state
    if target not in new.state_numbers:
        raise NoWayToMove(version=new.version, state=state)
    return target


def recompute(row: Case, calendar: CalendarVersion) -> bool:
    """Fold an open case under another calendar; whether anything in its row changed."""
    before = (row.due, row.alarm, row.late, row.provisional)
    row.calendar = calendar
    loaded = load(row)
    save(row, loaded.made, loaded.standing, loaded.calendar)
    return before != (row.due, row.alarm, row.late, row.provisional)


def named(row: TypeVersion) -> str:
    """How the ledger names a version."""
    return f"case_type:{type_of(row).name}"
