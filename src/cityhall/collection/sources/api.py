"""A paged JSON interface: page after page becomes one file with one record per line."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import orjson

from cityhall.collection.errors import AnswerUnusable, SettingWrong, SourceTooBig
from cityhall.collection.sources.shapes import Fetched, SourceSpec, Tick
from cityhall.collection.sources.tags import Tags, all_unchanged, tagged_pages
from cityhall.collection.sources.web import Limits, get, request_headers, shown

_KINDS = ("none", "page", "offset", "cursor", "link")


@dataclass(frozen=True, slots=True)
class Paging:
    """How the interface is paged: by page number, by offset, by a cursor or by a link in the answer."""

    kind: str
    param: str
    size_param: str
    size: int
    start: int
    path: str
    most: int

    @classmethod
    def of(cls, source: SourceSpec) -> Paging:
        """The setting `paging`; raises SettingWrong."""
        given = source.table("paging")
        kind = str(given.get("kind", "none"))
        if kind not in _KINDS:
            raise SettingWrong(setting="paging.kind", why=f"it must be one of {', '.join(_KINDS)}")
        return cls(
            kind=kind,
            param=str(
                given.get("param", {"page": "page", "offset": "offset", "cursor": "cursor"}.get(kind, ""))
            ),
            size_param=str(given.get("size_param", "")),
            size=int(given.get("size", 0)),
            start=int(given.get("start", 1 if kind == "page" else 0)),
            path=str(given.get("path", "")),
            most=int(given.get("max_pages", 100_000)),
        )


def fetch(source: SourceSpec, work: Path, tick: Tick) -> Fetched | None:
    """Settings: `url`, `records` (dotted path to the array), `paging`, `headers`, `cursor` (item), `since_param`.

    None when no record came, or when every page that was taken last time is said to be unchanged (its entity tag).
    Raises AnswerUnusable, SourceTooBig, SourceUnreachable, AddressRefused.
    """
    paging = Paging.of(source)
    known = tagged_pages(source.memory)
    if known and known[0]["url"] == _first(source, paging) and all_unchanged(source, known, work, tick):
        return None
    tags = Tags()
    target = work / "records.ndjson"
    cursor_item = str(source.settings.get("cursor") or "")
    highest = source.memory.get("cursor")
    count = 0
    with target.open("wb") as file:
        for records in _pages(source, paging, tags, work, tick):
            for record in records:
                file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
                highest = _higher(highest, record, cursor_item)
            count += len(records)
            tick(f"{count} records", file.tell(), 0)
    if not count:
        return None
    name = f"{source.name}.ndjson"
    cursor = {"cursor": highest} if cursor_item else {}
    return Fetched(path=target, name=name, memory={**cursor, **tags.memory(source.memory)})


def _pages(source: SourceSpec, paging: Paging, tags: Tags, work: Path, tick: Tick) -> Iterator[list[Any]]:
    limits, headers = Limits.of(source), request_headers(source)
    deadline = time.monotonic() + limits.seconds
    answer_file, taken, seen = work / "page.json", 0, set[bytes]()
    url: str | None = _first(source, paging)
    for number in range(paging.most):
        if url is None:
            return
        if time.monotonic() > deadline:
            raise SourceTooBig(address=shown(url), limit=int(limits.seconds), unit="seconds")
        tags.note(url, get(source, url, answer_file, tick, headers=headers, limits=limits))
        taken += answer_file.stat().st_size
        if taken > limits.bytes:
            raise SourceTooBig(address=shown(url), limit=limits.bytes, unit="bytes")
        answer, records = _read(source, url, answer_file)
        digest = hashlib.sha256(orjson.dumps(records)).digest()
        if records and digest in seen:
            raise AnswerUnusable(address=shown(url), why="it gives the same page again and again")
        seen.add(digest)
        yield records
        url = _next(paging, url, answer, records, number)
    raise SourceTooBig(address=source.text("url"), limit=paging.most, unit="pages")


def _read(source: SourceSpec, url: str, file: Path) -> tuple[Any, list[Any]]:
    try:
        answer = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise AnswerUnusable(address=shown(url), why="it is not JSON") from error
    records = _at(answer, str(source.settings.get("records", "")))
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise AnswerUnusable(address=shown(url), why="there is no list of records where the settings say")
    return answer, records


def _first(source: SourceSpec, paging: Paging) -> str:
    asked: dict[str, Any] = {}
    if paging.kind in ("page", "offset"):
        asked[paging.param] = paging.start
    if paging.size_param:
        asked[paging.size_param] = paging.size
    since, cursor = source.settings.get("since_param"), source.memory.get("cursor")
    if since and cursor is not None:
        asked[str(since)] = cursor
    return _with(source.text("url"), asked)


def _next(paging: Paging, url: str, answer: Any, records: list[Any], number: int) -> str | None:
    if paging.kind in ("page", "offset"):
        if not records or (paging.size and len(records) < paging.size):
            return None
        step = number + 1 if paging.kind == "page" else (number + 1) * (paging.size or len(records))
        return _with(url, {paging.param: paging.start + step})
    if paging.kind in ("cursor", "link"):
        onward = _at(answer, paging.path)
        if not onward:
            return None
        return _with(url, {paging.param: onward}) if paging.kind == "cursor" else urljoin(url, str(onward))
    return None


def _at(answer: Any, path: str) -> Any:
    for part in filter(None, path.split(".")):
        answer = answer.get(part) if isinstance(answer, Mapping) else None
    return answer


def _with(url: str, asked: Mapping[str, Any]) -> str:
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **{k: str(v) for k, v in asked.items()}}
    return parts._replace(query=urlencode(query)).geturl()


def _higher(highest: Any, record: Mapping[str, Any], item: str) -> Any:
    value = record.get(item) if item else None
    if value is None or highest is None:
        return value if highest is None else highest
    if isinstance(value, int | float) and isinstance(highest, int | float):
        return max(value, highest)
    return max(str(value), str(highest))
