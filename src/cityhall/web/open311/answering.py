"""From what a view tells to an answer in the form that was asked for; whatever goes wrong becomes the specification's error."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from cityhall.identity.queries import actor_for_key
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.kernel.errors import CityhallError
from cityhall.web.errors import ParameterUnusable
from cityhall.web.open311.errors import FormUnknown
from cityhall.web.open311.writing import FORMS, written
from cityhall.web.words import language

P = ParamSpec("P")
# The specification knows 404, 403 and 400; how often and how much is told as everywhere.
_KEPT: Final = frozenset({400, 403, 404, 413, 429, 503})
_SAID_OTHERWISE: Final = {401: 403}


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: the root element, what is in it, the status."""

    root: str
    body: Any
    status: int = 200


View = Callable[Concatenate[HttpRequest, P], Told]


def answered(*methods: str) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """A view that tells its answer, as one that answers in `form` (json or xml). No cookie is looked at, so there is nothing that
    a foreign page could act with."""

    def declare(view: View[P]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: Any, form: str, **kwargs: Any) -> HttpResponse:
            try:
                if form not in FORMS:
                    raise FormUnknown(name=form[:20])
                if request.method not in (*methods, "HEAD" if "GET" in methods else ""):
                    raise ParameterUnusable(name="method", form=" / ".join(methods))
                told = view(request, *args, **kwargs)
            except CityhallError as error:
                return refused(form if form in FORMS else "xml", error)
            return _response(form, told)

        return answer

    return declare


def refused(form: str, error: CityhallError) -> HttpResponse:
    """`errors` with the status as code and a sentence in the reader's language."""
    status = _SAID_OTHERWISE.get(error.status, error.status)
    status = status if status in _KEPT else 400
    body = [{"code": status, "description": f"{error.say(language())} ({error.code})"}]
    return _response(form, Told("errors", body, status))


def _response(form: str, told: Told) -> HttpResponse:
    content, media_type = written(form, told.root, told.body)
    response = HttpResponse(content, status=told.status, content_type=media_type)
    patch_vary_headers(response, ("Accept-Language", "Authorization"))
    return response


def form_of(path: str) -> str:
    """The form that an address asks for; XML, which is required of everybody, where it says none."""
    form = path.rpartition(".")[2]
    return form if form in FORMS else "xml"


def sender(request: HttpRequest) -> Actor:
    """Who sends, by `api_key` or `Authorization: Bearer`; nobody without. Errors: `KeyRefused`."""
    key = request.POST.get("api_key", "") or request.GET.get("api_key", "")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme and not key:
        key = token if scheme.lower() == "bearer" else " "
    return actor_for_key(key.strip()) if key else ANONYMOUS
