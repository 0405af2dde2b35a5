"""Cases as lines of a list, with the words of their type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cityhall.cases.errors import TypeUnknown
from cityhall.cases.queries import CaseType, Line, agency_titles, types
from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.web.cases.questions import in_words
from cityhall.web.words import pick


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case: what it is about, where it stands, who has it, by when."""

    number: str
    title: Text
    state: Text
    about: str
    agency: Text | None
    holder: str
    opened: datetime
    due: datetime | None
    ended: datetime | None
    late: bool
    supervised: bool
    seen: int


def lines_of(found: Iterable[Line]) -> tuple[CaseLine, ...]:
    """The lines with the words of the newest version of their types."""
    made = {one.name: one for one in types()}
    names = agency_titles()
    return tuple(_line(one, _type(made, one.type), names) for one in found)


def reported_lines(found: Iterable[Line]) -> tuple[CaseLine, ...]:
    """The lines as those who report call them."""
    called = {one.name: one.reported_as for one in types()}
    found = tuple(found)
    return tuple(
        replace(line, title=called[one.type]) for one, line in zip(found, lines_of(found), strict=True)
    )


def _type(made: dict[str, CaseType], name: str) -> CaseType:
    if name not in made:
        raise TypeUnknown(type=name)
    return made[name]


def _line(one: Line, made: CaseType, names: dict[str, Text]) -> CaseLine:
    state = next((state.title for state in made.states if state.id == one.state), Text(one.state, one.state))
    return CaseLine(
        number=one.number,
        title=made.title,
        state=state,
        about=about(made, one),
        agency=names.get(one.agency),
        holder=one.holder,
        opened=one.opened,
        due=one.due,
        ended=one.ended,
        late=one.late,
        supervised=one.supervised,
        seen=one.seen,
    )


def about(made: CaseType, one: Line) -> str:
    """What a case is about, in a few words: its kind and the first that was said in its form."""
    day = clock.today().isoformat()
    kind = in_words(made, made.kind, one.kind, day) if made.kind and one.kind else ""
    told = [
        in_words(made, name, one.fields[name], day)
        for name, field in made.fields.items()
        if field.type in ("text", "long_text", "address", "choice", "code")
        and not field.defaults
        and one.fields.get(name)
        and name != made.kind
    ]
    words = [part if isinstance(part, str) else pick(part) for part in (kind, *told[:2])]
    return " · ".join(word[:80] for word in words if word)
