"""One call of an action: who asks, what was sent, and the parameters in the forms that actions need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile as AnyUpload
from django.http import HttpRequest

from cityhall.identity.queries import actor_for_key
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.web.ckan.errors import ParameterMissing, ParameterWrong
from cityhall.web.errors import BodyTooLarge

Upload = AnyUpload[bytes]
_TRUE: Final = frozenset({"true", "1", "yes", "on", "t"})
_FALSE: Final = frozenset({"false", "0", "no", "off", "f", ""})
LONGEST_NUMBER: Final = 9
MOST_PARAMETERS: Final = 200
MEGABYTES_ASKED: Final = 1
"""Of a question by somebody without a key; only who may write sends more."""
KEY_HEADERS: Final = ("Authorization", "X-CKAN-API-Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What an action is given."""

    actor: Actor
    action: str
    given: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str | None = None) -> str:
        """A parameter that is text. Errors: `ParameterMissing` without a default, `ParameterWrong`."""
        value = self.given.get(name)
        if value is None or value == "":
            if default is None:
                raise ParameterMissing(name=name)
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ParameterWrong(name=name, why="text is expected")
        text = str(value)
        if "\0" in text:
            raise ParameterWrong(name=name, why="it holds a character that no text has")
        return text

    def number(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        """A whole number; what is above `most` counts as `most`, as CKAN does. Errors: `ParameterWrong`."""
        text = self.text(name, str(default)).strip()
        if (
            not (text.removeprefix("-").isascii() and text.removeprefix("-").isdigit())
            or len(text) > LONGEST_NUMBER
        ):
            raise ParameterWrong(name=name, why="a whole number is expected")
        if int(text) < least:
            raise ParameterWrong(name=name, why=f"it must be at least {least}")
        return int(text) if most is None else min(int(text), most)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Yes or no, as a JSON boolean or in words. Errors: `ParameterWrong`."""
        value = self.given.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word not in _TRUE | _FALSE:
            raise ParameterWrong(name=name, why="true or false is expected")
        return word in _TRUE

    def names(self, name: str) -> tuple[str, ...]:
        """A list of texts: a JSON list, or a text with commas. Errors: `ParameterWrong`."""
        value = self.json(name)
        if value is None or value == "":
            return ()
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        if not isinstance(value, list) or not all(isinstance(one, str | int) for one in value):
            raise ParameterWrong(name=name, why="a list of names is expected")
        return tuple(str(one) for one in value)

    def json(self, name: str) -> Any:
        """A parameter as JSON: as it came in a JSON body, or read from a text that holds JSON, else the text."""
        value = self.given.get(name)
        if isinstance(value, str) and value[:1] in "[{" and value:
            try:
                return orjson.loads(value)
            except orjson.JSONDecodeError as error:
                raise ParameterWrong(name=name, why="it is not JSON") from error
        return value

    def table(self, name: str) -> Mapping[str, Any]:
        """A JSON object; empty when absent. Errors: `ParameterWrong`."""
        value = self.json(name) or {}
        if not isinstance(value, dict):
            raise ParameterWrong(name=name, why="an object is expected")
        return value

    def objects(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """A JSON list of objects; empty when absent. Errors: `ParameterWrong`."""
        value = self.json(name) or []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise ParameterWrong(name=name, why="a list of objects is expected")
        return tuple(value)


def address() -> str:
    """Where this node is reached, without a trailing slash."""
    return str(settings.CITYHALL_ADDRESS)


def call_of(request: HttpRequest, action: str) -> Call:
    """The call in a request. Errors: `KeyRefused`, `ParameterWrong`, `BodyTooLarge`."""
    # Sessions do not count here, so no foreign page can act with one.
    actor = key_holder(request) or ANONYMOUS
    if actor is ANONYMOUS and int(request.META.get("CONTENT_LENGTH") or 0) > MEGABYTES_ASKED * 2**20:
        raise BodyTooLarge(limit=f"{MEGABYTES_ASKED} MB")
    return Call(actor=actor, action=action, given=_given(request), files=_files(request))


def key_holder(request: HttpRequest) -> Actor | None:
    """Whoever holds the key that was sent, with or without `Bearer`; None when none was. Errors: `KeyRefused`."""
    for header in KEY_HEADERS:
        token = request.headers.get(header, "").strip()
        if token:
            return actor_for_key(token[7:].strip() if token[:7].lower() == "bearer " else token)
    return None


def _given(request: HttpRequest) -> Mapping[str, Any]:
    if request.method != "POST":
        return _parameters(request.GET)
    kind = (request.content_type or "").lower()
    if kind == "multipart/form-data" or (
        kind == "application/x-www-form-urlencoded" and not _is_json(request)
    ):
        return _parameters(request.POST)
    return _body(request)


def _is_json(request: HttpRequest) -> bool:
    """Whether a form is JSON by its look: what curl sends with -d and no other header."""
    return request.body.lstrip()[:1] in (b"{", b"[")


def _body(request: HttpRequest) -> Mapping[str, Any]:
    if not request.body.strip():
        return _parameters(request.GET)
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise ParameterWrong(name="body", why="it is not JSON") from error
    if not isinstance(body, dict):
        raise ParameterWrong(name="body", why="an object is expected")
    return body


def _parameters(sent: Any) -> Mapping[str, Any]:
    if len(sent) > MOST_PARAMETERS:
        raise ParameterWrong(name="parameters", why=f"there are more than {MOST_PARAMETERS}")
    return {name: values[0] if len(values) == 1 else values for name, values in sent.lists()}


def _files(request: HttpRequest) -> Mapping[str, Upload]:
    if request.method != "POST" or request.content_type != "multipart/form-data":
        return {}
    return {name: file for name, file in request.FILES.items() if isinstance(file, AnyUpload)}
