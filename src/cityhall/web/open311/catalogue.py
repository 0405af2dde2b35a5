"""Services and their definitions, made from the declarations: a service is a row of a type's table of classes, or the type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest

from cityhall.cases.queries import Act, Blank, CaseType, Field, blank, types
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.text import Text
from cityhall.web.cases.questions import YES_NO
from cityhall.web.cases.reporting import abstract_of, opening_for_anybody
from cityhall.web.open311.answering import Told, answered
from cityhall.web.open311.errors import ArgumentMissing, JurisdictionUnknown, ServiceUnknown
from cityhall.web.words import language, pick

# How a field of a form is asked for; files are sent as media, cells follow from the place.
_DATATYPES: Final = {
    "long_text": "text",
    "number": "number",
    "integer": "number",
    "money": "number",
    "date": "datetime",
    "choice": "singlevaluelist",
    "code": "singlevaluelist",
    "yes_no": "singlevaluelist",
    "items": "text",
}
_NOT_ASKED: Final = frozenset({"file", "files", "cell", "agency"})


@dataclass(frozen=True, slots=True)
class Service:
    """Something that can be reported: the code under which it is known outside, its type and its class in it."""

    code: str
    made: CaseType
    opening: Act
    kind: str
    title: Text
    group: str
    said: Mapping[str, Any]
    form: Blank

    @property
    def brought(self) -> set[str]:
        """The fields that a report brings beside class, place and words."""
        own = {self.made.kind, self.made.spot, self.words, self.address}
        return {*self.opening.needs, *self.opening.takes} - own

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields that are attributes: those that anybody fills, but for files and what the declaration sets."""
        hidden = {*self.form.closed, *self.said.get("sets", {})}
        return tuple(
            one
            for one in self.made.fields.values()
            if one.id in self.brought - hidden and one.type not in _NOT_ASKED
        )

    @property
    def words(self) -> str:
        """The field that `description` fills."""
        return str(self.said.get("description", "")) or self._first("long_text")

    @property
    def address(self) -> str:
        """The field that `address_string` fills."""
        return str(self.said.get("address", "")) or self._first("address")

    def _first(self, kind: str) -> str:
        brought = {*self.opening.needs, *self.opening.takes}
        found = (one.id for one in self.made.fields.values() if one.type == kind and one.id in brought)
        return next(found, "")


def offered(jurisdiction: str = "") -> tuple[Service, ...]:
    """Every service, of one jurisdiction when it is named; types by name, classes by code. Errors: `JurisdictionUnknown`,
    `ArgumentMissing`."""
    made = [one for one in types() if "open311" in one.extras]
    known = sorted(
        {one.extras["open311"]["jurisdiction"] for one in made if "jurisdiction" in one.extras["open311"]}
    )
    if known and jurisdiction and jurisdiction not in known:
        raise JurisdictionUnknown(name=jurisdiction[:80], known=", ".join(known))
    if len(known) > 1 and not jurisdiction:
        raise ArgumentMissing(name="jurisdiction_id")
    return tuple(
        service
        for one in made
        if not (known and jurisdiction)
        or one.extras["open311"].get("jurisdiction", jurisdiction) == jurisdiction
        for service in services_of(one)
    )


def services_of(made: CaseType) -> Iterator[Service]:
    """The services of a type; none where only officials open cases."""
    said, opening = made.extras.get("open311"), opening_for_anybody(made)
    if said is None or opening is None:
        return
    table, form = made.tables.get(said.get("services", "")), blank(ANONYMOUS, made)
    if table is None or not made.kind or not made.fields[made.kind].public:
        yield Service(made.name, made, opening, "", made.reported_as, pick(made.reported_as), said, form)
        return
    day = clock.today().isoformat()
    column = str(said.get("group", "")).partition(".")[2]
    for code in sorted(table.rows):
        if row := table.row(code, day):
            group = str(row.values.get(column) or pick(made.reported_as))
            yield Service(f"{made.name}-{code}", made, opening, code, row.title, group, said, form)


def service_of(code: str, jurisdiction: str = "") -> Service:
    """The service with this code. Errors: `ServiceUnknown`."""
    for one in offered(jurisdiction):
        if one.code == code:
            return one
    raise ServiceUnknown(name=code[:80])


def code_of(type_name: str, kind: str) -> str:
    """Under which code a case of a type and class is known outside."""
    return f"{type_name}-{kind}" if kind else type_name


@answered("GET")
def service_list(request: HttpRequest) -> Told:
    """What can be reported (GET Service List)."""
    found = offered(request.GET.get("jurisdiction_id", ""))
    return Told("services", [_entry(one) for one in found])


def _entry(one: Service) -> dict[str, Any]:
    words = [*one.said.get("keywords", ()), one.title.en, one.title.zh, one.group]
    return {
        "service_code": one.code,
        "service_name": pick(one.title),
        "description": pick(abstract_of(one.made)) or pick(one.made.reported_as),
        "metadata": bool(one.asked),
        "type": "batch" if one.said.get("answer") == "token" else "realtime",
        "keywords": ", ".join(dict.fromkeys(str(word).replace(",", " ") for word in words)),
        "group": one.group,
    }


@answered("GET")
def service_definition(request: HttpRequest, code: str) -> Told:
    """What a report of this service is asked beside the usual (GET Service Definition)."""
    found = service_of(code, request.GET.get("jurisdiction_id", ""))
    attributes = [_attribute(found, one, order) for order, one in enumerate(found.asked, 1)]
    return Told("service_definition", {"service_code": found.code, "attributes": attributes})


def _attribute(service: Service, one: Field, order: int) -> dict[str, Any]:
    datatype = _DATATYPES.get(one.type, "string")
    found: dict[str, Any] = {
        "variable": True,
        "code": one.id,
        "datatype": datatype,
        "required": required(service, one),
        "datatype_description": pick(one.hint) or None,
        "order": order,
        "description": pick(one.title),
    }
    if datatype == "singlevaluelist":
        found["values"] = [{"key": key, "name": name} for key, name in _values(service.made, one)]
    return found


def required(service: Service, one: Field) -> bool:
    """Whether a report cannot do without it."""
    needed = (one.required and one.condition is None) or one.id in service.opening.needs
    return needed and one.id not in service.form.values


def _values(made: CaseType, one: Field) -> Sequence[tuple[str, str]]:
    if one.type == "yes_no":
        return [(key, pick(words)) for key, words in YES_NO]
    if one.type == "choice":
        return [(key, pick(words)) for key, words in one.options.items()]
    table, day = made.tables[one.table], clock.today().isoformat()
    return [(code, row.title.in_language(language())) for code in table.rows if (row := table.row(code, day))]
