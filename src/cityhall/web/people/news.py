"""News: the list, one announcement, and the operator's forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cityhall.identity.queries import can, require
from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.messaging.actions import announce, withdraw_news
from cityhall.messaging.errors import PeriodWrong
from cityhall.messaging.queries import News, news, one_news
from cityhall.web.people.entry import done, field, signed_in
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import say


@dataclass(frozen=True, slots=True)
class NewsPage:
    """Announcements, newest first; those who write them see planned and past ones too."""

    news: tuple[News, ...]
    may_write: bool


@require_safe
def news_page(request: HttpRequest) -> HttpResponse:
    """What is new."""
    may_write = can(actor_for(request), "messaging.announce")
    return show(request, "people/news.html", NewsPage(news(everything=may_write), may_write))


@dataclass(frozen=True, slots=True)
class OneNewsPage:
    """One announcement."""

    news: News
    may_write: bool


@require_safe
def news_one(request: HttpRequest, news_id: str) -> HttpResponse:
    """One announcement."""
    may_write = can(actor_for(request), "messaging.announce")
    return show(
        request, "people/news_one.html", OneNewsPage(one_news(news_id, everything=may_write), may_write)
    )


@dataclass(frozen=True, slots=True)
class WritePage:
    """The form; `news` is what is changed, None for a new one. Times as a form writes them."""

    news: News | None
    starts: str
    ends: str


@require_http_methods(["GET", "HEAD", "POST"])
def news_write(request: HttpRequest, news_id: str = "") -> HttpResponse:
    """Write an announcement, or change one."""
    actor = signed_in(request)
    require(actor, "messaging.announce")
    if request.method == "POST":
        key = announce(
            actor,
            Text(en=field(request, "title_en"), zh=field(request, "title_zh")),
            Text(en=field(request, "body_en"), zh=field(request, "body_zh")),
            starts=_moment(field(request, "starts")),
            ends=_moment(field(request, "ends")),
            urgent=bool(field(request, "urgent")),
            news_id=news_id,
        )
        return done(request, say("news.saved"), "news-one", key)
    found = one_news(news_id, everything=True) if news_id else None
    page = WritePage(
        found, _written(found.starts if found else None), _written(found.ends if found else None)
    )
    return show(request, "people/news_write.html", page)


def _moment(text: str) -> datetime | None:
    """A moment as a form sends it, in the city's time. Errors: `PeriodWrong`."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=clock.CITY_ZONE)
    except ValueError as error:
        raise PeriodWrong() from error


def _written(moment: datetime | None) -> str:
    return f"{moment.astimezone(clock.CITY_ZONE):%Y-%m-%dT%H:%M}" if moment else ""


@require_POST
def news_withdraw(request: HttpRequest, news_id: str) -> HttpResponse:
    """Take an announcement back."""
    withdraw_news(signed_in(request), news_id)
    return done(request, say("news.gone"), "news")
