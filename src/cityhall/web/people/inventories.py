"""Inventories as pages and as CSV: islands of information, and who is responsible for what."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.app.inventory_tables import computed_codes
from cityhall.identity.queries import agencies, agency, agency_names
from cityhall.kernel.cells import harmless
from cityhall.kernel.text import Text
from cityhall.opening.queries import KIND_WORDS, KINDS, Duty, Island, islands, responsibilities
from cityhall.web.formatting import day
from cityhall.web.rendering import show
from cityhall.web.words import pick, say

SHOWN = 200
KEPT_SECONDS = 600
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandsPage:
    """Findings of one kind (or of all), and how many there are of each as (kind, words, number, chosen)."""

    kinds: tuple[tuple[str, Text, int, bool], ...]
    islands: tuple[tuple[Island, Text, Text], ...]
    more: int
    kind: str


@require_safe
def islands_page(request: HttpRequest) -> HttpResponse:
    """Datasets nobody reads, agencies that publish nothing, items collected twice, cycles missed."""
    found, names = _islands(), agency_names()
    wanted = request.GET.get("kind", "")
    chosen = [one for one in found if wanted in ("", one.kind)]
    counts = Counter(one.kind for one in found)
    page = IslandsPage(
        kinds=tuple((kind, KIND_WORDS[kind], counts[kind], kind == wanted) for kind in KINDS),
        islands=tuple(
            (one, KIND_WORDS[one.kind], names.get(one.agency_id, one.title)) for one in chosen[:SHOWN]
        ),
        more=max(0, len(chosen) - SHOWN),
        kind=wanted if wanted in KINDS else "",
    )
    return show(request, "people/islands.html", page)


def _islands() -> tuple[Island, ...]:
    """Computed at most every ten minutes: it looks at the whole catalogue."""
    found: tuple[Island, ...] | None = caches["near"].get("islands")
    if found is None:
        found = islands(computed_codes())
        caches["near"].set("islands", found, KEPT_SECONDS)
    return found


@require_safe
def islands_csv(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """The same as CSV in the reader's language."""
    names = agency_names()
    head = [say(f"islands.{name}") for name in ("kind", "agency", "code", "title", "since", "why")]
    rows = (
        (
            pick(KIND_WORDS[one.kind]),
            pick(names.get(one.agency_id)),
            one.code,
            pick(one.title),
            day(one.since) if one.since else "",
            pick(one.why),
        )
        for one in _islands()
    )
    return _sheet("information-islands.csv", head, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutiesPage:
    """The lines of the chosen agency, each as (line, whether its system and dataset are first shown here)."""

    agency: str
    agencies: tuple[tuple[str, str, bool], ...]
    duties: tuple[tuple[Duty, bool], ...]


@require_safe
def duties_page(request: HttpRequest) -> HttpResponse:
    """The responsibility list of one agency."""
    every = agencies()
    asked = request.GET.get("agency", "")
    chosen = agency(asked).id if asked else (every[0].id if every else "")
    page = DutiesPage(
        agency=chosen,
        agencies=tuple((one.id, pick(one.name), one.id == chosen) for one in every),
        duties=tuple(_grouped(responsibilities(chosen))) if chosen else (),
    )
    return show(request, "people/duties.html", page)


def _grouped(lines: Iterable[Duty]) -> Iterator[tuple[Duty, bool]]:
    before = ""
    for line in lines:
        yield line, line.dataset_id != before
        before = line.dataset_id


@require_safe
def duties_csv(request: HttpRequest) -> HttpResponse:
    """The whole list, or one agency's, as CSV."""
    asked = request.GET.get("agency", "")
    names = (
        "agency",
        "uscc",
        "function",
        "law",
        "system",
        "code",
        "dataset",
        "item",
        "sharing",
        "opening",
        "level",
    )
    rows = (
        (
            pick(one.agency),
            one.uscc,
            pick(one.function),
            pick(one.legal_basis),
            pick(one.system),
            one.code,
            pick(one.dataset),
            one.item,
            say(f"sharing.{one.sharing}"),
            say(f"opening.{one.opening}"),
            f"L{one.level}",
        )
        for one in responsibilities(agency(asked).id if asked else "")
    )
    return _sheet("responsibility-list.csv", [say(f"duties.{name}") for name in names], rows)


def _sheet(name: str, head: list[str], rows: Iterable[tuple[Any, ...]]) -> HttpResponse:
    """CSV in UTF-8 with a byte order mark, as spreadsheets open it; no cell is taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([harmless(str(cell)) for cell in row] for row in rows)
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
