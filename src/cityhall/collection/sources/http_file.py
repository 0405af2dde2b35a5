"""A file behind an HTTP(S) address, fetched only when it has changed (entity tag, modification date)."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from cityhall.collection.sources.shapes import Fetched, SourceSpec, Tick
from cityhall.collection.sources.web import Limits, get, request_headers

_FILE_NAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)", re.IGNORECASE)
_SUFFIXES = {
    "text/csv": ".csv",
    "application/json": ".json",
    "application/geo+json": ".geojson",
    "application/x-ndjson": ".ndjson",
    "application/zip": ".zip",
    "application/gzip": ".gz",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


def fetch(source: SourceSpec, work: Path, tick: Tick) -> Fetched | None:
    """Settings: `url`, `headers`, `allow_private`, `max_bytes`, `max_seconds`, `attempts`. None when unchanged."""
    url = source.text("url")
    target = work / "answer"
    headers = request_headers(source) | _conditions(source, url)
    answered = get(source, url, target, tick, headers=headers, limits=Limits.of(source))
    if answered is None:
        return None
    memory = {
        "url": url,
        "etag": answered.get("etag", ""),
        "last_modified": answered.get("last-modified", ""),
    }
    return Fetched(path=target, name=_name(answered, url), memory=memory)


def _conditions(source: SourceSpec, url: str) -> dict[str, str]:
    """Ask only for what changed since; not after the address itself was changed."""
    if source.memory.get("url") != url:
        return {}
    asked = {
        "If-None-Match": source.memory.get("etag"),
        "If-Modified-Since": source.memory.get("last_modified"),
    }
    return {name: str(value) for name, value in asked.items() if value}


def _name(headers: httpx.Headers, url: str) -> str:
    """What the sender calls the file, with a suffix that fits its media type."""
    given = _FILE_NAME.search(headers.get("content-disposition", ""))
    path = unquote(given[1] if given else urlsplit(url).path)
    name = (
        re.sub(r"[\x00-\x1f/\\]", "_", path.rstrip("/").rpartition("/")[2])
        or urlsplit(url).hostname
        or "answer"
    )
    suffix = _SUFFIXES.get(headers.get("content-type", "").partition(";")[0].strip().lower(), "")
    return name[:200] if "." in name else f"{name[:200]}{suffix}"
