"""Answers on pages: everybody searches, clerks keep entries, answer at once, and read a reply before it is public."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from tests.web.city import BUILDER, City

from cityhall.cases.actions import Who, act, install_type, keep_entry, open_case
from cityhall.cases.queries import Entry, case
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.text import Text

pytestmark = pytest.mark.django_db
HOTLINE = Path(__file__).parents[2] / "packs" / "hotline" / "cases" / "hotline_call.yaml"
PERMIT = Entry(
    code="permit",
    question=Text("Permit?", "如何办理居住证？"),
    answer=Text("At the counter.", "到窗口办理。"),
)


@pytest.fixture
def hotline(city: City, db: None) -> None:
    install_type(BUILDER, HOTLINE)
    keep_entry(BUILDER, PERMIT)


def a_settled_call(city: City) -> str:
    asked = {"kind": "help", "what": "王小明先生家停水，电话13805771234，人民路12号3幢402室"}
    number = open_case(ANONYMOUS, "hotline_call", asked, who=Who(name="周海燕")).number
    act(BUILDER, number, "send", {"agency": city.agency})
    act(BUILDER, number, "reply", {"answer": "周海燕您好，已恢复供水。"})
    act(BUILDER, number, "call_back", {"result": "satisfied"})
    return number


def field_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*>([^<]*)</textarea>', page) or re.search(
        rf'name="{name}" value="([^"]*)"', page
    )
    assert found, name
    return found[1]


def test_everybody_searches_and_reads(visit, hotline: None) -> None:  # type: ignore[no-untyped-def]
    client: Client = visit("anonymous")
    found = client.get("/answers/?q=居住证").content.decode()
    assert '<a href="/answers/permit/">' in found
    assert "到窗口办理" in client.get("/answers/permit/").content.decode()
    assert "没有找到答案" in client.get("/answers/?q=zzz&source=reply&page=x").content.decode()
    assert client.get("/answers/none/").status_code == 404
    assert "At the counter" in visit("anonymous", "en").get("/answers/permit/").content.decode()


def test_entries_are_kept_by_who_may(visit, hotline: None, city: City) -> None:  # type: ignore[no-untyped-def]
    texts = {
        "question_zh": "问",
        "question_en": "Q",
        "answer_zh": "答",
        "answer_en": "A",
        "agency": city.agency,
    }
    owner, other = visit("owner"), visit("other")
    assert (
        owner.post("/answers/new/", {**texts, "code": "Our Water"}).headers["Location"]
        == "/answers/our-water/"
    )
    assert other.post("/answers/our-water/change/", texts).status_code == 403
    assert other.post("/answers/our-water/end/").status_code == 403
    lacking = owner.post("/answers/new/", {**texts, "code": "b", "answer_en": ""})
    assert lacking.status_code == 422
    assert 'role="alert"' in lacking.content.decode()
    assert owner.post("/answers/our-water/change/", {**texts, "answer_zh": "新答"}).status_code == 302
    assert "新答" in owner.get("/answers/our-water/").content.decode()
    assert owner.post("/answers/our-water/end/").status_code == 302
    assert owner.get("/answers/our-water/").status_code == 404
    assert owner.post("/answers/new/", {**texts, "code": "c", "agency": ""}).status_code == 403, (
        "the city's own"
    )


def test_a_question_is_answered_at_once_from_an_entry(visit, hotline: None) -> None:  # type: ignore[no-untyped-def]
    number = open_case(ANONYMOUS, "hotline_call", {"kind": "consultation", "what": "居住证怎么办"}).number
    desk = visit("operator")
    assert f'href="/cases/{number}/answer/"' in desk.get(f"/cases/{number}/").content.decode()
    page = desk.get(f"/cases/{number}/answer/").content.decode()
    assert "entry=permit" in page
    chosen = desk.get(f"/cases/{number}/answer/?entry=permit").content.decode()
    sent = {"entry": "permit", "answer": field_of(chosen, "answer"), "seen": field_of(chosen, "seen")}
    assert desk.post(f"/cases/{number}/answer/", {**sent, "answer": ""}).status_code == 422
    assert desk.post(f"/cases/{number}/answer/", sent).status_code == 302
    found = case(BUILDER, number)
    assert (found.outcome, found.fields["article"], found.fields["answer"]) == (
        "settled",
        "permit",
        "到窗口办理。",
    )
    assert desk.post(f"/cases/{number}/answer/", sent).status_code == 409, "the page was stale"


def test_an_answer_at_once_is_in_the_language_of_who_asked(visit, hotline: None) -> None:  # type: ignore[no-untyped-def]
    asked = {"kind": "consultation", "what": "Where do I get a permit?"}
    english = open_case(ANONYMOUS, "hotline_call", asked, who=Who(name="Ann", language="en")).number
    chinese = open_case(ANONYMOUS, "hotline_call", asked, who=Who(name="安", language="zh-hans")).number
    for number, words, other in (
        (english, "At the counter.", "到窗口办理。"),
        (chinese, "到窗口办理。", "At the counter."),
    ):
        for spoken in ("en", "zh"):
            page = visit("operator", spoken).get(f"/cases/{number}/answer/?entry=permit").content.decode()
            assert field_of(page, "answer") == words, "whatever language the desk works in"
            assert other in page, "both are there to be read"
    nobody = open_case(ANONYMOUS, "hotline_call", asked).number
    page = visit("operator", "en").get(f"/cases/{nobody}/answer/?entry=permit").content.decode()
    assert field_of(page, "answer") in ("At the counter.", "到窗口办理。")


def test_a_reply_is_read_before_it_is_public(visit, hotline: None, city: City) -> None:  # type: ignore[no-untyped-def]
    number = a_settled_call(city)
    desk = visit("operator")
    address = f"/cases/{number}/reply/"
    draft = desk.get(address).content.decode()
    question, answer = field_of(draft, "question"), field_of(draft, "answer")
    assert question == "[姓名]先生家停水，电话[电话]，人民路[门牌]"
    assert answer == "[姓名]您好，已恢复供水。", "the caller's own name is known"
    texts = {
        "question": "居民家停水",
        "answer": "已恢复供水，王小明先生可放心",
        "seen": field_of(draft, "seen"),
    }
    assert desk.post(address, texts).status_code == 422, "nobody said that it was read"
    guessed = desk.post(address, {**texts, "confirmed": "on"})
    assert guessed.status_code == 422
    assert "王小明" in guessed.content.decode()
    sure = {**texts, "confirmed": "on", "answer": "请打13805771234", "looked": "13805771234"}
    assert desk.post(address, sure).status_code == 422, "a number is never published"
    again = {**texts, "confirmed": "on", "looked": field_of(guessed.content.decode(), "looked")}
    assert desk.post(address, again).status_code == 302
    public = visit("anonymous").get("/answers/?source=reply").content.decode()
    assert "居民家停水" in public
    assert "13805771234" not in public
    assert visit("owner").get(address).status_code == 200, (
        "the unit may look; who may publish is decided by the act"
    )
    assert visit("owner").post(address, again).status_code in (403, 409)
    assert desk.get("/cases/none/reply/").status_code == 404
