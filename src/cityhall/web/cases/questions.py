"""A type's declared fields as questions of a form, and what was typed as values of those fields."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, QueryDict

from cityhall.cases.errors import FieldMissing
from cityhall.cases.queries import Act, Blank, CaseType, Field, agency_titles
from cityhall.identity.errors import PersonUnknown
from cityhall.identity.queries import agencies, person
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.places.queries import divisions
from cityhall.web.words import language, say

Option = tuple[str, Text]
LONGEST = 20_000
BLANK: QueryDict = QueryDict("")
# What every case has beside its form, as questions.
_OWN = {
    "agency": Text(en="Responsible agency", zh="责任单位"),
    "holder": Text(en="In the hands of", zh="经办人"),
    "into": Text(en="Number of the other case", zh="并入的案件编号"),
    "rating": Text(en="Your rating", zh="您的评价"),
    "note": Text(en="Note (inside only)", zh="内部备注"),
    "public_note": Text(en="Words to the reporter and the public", zh="对上报人和公众的说明"),
    "task": Text(en="Task", zh="任务"),
}
RATINGS: tuple[Option, ...] = (
    ("5", Text(en="5 · very good", zh="5 · 非常满意")),
    ("4", Text(en="4 · good", zh="4 · 满意")),
    ("3", Text(en="3 · fair", zh="3 · 基本满意")),
    ("2", Text(en="2 · bad", zh="2 · 不满意")),
    ("1", Text(en="1 · very bad", zh="1 · 非常不满意")),
)
_NO_DISTRICTS = ("市辖区", "县")  # names that only stand above others
YES_NO: tuple[Option, ...] = (("yes", Text(en="Yes", zh="是")), ("no", Text(en="No", zh="否")))
_INPUTS = {
    "long_text": "area",
    "number": "number",
    "money": "number",
    "integer": "number",
    "date": "date",
    "point": "point",
    "yes_no": "choice",
    "choice": "choice",
    "code": "choice",
    "agency": "choice",
    "file": "file",
    "files": "file",
    "items": "lines",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question: `shape` says which input asks it (line, area, number, date, point, choice, lines, file); many `options` may
    stand in `groups` under headings; of those that say `either`, one is enough; `problem` is
    what is wrong with the answer."""

    id: str
    title: Text
    shape: str
    required: bool = False
    hint: Text | None = None
    options: tuple[Option, ...] = ()
    value: str = ""
    step: str = ""
    groups: tuple[tuple[str, tuple[Option, ...]], ...] = ()
    either: bool = False
    problem: str = ""


def asked_to_open(
    made: CaseType, opening: Act, day: str, form: Blank, sent: QueryDict = BLANK
) -> tuple[Question, ...]:
    """What the form of a new case asks of somebody: what its opening act brings and is theirs to fill, in the form's order, files
    last. Until something is sent, the defaults stand there."""
    brought = {*opening.needs, *opening.takes}
    follow = _followers(made, brought)
    fields = [one for one in made.fields.values() if one.id in brought - follow - form.closed]
    fields.sort(key=lambda one: _INPUTS.get(one.type) == "file")
    typed = sent or _typed(form.values)
    return tuple(
        possible(opening, _question(made, one, day, typed, required=one.required or one.id in opening.needs))
        for one in fields
    )


def possible(act: Act, asked: Question) -> Question:
    """The question without the answers with which the act's condition, where it is about nothing else, cannot hold."""
    guard = act.condition
    if guard is None or guard.names != (asked.id,):
        return asked

    def left(options: tuple[Option, ...]) -> tuple[Option, ...]:
        return tuple((value, title) for value, title in options if guard.holds({asked.id: value}))

    groups = ((heading, left(under)) for heading, under in asked.groups)
    return replace(
        asked, options=left(asked.options), groups=tuple((one, under) for one, under in groups if under)
    )


def _followers(made: CaseType, names: Collection[str]) -> set[str]:
    """What follows from a point among these. Where it is said who fills such a field, they are asked: a place may be unknown."""
    return {one.id for one in made.following(names) if not one.by}


def _typed(values: Mapping[str, Any]) -> QueryDict:
    """Values as a form would send them."""
    found = QueryDict(mutable=True)
    for name, value in values.items():
        found[name] = written(value)
    return found


def asked_to_act(
    made: CaseType, act: Act, day: str, now: Mapping[str, Any], closed: Collection[str] = ()
) -> tuple[Question, ...]:
    """What an act asks: what it needs and takes, but not what others fill (`closed`); `now` are the case's present values."""
    names = [*act.needs, *(name for name in act.takes if name not in act.needs)]
    if act.id == "rate":
        names = ["rating", "public_note"]
    if act.id == "comment":
        names = ["public_note"]
    if act.id == "merge":
        return (own_question("into", required=True),)
    hidden = {*closed, *_followers(made, names), *(("holder",) if act.id == "claim" else ())}
    asked = (_asked(made, name, day, name in act.needs, now) for name in names if name not in hidden)
    return tuple(possible(act, one) for one in asked)


def _asked(made: CaseType, name: str, day: str, required: bool, now: Mapping[str, Any]) -> Question:
    declared = made.fields.get(name)
    if declared is not None:
        present = _typed({name: now.get(name, now.get(declared.like))})
        return _question(made, declared, day, present, required=required)
    asked = own_question(name, required)
    return replace(asked, value=written(now.get(name))) if now.get(name) else asked


def asked_again(
    made: CaseType, names: Iterable[str], day: str, now: Mapping[str, Any]
) -> tuple[Question, ...]:
    """These questions with their present values; none must be answered."""
    return tuple(_asked(made, name, day, required=False, now=now) for name in names)


def refusal_in_words(made: CaseType, error: CityhallError) -> str:
    """What an error says, with the title of the field that it is about."""
    name = str(error.facts.get("field", ""))
    if name not in made.fields and name not in _OWN:
        return error.say(language())
    title = title_of(made, name)
    if isinstance(error, FieldMissing):
        return say("report.missing", field=title.in_language(language()))
    return type(error)(**{**error.facts, "field": title}).say(language())


def own_question(name: str, required: bool = False) -> Question:
    """A question that no type declares: the agency, a note, a rating…"""
    if name == "agency":
        return Question(name, _OWN[name], "choice", required, options=_agencies())
    if name == "rating":
        return Question(name, _OWN[name], "choice", True, options=RATINGS)
    shape = "area" if name in ("note", "public_note") else "line"
    return Question(name, _OWN.get(name, Text(en=name, zh=name)), shape, required)


def _question(made: CaseType, field: Field, day: str, sent: QueryDict, *, required: bool) -> Question:
    value, options = sent.get(field.id, "")[:LONGEST], _options(made, field, day)
    shape = _INPUTS.get(field.type, "line")
    if field.type == "division" and options and value in ("", *(code for code, _ in options)):
        shape = "choice"
    return Question(
        id=field.id,
        title=field.title,
        shape=shape,
        required=required and field.condition is None,
        hint=field.hint,
        options=options,
        value=value,
        step="1" if field.type == "integer" else "any",
        groups=_groups(made, field, day, options),
    )


def _groups(
    made: CaseType, field: Field, day: str, options: tuple[Option, ...]
) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    """The options under their headings, where the declaration names the column of the field's table that holds these."""
    said = (str(made.extras.get(part, {}).get("group", "")) for part in ("inspecting", "open311"))
    column = next(
        (column for name, _, column in (one.partition(".") for one in said) if name == field.id), ""
    )
    if not column:
        return ()
    in_english = f"{column}_en"
    if language() == "en" and in_english in made.tables[field.table].columns:
        column = in_english
    found: dict[str, list[Option]] = {}
    for code, title in options:
        found.setdefault(str(made.column(field.id, column, code, day) or ""), []).append((code, title))
    return tuple((heading, tuple(under)) for heading, under in found.items())


def _options(made: CaseType, field: Field, day: str) -> tuple[Option, ...]:
    match field.type:
        case "choice":
            return tuple(field.options.items())
        case "yes_no":
            return YES_NO
        case "agency":
            return _agencies()
        case "division":
            return _districts()
        case "code":
            table = made.tables[field.table]
            rows = ((code, table.row(code, day)) for code in table.rows)
            return tuple((code, row.title) for code, row in rows if row is not None)
    return ()


def _districts() -> tuple[Option, ...]:
    """The districts of the city, which is where its agencies are; none where these are of several cities."""
    cities = {one.division[:4] for one in agencies() if one.division}
    found = divisions(cities.pop()) if len(cities) == 1 else ()
    return tuple(
        (one.code, Text(en=one.english or one.name, zh=one.name))
        for one in found
        if one.name not in _NO_DISTRICTS
    )


def _agencies() -> tuple[Option, ...]:
    return tuple((one.uscc, one.name) for one in agencies())


def answered(made: CaseType, names: Iterable[str], request: HttpRequest) -> dict[str, Any]:
    """The values of the named questions as they were sent; what was left empty is left out. What does not fit its field
    stays as it was typed, and the engine refuses it by name."""
    return values_of(made, names, request.POST)


def values_of(made: CaseType, names: Iterable[str], sent: QueryDict) -> dict[str, Any]:
    """The same, of whatever was sent."""
    found: dict[str, Any] = {}
    for name in names:
        declared = made.fields.get(name)
        value = _value(declared.type if declared else name, name, sent)
        if value not in (None, "", []):
            found[name] = value
    return found


def _value(kind: str, name: str, sent: QueryDict) -> Any:
    text = sent.get(name, "").replace("\0", "").strip()[:LONGEST]
    match kind:
        case "integer" | "rating":
            return _number(text, int)
        case "number" | "money":
            return _number(text, float)
        case "yes_no":
            return {"yes": True, "no": False}.get(text)
        case "point":
            return _point(text)
        case "items":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "file" | "files":
            return None  # bytes are added to the case once it is there
    return text


def _number(text: str, kind: type[int] | type[float]) -> Any:
    try:
        return kind(text) if text else None
    except ValueError:
        return text


def _point(text: str) -> Any:
    """`longitude, latitude` in degrees."""
    parts = text.replace("，", ",").replace(" ", ",").split(",")
    try:
        return [float(part) for part in parts if part] or None
    except ValueError:
        return text


def written(value: Any) -> str:
    """A value of a field as a form shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        if all(isinstance(one, float | int) for one in value):
            return ", ".join(f"{one:.6g}" if isinstance(one, int) else f"{one:.5f}" for one in value)
        return "\n".join(str(one) for one in value)
    return str(value)


def in_words(made: CaseType, name: str, value: Any, day: str) -> str | Text:
    """A value as it is read: the words of a code or a choice, the name of an agency."""
    declared = made.fields.get(name)
    text = written(value)
    if name == "holder":
        return called(text)
    if name == "agency" or (declared and declared.type == "agency"):
        return agency_title(text) or text
    if declared is None:
        return text
    return dict(_options(made, declared, day)).get(text, text)


def called(holder: str) -> str:
    """The name of who holds a case; as it is, where it is nobody's account."""
    try:
        return person(holder).username if holder else ""
    except PersonUnknown:
        return holder


def agency_choice(name: str) -> str:
    """How a form's choice names an agency given by id or USCC; as it is, when there is none."""
    return next((one.uscc for one in agencies() if name in (one.id, one.uscc)), name)


def agency_title(name: str) -> Text | None:
    """The name of an agency by id, USCC or the code of a unit; None when there is none."""
    return agency_titles().get(name) if name else None


def title_of(made: CaseType, name: str) -> Text:
    """What a value is called."""
    declared = made.fields.get(name)
    return declared.title if declared else _OWN.get(name, Text(en=name, zh=name))
