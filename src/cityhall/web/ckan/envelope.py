"""CKAN's envelope: `{"help", "success", "result" | "error"}`, and the status and type of each error."""

from __future__ import annotations

from typing import Any, Final

import orjson
from django.http import HttpResponse

from cityhall.kernel.errors import CityhallError, NotAllowed, NotFound, TooMany, Unavailable
from cityhall.web.api.answers import plain_value
from cityhall.web.ckan.calls import address
from cityhall.web.ckan.errors import ActionUnknown, ParameterMissing, ParameterWrong, SearchUnusable

_KINDS: Final[tuple[tuple[type[CityhallError], int, str], ...]] = (
    (ActionUnknown, 400, "Bad Request"),
    (SearchUnusable, 400, "Search Query Error"),
    (NotFound, 404, "Not Found Error"),
    (NotAllowed, 403, "Authorization Error"),
    (TooMany, 429, "Too Many Requests"),
    (Unavailable, 503, "Service Unavailable"),
    (CityhallError, 409, "Validation Error"),
)


def succeeded(action: str, result: Any) -> HttpResponse:
    """200 with the result."""
    return _answer({"help": _help(action), "success": True, "result": result}, 200)


def failed(action: str, error: CityhallError) -> HttpResponse:
    """The error under CKAN's type, with our code and remedy beside it."""
    status, kind = next((status, kind) for cls, status, kind in _KINDS if isinstance(error, cls))
    told = error.as_dict()
    body: dict[str, Any] = {
        "__type": kind,
        "code": error.code,
        "title": told["title"],
        "remedy": told["remedy"],
    }
    if kind == "Validation Error":
        body[_place(error)] = [error.say("en")]
    body["message"] = f"{_PREFIX.get(kind, kind)}: {error.say('en')}"
    return _answer({"help": _help(action), "success": False, "error": body}, status)


_PREFIX: Final = {"Not Found Error": "Not found", "Authorization Error": "Access denied"}


def _place(error: CityhallError) -> str:
    """The parameter that is wrong, as clients of CKAN expect it."""
    if isinstance(error, ParameterMissing | ParameterWrong):
        return str(error.facts["name"])
    return "__before"


def _help(action: str) -> str:
    return f"{address()}/api/3/action/help_show?name={action}"


def _answer(body: dict[str, Any], status: int) -> HttpResponse:
    content = orjson.dumps(body, default=plain_value)
    return HttpResponse(content, status=status, content_type="application/json; charset=utf-8")
