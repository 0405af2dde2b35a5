"""Pages of rows answered lately, as they were sent: programs ask for the same first pages again and again.

Who may see what is decided anew for every request, before a page is looked for; a page is found by all that it was made
of: the version (which never changes), what the decision shows and masks, the query and the form.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cityhall.kernel.lately import Lately

ROOM: Final = 8 * 2**20
"""Bytes, for all pages that this process keeps."""
BESIDE: Final = 2_000
"""Bytes that a page takes beside its body. Empty pages of questions that nobody asks twice are kept as well."""


@dataclass(frozen=True, slots=True)
class Page:
    """The body of an answer, its media type, the version it is of, and the mark of the next page."""

    body: bytes
    media_type: str
    version: int
    next_cursor: str | None


PAGES: Final = Lately[Page](ROOM, lambda page: len(page.body) + BESIDE)


def name_of(form: str, question: str, seen: Hashable) -> Hashable:
    """Under what a page is kept. Of the question only a digest: whoever asks chooses how long it is."""
    return form, sha256(question.encode()).digest(), seen
