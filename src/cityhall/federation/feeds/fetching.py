"""A run's way to the web: every page counts against its limits, and every page is a moment to be cancelled."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from cityhall.collection.queries import Document, read_document
from cityhall.federation.errors import FeedUnusable, HarvestLimitReached

DEFAULTS: Final[Mapping[str, int]] = {
    "max_pages": 10_000,
    "max_bytes": 2_000_000_000,
    "max_page_bytes": 50_000_000,
    "max_seconds": 4 * 3600,
    "max_datasets": 100_000,
}
DEEPEST: Final = 64
REPEATS: Final = 10
"""So many pages in a row may tell nothing new."""
_PASSED_ON: Final = ("attempts", "pause_seconds", "timeout_seconds")
_AT_HOME: Final = ("headers", "allow_private")
"""What is for the catalogue's own host: secrets, and the leave to reach private addresses."""


@dataclass(slots=True)
class Fetching:
    """What one run has used of what it may use. `pulse` is called often and raises when the run shall stop; `home` is the host
    of the catalogue."""

    settings: Mapping[str, Any]
    pulse: Callable[[], None]
    home: str = ""
    pages: int = 0
    bytes: int = 0
    repeats: int = 0
    began: float = field(default_factory=time.monotonic)

    def limit(self, name: str) -> int:
        """A limit of the settings, or its default."""
        return int(self.settings.get(name) or DEFAULTS[name])

    def document(self, url: str, accept: str = "*/*") -> Document:
        """One page. Errors: `HarvestLimitReached`, those of the web, and what `pulse` raises."""
        self.pulse()
        self._spend("max_pages", self.pages + 1, "pages")
        self._spend("max_seconds", int(time.monotonic() - self.began), "seconds")
        passed_on = (*_PASSED_ON, *_AT_HOME) if host_of(url) == self.home else _PASSED_ON
        asked = {name: self.settings[name] for name in passed_on if name in self.settings}
        asked |= {"max_bytes": self.limit("max_page_bytes"), "max_seconds": self.limit("max_seconds")}
        found = read_document(url, asked, lambda *_: self.pulse(), accept=accept)
        self.pages, self.bytes = self.pages + 1, self.bytes + len(found.body)
        self._spend("max_bytes", self.bytes, "bytes")
        return found

    def json(self, url: str) -> Any:
        """One page of JSON. Errors: as `document`; `FeedUnusable`."""
        return as_json(self.document(url, "application/json"))

    def told(self, url: str, new: int) -> None:
        """Note how many entries of a page were not on the pages before. Errors: `FeedUnusable` when page after page repeats
        what is known: such a catalogue has no end.
        """
        self.repeats = 0 if new else self.repeats + 1
        if self.repeats >= REPEATS:
            raise FeedUnusable(address=url, why=f"{REPEATS} pages in a row tell nothing new")

    def _spend(self, name: str, used: int, unit: str) -> None:
        if used > self.limit(name):
            raise HarvestLimitReached(limit=self.limit(name), unit=unit)


def host_of(url: str) -> str:
    """The host of an address, in small letters; empty when it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def as_json(document: Document) -> Any:
    """A document as JSON, not nested deeper than 64. Errors: `FeedUnusable`."""
    try:
        value = orjson.loads(document.body)
    except orjson.JSONDecodeError as error:
        raise FeedUnusable(address=document.url, why="it is not JSON") from error
    if too_deep(value):
        raise FeedUnusable(address=document.url, why=f"it is nested deeper than {DEEPEST}")
    return value


def too_deep(value: Any) -> bool:
    """Whether JSON is nested deeper than anybody needs."""
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            return True
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting.extend((each, depth + 1) for each in inner if isinstance(each, dict | list))
    return False
