"""The page on which a steward edits a dataset's entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cityhall.catalog.actions import update_dataset
from cityhall.catalog.errors import RevisionStale, WordUnknown
from cityhall.catalog.queries import Dataset, cycles, fields, licences, problems, systems
from cityhall.cleaning.queries import elements
from cityhall.identity.queries import require
from cityhall.kernel.errors import CityhallError, Conflict, Invalid
from cityhall.opening.queries import dataset_for, mask_titles
from cityhall.places.queries import division_names
from cityhall.web.pages.entry_form import (
    MOST_ITEMS,
    ItemForm,
    changes_of,
    item_forms,
    meant,
    values_of,
)
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import language, pick, say

Option = tuple[str, str]
OPENING = ("unconditional", "restricted", "forbidden")
SHARING = ("unconditional", "restricted", "not_shared")


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPage:
    """The form. `revision` is the one the editor saw; `refusal` says why what was sent was not saved, `stale`
    that somebody was faster; `problems` is everything that keeps the entry from being published."""

    dataset: Dataset
    revision: int
    values: Mapping[str, str]
    items: tuple[ItemForm, ...]
    options: Mapping[str, tuple[Option, ...]]
    problems: tuple[str, ...]
    why: str = ""
    refusal: str = ""
    stale: bool = False
    parts: tuple[tuple[str, str, bool], ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Show the form; or save what was sent, if nobody changed the entry since it was opened."""
    actor = actor_for(request)
    found, _ = dataset_for(actor, dataset_id, "page")
    require(actor, "catalog.edit", found.agency_id)
    start = _start(request, found)
    if request.method != "POST":
        return show(request, "pages/edit.html", _page(found, found.revision, start))
    sent = request.POST.dict()
    revision = int(sent["revision"]) if sent.get("revision", "").isdecimal() else 0
    wanted = meant(found, sent)
    try:
        _demand_known(found, wanted)
        changes = changes_of(found, wanted, sent)
        if changes or revision != found.revision:
            update_dataset(actor, found.id, changes, revision, why=sent.get("why", "").strip())
    except (Invalid, Conflict) as error:
        page = _page(wanted, revision, start, error, sent)
        return show(request, "pages/edit.html", page, status=error.status)
    messages.success(request, say("edit.saved") if changes else say("edit.unchanged"))
    return HttpResponseRedirect(reverse("dataset", args=[found.id]))


def _demand_known(found: Dataset, wanted: Dataset) -> None:
    """Errors: `WordUnknown` for a newly chosen element that is not declared, or a region that is no division."""
    if wanted.region not in ("", found.region) and not division_names([wanted.region]):
        raise WordUnknown(place=say("dataset.region"), word=wanted.region[:60], allowed="GB/T 2260")
    allowed = set(elements()) | {item.element for item in found.items}
    for item in wanted.items:
        if item.element and item.element not in allowed:
            raise WordUnknown(place=f"{item.name}.element", word=item.element[:60], allowed="GB/T, DB33/T")


def _page(
    shown: Dataset,
    revision: int,
    start: int,
    error: CityhallError | None = None,
    sent: Mapping[str, str] | None = None,
) -> EditPage:
    typed, values = sent or {}, values_of(shown)
    return EditPage(
        dataset=shown,
        revision=revision,
        values={name: typed.get(name, value) for name, value in values.items()},
        items=item_forms(shown, start),
        options=_options(shown),
        problems=tuple(one.say(language()) for one in problems(shown, "published")),
        why=typed.get("why", ""),
        refusal=error.say(language()) if error else "",
        stale=isinstance(error, RevisionStale),
        parts=_parts(shown, start),
    )


def _options(shown: Dataset) -> dict[str, tuple[Option, ...]]:
    """What each list offers; what the entry has already is always among it."""
    masks = {name: f"{pick(title)} · {name}" for name, title in mask_titles().items()}
    own_masks = {item.mask: item.mask for item in shown.items if item.mask and item.mask not in masks}
    known = {code: f"{pick(one.name)} · {code}" for code, one in elements().items()}
    foreign = {
        item.element: item.element for item in shown.items if item.element and item.element not in known
    }
    empty = ("", say("edit.none"))
    return {
        "system": (empty, *((one.id, pick(one.title)) for one in systems(shown.agency_id))),
        "field": (empty, *((one.code, pick(one.title)) for one in fields())),
        "update_cycle": (empty, *((one.code, pick(one.title)) for one in cycles())),
        "licence": (empty, *((one.code, pick(one.title)) for one in licences())),
        "element": (empty, *(known | foreign).items()),
        "level": tuple((str(number), f"L{number}") for number in range(1, 5)),
        "opening": tuple((kind, say(f"opening.{kind}")) for kind in OPENING),
        "sharing": tuple((kind, say(f"sharing.{kind}")) for kind in SHARING),
        "mask": (empty, *(masks | own_masks).items()),
    }


def _start(request: HttpRequest, found: Dataset) -> int:
    text = request.GET.get("from", "0")
    start = int(text) if text.isdecimal() and len(text) < 6 else 0
    return min(start, max(len(found.items) - 1, 0)) // MOST_ITEMS * MOST_ITEMS


def _parts(shown: Dataset, start: int) -> tuple[tuple[str, str, bool], ...]:
    """Links to the pages of a wide entry's items: address, words, whether it is this one."""
    if len(shown.items) <= MOST_ITEMS:
        return ()
    address = reverse("dataset-edit", args=[shown.id])
    return tuple(
        (
            f"{address}?from={first}",
            f"{first + 1}–{min(first + MOST_ITEMS, len(shown.items))}",
            first == start,
        )
        for first in range(0, len(shown.items), MOST_ITEMS)
    )
