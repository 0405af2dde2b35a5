"""Work on cases: corrections on a page, the same act on many, files and BPMN over REST."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from tests.web.city import BUILDER, PASSWORD, City

from cityhall.cases.actions import act, install_type, open_case
from cityhall.cases.queries import case
from cityhall.identity.actions import register_person
from cityhall.kernel.actor import ANONYMOUS

pytestmark = pytest.mark.django_db
Visit = Callable[..., Client]
REPORT = {"what": "dark", "spot": [120.7, 28.0], "place": "330302"}


@pytest.fixture
def lamp(city: City, db: None) -> str:
    install_type(BUILDER, Path(__file__).parents[1] / "cases" / "lamp.yaml")
    return "street_lamp"


def reported() -> str:
    return open_case(ANONYMOUS, "street_lamp", REPORT).number


def test_a_case_is_corrected_on_a_page_of_its_own(visit: Visit, lamp: str) -> None:
    number, desk = reported(), visit("operator")
    shown = desk.get(f"/cases/{number}/amend/").content.decode()
    assert 'value="120.70000, 28.00000"' in shown
    seen = re.search(r'name="seen" value="(\d+)"', shown)
    assert seen
    same = {"what": "dark", "spot": "120.70000, 28.00000", "place": "330302", "seen": seen[1]}
    assert "没有改动" in desk.post(f"/cases/{number}/amend/", same).content.decode()
    sent = desk.post(f"/cases/{number}/amend/", {**same, "what": "broken", "note": "看错了"}, follow=True)
    assert sent.redirect_chain
    found = case(BUILDER, number)
    assert found.fields["what"] == "broken"
    assert dict(found.timeline[-1].data) == {"what": "broken", "note": "看错了"}
    stale = desk.post(f"/cases/{number}/amend/", {**same, "what": "dark", "note": "又看错了"})
    assert stale.status_code == 409
    assert ">又看错了</textarea>" in stale.content.decode()
    assert '<option value="dark" selected>' in stale.content.decode()
    assert "现为：损坏" in stale.content.decode()
    assert visit("citizen").get(f"/cases/{number}/amend/").status_code == 403


def test_an_act_on_many_asks_once_what_it_needs(visit: Visit, lamp: str, city: City) -> None:
    numbers = [reported(), reported()]
    desk, back = visit("operator"), "/cases/?type=street_lamp&state=reported"
    assert "派遣" in desk.get(back).content.decode()
    chosen = {"number": numbers, "act": "send", "back": back}
    asked = desk.post("/cases/chosen/", chosen).content.decode()
    assert all(number in asked for number in numbers)
    assert case(BUILDER, numbers[0]).state == "reported"
    desk.post("/cases/chosen/", {**chosen, "agency": city.agency, "asked": "1"})
    assert {case(BUILDER, number).state for number in numbers} == {"sent"}
    nothing = desk.post("/cases/chosen/", {"act": "send", "back": "https://evil.example/"})
    assert nothing.headers["Location"] == "/cases/"


def test_programs_add_files_act_on_many_and_read_bpmn(lamp: str, city: City) -> None:
    number = reported()
    client = Client(headers={"authorization": f"Bearer {city.keys['operator']}"})
    sent = BytesIO(b"a note")
    sent.name = "note.txt"
    kept = client.post(f"/api/v1/cases/{number}/files", {"file": sent})
    assert kept.status_code == 201
    files = client.get(f"/api/v1/cases/{number}").json()["files"]
    assert [(one["id"], one["name"]) for one in files] == [(kept.json()["id"], "note.txt")]
    place = f"/api/v1/cases/{number}/files/{kept.json()['id']}"
    assert client.get(place).content == b"a note"
    assert Client().get(place).status_code == 404
    body = {"numbers": [number, "nothing"], "act": "refuse"}
    done = client.post("/api/v1/cases/acts", body, content_type="application/json").json()["outcomes"]
    assert [one["error"] and one["error"]["code"] for one in done] == [None, "cases.case_unknown"]
    assert b"bpmn" in Client().get("/api/v1/case-types/street_lamp/bpmn").content.lower()


@pytest.fixture
def packs(city: City, db: None) -> None:
    """The types of the two packs whose forms citizens fill."""
    for path in ("urban_management/cases/urban_case.yaml", "hotline/cases/hotline_call.yaml"):
        install_type(BUILDER, Path(__file__).parents[2] / "packs" / path)


def names(page: str) -> list[str]:
    """What a form asks, in its order, but for who asks."""
    form = page.partition('<form class="fields"')[2].partition("</form>")[0]
    found = re.findall(r'<(?:input|select|textarea)[^>]* name="([a-z]+)"', form)
    return [name for name in found if not name.startswith("csrf")]


@pytest.mark.parametrize(
    ("type_name", "asked", "more"),
    [
        ("urban_case", ["class", "what", "address", "spot", "photos"], {"component", "source"}),
        ("hotline_call", ["kind", "what", "division", "address", "spot", "files"], {"subject", "channel"}),
    ],
)
def test_a_form_asks_everybody_what_is_theirs_to_know(
    visit: Visit, packs: None, type_name: str, asked: list[str], more: set[str]
) -> None:
    answer = visit("anonymous").get(f"/report/{type_name}/")
    assert names(answer.content.decode()) == asked
    assert answer.headers["Permissions-Policy"].startswith("geolocation=(self)")
    assert names(visit("citizen").get(f"/report/{type_name}/").content.decode()) == asked
    assert set(names(visit("operator").get(f"/report/{type_name}/").content.decode())) == {*asked, *more}


def test_what_a_page_does_not_ask_is_refused_when_it_is_sent(visit: Visit, packs: None) -> None:
    page = "/report/hotline_call/"
    said = {"kind": "help", "what": "no water", "channel": "phone"}
    forged = visit("anonymous").post(page, said)
    assert (forged.status_code, "此项不由您填写：渠道" in forged.content.decode()) == (403, True)
    assert '<option value="phone" selected>' in visit("operator").get(page).content.decode()
    answer = visit("operator").post(page, said, follow=True).content.decode()
    number = re.findall(r"<dd><code>([^<]+)</code></dd>", answer)[0]
    assert case(BUILDER, number).fields["channel"] == "phone"
    sent = Client().post(
        "/api/v1/cases", {"type": "hotline_call", "data": said}, content_type="application/json"
    )
    assert (sent.status_code, sent.json()["error"]["code"]) == (403, "cases.field_of_others")
    fields = Client().get("/api/v1/case-types/hotline_call").json()["fields"]
    assert {one["id"]: one["by"] for one in fields}["channel"] == ["agent", "supervisor"]


def test_a_correction_asks_and_takes_only_what_is_ones_own(visit: Visit, packs: None, city: City) -> None:
    number = open_case(ANONYMOUS, "hotline_call", {"kind": "help", "what": "no water"}).number
    act(BUILDER, number, "send", {"agency": city.agency})
    unit, place = visit("owner"), f"/cases/{number}/amend/"
    shown = unit.get(place).content.decode()
    assert {"what", "division"} <= set(names(shown))
    assert not {"channel", "subject"} & set(names(shown))
    seen = re.findall(r'name="seen" value="([0-9]+)"', shown)[0]
    sent = unit.post(place, {"what": "no water at all", "channel": "phone", "seen": seen})
    assert sent.status_code == 403
    assert case(BUILDER, number).fields["channel"] == "web"
    unit.post(place, {"what": "no water at all", "seen": seen})
    assert case(BUILDER, number).fields["what"] == "no water at all"


def test_what_was_refused_comes_back_with_what_was_written(visit: Visit, lamp: str, city: City) -> None:
    number, desk = reported(), visit("operator")
    act(BUILDER, number, "comment", {"public_note": "x"})
    sent = {"agency": "", "note": "先派二队", "seen": "2"}
    lacking = desk.post(f"/cases/{number}/acts/send/", sent)
    shown = lacking.content.decode()
    assert lacking.status_code == 422
    assert "请填写“责任单位”。" in shown and ">先派二队</textarea>" in shown
    assert re.search(r'<details class="act" id="act-send" open>', shown)
    late = desk.post(f"/cases/{number}/acts/send/", {**sent, "agency": city.agency, "seen": "1"})
    assert late.status_code == 409 and ">先派二队</textarea>" in late.content.decode()
    act(BUILDER, number, "refuse")
    gone = desk.post(f"/cases/{number}/acts/send/", {**sent, "agency": city.agency}).content.decode()
    assert "您填写的内容" in gone and "先派二队" in gone
    assert case(BUILDER, number).state == "refused"


def test_many_that_are_refused_keep_what_was_written(visit: Visit, lamp: str, city: City) -> None:
    good, bad = reported(), reported()
    act(BUILDER, bad, "refuse")
    chosen = {"number": [good, bad], "act": "send", "agency": city.agency, "asked": "1", "back": "/cases/"}
    answer = visit("operator").post("/cases/chosen/", chosen)
    shown = answer.content.decode()
    assert answer.status_code == 422 and "1 件未能办理" in shown
    assert f'name="number" value="{bad}"' in shown and f'name="number" value="{good}"' not in shown
    assert case(BUILDER, good).state == "sent"


def test_a_case_is_joined_with_one_that_is_there(visit: Visit, packs: None) -> None:
    said = {"kind": "help", "what": "no water"}
    first, second = (open_case(ANONYMOUS, "hotline_call", said).number for _ in "ab")
    desk, place = visit("operator"), f"/cases/{second}/acts/merge/"
    assert 'name="into"' in desk.get(f"/cases/{second}/").content.decode()
    assert "请填写“并入的案件编号”。" in desk.post(place, {"into": ""}).content.decode()
    for wrong in (second, "no such case"):
        assert desk.post(place, {"into": wrong}).status_code == 422
    assert not case(BUILDER, second).ended
    assert desk.post(place, {"into": first}).status_code == 302
    assert (case(BUILDER, second).outcome, case(BUILDER, second).into) == ("duplicate", first)


def test_the_next_case_is_the_next_of_the_list_as_it_was_narrowed(
    visit: Visit, packs: None, lamp: str
) -> None:
    said = {"kind": "help", "what": "no water"}
    calls = [open_case(ANONYMOUS, "hotline_call", said).number for _ in range(3)]
    reported()
    desk = visit("operator")
    listed = desk.get("/cases/?type=hotline_call").content.decode()
    calls.sort(key=lambda number: listed.index(f"/cases/{number}/"))
    ways = [("", 0), (calls[0], 1), (calls[1], 2), (calls[2], 0)]
    for after, place in ways:
        led = desk.get(f"/cases/next/?after={after}").headers["Location"]
        assert led == f"/cases/{calls[place]}/", after
    sent = {"note": "x", "next": "1"}
    assert desk.post(f"/cases/{calls[1]}/acts/urge/", sent).headers["Location"] == f"/cases/{calls[2]}/"


def test_who_has_a_case_is_chosen_and_told_by_name(visit: Visit, lamp: str, city: City) -> None:
    number, desk = reported(), visit("operator")
    act(BUILDER, number, "send", {"agency": city.agency})
    owner = city.actors["owner"]
    shown = desk.get(f"/cases/{number}/").content.decode()
    assert f'<option value="{owner.id}">owner1</option>' in shown
    assert "放回" not in shown  # nobody holds it
    desk.post(f"/cases/{number}/acts/assign/", {"holder": owner.id})
    shown = desk.get(f"/cases/{number}/").content.decode()
    assert "经办：owner1" in shown and "放回" in shown
    assert f">{owner.id}<" not in shown


@pytest.mark.parametrize(
    ("role", "work", "link"),
    [
        ("dispatcher", "/cases/", "/cases/patrols/"),
        ("inspector", "/inspect/", ""),
        ("supervisor", "/cases/", ""),
    ],
)
def test_who_signs_in_is_led_to_their_own_work(
    visit: Visit, lamp: str, role: str, work: str, link: str
) -> None:
    register_person(BUILDER, f"{role}1", PASSWORD, [(role, "")])
    answer = visit(role).get("/desk/", follow=True)
    assert answer.redirect_chain[-1][0] == work
    assert f'href="{link}"' in answer.content.decode() or not link
