"""Atom (RFC 4287): feeds as plain values, written with every character escaped, answered conditionally."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FRESH_SECONDS = 300
# Characters that XML 1.0 does not know, section 2.2.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry: `id` is an IRI that never changes (section 4.2.6), `link` an absolute address, times are aware."""

    id: str
    title: str
    link: str
    updated: datetime
    published: datetime | None = None
    summary: str = ""
    author: str = ""
    categories: tuple[tuple[str, str], ...] = ()
    """(term, label)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed of absolute addresses: `address` its own, which is also its id; `page` the page it is about."""

    address: str
    page: str
    title: str
    subtitle: str
    author: str
    language: str
    entries: tuple[FeedEntry, ...]

    @property
    def updated(self) -> datetime:
        """When the newest of its entries changed."""
        return max((one.updated for one in self.entries), default=LONG_AGO)


def atom(feed: Feed) -> bytes:
    """The feed as an Atom document in UTF-8."""
    root = ElementTree.Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    _text(root, "id", feed.address)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", _moment(feed.updated))
    _link(root, "self", feed.address, "application/atom+xml")
    _link(root, "alternate", feed.page, "text/html")
    _text(ElementTree.SubElement(root, "author"), "name", feed.author)
    for entry in feed.entries:
        _entry(root, entry)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ElementTree.Element, entry: FeedEntry) -> None:
    node = ElementTree.SubElement(root, "entry")
    _text(node, "id", entry.id)
    _text(node, "title", entry.title)
    _text(node, "updated", _moment(entry.updated))
    if entry.published:
        _text(node, "published", _moment(entry.published))
    _link(node, "alternate", entry.link, "text/html")
    if entry.author:
        _text(ElementTree.SubElement(node, "author"), "name", entry.author)
    for term, label in entry.categories:
        ElementTree.SubElement(node, "category", {"term": _plain(term), "label": _plain(label)})
    _text(node, "summary", entry.summary)


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _plain(text)


def _plain(text: str) -> str:
    return _NOT_XML.sub("", text)


def _link(parent: ElementTree.Element, relation: str, address: str, media_type: str) -> None:
    ElementTree.SubElement(parent, "link", {"rel": relation, "type": media_type, "href": address})


def _moment(value: datetime) -> str:
    """RFC 3339, in UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def answer(request: HttpRequest, feed: Feed) -> HttpResponse:
    """The feed, or 304 to a reader that has it already (RFC 9110: If-None-Match, If-Modified-Since)."""
    body = atom(feed)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    modified = int(feed.updated.timestamp())
    response = HttpResponse(body, content_type=MEDIA_TYPE)
    told = get_conditional_response(request, etag=tag, last_modified=modified, response=response)
    found: HttpResponse = told if isinstance(told, HttpResponse) else response
    found["ETag"] = tag
    found["Last-Modified"] = feed.updated.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    found["Vary"] = "Accept-Language"
    patch_cache_control(found, public=True, max_age=FRESH_SECONDS)
    return found
