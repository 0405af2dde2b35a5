"""Another CKAN: its package_search, page by page in the order of ids, each package an entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from cityhall.catalog.queries import Contact, Spatial, Temporal
from cityhall.federation.errors import EntryUnusable, FeedUnusable
from cityhall.federation.feeds import words
from cityhall.federation.feeds.fetching import Fetching
from cityhall.federation.shapes import BrokenEntry, RemoteEntry, RemoteFile

PAGE: Final = 100
NAMELESS: Final = "?"
MOST_FILES: Final = 1000


def entries(url: str, fetching: Fetching) -> Iterator[RemoteEntry | BrokenEntry]:
    """The packages of the CKAN at `url`; the setting `fq` narrows them. Errors: `FeedUnusable`."""
    seen: set[str] = set()
    start = nameless = 0
    while True:
        result, before = _page(url, start, fetching), len(seen - {NAMELESS}) + nameless
        for package in result["results"]:
            entry = entry_of(package, url)
            nameless += entry.id == NAMELESS
            if (
                entry.id not in seen or entry.id == NAMELESS
            ):  # else it moved from one page to the next meanwhile
                seen.add(entry.id)
                yield entry
        fetching.told(url, len(seen - {NAMELESS}) + nameless - before)
        start += len(result["results"])
        if not result["results"] or start >= result["count"]:
            break
    found = len(seen - {NAMELESS}) + nameless
    if found < result["count"]:
        raise FeedUnusable(address=url, why=f"it promised {result['count']} datasets and gave {found}")


def _page(url: str, start: int, fetching: Fetching) -> Mapping[str, Any]:
    asked = {"rows": PAGE, "start": start, "sort": "id asc"}
    if fq := str(fetching.settings.get("fq") or ""):
        asked["fq"] = fq
    address = f"{url.rstrip('/')}/api/3/action/package_search?{urlencode(asked)}"
    answer = fetching.json(address)
    result = answer.get("result") if isinstance(answer, dict) and answer.get("success") is True else None
    sound = isinstance(result, dict) and isinstance(result.get("results"), list)
    if not isinstance(result, dict) or not sound or type(result.get("count")) is not int:
        raise FeedUnusable(address=url, why="it does not speak CKAN's action API")
    return result


def entry_of(package: Any, base: str) -> RemoteEntry | BrokenEntry:
    """A package as an entry; broken when it has no id or no title."""
    named = str(package.get("id") or package.get("name") or "") if isinstance(package, dict) else ""
    try:
        return _entry(package, base, named)
    except EntryUnusable as error:
        return BrokenEntry(named[:500] or NAMELESS, str(error.facts["why"]))


def _entry(package: Mapping[str, Any], base: str, named: str) -> RemoteEntry:
    if not named:
        raise EntryUnusable(why="it has no id")
    title = words.text_of(package.get("title_translated") or package.get("title") or package.get("name"))
    if not title.en:
        raise EntryUnusable(why="it has no title")
    extras = {str(one.get("key")): one.get("value") for one in _objects(package.get("extras"))}
    name = str(package.get("name") or named)
    return RemoteEntry(
        id=named,
        title=title,
        abstract=words.text_of(package.get("notes_translated") or package.get("notes"), "abstract"),
        address=words.address(f"{base.rstrip('/')}/dataset/{name}"),
        licence=words.clean(
            package.get("license_url") or package.get("license_id") or package.get("license_title")
        ),
        publisher=_publisher(package),
        closed="private" if package.get("private") is True else "",
        keywords=words.keywords(one.get("name") for one in _objects(package.get("tags"))),
        contact=_contact(package),
        cycle=words.cycle_code(str(extras.get("frequency") or extras.get("update_cycle") or "")),
        spatial=Spatial(bbox=words.box(str(extras.get("spatial") or ""))),
        temporal=Temporal(words.day(extras.get("temporal_start")), words.day(extras.get("temporal_end"))),
        files=tuple(_files(package)),
    )


def _publisher(package: Mapping[str, Any]) -> str:
    organization = package.get("organization")
    return (
        words.clean(organization.get("title") or organization.get("name"))
        if isinstance(organization, dict)
        else ""
    )


def _contact(package: Mapping[str, Any]) -> Contact:
    name = words.clean(package.get("maintainer") or package.get("author") or "")
    return Contact(
        name=name, email=words.clean(package.get("maintainer_email") or package.get("author_email") or "")
    )


def _files(package: Mapping[str, Any]) -> Iterator[RemoteFile]:
    for one in _objects(package.get("resources"))[:MOST_FILES]:
        if url := words.address(one.get("url")):
            yield RemoteFile(
                url=url,
                format=words.file_format(str(one.get("format") or ""), url),
                title=words.clean(one.get("name")),
                # the hash may only come once somebody has asked for the file; the time is there from the beginning
                stamp=str(one.get("last_modified") or one.get("hash") or ""),
            )


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
