"""One answer in two forms: JSON for programs, a page for people; by `f`, else by what the request accepts."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, Final, ParamSpec

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from cityhall.kernel.errors import CityhallError
from cityhall.web.api.answers import plain_value
from cityhall.web.errors import ParameterUnusable
from cityhall.web.rendering import show
from cityhall.web.words import language, say

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
HTML: Final = "text/html"
BAD_REQUESTS: Final = (413, 422)
"""Statuses of the error catalogue that the standard calls a bad request."""

P = ParamSpec("P")
Link = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: the JSON body and its media type, and what a page shows of it: a title, some words, facts as
    (label, value), entries as (title, address, words), and a table."""

    body: Mapping[str, Any]
    title: str
    text: str = ""
    media_type: str = JSON
    facts: Sequence[tuple[str, str]] = ()
    entries: Sequence[tuple[str, str, str]] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    crumbs: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def link(self, relation: str) -> str:
        """The address of the first link with this relation; empty when there is none."""
        links: Sequence[Link] = self.body.get("links", ())
        return next((one["href"] for one in links if one["rel"] == relation), "")


View = Callable[Concatenate[HttpRequest, P], Told]


def answered(view: View[P]) -> Callable[..., HttpResponse]:
    """A view that tells its answer, as one that answers; its errors have the form of the standard."""

    @require_safe
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            page = wants_page(request)
            told = view(request, *args, **kwargs)
        except CityhallError as error:
            response = _refused(error)
        else:
            response = show(request, "pages/ogc.html", told) if page else _as_json(told)
        patch_vary_headers(response, ("Accept", "Accept-Language", "Authorization", "Cookie"))
        return response

    return answer


def wants_page(request: HttpRequest) -> bool:
    """Whether a person asks. Errors: `ParameterUnusable`."""
    form = request.GET.get("f", "")
    if form not in ("", "json", "html"):
        raise ParameterUnusable(name="f", form="json, html")
    return form == "html" if form else request.get_preferred_type([JSON, GEOJSON, OPENAPI, HTML]) == HTML


def _as_json(told: Told) -> HttpResponse:
    content = orjson.dumps(told.body, default=plain_value, option=orjson.OPT_NON_STR_KEYS)
    return HttpResponse(content, content_type=told.media_type, headers=dict(told.headers))


def _refused(error: CityhallError) -> HttpResponse:
    """`{"code", "description"}` as the standard's exception (7.5.1), with title and remedy in both languages."""
    told = error.as_dict()
    body = {"code": error.code, "description": error.say(language()), **told}
    status = 400 if error.status in BAD_REQUESTS else error.status
    return HttpResponse(orjson.dumps(body), status=status, content_type=JSON)


def link(request: HttpRequest, name: str, *parts: str, rel: str, media: str = JSON) -> dict[str, str]:
    """A link to a place of the interface; a page is the same address with `f=html`."""
    address = request.build_absolute_uri(reverse(name, args=parts))
    form = "html" if media == HTML else "json"
    title = say(f"ogc.{rel.replace('-', '_')}")
    return {"href": f"{address}?f={form}", "rel": rel, "type": media, "title": title}
