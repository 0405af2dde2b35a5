"""Entity tags of the pages of an interface: whether any of them has changed is asked before they are fetched again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import httpx

from cityhall.collection.sources.shapes import SourceSpec, Tick
from cityhall.collection.sources.web import Limits, get, request_headers

MOST_PAGES: Final = 500
Page = Mapping[str, str]
"""`url` and `etag` of a page as it was taken."""


class Tags:
    """The tags of the pages of one run; worth nothing unless every page has one."""

    def __init__(self) -> None:
        self._pages: list[Page] = []
        self._whole = True

    def note(self, url: str, headers: httpx.Headers | None) -> None:
        """Keep the tag of a page that was answered."""
        tag = headers.get("etag", "") if headers else ""
        self._whole = self._whole and bool(tag) and len(self._pages) < MOST_PAGES
        if self._whole:
            self._pages.append({"url": url, "etag": tag})

    def memory(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """What the source remembers of them, in place of what it remembered `before`."""
        pages = self._pages if self._whole else []
        return {"pages": pages} if pages or tagged_pages(before) else {}


def tagged_pages(memory: Mapping[str, Any]) -> Sequence[Page]:
    """The pages of the last good run, in their order; none when some had no tag."""
    return memory.get("pages") or ()


def all_unchanged(source: SourceSpec, pages: Sequence[Page], work: Path, tick: Tick) -> bool:
    """Whether every page answers that it is as it was (RFC 9110, 304 Not Modified); ends at the first that is not.
    Raises as `web.get`.
    """
    limits, headers = Limits.of(source), request_headers(source)
    return all(
        get(
            source,
            page["url"],
            work / "probe.json",
            tick,
            headers={**headers, "If-None-Match": page["etag"]},
            limits=limits,
        )
        is None
        for page in pages
    )
