"""The plain filter over the catalogue, in SQL, paged by key."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from cityhall.catalog import models, storing
from cityhall.catalog.shapes import Dataset

LARGEST_PAGE = 200
_PLACED = Q(type="geometry") | Q(element__in=("longitude", "coordinate_pair"))
for _name in ("lon", "lng", "longitude", "经度"):
    _PLACED |= Q(name__iexact=_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which datasets are wanted; an empty part does not limit. `text`: every word of it must occur in the
    code, title, abstract, keywords or items. `level` is exact, `region` a division code or the beginning of
    one; `with_place`: an item says where a row is."""

    text: str = ""
    agency_id: str = ""
    system_id: str = ""
    field_code: str = ""
    region: str = ""
    state: str = ""
    level: int = 0
    sharing_class: str = ""
    opening_class: str = ""
    element: str = ""
    with_place: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Datasets in the order of their codes; `next` is the code to ask after, empty at the end; `total` counts all."""

    datasets: tuple[Dataset, ...]
    next: str
    total: int


def page(wanted: Filter, after: str, limit: int) -> Page:
    """The next `limit` (at most 200) datasets after the code `after`."""
    rows = _rows(wanted)
    size = max(1, min(limit, LARGEST_PAGE))
    found = list(rows.filter(code__gt=after).order_by("code").prefetch_related("items")[: size + 1])
    more = len(found) > size
    return Page(
        datasets=tuple(storing.dataset_shape(row) for row in found[:size]),
        next=found[size - 1].code if more else "",
        total=rows.count(),
    )


def _rows(wanted: Filter) -> QuerySet[models.Dataset]:
    rows = models.Dataset.objects.all()
    for name in ("agency_id", "system_id", "state", "level", "sharing_class", "opening_class"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.field_code:
        rows = rows.filter(field_id=wanted.field_code)
    if wanted.region:
        rows = rows.filter(region__startswith=wanted.region)
    if wanted.element:
        rows = rows.filter(
            id__in=models.DatasetItem.objects.filter(element=wanted.element).values("dataset_id")
        )
    if wanted.with_place:
        rows = rows.filter(id__in=models.DatasetItem.objects.filter(_PLACED).values("dataset_id"))
    for word in wanted.text.casefold().split():
        rows = rows.filter(search_text__contains=word)
    return rows
