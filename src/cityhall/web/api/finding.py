"""Finding datasets: by words and facets, the best first; or all of them in the order of their codes."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query as Parameter
from ninja import Router
from pydantic import Field

from cityhall.catalog.queries import Filter
from cityhall.kernel.actor import Actor
from cityhall.opening import queries as opening
from cityhall.opening.queries import Facet, Hit, Search, Sort
from cityhall.web.api import answers
from cityhall.web.api.documenting import answers as documented
from cityhall.web.api.shapes import ListAnswer
from cityhall.web.errors import RequestUnusable
from cityhall.web.visitor import actor_for_program

router = Router(tags=["data"])
Short = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
OPENING: Any = Parameter("", alias="opening")  # type: ignore[type-arg]
SORT: Any = Parameter("", pattern="^(code|best|newest|used|quality)?$")  # type: ignore[type-arg]


@router.get(
    "/datasets", response=documented(ListAnswer), summary="Find datasets", operation_id="list_datasets"
)
def list_datasets(
    request: HttpRequest,
    q: Short = "",
    field: Short = "",
    agency: Short = "",
    region: Short = "",
    opening_class: Short = OPENING,
    level: Annotated[int, Field(ge=0, le=4)] = 0,
    format: Short = "",
    updated: Short = "",
    quality: Short = "",
    state: Short = "",
    sort: str = SORT,
    facets: bool = False,
    after: Short = "",
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> HttpResponse:
    """Datasets that match. With words (`q`), `facets`, `sort`, `region`, `format` (csv … geojson), `updated` (within
    7, 30, 90 or 365 days) or `quality` (95, 80, 0 or none) the search answers, the best match first, 10,000 at most;
    otherwise, and with `sort=code`, they come in the order of their codes, all of them. `next` is the value of
    `after` for the following page. Drafts appear only with `state=draft`, to their own agency.
    """
    actor = actor_for_program(request)
    if sort != "code" and (q or sort or facets or region or format or updated or quality):
        chosen: dict[Facet, str] = {
            "field": field, "agency": agency, "region": region, "opening": opening_class,
            "level": str(level or ""), "format": format, "updated": updated, "quality": quality,
        }  # fmt: skip
        kept = {facet: value for facet, value in chosen.items() if value}
        return _searched(actor, Search(text=q, chosen=kept, state=state, sort=_sort(sort)), after, limit)
    if format or updated or quality:
        raise RequestUnusable(problem="sort=code: format, updated, quality")
    wanted = Filter(
        text=q, field_code=field, agency_id=agency, region=region, opening_class=opening_class, level=level,
        state=state,
    )  # fmt: skip
    page = opening.visible_datasets(actor, wanted, after, limit)
    body = {"datasets": [answers.entry(one) for one in page.entries], "next": page.next, "total": page.total}
    return answers.answer(body)


def _sort(text: str) -> Sort:
    return text if text in ("newest", "used", "quality") else "best"  # type: ignore[return-value]


def _searched(actor: Actor, wanted: Search, after: str, limit: int) -> HttpResponse:
    if after and not (after.isascii() and after.isdigit() and len(after) < 6):
        raise RequestUnusable(problem="after")
    found = opening.search(actor, wanted, int(after or 0), limit)
    body = {
        "datasets": [_hit(one) for one in found.hits],
        "next": "" if found.after is None else str(found.after),
        "total": found.total,
        "exact": found.exact,
        "facets": {
            facet: [{"value": one.value, "count": one.count, "chosen": one.chosen} for one in options]
            for facet, options in found.facets.items()
        },
    }
    return answers.answer(body)


def _hit(one: Hit) -> dict[str, Any]:
    """A line of the catalogue with its quality, why it was found, and whether it holds only parts of the words."""
    why = [{"where": why.where, "zh": _text(why.text.zh), "en": _text(why.text.en)} for why in one.why]
    return {**answers.entry(one.entry), "quality": one.score, "why": why, "close": one.close}


def _text(pieces: tuple[tuple[str, bool], ...]) -> str:
    return "".join(text for text, _ in pieces)
