"""The page for developers, its examples as files, and the use of one's own keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.identity.queries import KeyInfo, keys_of
from cityhall.kernel import clock
from cityhall.opening.queries import KeyDay, Limit, key_usage, limits_of
from cityhall.web.errors import AddressUnknown
from cityhall.web.metering import Kind
from cityhall.web.people.entry import signed_in
from cityhall.web.rendering import show

FOLDER: Final = Path(__file__).parent / "examples"
LANGUAGES: Final = (
    ("curl", "curl.sh"),
    ("Python", "python.txt"),
    ("R", "r.R"),
    ("JavaScript", "javascript.mjs"),
)
KINDS: Final[tuple[Kind, ...]] = ("call", "heavy")
DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class DevelopersPage:
    """Where the site is; the examples as (language, file name, text); limits without and with a key."""

    address: str
    examples: tuple[tuple[str, str, str], ...]
    limits: tuple[tuple[str, tuple[Limit, ...], tuple[Limit, ...]], ...]


@dataclass(frozen=True, slots=True)
class UsagePage:
    """My keys with their days (newest first), and the limits each has."""

    keys: tuple[tuple[KeyInfo, tuple[KeyDay, ...]], ...]
    limits: tuple[Limit, ...]
    days: int
    today: date


@cache
def example_text(name: str) -> str:
    """The text of an example, the very file that the tests run. Errors: `AddressUnknown`."""
    if name not in {file for _, file in LANGUAGES}:
        raise AddressUnknown()
    return (FOLDER / name).read_text(encoding="utf-8")


@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    """How to begin."""
    page = DevelopersPage(
        address=request.build_absolute_uri("/").rstrip("/"),
        examples=tuple((language, name, example_text(name)) for language, name in LANGUAGES),
        limits=tuple((kind, _limits(False, kind), _limits(True, kind)) for kind in KINDS),
    )
    return show(request, "pages/developers.html", page)


@require_safe
def example(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """One example as a file."""
    return HttpResponse(example_text(name), content_type="text/plain; charset=utf-8")


@require_safe
def own_usage(request: HttpRequest) -> HttpResponse:
    """What was done with my keys in the last days."""
    keys = keys_of(signed_in(request).id)
    told = key_usage([key.id for key in keys], clock.today() - timedelta(days=DAYS - 1))
    page = UsagePage(
        tuple((key, told.get(key.id, ())) for key in keys), _limits(True, "call"), DAYS, clock.today()
    )
    return show(request, "pages/own_usage.html", page)


def _limits(keyed: bool, kind: Kind) -> tuple[Limit, ...]:
    return limits_of(settings.CITYHALL_LIMITS, keyed, kind)
