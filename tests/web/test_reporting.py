"""What a citizen who reports meets: what can be reported, what a form asks and refuses, what comes after."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.city import BUILDER, City

from cityhall.cases.actions import act, install_type, open_case
from cityhall.cases.queries import types
from cityhall.kernel import clock

pytestmark = pytest.mark.django_db
Visit = Callable[..., Client]
PACKS = Path(__file__).parents[2] / "packs"
OTHER = "/report/service_request/"


@pytest.fixture
def packs(city: City, db: None) -> None:
    """The types that anybody can open."""
    for path in (
        "urban_management/cases/urban_case",
        "hotline/cases/hotline_call",
        "hotline/cases/service_request",
    ):
        install_type(BUILDER, PACKS / f"{path}.yaml")


def alert(page: str) -> str:
    """What the form complains of."""
    return str(re.findall(r'role="alert"><p>(.*?)</p>', page, re.DOTALL)[0])


@pytest.mark.usefixtures("packs")
def test_what_can_be_reported_has_plain_names_and_the_rest_comes_last(visit: Visit) -> None:
    page = visit("anonymous").get("/report/").content.decode()
    names = re.findall(r"<strong>([^<]+)</strong>", page)
    assert names == ["公共场所的问题", "咨询、求助、投诉与建议", "关于开放数据", "其他事项"]
    assert {one.title.zh for one in types()} >= {"城市管理案件", "热线工单"}, "officials keep their words"
    assert "<h1>公共场所的问题</h1>" in visit("anonymous").get("/report/urban_case/").content.decode()


@pytest.mark.usefixtures("packs")
def test_what_nobody_can_act_on_is_not_taken(visit: Visit) -> None:
    citizen = visit("anonymous")
    empty = citizen.post(OTHER, {"kind": "树木", "who-name": "王某"})
    assert (empty.status_code, "请填写“情况说明”" in alert(empty.content.decode())) == (422, True)
    assert 'value="树木"' in empty.content.decode()
    assert "王某" in empty.content.decode()
    nowhere = citizen.post(OTHER, {"what": "树倒了"})
    assert (nowhere.status_code, "没有写明地点" in alert(nowhere.content.decode())) == (422, True)
    assert ">树倒了</textarea>" in nowhere.content.decode()
    for place in ({"address": "江边路 1 号"}, {"spot": "120.7, 28.0"}):
        assert citizen.post(OTHER, {"what": "树倒了", **place}).status_code == 302
    urban = citizen.post("/report/urban_case/", {"class": "0117"})
    assert "没有写明地点" in alert(urban.content.decode())


@pytest.mark.usefixtures("packs")
def test_programs_too_say_what_it_is_and_where() -> None:
    def sent(**data: object) -> tuple[int, str]:
        answer = Client().post(
            "/api/v1/cases", {"type": "service_request", "data": data}, content_type="application/json"
        )
        return answer.status_code, answer.json().get("error", {}).get("code", "")

    assert sent(address="江边路 1 号") == (422, "cases.field_missing")
    assert sent(what="树倒了") == (422, "cases.condition_fails")
    assert sent(what="树倒了", address="江边路 1 号") == (201, "")


def test_an_answer_that_would_be_refused_is_not_offered(visit: Visit, city: City) -> None:
    page = visit("anonymous").get("/report/data_feedback/").content.decode()
    assert re.findall(r'<option value="([a-z_]+)"', page) == ["open_this", "question"]
    assert "纠错请在数据集页面提交" in page


@pytest.mark.usefixtures("packs")
def test_a_call_back_does_not_offer_the_result_that_another_act_is_for(visit: Visit, city: City) -> None:
    number = open_case(BUILDER, "hotline_call", {"kind": "help", "what": "no water"}).number
    act(BUILDER, number, "send", {"agency": city.agency})
    act(BUILDER, number, "reply", {"answer": "mended"})
    page = visit("operator").get(f"/cases/{number}/").content.decode()
    (form,) = re.findall(r"/acts/call_back/(.*?)</form>", page, re.DOTALL)
    assert re.findall(r'<option value="([a-z_]+)"', form) == ["satisfied", "fair", "unreached"]


@pytest.mark.usefixtures("packs")
def test_the_receipt_says_what_comes_next_and_by_when(visit: Visit) -> None:
    sent = {"what": "树倒了", "address": "江边路 1 号", "who-email": "wang@example.org"}
    with clock.at(datetime(2026, 3, 2, 1, tzinfo=UTC)):  # nine in the morning
        page = visit("anonymous").post(OTHER, sent, follow=True).content.decode()
        assert "其他事项" in page
        assert "办理时限：2026年4月1日" in page
        assert "有结果时会发邮件到 wang@example.org" in page
        urban = visit("anonymous").post(
            "/report/urban_case/", {"class": "0117", "address": "江边路"}, follow=True
        )
        assert "立案时限：2026年3月2日 11:00 前" in urban.content.decode(), (
            "the step that is next, by its name"
        )


@pytest.mark.usefixtures("packs")
def test_who_follows_reads_what_was_said_and_no_codes(visit: Visit) -> None:
    citizen = visit("anonymous")
    sent = {"class": "0117", "address": "江边路", "spot": "120.7, 28.0"}
    number = re.findall(
        r"<dd><code>([^<]+)</code></dd>",
        citizen.post("/report/urban_case/", sent, follow=True).content.decode(),
    )[0]
    page = citizen.get(f"/track/{number}/").content.decode()
    assert re.findall(r'<dt>([^<]+)</dt><dd class="words">([^<]+)</dd>', page) == [
        ("问题类别", "路灯"),
        ("在哪里", "江边路"),
        ("位置", "120.70000, 28.00000"),
    ]
    (listed,) = re.findall(
        rf'<a href="/track/{number}/">([^<]+)</a>', citizen.get("/track/").content.decode()
    )
    assert listed == "路灯 · 江边路"
    assert "公众举报" in visit("operator").get(f"/cases/{number}/").content.decode()


@pytest.mark.usefixtures("packs")
def test_a_form_that_comes_back_says_so_at_the_field_and_asks_for_files_again(visit: Visit) -> None:
    photo = SimpleUploadedFile("lamp.txt", b"dark")
    answer = visit("anonymous", "en").post(
        "/report/urban_case/", {"spot": "1,2,3", "class": "0117", "photos": photo}
    )
    page = answer.content.decode()
    (spot,) = re.findall(r'<input id="q-spot"[^>]*>', page)
    assert 'aria-invalid="true" aria-describedby="e-q-spot h-q-spot"' in spot
    assert 'value="1,2,3"' in spot
    assert re.findall(r'<span class="field-error" id="e-q-([a-z]+)">([^<]+)<', page) == [
        ("spot", "This does not fit: Place on the map. Correct it and send again"),
        ("photos", "Choose the files again, please."),
    ]


@pytest.mark.usefixtures("packs")
def test_what_a_reporter_does_and_is_refused_comes_back_on_the_same_page(visit: Visit) -> None:
    citizen = visit("anonymous")
    number = sent(citizen, {"what": "树倒了", "address": "江边路"})
    place = f"/track/{number}/"
    page = citizen.get(place).content.decode()
    (form,) = re.findall(r"/acts/comment/(.*?)</form>", page, re.DOTALL)
    assert "给办理人员的话（不公开）" in form
    assert " required" in form
    liar = SimpleUploadedFile("tree.jpg", b"<html><script>alert(1)</script>")
    refused = citizen.post(f"{place}acts/attach/", {"file": liar})
    assert (refused.status_code, "tree.jpg" in alert(refused.content.decode())) == (422, True)
    assert "这是您反映的案件" in refused.content.decode()
    said = citizen.post(f"{place}acts/comment/", {"public_note": "挡住了路"}, follow=True).content.decode()
    assert "已提交" in said
    assert "挡住了路" in said
    assert "挡住了路" not in visit("anonymous").get(place).content.decode(), "for those who work on it"
    assert visit("anonymous").post(f"{place}acts/comment/", {"public_note": "x"}).status_code in (403, 404)


def sent(client: Client, said: dict[str, str]) -> str:
    """Report something else; answers its number."""
    page = client.post(OTHER, said, follow=True).content.decode()
    return str(re.findall(r"<dd><code>([^<]+)</code></dd>", page)[0])
