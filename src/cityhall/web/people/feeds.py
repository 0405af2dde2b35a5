"""Feeds: news, changed datasets (all, of an agency, of a field, of any search), versions of one dataset.

They hold what everybody may know, whoever asks: a feed reader has no account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import Dataset, datasets_by_id, fields
from cityhall.identity.queries import agencies, agency, agency_names
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.text import Text
from cityhall.messaging.queries import news
from cityhall.opening.queries import dataset_for, kept_query, search, search_of, versions
from cityhall.web.errors import AddressUnknown
from cityhall.web.formatting import number
from cityhall.web.people.atom import Feed, FeedEntry, answer
from cityhall.web.rendering import show
from cityhall.web.words import language, pick, say

LENGTH = 50


def _at(path: str) -> str:
    """The absolute address of a page: the site's own name, whatever name the reader used."""
    return f"{settings.CITYHALL_ADDRESS}{path}"


def _feed(address: str, page: str, title: str, subtitle: str, entries: tuple[FeedEntry, ...]) -> Feed:
    return Feed(
        address=_at(address),
        page=_at(page),
        title=f"{title} · {say('site.name')}",
        subtitle=subtitle,
        author=say("site.name"),
        language="en" if language() == "en" else "zh-Hans",
        entries=entries,
    )


@require_safe
def news_feed(request: HttpRequest) -> HttpResponse:
    """News of the site."""
    entries = tuple(
        FeedEntry(
            id=_at(reverse("news-one", args=[one.id])),
            title=pick(one.title),
            link=_at(reverse("news-one", args=[one.id])),
            updated=max(one.changed, one.starts),
            published=one.starts,
            summary=pick(one.body),
        )
        for one in news(limit=LENGTH)
    )
    feed = _feed(reverse("feed-news"), reverse("news"), say("news.title"), say("feeds.news_text"), entries)
    return answer(request, feed)


@require_safe
def datasets_feed(request: HttpRequest) -> HttpResponse:
    """Datasets whose data changed last; with the parameters of the search page, of that search only."""
    query = kept_query({name: str(value) for name, value in request.GET.items()})
    title = " · ".join(query.values()) if query else say("feeds.all")
    return _changed(request, query, title, reverse("feed-datasets"))


@require_safe
def agency_feed(request: HttpRequest, agency_id: str) -> HttpResponse:
    """Changed datasets of one agency."""
    found = agency(agency_id)
    return _changed(
        request, {"agency": found.id}, pick(found.name), reverse("feed-agency", args=[found.id]), plain=True
    )


@require_safe
def field_feed(request: HttpRequest, code: str) -> HttpResponse:
    """Changed datasets of one field of data."""
    found = next((one for one in fields() if one.code == code), None)
    if found is None:
        raise AddressUnknown()
    return _changed(
        request, {"field": code}, pick(found.title), reverse("feed-field", args=[code]), plain=True
    )


def _changed(
    request: HttpRequest, query: dict[str, str], title: str, address: str, *, plain: bool = False
) -> HttpResponse:
    found = search(ANONYMOUS, search_of(query), limit=LENGTH)
    hits = [hit.entry for hit in found.hits if not hit.close]
    known, names = datasets_by_id(one.id for one in hits), agency_names()
    labels = {one.code: one.title for one in fields()}
    entries = tuple(
        _dataset_entry(known[one.id], names, labels, one.updated or known[one.id].modified)
        for one in hits
        if one.id in known
    )
    asked = f"?{urlencode(query)}" if query else ""
    return answer(
        request,
        _feed(
            address + ("" if plain else asked),
            reverse("datasets") + asked,
            title,
            say("feeds.datasets_text"),
            entries,
        ),
    )


def _dataset_entry(
    one: Dataset, names: dict[str, Text], labels: dict[str, Text], updated: datetime
) -> FeedEntry:
    page = _at(reverse("dataset", args=[one.id]))
    return FeedEntry(
        id=page,
        title=pick(one.title) or one.code,
        link=page,
        updated=updated,
        published=one.published,
        summary=pick(one.abstract),
        author=pick(names.get(one.agency_id)),
        categories=((one.field_code, pick(labels[one.field_code])),) if one.field_code in labels else (),
    )


@require_safe
def versions_feed(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The versions of one published dataset."""
    found, _ = dataset_for(ANONYMOUS, dataset_id, "page")
    page = reverse("dataset", args=[found.id])
    entries = tuple(
        FeedEntry(
            id=_at(f"{page}#version-{one.number}"),
            title=say("feeds.version", title=pick(found.title), n=one.number),
            link=_at(f"{page}#versions"),
            updated=one.created,
            published=one.created,
            summary=say("feeds.version_text", rows=number(one.rows)),
        )
        for one in versions(ANONYMOUS, found.id)[:LENGTH]
    )
    feed = _feed(
        reverse("feed-versions", args=[found.id]),
        page,
        pick(found.title),
        say("feeds.versions_text"),
        entries,
    )
    return answer(request, feed)


@dataclass(frozen=True, slots=True)
class FeedsPage:
    """Every feed of the site as (words, address): agencies and fields."""

    agencies: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]


@require_safe
def feeds_page(request: HttpRequest) -> HttpResponse:
    """What can be followed, and how."""
    page = FeedsPage(
        tuple((pick(one.name), reverse("feed-agency", args=[one.id])) for one in agencies()),
        tuple((pick(one.title), reverse("feed-field", args=[one.code])) for one in fields()),
    )
    return show(request, "people/feeds.html", page)
