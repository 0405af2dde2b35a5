"""Errors as people and programs meet them. The handlers named in `urls` and the settings are here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import escape

from cityhall.kernel import clock
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.web.ckan.envelope import failed as ckan_error
from cityhall.web.errors import (
    AddressUnknown,
    FormExpired,
    PageForbidden,
    RequestUnusable,
    SomethingBroke,
    TooManyAttempts,
)
from cityhall.web.open311.answering import form_of
from cityhall.web.open311.answering import refused as open311_error
from cityhall.web.rendering import show

_CKAN: Final = re.compile(r"/api/(?:3/)?action/(?P<action>\w{1,60})$")


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """One error, told in both languages; `lost`: nothing is there, and a search may help."""

    code: str
    title: Text
    remedy: Text
    lost: bool


def answer(request: HttpRequest, error: CityhallError) -> HttpResponse:
    """The error as JSON below /api/, in CKAN's envelope for its actions, as the specification has it below /open311/, as a
    page elsewhere.
    """
    if asked := _CKAN.match(request.path):
        return ckan_error(asked["action"], error)
    if request.path.startswith("/api/"):
        return json_error(error)
    if request.path.startswith("/open311/"):
        return open311_error(form_of(request.path), error)
    told = error.as_dict()
    title, remedy = Text.from_dict(told["title"]), Text.from_dict(told["remedy"])
    page = ErrorPage(error.code, title, remedy, lost=error.status == HTTPStatus.NOT_FOUND)
    return show(request, "pages/error.html", page, status=error.status)


def json_error(error: CityhallError) -> HttpResponse:
    """`{"error": {code, title, remedy, facts}}` with the error's status."""
    return HttpResponse(
        orjson.dumps({"error": error.as_dict()}), status=error.status, content_type="application/json"
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """400: a request that Django itself refused, such as a wrong Host header. Told without the layout, which needs a good
    request.
    """
    return _bare(RequestUnusable(problem="host or body"), 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """403."""
    return answer(request, PageForbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """404."""
    return answer(request, AddressUnknown())


def broken(request: HttpRequest) -> HttpResponse:
    """500, told as 503 without the layout: whatever broke may be in it."""
    error = SomethingBroke()
    if request.path.startswith("/api/"):
        return json_error(error)
    return _bare(error, error.status)


def _bare(error: CityhallError, status: int) -> HttpResponse:
    """The error in both languages on a page that needs nothing of the house but its style, with the time to tell."""
    told = error.as_dict()
    parts = "".join(
        f'<section lang="{language}"><h1>{escape(told["title"][name])}</h1><p>{escape(told["remedy"][name])}</p></section>'
        for language, name in (("zh-Hans", "zh"), ("en", "en"))
    )
    styles = "".join(
        f'<link rel="stylesheet" href="{settings.STATIC_URL}css/{name}.css">'
        for name in ("tokens", "base", "components")
    )
    body = (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{escape(told["title"]["zh"])}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{styles}</head><body><main class="wide stack">'
        f'{parts}<p><a href="/">回到首页 · <span lang="en">Go to the home page</span></a></p>'
        f'<p class="soft small"><code>{error.code}</code> {clock.now():%Y-%m-%d %H:%M:%S} UTC</p></main></body></html>\n'
    )
    return HttpResponse(body, status=status)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """403: the form's token is missing or foreign."""
    return answer(request, FormExpired())


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """429: too many wrong passwords."""
    return answer(request, TooManyAttempts())
