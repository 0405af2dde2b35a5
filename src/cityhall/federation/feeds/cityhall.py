"""Another Cityhall: its own interface tells items with their types and classes as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, get_args
from urllib.parse import quote, urlencode

from cityhall.catalog.queries import Item
from cityhall.federation.errors import FeedUnusable
from cityhall.federation.feeds import words
from cityhall.federation.feeds.fetching import Fetching
from cityhall.federation.shapes import BrokenEntry, RemoteEntry, RemoteFile

ItemType = Literal["text", "integer", "decimal", "date", "datetime", "time", "boolean", "geometry"]
PAGE: Final = 200
TYPES: Final[tuple[ItemType, ...]] = get_args(ItemType)
FORMATS: Final = ("csv", "xlsx", "json", "ndjson", "parquet")
MOST_ITEMS: Final = 2000


def entries(url: str, fetching: Fetching) -> Iterator[RemoteEntry | BrokenEntry]:
    """The published datasets of the node at `url`. Errors: `FeedUnusable`."""
    base, after = url.rstrip("/"), ""
    while True:
        page = fetching.json(f"{base}/api/v1/datasets?{urlencode({'limit': PAGE, 'after': after})}")
        if not isinstance(page, dict) or not isinstance(page.get("datasets"), list):
            raise FeedUnusable(address=url, why="it does not speak Cityhall's interface")
        for line in page["datasets"]:
            yield _entry(line, base, fetching)
        following = page.get("next")
        if not following:
            return
        if not isinstance(following, str) or following <= after:
            raise FeedUnusable(address=url, why="its pages do not go forward")
        after = following


def _entry(line: Any, base: str, fetching: Fetching) -> RemoteEntry | BrokenEntry:
    named = str(line.get("id") or "") if isinstance(line, dict) else ""
    if not named:
        return BrokenEntry("?", "it has no id")
    told = fetching.json(f"{base}/api/v1/datasets/{quote(named, safe='')}")
    title = words.text_of(told.get("title")) if isinstance(told, dict) else words.text_of("")
    if not isinstance(told, dict) or not title.zh:
        return BrokenEntry(named[:500], "it has no title")
    items = tuple(_item(one) for one in told.get("items") or () if isinstance(one, dict) and one.get("name"))
    version = told.get("version")
    open_ = any(
        one.get("access") in ("clear", "masked") for one in told.get("items") or () if isinstance(one, dict)
    )
    stamp = str(version.get("number")) if isinstance(version, dict) else ""
    return RemoteEntry(
        id=named,
        title=title,
        abstract=words.text_of(told.get("abstract"), "abstract"),
        address=words.address(f"{base}/datasets/{named}/"),
        licence=words.clean(told.get("licence")),
        closed=str(told.get("opening")) if told.get("opening") == "forbidden" else "",
        keywords=words.keywords(told.get("keywords") or ()),
        cycle=words.cycle_code(str(told.get("update_cycle") or "")),
        field_code=words.clean(told.get("field"), "word"),
        items=items[:MOST_ITEMS],
        files=tuple(_files(base, named, stamp)) if stamp and open_ else (),
    )


def _item(one: Mapping[str, Any]) -> Item:
    level = one.get("level")
    return Item(
        name=words.clean(one["name"]),
        title=words.text_of(one.get("title")),
        description=words.text_of(one.get("description"), "abstract"),
        type=next((known for known in TYPES if known == one.get("type")), "text"),
        level=level if type(level) is int and level in (1, 2, 3, 4) else 4,
    )


def _files(base: str, named: str, stamp: str) -> Iterator[RemoteFile]:
    for code in FORMATS:
        yield RemoteFile(
            url=f"{base}/dataset/{named}/resource/{named}-{code}/download/{named}.{code}",
            format=code.upper(),
            title=code,
            stamp=stamp,
        )
