"""Pages of rows answered lately, as they were sent: programs ask for the same first pages again and again.

Who may see what is decided anew for every request, before a page is looked for; a page is found by all that it was made
of: the version (which never changes), what the decision shows and masks, the query and the form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cityhall.kernel.lately import Lately

ROOM: Final = 8 * 2**20
"""Bytes, for all pages that this process keeps."""


@dataclass(frozen=True, slots=True)
class Page:
    """The body of an answer, its media type, the version it is of, and the mark of the next page."""

    body: bytes
    media_type: str
    version: int
    next_cursor: str | None


PAGES: Final = Lately[Page](ROOM, lambda page: len(page.body))
