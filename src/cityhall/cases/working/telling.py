"""Notices about cases: who is told of an act, and in which words."""

from __future__ import annotations

from contextlib import suppress

from cityhall.cases.declaring.shapes import Act, CaseType
from cityhall.cases.folding.events import Event
from cityhall.cases.models import Case, Reporter
from cityhall.cases.storing.rows import events_of
from cityhall.cases.storing.types import type_of
from cityhall.cases.working.acting import ENGINE
from cityhall.cases.working.authority import agency_id
from cityhall.identity.errors import PersonUnknown
from cityhall.identity.queries import people_with_role, person, roles
from cityhall.kernel.text import Text
from cityhall.messaging.actions import notify

_SUBJECTS = {
    "warned": Text(en="Case {number} is due soon: {clock}", zh="案件 {number} 即将到期：{clock}"),
    "overdue": Text(en="Case {number} is late: {clock}", zh="案件 {number} 已超期：{clock}"),
}
_ACTED = Text(en="Case {number}: {act}", zh="案件 {number}：{act}")
_BODY = Text(en="{title}, {number}: {act}.", zh="{title} {number}：{act}。")


def tell_about(number: str, seq: int) -> None:
    """Send the notices of one event. Twice is harmless; not at all cannot happen, the job is kept with the event."""
    row = Case.objects.select_related("type", "calendar").get(number=number)
    made = type_of(row.type)
    event = events_of(row)[seq - 1]
    act = made.act(event.act)
    if act is None:
        return
    told = {who for name in _names(made, act, event) for who in _people(row, made, name)} - {event.actor}
    if told:
        words = _words(made, act, event)
        title: dict[str, Text | str] = {"title": made.title, "number": number, **words}
        notify(
            ENGINE,
            person_ids=sorted(told),
            subject=_fill(_SUBJECTS.get(event.act, _ACTED), title),
            body=_fill(_BODY, title),
            link=f"/cases/{number}/",
        )


def _names(made: CaseType, act: Act, event: Event) -> tuple[str, ...]:
    if event.act in ("warned", "overdue"):
        clock = next(one for one in made.clocks if one.id == event.data["clock"])
        return (clock.warn_tell or ("holder",)) if event.act == "warned" else (clock.late_tell or ("holder",))
    return act.tell


def _people(row: Case, made: CaseType, name: str) -> set[str]:
    """The accounts behind a role of the type."""
    if name == "holder":
        return _known({row.holder})
    if name == "reporter" or made.roles[name].who == "reporter":
        reporter = Reporter.objects.filter(case=row).first()
        return _known({reporter.person}) if reporter else set()
    right, of = made.roles[name].right, made.roles[name].of
    agency = agency_id(row.agency) if of == "case" else ""
    holders = [role for role, one in roles().items() if right in one.rights and role != "operator"]
    return {holder.id for role in holders for holder in people_with_role(role, agency)}


def _known(ids: set[str]) -> set[str]:
    """Those of the ids that are accounts; machines and the system itself are told nothing."""
    found = set()
    for one in ids:
        with suppress(PersonUnknown):
            found.add(person(one).id)
    return found


def _words(made: CaseType, act: Act, event: Event) -> dict[str, Text]:
    clock = next((one.title for one in made.clocks if one.id == event.data.get("clock")), Text(en="", zh=""))
    return {"act": act.title, "clock": clock}


def _fill(text: Text, words: dict[str, Text | str]) -> Text:
    def said(language: str) -> dict[str, str]:
        return {
            name: word.in_language(language) if isinstance(word, Text) else word
            for name, word in words.items()
        }

    return Text(en=text.en.format(**said("en")), zh=text.zh.format(**said("zh")))
