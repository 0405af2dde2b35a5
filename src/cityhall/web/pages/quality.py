"""Quality of a dataset, and the difference of two of its versions."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import Dataset
from cityhall.opening.queries import (
    Compared,
    DiffSeen,
    Quality,
    dataset_for,
    diff,
    quality,
    quality_compared,
    quality_trend,
)
from cityhall.web.errors import RequestUnusable
from cityhall.web.pages.lines import Paging, keyset_paging
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import pick

LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class QualityPage:
    """A report, the scores over versions, and the agency's other datasets."""

    dataset: Dataset
    quality: Quality | None
    trend: tuple[tuple[str, float | None], ...]
    compared: tuple[Compared, ...]


@require_safe
def quality_page(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The quality report; `?version=` shows an earlier one."""
    actor = actor_for(request)
    found, _ = dataset_for(actor, dataset_id, "statistics")
    page = QualityPage(
        dataset=found,
        quality=quality(actor, found.id, number_of(request, "version")),
        trend=quality_trend(actor, found.id),
        compared=quality_compared(actor, found.id),
    )
    return show(request, "pages/quality.html", page)


@dataclass(frozen=True, slots=True)
class DiffPage:
    """Two versions compared."""

    dataset: Dataset
    diff: DiffSeen
    paging: Paging

    @property
    def titles(self) -> dict[str, str]:
        """What the items are called in the reader's language; one that is gone is called by its name."""
        return {item.name: pick(item.title) or item.name for item in self.dataset.items}


@require_safe
def diff_page(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """What changed between the versions `?from=` and `?to=`."""
    actor = actor_for(request)
    found, _ = dataset_for(actor, dataset_id, "page")
    numbers = sorted((number_of(request, "from") or 0, number_of(request, "to") or 0))
    told = diff(actor, found.id, *numbers, after=number_of(request, "after") or 0)
    following = "" if told.next is None else str(told.next)
    return show(request, "pages/diff.html", DiffPage(found, told, keyset_paging(request, following)))


def number_of(request: HttpRequest, name: str) -> int | None:
    """A whole number of the address; None when absent. Errors: `RequestUnusable`."""
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise RequestUnusable(problem=name)
    return int(text)
