"""The table of source kinds: which fetcher serves which."""

from __future__ import annotations

from collections.abc import Mapping

from cityhall.collection.models import Source
from cityhall.collection.sources import api, databases, folder, http_file, remote
from cityhall.collection.sources.shapes import Fetch, SourceSpec

FETCHERS: Mapping[str, Fetch] = {
    "folder": folder.fetch,
    "http": http_file.fetch,
    "api": api.fetch,
    "database": databases.fetch,
    "remote": remote.fetch,
}


def spec_of(source: Source) -> SourceSpec:
    """The source as its fetcher sees it."""
    return SourceSpec(
        id=source.id,
        name=source.name,
        kind=source.kind,
        settings=source.settings,
        memory=source.memory,
        mode=source.mode,
        key=tuple(source.key),
    )
