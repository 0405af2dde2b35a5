"""Home, health, robots, and the guide to the API."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import fields
from cityhall.opening.queries import figures, newest_datasets
from cityhall.web.pages.lines import Line, lines_of
from cityhall.web.rendering import show
from cityhall.web.words import pick


@dataclass(frozen=True, slots=True)
class HomePage:
    """Figures as (word, value, address), the newest datasets, and the fields as (code, title, datasets)."""

    figures: tuple[tuple[str, int, str], ...]
    newest: tuple[Line, ...]
    fields: tuple[tuple[str, str, int], ...]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page: search, figures, what is new, the fields."""
    counted = figures()
    catalogue = reverse("datasets")
    page = HomePage(
        figures=(
            ("datasets", counted.datasets, catalogue),
            ("open", counted.open, f"{catalogue}?opening=unconditional"),
            ("items", counted.items, catalogue),
            ("rows", counted.rows, catalogue),
        ),
        newest=lines_of(newest_datasets(6)),
        fields=tuple((one.code, pick(one.title), counted.per_field.get(one.code, 0)) for one in fields()),
    )
    return show(request, "pages/home.html", page)


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


@require_safe
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Crawlers may read the catalogue, and leave desks, files and queries alone."""
    closed = ["/api/", "/account/", "/desk/", "/runs/", "/sources/", "/files/", "/exports/", "/ledger/"]
    closed.append("/datasets/*/files/")  # each would have a file written
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
