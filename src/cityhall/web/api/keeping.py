"""Pages of rows answered lately, as they were sent: programs ask for the same first pages again and again.

Who may see what is decided anew for every request, before a page is looked for; a page is found by all that it was made
of: the version (which never changes), what the decision shows and masks, the query and the form.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

ROOM: Final = 8 * 2**20
LARGEST: Final = 2**18
"""Bytes for all pages of this process, and of one page that is worth its room."""


@dataclass(frozen=True, slots=True)
class Page:
    """The body of an answer, its media type, the version it is of, and the mark of the next page."""

    body: bytes
    media_type: str
    version: int
    next_cursor: str | None


_lock = threading.Lock()
_kept: OrderedDict[Hashable, Page] = OrderedDict()
_used = 0


def kept(key: Hashable, make: Callable[[], Page]) -> Page:
    """The page of this key, made if it is not here. An error of its making passes, and is not kept."""
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    page = make()
    if len(page.body) <= LARGEST:
        _keep(key, page)
    return page


def forget_pages() -> None:
    """Keep nothing, as a process that has just begun."""
    global _used
    with _lock:
        _kept.clear()
        _used = 0


def _keep(key: Hashable, page: Page) -> None:
    """What was asked longest ago makes room."""
    global _used
    with _lock:
        if key in _kept:  # another thread made it meanwhile
            return
        _kept[key] = page
        _used += len(page.body)
        while _used > ROOM:
            _, oldest = _kept.popitem(last=False)
            _used -= len(oldest.body)
