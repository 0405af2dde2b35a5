"""The pages of what people do: forms that work without JavaScript, words that are only words, feeds that readers read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import feedparser
import pytest
from django.core.cache import caches
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.web.city import PASSWORD, City

from cityhall.identity.actions import register_person
from cityhall.identity.queries import keys_of, person
from cityhall.kernel import clock
from cityhall.kernel.actor import system_actor
from cityhall.kernel.text import Text
from cityhall.messaging.actions import announce, subscribe
from cityhall.messaging.queries import news, subscriptions, unsubscribe_token
from cityhall.opening.actions import comment, decide_comment, file_opening
from cityhall.opening.queries import mine, talk, waiting
from cityhall.web.people.atom import LONG_AGO, Feed, FeedEntry, atom

pytestmark = pytest.mark.django_db
Visit = Callable[..., Client]
HOSTILE = "<script>alert(1)</script> https://evil.example javascript:alert(2) \u202eexe"


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


# ---- a dataset's talk ----


def test_a_citizen_writes_and_the_steward_releases_on_pages(city: City, visit: Visit) -> None:
    citizen, owner = visit("citizen"), visit("owner")
    sent = citizen.post(f"/datasets/{city.parks}/comments/", {"text": "面积单位是？"}, follow=True)
    assert "机构审核后公开" in sent.content.decode()
    assert "面积单位是" not in page(Client(), f"/datasets/{city.parks}/talk/")
    desk = page(owner, "/desk/talk/")
    assert "面积单位是" in desk
    said = waiting(city.actors["owner"], {city.agency}).comments[0].id
    released = owner.post(f"/comments/{said}/show/", {"back": "/desk/talk/"})
    assert released.headers["Location"] == "/desk/talk/"
    assert "面积单位是" in page(Client(), f"/datasets/{city.parks}/talk/")


def test_words_are_only_words(city: City, visit: Visit) -> None:
    said = comment(city.actors["citizen"], city.parks, HOSTILE)
    decide_comment(city.actors["owner"], said, True)
    for address in (f"/datasets/{city.parks}/talk/", f"/datasets/{city.parks}/"):
        shown = page(Client(), address)
        assert "<script>alert(1)" not in shown
        assert 'href="https://evil' not in shown
        assert "\u202e" not in shown


def test_a_form_leads_back_to_this_site_only(city: City, visit: Visit) -> None:
    client = visit("citizen")
    for place in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = client.post(f"/datasets/{city.parks}/favourite/", {"wanted": "yes", "back": place})
        assert answer.headers["Location"] == "/"


def test_asking_and_answering_on_pages(city: City, visit: Visit) -> None:
    citizen, owner = visit("citizen"), visit("owner")
    form = page(citizen, f"/datasets/{city.parks}/open/?item=联系电话")
    assert '<option value="联系电话" selected>' in form
    given_ = {"item": "联系电话", "reason": "想咨询", "purpose": "热线"}
    place = citizen.post(f"/datasets/{city.parks}/open/", given_).headers["Location"]
    assert "想咨询" in page(owner, place.replace("/track/", "/cases/"))
    law = "《个人信息保护法》第二十八条"
    assert place.startswith("/track/")
    number = place.split("/")[2]
    assert number in page(owner, "/cases/")
    owner.post(f"/cases/{number}/acts/refuse/", {"answer": "含个人信息", "legal_basis": law})
    assert law in page(citizen, place)
    assert "共收到 1 件申请" in page(Client(), "/requests/")
    assert "想咨询" not in page(Client(), "/requests/")


def test_a_correction_is_accepted_on_a_page(city: City, visit: Visit) -> None:
    citizen, owner = visit("citizen"), visit("owner")
    sent = {"row:公园编号": "P0003", "item": "区县", "right": "东湖区", "evidence": "住在旁边"}
    place = citizen.post(f"/datasets/{city.parks}/correct/", sent).headers["Location"]
    assert "西溪区" in page(owner, place.replace("/track/", "/cases/"))
    owner.post(place.replace("/track/", "/cases/") + "acts/accept/", {"answer": "谢谢"})
    assert "已采纳" in page(citizen, place)
    unknown = citizen.post(f"/datasets/{city.parks}/correct/", {**sent, "row:公园编号": "P9999"})
    assert unknown.status_code == 404


def test_an_application_becomes_a_case_and_its_decision_is_public(city: City, visit: Visit) -> None:
    citizen, owner, operator = visit("citizen"), visit("owner"), visit("operator")
    address = f"/datasets/{city.parks}/apply/"
    assert "联系电话" in page(citizen, address)
    sent = {"item": "联系电话", "purpose": "热线回访", "until": "2040-01-01"}
    refused = citizen.post(address, {**sent, "until": "yesterday"})
    assert refused.status_code == 422
    assert "热线回访" in refused.content.decode()
    number = citizen.post(address, sent).headers["Location"].split("/")[2]
    shown = page(owner, f"/cases/{number}/")
    assert ">联系电话</textarea>" in shown, "a form begins with what was asked for"
    granted = {"granted_items": "联系电话", "granted_until": "2039-12-31"}
    owner.post(f"/cases/{number}/acts/agree/", granted)
    operator.post(f"/cases/{number}/acts/confirm/", granted)
    assert "已授权" in page(citizen, f"/track/{number}/")
    assert "2039-12-31" in page(Client(), "/requests/decisions/")
    (told,) = Client().get("/requests/decisions.json").json()["decisions"]
    assert (told["items"], told["until"], told["granted"]) == (["联系电话"], "2039-12-31", True)
    assert "联系电话" in Client().get("/requests/decisions.csv").content.decode("utf-8-sig")
    assert Client().get("/requests/decisions.exe").status_code == 404
    assert "申请使用受限数据" in page(Client(), "/requests/")


# ---- my page ----


def test_my_page_shows_what_is_mine_and_the_file_holds_it(city: City, visit: Visit) -> None:
    client, actor = visit("citizen"), city.actors["citizen"]
    comment(actor, city.parks, "my words")
    file_opening(actor, city.parks, "", "my reason", "my purpose")
    client.post(f"/datasets/{city.parks}/favourite/", {"wanted": "yes"})
    client.post("/account/searches/", {"q": "公园", "level": "1", "nonsense": "x"})
    shown = page(client, "/account/")
    for words in ("my words", "城市公园名录", "公园 · 1"):
        assert words in shown
    assert subscriptions(actor.id)[0].query == {"q": "公园", "level": "1"}
    told = json.loads(client.get("/account/known/data.json").content)
    assert told["requests"][0]["fields"]["what"] == "my reason"
    assert told["comments"][0]["text"] == "my words"
    assert "my words" not in json.dumps(told["ledger"])
    assert page(visit("citizen", "en"), "/account/known/")


def test_leaving_needs_the_password_and_then_nobody_is_signed_in(city: City) -> None:
    client = Client()
    register_person(system_actor("test"), "goer", PASSWORD)
    client.post("/account/login/", {"login": "goer", "password": PASSWORD})
    assert client.post("/account/leave/", {"password": "wrong"}).status_code == 403
    assert client.post("/account/leave/", {"password": PASSWORD}).headers["Location"] == "/"
    assert client.get("/account/").status_code == 302
    client.post("/account/login/", {"login": "goer", "password": PASSWORD})
    assert client.get("/account/").status_code == 302, "there is nobody left to sign in"


def test_a_citizen_becomes_a_developer_and_makes_a_key(city: City) -> None:
    client = Client()
    register_person(system_actor("test"), "coder", PASSWORD)
    client.post("/account/login/", {"login": "coder", "password": PASSWORD})
    assert "成为开发者" in page(client, "/account/keys/")
    client.post("/account/developer/")
    asked = client.post(
        "/account/keys/", {"name": "map", "days": "30", "narrow": "1", "rights": ["opening.read"]}
    )
    assert asked.headers["Location"] == "/account/reauthenticate/?next=%2Faccount%2Fkeys%2F"
    assert not keys_of(person("coder").id), "an open session alone makes none"
    again, answer = asked.headers["Location"], {"next": "/account/keys/"}
    assert client.post(again, {"password": "wrong", **answer}).status_code == 200
    assert not keys_of(person("coder").id)
    made = client.post(again, {"password": PASSWORD, **answer})
    assert 'id="new-key"' in made.content.decode()
    assert made.headers["Cache-Control"] == "private, no-store"
    assert [(key.name, key.rights) for key in keys_of(person("coder").id)] == [("map", ("opening.read",))]
    assert 'id="new-key"' not in page(client, "/account/keys/")
    assert 'id="new-key"' in client.post("/account/keys/", {"name": "b", "days": "3"}).content.decode()


def test_mails_of_a_search_end_by_their_link_without_signing_in(city: City) -> None:
    actor = city.actors["citizen"]
    key = subscribe(actor, "trees", {"q": "树"}, "mail")
    address = f"/unsubscribe/{unsubscribe_token(key)}/"
    outside = Client(enforce_csrf_checks=True)
    assert "trees" in page(outside, address)
    assert subscriptions(actor.id)[0].channel == "mail", "looking changes nothing"
    assert outside.post(address).status_code == 200
    assert subscriptions(actor.id)[0].channel == "none"
    wrong = "yy/" if address.endswith("xx/") else "xx/"
    assert outside.get(address[:-3] + wrong).status_code == 404


# ---- news and feeds ----


def test_news_are_shown_in_their_time_and_language(city: City, visit: Visit) -> None:
    operator = visit("operator")
    told = {"title_zh": "维护通知", "title_en": "Maintenance", "body_zh": "今晚维护", "body_en": "Tonight"}
    operator.post("/news/new/", told)
    operator.post("/news/new/", {**told, "title_zh": "将来", "starts": "2099-01-01T00:00"})
    assert "维护通知" in page(Client(headers={"accept-language": "zh-hans"}), "/news/")
    english = page(Client(headers={"accept-language": "en"}), "/news/")
    assert "Maintenance" in english
    assert "将来" not in english
    assert "将来" in page(operator, "/news/")
    assert operator.post("/news/new/", {**told, "title_en": ""}).status_code == 422
    assert operator.post("/news/new/", {**told, "ends": "2001-01-01T00:00"}).status_code == 422
    one = news()[0].id
    operator.post(f"/news/{one}/withdraw/")
    assert Client().get(f"/news/{one}/").status_code == 404


def feed_of(address: str, **headers: str) -> feedparser.FeedParserDict:
    answer = Client(headers=headers).get(address)
    assert answer.status_code == 200, address
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "atom10"
    return parsed


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/datasets.atom",
        "/feeds/datasets.atom?q=公园",
        "/feeds/agencies/{agency}.atom",
        "/feeds/fields/environment.atom",
        "/datasets/{parks}/versions.atom",
    ],
)
def test_a_feed_reader_reads_every_feed(city: City, address: str) -> None:
    place = address.format(agency=city.agency, parks=city.parks)
    parsed = feed_of(place, **{"accept-language": "en"})
    assert parsed.feed.id == parsed.feed.links[0].href
    assert parsed.feed.updated_parsed
    assert parsed.entries
    for entry in parsed.entries:
        assert entry.id.startswith("http://localhost:8000/datasets/")
        assert entry.updated_parsed
        assert entry.title
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)


def test_feeds_tell_of_nothing_hidden(city: City) -> None:
    content = Client().get("/feeds/datasets.atom").content.decode()
    assert city.parks in content
    assert city.draft not in content
    assert Client().get(f"/datasets/{city.draft}/versions.atom").status_code == 404
    assert not feed_of("/feeds/datasets.atom?q=zzzzzz").entries


def test_a_reader_that_has_the_feed_is_told_so(city: City) -> None:
    client = Client()
    first = client.get("/feeds/datasets.atom")
    again = client.get("/feeds/datasets.atom", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = client.get("/feeds/datasets.atom", headers={"if-modified-since": first.headers["Last-Modified"]})
    assert since.status_code == 304
    announce(city.actors["operator"], Text("New", "新"), Text("New", "新"))
    changed = client.get("/feeds/news.atom", headers={"if-none-match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert feed_of("/feeds/news.atom", **{"accept-language": "en"}).entries[0].title == "New"


def test_news_that_are_planned_reach_the_feed_in_their_time(city: City) -> None:
    announce(
        city.actors["operator"],
        Text("Later", "以后"),
        Text("x", "x"),
        starts=clock.now() + timedelta(hours=2),
    )
    assert not feed_of("/feeds/news.atom").entries
    with clock.at(clock.now() + timedelta(hours=3)):
        assert len(feed_of("/feeds/news.atom").entries) == 1


@given(st.text(max_size=60))
def test_any_words_make_a_well_formed_feed(text: str) -> None:
    entry = FeedEntry(id="https://x.example/1", title=text, link="https://x.example/1", updated=LONG_AGO, summary=text,
                      author=text, categories=((text, text),))  # fmt: skip
    feed = Feed(address="https://x.example/f", page="https://x.example/", title=text, subtitle=text, author=text,
                language="en", entries=(entry,))  # fmt: skip
    try:
        text.encode()
    except UnicodeEncodeError:
        text = ""
    root = ElementTree.fromstring(atom(feed))
    names = {"a": "http://www.w3.org/2005/Atom"}
    assert [one.tag.split("}")[1] for one in root[:4]] == ["id", "title", "subtitle", "updated"]
    for wanted in ("a:id", "a:title", "a:updated", "a:link"):
        assert root.find(f"a:entry/{wanted}", names) is not None


def test_talk_and_mine_agree(city: City, visit: Visit) -> None:
    comment(city.actors["citizen"], city.parks, "one")
    own = mine(city.actors["citizen"]).comments
    assert [one.id for one in talk(city.actors["citizen"], city.parks).comments] == [one.id for one in own]


# ---- the desk ----


def test_the_desk_says_what_needs_somebody_most_urgent_first(city: City, visit: Visit) -> None:
    asked = file_opening(city.actors["citizen"], city.parks, "", "reason", "purpose")
    comment(city.actors["citizen"], city.parks, "waits for its release")
    owner = visit("owner")
    shown = page(owner, "/desk/")
    assert f"/cases/{asked}/" in shown
    assert "1 条评论" in shown
    assert "?finding=fnd_" in shown, "a finding opens on its own cells"
    assert "质量问题" in shown[: shown.index("1 条评论")], "what is urgent stands above what is not"
    with clock.at(clock.now() + timedelta(days=60)):
        later = page(visit("owner"), "/desk/")
    assert later.index("答复超期") < later.index("质量问题")
    assert f"/cases/{asked}/" not in page(visit("other"), "/desk/")
    assert f"/cases/{asked}/" in page(visit("operator"), "/desk/")


def test_urgent_news_stand_on_every_page_until_they_end(city: City) -> None:
    caches["near"].clear()
    ends = clock.now() + timedelta(hours=1)
    announce(
        city.actors["operator"], Text("Down tonight", "今晚维护"), Text("x", "x"), ends=ends, urgent=True
    )
    caches["near"].clear()
    assert "urgent-line" in page(Client(), "/agencies/")
    caches["near"].clear()
    with clock.at(ends + timedelta(minutes=1)):
        assert "urgent-line" not in page(Client(), "/agencies/")
    caches["near"].clear()
