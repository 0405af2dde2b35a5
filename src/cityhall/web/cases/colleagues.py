"""Who else could have a case in hand: chosen by name, as nobody knows an account by its id."""

from __future__ import annotations

from dataclasses import replace

from cityhall.identity.errors import AgencyUnknown
from cityhall.identity.queries import PersonInfo, agency, people_with_role, roles
from cityhall.kernel.text import Text
from cityhall.web.cases.questions import Question
from cityhall.web.rendering import WORK

MOST = 200


def asked_of_colleagues(questions: tuple[Question, ...], unit: str) -> tuple[Question, ...]:
    """The questions, that after the holder answered by a choice among those who work on cases of this agency (USCC or id; empty:
    of the whole city)."""
    return tuple(_chosen(one, unit) if one.id == "holder" else one for one in questions)


def _chosen(asked: Question, unit: str) -> Question:
    names = tuple((one.id, Text(en=one.username, zh=one.username)) for one in _colleagues(unit))
    known = asked.value if asked.value in dict(names) else ""
    return replace(asked, shape="choice", options=names, value=known) if names else asked


def _colleagues(unit: str) -> tuple[PersonInfo, ...]:
    working = [name for name, role in roles().items() if role.rights & frozenset(WORK) and name != "operator"]
    found = {one.id: one for name in working for one in people_with_role(name, _id(unit))}
    return tuple(sorted(found.values(), key=lambda one: one.username)[:MOST])


def _id(unit: str) -> str:
    try:
        return agency(unit).id if unit else ""
    except AgencyUnknown:
        return unit
