"""Errors as people and programs meet them. The handlers named in `urls` and the settings are here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
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


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """One error, told in both languages."""

    code: str
    title: Text
    remedy: Text


def answer(request: HttpRequest, error: CityhallError) -> HttpResponse:
    """The error as JSON below /api/, as the specification has it below /open311/, as a page elsewhere."""
    if request.path.startswith("/api/"):
        return json_error(error)
    if request.path.startswith("/open311/"):
        return open311_error(form_of(request.path), error)
    told = error.as_dict()
    page = ErrorPage(error.code, Text.from_dict(told["title"]), Text.from_dict(told["remedy"]))
    return show(request, "pages/error.html", page, status=error.status)


def json_error(error: CityhallError) -> HttpResponse:
    """`{"error": {code, title, remedy, facts}}` with the error's status."""
    return HttpResponse(
        orjson.dumps({"error": error.as_dict()}), status=error.status, content_type="application/json"
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """400: a request that Django itself refused, such as a wrong Host header. Told plainly: the layout
    needs a good request.
    """
    error = RequestUnusable(problem="host or body")
    return HttpResponse(
        f"{error.say('zh')}\n{error.say('en')}\n", status=400, content_type="text/plain; charset=utf-8"
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """403."""
    return answer(request, PageForbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """404."""
    return answer(request, AddressUnknown())


def broken(request: HttpRequest) -> HttpResponse:
    """500, told as 503 without the layout: whatever broke may be in it."""
    error = SomethingBroke()
    if request.path.startswith("/api/"):
        return json_error(error)
    return HttpResponse(
        f"{error.say('zh')}\n{error.say('en')}\n", status=503, content_type="text/plain; charset=utf-8"
    )


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403: the form's token is missing or foreign."""
    return answer(request, FormExpired())


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """429: too many wrong passwords."""
    return answer(request, TooManyAttempts())
