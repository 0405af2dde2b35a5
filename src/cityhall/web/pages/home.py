"""Home, health, and the guide to the API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import fields
from cityhall.messaging.queries import News, news
from cityhall.opening.queries import Entry, Search, search, statistics
from cityhall.web.pages.lines import Line, lines_of
from cityhall.web.pages.living import Living, living_figures
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import pick

NEWEST, NEWS = 6, 3
OF_ONE = 2
"""So many of one agency are among the newest: who computes daily would else fill the page."""


@dataclass(frozen=True, slots=True)
class HomePage:
    """Four figures, the newest datasets, the news, and the fields as (code, title, datasets)."""

    figures: tuple[Living, ...]
    newest: tuple[Line, ...]
    news: tuple[News, ...]
    fields: tuple[tuple[str, str, int], ...]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page: search, doors, figures, what is new, the fields."""
    told = statistics()
    counts = {part.code: part.datasets for part in told.by["field"]}
    newest = search(actor_for(request), Search(sort="newest"), limit=4 * NEWEST)
    page = HomePage(
        figures=living_figures(told),
        newest=lines_of(_spread([hit.entry for hit in newest.hits])),
        news=news(limit=NEWS),
        fields=tuple((one.code, pick(one.title), counts.get(one.code, 0)) for one in fields()),
    )
    return show(request, "pages/home.html", page)


def _spread(entries: Sequence[Entry]) -> list[Entry]:
    """The newest, of no agency more than two while others have some; what nobody may use comes after the rest."""
    places: Counter[str] = Counter()
    first: list[Entry] = []
    more: list[Entry] = []
    for one in entries:
        usable = one.opening_class != "forbidden"
        places[one.agency_id] += usable
        (first if usable and places[one.agency_id] <= OF_ONE else more).append(one)
    return [*first, *more][:NEWEST]


@dataclass(frozen=True, slots=True)
class GuidePage:
    """Where this node is reached from outside."""

    address: str


@require_safe
def api_guide(request: HttpRequest) -> HttpResponse:
    """How programs read the data."""
    return show(request, "pages/api_guide.html", GuidePage(request.build_absolute_uri("/api/v1")))


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """`ok` when the database answers; for load balancers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
