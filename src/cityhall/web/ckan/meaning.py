"""What a Solr query means in this catalogue: CKAN's field names on conditions over entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from cityhall.catalog.queries import Compare, Every, Not, Order, Some, Subject, Where, licences
from cityhall.kernel import clock
from cityhall.opening.queries import FORMATS, data_since, with_data
from cityhall.web.ckan import solr
from cityhall.web.ckan.errors import SearchUnusable, ThingUnknown
from cityhall.web.ckan.naming import group, organization

EVERYTHING: Final = Every()
NOTHING: Final = Some()
_NOW: Final = re.compile(r"NOW(?:/[A-Z]+)?(?:([+-])(\d{1,5})(MINUTE|HOUR|DAY|MONTH|YEAR)S?)?(?:/[A-Z]+)?")
_UNITS: Final = {"MINUTE": 60, "HOUR": 3600, "DAY": 86_400, "MONTH": 2_629_746, "YEAR": 31_556_952}
_OF_NOBODY: Final = ("extras_", "harvest_", "vocab_", "res_extras_", "ext_")
_TIMES: Final[Mapping[str, Subject]] = {"metadata_modified": "modified", "metadata_created": "created"}
FORMAT_CODES: Final = {code.upper() for code in FORMATS if code not in ("csv_bom", "ndjson", "geojson")} | {
    "JSONL"
}

ORDERS: Final[Mapping[str, tuple[Order, bool]]] = {
    "score": ("modified", True),
    "relevance": ("modified", True),
    "id": ("id", False),
    "name": ("code", False),
    "title": ("title", False),
    "title_string": ("title", False),
    "metadata_created": ("created", False),
    "metadata_modified": ("modified", False),
}


def condition(tree: solr.Tree) -> Where:
    """The condition of a tree. Errors: `SearchUnusable` for a field that no entry has."""
    if isinstance(tree, solr.All):
        return Every(tuple(condition(part) for part in tree.parts))
    if isinstance(tree, solr.Any):
        return Some(tuple(condition(part) for part in tree.parts))
    if isinstance(tree, solr.No):
        return Not(condition(tree.part))
    if isinstance(tree, solr.Span):
        return _span(tree)
    return _leaf(tree)


def order(sort: str) -> tuple[tuple[Order, bool], ...]:
    """`name asc, metadata_modified desc` as pairs. Errors: `SearchUnusable`."""
    return tuple(_one_order(part) for part in sort.split(",") if part.strip())


def _one_order(part: str) -> tuple[Order, bool]:
    name, _, direction = part.strip().partition(" ")
    direction = direction.strip().lower() or "asc"
    if name not in ORDERS or direction not in ("asc", "desc"):
        raise SearchUnusable(why=f"it cannot be sorted by “{part.strip()[:40]}”")
    subject, newest_first = ORDERS[name]
    return subject, newest_first or direction == "desc"


def _leaf(leaf: solr.Leaf) -> Where:
    if leaf.field == "":
        return Compare("text", "has", leaf.value)
    if leaf.field.startswith(_OF_NOBODY):
        return NOTHING
    if leaf.field in _TIMES:
        return _span(solr.Span(leaf.field, leaf.value, leaf.value))
    if leaf.field not in _FIELDS:
        raise SearchUnusable(why=f"undefined field {leaf.field[:40]}")
    return _FIELDS[leaf.field](leaf)


def _span(span: solr.Span) -> Where:
    if span.field.startswith(_OF_NOBODY):
        return NOTHING
    if span.field not in _TIMES:
        if span.field in _FIELDS and (span.low, span.high) == ("*", "*"):
            return _FIELDS[span.field](solr.Leaf(span.field, "*"))
        raise SearchUnusable(why=f"a range needs a time, not {span.field[:40]}")
    subject = _TIMES[span.field]
    parts: list[Where] = []
    if span.low != "*":
        low = _moment(span.low)
        parts.append(data_since(low) if subject == "modified" else Compare(subject, "from", low))
    if span.high != "*":
        parts.append(Compare(subject, "to", _moment(span.high)))
    return Every(tuple(parts))


def _moment(text: str) -> datetime:
    """A time as Solr has it: ISO 8601, or NOW with some days more or less."""
    if relative := _NOW.fullmatch(text):
        sign, count, unit = relative.groups()
        seconds = int(count or 0) * _UNITS[unit] if unit else 0
        return clock.now() + timedelta(seconds=-seconds if sign == "-" else seconds)
    try:
        read = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise SearchUnusable(why=f"“{text[:40]}” is no time") from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _compare(subject: Subject, *, inside: bool = False) -> Callable[[solr.Leaf], Where]:
    def meaning(leaf: solr.Leaf) -> Where:
        if leaf.value == "*":
            return Compare(subject, "known")
        return Compare(subject, "has" if inside or leaf.start else "is", leaf.value)

    return meaning


def _name(leaf: solr.Leaf) -> Where:
    if leaf.value == "*":
        return EVERYTHING
    return Some((_compare("code")(leaf), _compare("id")(leaf)))


def _organization(leaf: solr.Leaf) -> Where:
    if leaf.value == "*":
        return EVERYTHING
    try:
        return Compare("agency", "is", organization(leaf.value).id)
    except ThingUnknown:
        return NOTHING


def _group(leaf: solr.Leaf) -> Where:
    if leaf.value == "*":
        return Compare("field", "known")
    try:
        return Compare("field", "is", group(leaf.value).code)
    except ThingUnknown:
        return NOTHING


def _format(leaf: solr.Leaf) -> Where:
    return open_with_data() if leaf.value == "*" or leaf.value.upper() in FORMAT_CODES else NOTHING


def open_with_data() -> Where:
    """The entries that have data of which anybody may see something: they come in each of the formats."""
    return Every((Compare("open_item", "known"), with_data()))


def _is_open(leaf: solr.Leaf) -> Where:
    free = tuple(one.code for one in licences() if one.open)
    wanted = Compare("licence", "among", free)
    return wanted if leaf.value.lower() in ("true", "*") else Not(wanted)


def _constant(*values: str) -> Callable[[solr.Leaf], Where]:
    """A field in which all public entries are alike."""
    return lambda leaf: EVERYTHING if leaf.value.lower() in (*values, "*") else NOTHING


_FIELDS: Final[Mapping[str, Callable[[solr.Leaf], Where]]] = {
    "*": lambda leaf: EVERYTHING if leaf.value == "*" else Compare("text", "has", leaf.value),
    "text": _compare("text", inside=True),
    "id": _compare("id"),
    "name": _name,
    "title": _compare("title", inside=True),
    "title_string": _compare("title", inside=True),
    "notes": _compare("abstract", inside=True),
    "author": _compare("contact", inside=True),
    "maintainer": _compare("contact", inside=True),
    "organization": _organization,
    "owner_org": _organization,
    "groups": _group,
    "tags": _compare("keyword"),
    "license_id": _compare("licence"),
    "license": _compare("licence"),
    "isopen": _is_open,
    "res_format": _format,
    "region": _compare("region"),
    "state": _constant("active"),
    "type": _constant("dataset"),
    "dataset_type": _constant("dataset"),
    "entity_type": _constant("package"),
    "capacity": _constant("public"),
    "private": _constant("false"),
    "site_id": lambda leaf: EVERYTHING,  # noqa: ARG005 - every entry is of this site
}
