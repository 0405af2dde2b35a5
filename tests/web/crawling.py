"""Follows the links of the pages, as a visitor who tries everything would; a few of each kind are enough."""

from __future__ import annotations

from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

PLAIN, ASKING = 2, 1
"""So many addresses of a route are asked: as they are, and with a question mark."""
LEFT_OUT = frozenset({"account_logout"})  # it ends the session that the others need
HERE = "http://testserver"


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"a": "href", "link": "href", "img": "src", "script": "src"}.get(tag)
        self.found += [value for name, value in attrs if name == wanted and value]


def crawl(client: Client, start: str = "/") -> tuple[dict[str, int], list[tuple[int, str, str]]]:
    """Everything that can be reached by links: (route -> pages asked), and what failed as (status, address, page)."""
    asked: Counter[str] = Counter()
    failed: list[tuple[int, str, str]] = []
    seen, waiting = {start}, deque([(start, "")])
    while waiting:
        address, page = waiting.popleft()
        name = _route(address)
        if not _wanted(name, address, asked):
            continue
        answer = client.get(address)
        if name == "" or answer.status_code >= 400:
            failed.append((answer.status_code, address, page))
        links = _links(answer, address)
        waiting.extend((link, address) for link in links if link not in seen)
        seen.update(links)
    return dict(asked), failed


def _wanted(name: str, address: str, asked: Counter[str]) -> bool:
    kind, most = (f"{name}?", ASKING) if "?" in address else (name, PLAIN)
    asked[kind] += 1
    return name not in LEFT_OUT and asked[kind] <= most


def _links(answer: object, address: str) -> list[str]:
    """The addresses of this site that a page (or a redirect) names, without their anchors."""
    headers = answer.headers  # type: ignore[attr-defined]
    found = [headers["Location"]] if "Location" in headers else []
    if headers.get("Content-Type", "").startswith("text/html"):
        parser = _Links()
        parser.feed(answer.content.decode())  # type: ignore[attr-defined]
        found += parser.found
    whole = (urldefrag(urljoin(HERE + address, one))[0] for one in found)
    return [one.removeprefix(HERE) for one in whole if one.startswith(f"{HERE}/") and "/static/" not in one]


def _route(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name or ""
    except Resolver404:
        return ""
