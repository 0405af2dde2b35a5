"""What was decided about applications for data: public, about no person, and as files for whatever grants the access."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from cityhall.identity.queries import agency_names
from cityhall.kernel.cells import harmless
from cityhall.kernel.text import Text
from cityhall.opening.queries import DecisionSeen, decisions
from cityhall.web.errors import AddressUnknown
from cityhall.web.people.entry import titles_of
from cityhall.web.rendering import show

COLUMNS = (
    "number", "way", "dataset", "agency", "granted", "decided", "applicant", "purpose", "project", "level", "items", "rows",
    "quota", "until", "basis",
)  # fmt: skip
MOST = 10_000


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    """The latest decisions, and the names of datasets and agencies in them."""

    decisions: tuple[DecisionSeen, ...]
    titles: dict[str, Text]
    agencies: Mapping[str, Text]


@require_safe
def decisions_page(request: HttpRequest) -> HttpResponse:
    """Who may use which restricted data, for what, how long; or by which law not."""
    found = tuple(decisions())
    page = DecisionsPage(found, titles_of({one.dataset_id for one in found}), agency_names())
    return show(request, "people/decisions.html", page)


@require_safe
def decisions_file(request: HttpRequest, form: str) -> HttpResponse:  # noqa: ARG001  (the view's address)
    """All decisions as JSON or CSV."""
    rows = [_row(one) for one in decisions(limit=MOST)]
    if form == "json":
        return JsonResponse({"decisions": rows}, json_dumps_params={"ensure_ascii": False})
    if form != "csv":
        raise AddressUnknown()
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="decisions.csv"'
    return answer


def _row(one: DecisionSeen) -> dict[str, Any]:
    told: dict[str, Any] = {
        "number": one.number,
        "way": one.kind,
        "dataset": one.dataset_id,
        "agency": one.agency_id,
    }
    told |= {"granted": one.granted, "decided": one.decided.isoformat()}
    return {name: {**one.told, **told}.get(name) for name in COLUMNS}


def _cell(value: Any) -> Any:
    """A list as one cell; what a spreadsheet would take for a formula stays text."""
    return harmless("; ".join(map(str, value)) if isinstance(value, list) else value)
