"""Notices about cases: who is told of an act, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from cityhall.cases.declaring.shapes import Act, CaseType
from cityhall.cases.folding.events import Event
from cityhall.cases.models import Case, Reporter
from cityhall.cases.storing.rows import events_of
from cityhall.cases.storing.types import type_of
from cityhall.cases.working.acting import ENGINE
from cityhall.cases.working.authority import agency_id
from cityhall.cases.working.passes import pass_for
from cityhall.identity.errors import PersonUnknown
from cityhall.identity.queries import people_with_role, person, roles
from cityhall.kernel.text import Text
from cityhall.messaging.actions import Kind, notify, write_to

_SUBJECTS = {
    "warned": Text(en="Case {number} is due soon: {clock}", zh="案件 {number} 即将到期：{clock}"),
    "overdue": Text(en="Case {number} is late: {clock}", zh="案件 {number} 已超期：{clock}"),
}
_MANY = {
    "warned": Text(en="{count} cases are due soon", zh="{count} 件案件即将到期"),
    "overdue": Text(en="{count} cases are late", zh="{count} 件案件已超期"),
}
_ACTED_ON_MANY = Text(en="{title}: {act}, {{count}} cases", zh="{title}：{act}，共 {{count}} 件")
_LATE, _ALL = "/cases/?late=1", "/cases/?type={type}"
_ACTED = Text(en="Case {number}: {act}", zh="案件 {number}：{act}")
_IN_WORDS = Text(en="In words", zh="说明")
_BODY = Text(en="{title}, {number}: {act}.", zh="{title} {number}：{act}。")


def tell_about(number: str, seq: int) -> None:
    """Send the notices of one event. Twice is harmless; not at all cannot happen, the job is kept with the event."""
    row = Case.objects.ready().get(number=number)
    made = type_of(row.type)
    event = events_of(row)[seq - 1]
    act = made.act(event.act)
    if act is None:
        return
    names = _names(made, act, event)
    outside = [name for name in names if _is_reporter(made, name)]
    inside = {who for name in names if name not in outside for who in _people(row, made, name)}
    said: dict[str, Text | str] = {"title": made.title, "number": number, **_words(made, act, event)}
    subject, body = _fill(_SUBJECTS.get(event.act, _ACTED), said), _fill(_BODY, said)
    if told := inside - {event.actor}:
        link, kind = f"/cases/{number}/", _kind(made, event.act, said)
        notify(ENGINE, person_ids=sorted(told), subject=subject, body=body, link=link, kind=kind)
    reporter = Reporter.objects.select_related("case").filter(case=row).first() if outside else None
    if reporter is not None:
        _tell_reporter(reporter, subject, _with_answer(made, event, body), inside | {event.actor})


def _kind(made: CaseType, act: str, said: Mapping[str, Text | str]) -> Kind:
    """Warnings lie together for all types, acts for each type."""
    if act in _MANY:
        return Kind(f"cases.{act}", _MANY[act], _LATE if act == "overdue" else "/cases/")
    return Kind(f"cases.{made.name}.{act}", _fill(_ACTED_ON_MANY, said), _ALL.format(type=made.name))


def _is_reporter(made: CaseType, name: str) -> bool:
    return name == "reporter" or (name in made.roles and made.roles[name].who == "reporter")


def _tell_reporter(reporter: Reporter, subject: Text, body: Text, told: set[str]) -> None:
    """Whoever reported hears of it on their page, or by the address they left; the way in is in the mail."""
    number = reporter.case.number
    known = _known({reporter.person}) - told if reporter.person else set()
    if known:
        notify(ENGINE, person_ids=sorted(known), subject=subject, body=body, link=f"/track/{number}/")
    elif reporter.email and not reporter.person:
        link = f"/track/by-mail/{pass_for(number, reporter.code)}/"
        write_to(ENGINE, reporter.email, reporter.language, subject=subject, body=body, link=link)


def _with_answer(made: CaseType, event: Event, body: Text) -> Text:
    """With what the act says to anybody: the answer, the reason, the legal basis."""
    shown = [one for one in made.fields.values() if one.public and one.type in ("text", "long_text")]
    told = [(one.title, event.data[one.id]) for one in shown if event.data.get(one.id)]
    if event.data.get("public_note"):
        told.append((_IN_WORDS, event.data["public_note"]))
    return Text(
        en="\n".join([body.en, *(f"{title.en}: {value}" for title, value in told)]),
        zh="\n".join([body.zh, *(f"{title.zh}：{value}" for title, value in told)]),
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
    right, of = made.roles[name].right, made.roles[name].of
    agency = agency_id(row.agency) if of == "case" else ""
    holders = [role for role, one in roles().items() if right in one.rights and role != "operator"]
    found = {holder.id for role in holders for holder in people_with_role(role, agency)}
    # Where nobody holds the role, the operators hear of it: no report falls into a void.
    return found or {holder.id for holder in people_with_role("operator")}


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


def _fill(text: Text, words: Mapping[str, Text | str]) -> Text:
    def said(language: str) -> dict[str, str]:
        return {
            name: word.in_language(language) if isinstance(word, Text) else word
            for name, word in words.items()
        }

    return Text(en=text.en.format(**said("en")), zh=text.zh.format(**said("zh")))
