"""Entries by a tree of conditions, in SQL: for interfaces that ask in a query language of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any, Literal

from django.db.models import BooleanField, Count, F, Func, Q, QuerySet, Value
from django.db.models.fields.json import KT

from cityhall.catalog import models, storing
from cityhall.catalog.shapes import Dataset

Subject = Literal[
    "id", "code", "agency", "field", "licence", "region", "state", "opening", "keyword", "title", "abstract",
    "text", "contact", "open_item", "created", "modified", "published",
]  # fmt: skip
Op = Literal["is", "among", "has", "from", "to", "known"]
Order = Literal["id", "code", "title", "created", "modified", "published"]
Tallied = Literal["agency", "field", "licence", "keyword"]
MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Compare:
    """`subject op value`: `is` a text (one of the keywords), `among` a tuple of texts, `has` a text inside in
    whatever case, `from` and `to` an aware moment (inclusive), `known` without a value. The subject
    `open_item` is an item that anybody may see in clear."""

    subject: Subject
    op: Op
    value: str | tuple[str, ...] | datetime = ""


@dataclass(frozen=True, slots=True)
class Every:
    """Holds when all of its parts do; without parts always."""

    parts: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """Holds when one of its parts does; without parts never."""

    parts: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    part: Where


Where = Compare | Every | Some | Not


@dataclass(frozen=True, slots=True)
class Selection:
    """Entries in the order asked for; `total` counts all that match."""

    datasets: tuple[Dataset, ...]
    total: int


def select(
    where: Where, order: Sequence[tuple[Order, bool]] = (), start: int = 0, rows: int = 100
) -> Selection:
    """The entries that match, from place `start`, at most 1000; `order` is pairs of what to order by and
    whether descending, and ends with the id, so that pages never overlap."""
    found = models.Dataset.objects.filter(_condition(where))
    names = [f"{'-' if down else ''}{_ORDERS[name]}" for name, down in order]
    page = _ordered(found, names)[start : start + min(rows, MOST_ROWS)].prefetch_related("items")
    return Selection(tuple(storing.dataset_shape(row) for row in page), found.count())


def codes(where: Where, start: int = 0, rows: int | None = None) -> tuple[tuple[str, str], ...]:
    """The (id, code) of all entries that match, in the order of their codes."""
    found = models.Dataset.objects.filter(_condition(where)).order_by("code").values_list("id", "code")
    return tuple(found[start : None if rows is None else start + rows])


def tally(where: Where, subject: Tallied) -> tuple[tuple[str, int], ...]:
    """How many matching entries each value of the subject has, the most first; entries without one are left out."""
    found = models.Dataset.objects.filter(_condition(where)).order_by()
    if subject == "keyword":
        return _keywords(found)
    column = _COLUMNS[subject]
    counted = found.exclude(**{f"{column}__isnull": True}).exclude(**{column: ""})
    rows = counted.values_list(column).annotate(entries=Count("id")).order_by("-entries", column)
    return tuple(rows)


def _keywords(found: QuerySet[models.Dataset]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for words in found.values_list("keywords", flat=True):
        for word in dict.fromkeys(words):
            counts[word] = counts.get(word, 0) + 1
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _ordered(found: QuerySet[models.Dataset], names: list[str]) -> QuerySet[models.Dataset]:
    if any(name.endswith("_title") for name in names):
        found = found.annotate(_title=KT("title__zh"))
    return found.order_by(*names, "id")


def _condition(where: Where) -> Q:
    if isinstance(where, Every):
        return reduce(and_, (_condition(part) for part in where.parts), ~_never())
    if isinstance(where, Some):
        return reduce(or_, (_condition(part) for part in where.parts), _never())
    if isinstance(where, Not):
        return Q(id__in=models.Dataset.objects.exclude(_condition(where.part)).values("id"))
    return _FORMS[where.op](where.subject, where.value)


def _never() -> Q:
    return Q(pk__in=())


def _is(subject: Subject, value: Any) -> Q:
    if subject == "keyword":
        return Q(_HasKeyword(F("keywords"), Value(value)))
    return Q(**{_COLUMNS[subject]: value})


def _among(subject: Subject, value: Any) -> Q:
    return Q(**{f"{_COLUMNS[subject]}__in": tuple(value)})


def _has(subject: Subject, value: Any) -> Q:
    if subject in ("title", "abstract"):
        return Q(**{f"{subject}__zh__icontains": value}) | Q(**{f"{subject}__en__icontains": value})
    if subject in ("text", "keyword"):
        return Q(search_text__contains=value.casefold())
    if subject == "contact":
        return Q(contact__name__icontains=value) | Q(contact__email__icontains=value)
    return Q(**{f"{_COLUMNS[subject]}__icontains": value})


def _from(subject: Subject, value: Any) -> Q:
    return Q(**{f"{subject}__gte": value})


def _to(subject: Subject, value: Any) -> Q:
    return Q(**{f"{subject}__lte": value})


def _known(subject: Subject, _value: Any) -> Q:
    if subject == "open_item":
        items = models.DatasetItem.objects.filter(opening_class="unconditional", level=1)
        return Q(id__in=items.values("dataset_id"))
    if subject in ("title", "abstract", "text", "contact"):
        return ~_never()
    if subject == "keyword":
        return ~Q(keywords=[])
    if subject in ("created", "modified", "published"):
        return Q(**{f"{subject}__isnull": False})
    return Q(**{f"{_COLUMNS[subject]}__gt": ""})


class _HasKeyword(Func):
    """Whether a JSON list of texts holds one text, on both databases."""

    template = "EXISTS (SELECT 1 FROM json_each(%(expressions)s)"
    arg_joiner = ") AS one WHERE one.value = "
    output_field = BooleanField()
    conditional = True

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """PostgreSQL's function for the same."""
        return self.as_sql(
            compiler,
            connection,
            template="EXISTS (SELECT 1 FROM jsonb_array_elements_text(%(expressions)s)",
            arg_joiner=") AS one(value) WHERE one.value = ",
            **context,
        )


_COLUMNS: dict[str, str] = {
    "id": "id",
    "code": "code",
    "agency": "agency_id",
    "field": "field_id",
    "licence": "licence",
    "region": "region",
    "state": "state",
    "opening": "opening_class",
}
_ORDERS: dict[Order, str] = {
    "id": "id",
    "code": "code",
    "title": "_title",
    "created": "created",
    "modified": "modified",
    "published": "published",
}
_FORMS: dict[Op, Callable[[Subject, Any], Q]] = {
    "is": _is,
    "among": _among,
    "has": _has,
    "from": _from,
    "to": _to,
    "known": _known,
}
