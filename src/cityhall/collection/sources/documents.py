"""One document from the web, whole and small: for rooms that read other catalogues. The same care as for data files."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from cityhall.collection.errors import SourceUnreachable
from cityhall.collection.sources.shapes import SourceSpec, Tick
from cityhall.collection.sources.web import Limits, get, request_headers, shown

_NEXT = re.compile(r"<([^>]*)>\s*(?:;[^,<]*)?;\s*rel=\"?next\"?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """What an address answered: its bytes, its media type in small letters, and the address of the next page that its
    `Link` header names (empty: none).
    """

    url: str
    body: bytes
    media_type: str
    following: str


def read_document(url: str, settings: Mapping[str, Any], tick: Tick, *, accept: str = "*/*") -> Document:
    """GET `url` with the settings of a source: `headers`, `allow_private`, `max_bytes`, `max_seconds`, `attempts`.

    Raises AddressRefused (not a public address), SourceUnreachable, SourceTooBig, AnswerUnusable, CredentialMissing.
    """
    source = SourceSpec(id="", name=url, kind="http", settings=settings, memory={}, mode="replace")
    with tempfile.TemporaryDirectory(prefix="cityhall-") as folder:
        target = Path(folder) / "answer"
        headers = {"Accept": accept, **request_headers(source)}
        answered = get(source, url, target, tick, headers=headers, limits=Limits.of(source))
        if answered is None:
            raise SourceUnreachable(address=shown(url), why="it sent nothing")
        found = _NEXT.search(answered.get("link", ""))
        return Document(
            url=url,
            body=target.read_bytes(),
            media_type=answered.get("content-type", "").partition(";")[0].strip().lower(),
            following=urljoin(url, found[1]) if found else "",
        )
