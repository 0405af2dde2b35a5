"""What programs send: reports with attributes and files, by whom they may, told back with a number or a token."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image
from tests.web.city import BUILDER, City
from tests.web.open311.conftest import Caller
from tests.web.open311.shapes import checked_xml

from cityhall.cases.actions import act, install_type
from cityhall.cases.queries import case, track
from cityhall.cases.working import verbs
from cityhall.kernel.actor import ANONYMOUS

pytestmark = pytest.mark.django_db
LAMP = Path(__file__).parent / "token_lamp.yaml"
RUBBISH = {
    "service_code": "urban_case-1101",
    "lat": "28.0",
    "long": "120.7",
    "description": "bags\nat the gate",
}


def number_and_code(created: list[dict[str, str]]) -> tuple[str, str]:
    found = re.search(r"/track/(\S+)/ with the code (\w+)\.", created[0]["service_notice"])
    assert found
    return found[1], found[2]


def test_a_report_becomes_a_case(post: Caller) -> None:
    sent = {
        **RUBBISH, "first_name": "伟", "last_name": "陈", "phone": "13800000009", "email": "chen@example.org",
        "address_string": "Gate 3", "device_id": "x", "account_id": "y",
    }  # fmt: skip
    number, code = number_and_code(post("created", "requests", sent))
    found = track(number, code)
    assert found.fields == {
        "class": "1101", "spot": [120.7, 28.0], "what": "bags\nat the gate", "address": "Gate 3", "source": "public",
    }  # fmt: skip
    assert found.reporter
    assert (found.reporter.name, found.reporter.phone) == ("陈伟", "13800000009")


def test_an_attribute_and_what_the_door_says_of_itself(post: Caller) -> None:
    sent = {"service_code": "hotline_call-help", "description": "no water", "attribute[division]": "330302"}
    found = track(*number_and_code(post("created", "requests", sent)))
    assert found.fields == {"kind": "help", "what": "no water", "division": "330302", "channel": "app"}


@pytest.mark.parametrize(
    "given", [{"attribute[channel]": "phone"}, {"attribute[channel][]": "phone"}, {"channel": "phone"}]
)
def test_what_others_fill_is_refused(post: Caller, given: dict[str, str]) -> None:
    sent = {"service_code": "hotline_call-help", "description": "no water", **given}
    (refused,) = post("errors", "requests", sent, 403)
    assert "cases.field_of_others" in refused["description"]


def test_attributes_come_in_three_ways(post: Caller, city: City) -> None:
    install_type(BUILDER, LAMP)
    key = {"api_key": city.keys["owner"], "service_code": "token_lamp-1", "lat": "28", "long": "120"}
    for given in (
        {"attribute[pole]": "7", "attribute[dark]": "yes", "attribute[seen_on]": "2026-03-01T00:00:00Z"},
        {"attribute[pole][]": "7", "attribute[dark][]": "yes", "attribute[seen_on][]": "2026-03-01"},
        {"pole": "7", "dark": "yes", "seen_on": "2026-03-01T08:00:00+08:00"},
    ):
        token = post("created", "requests", {**key, **given})[0]["token"]
        assert token
    wrong = post("errors", "requests", {**key, "attribute[pole]": "seven"}, 400)
    assert "cases.field_wrong" in wrong[0]["description"]
    assert "attribute[pole]" in post("errors", "requests", key, 400)[0]["description"]


def test_a_token_leads_to_the_number(post: Caller, get: Caller, city: City) -> None:
    install_type(BUILDER, LAMP)
    sent = {"service_code": "token_lamp-1", "lat": "28", "long": "120", "pole": "7", "description": "dark"}
    assert "api_key" in post("errors", "requests", sent, 403)[0]["description"]
    assert post("errors", "requests", {**sent, "api_key": "key_bad.secret"}, 403)
    assert post("errors", "requests", {**sent, "api_key": city.keys["expired"]}, 403)
    (created,) = post("created", "requests", {**sent, "api_key": city.keys["owner"]})
    (found,) = get("token", f"tokens/{created['token']}")
    (shown,) = get("requests", f"requests/{found['service_request_id']}")
    assert shown["description"] == "dark"
    assert get("errors", "tokens/forged", 404)


def test_media_is_uploaded_and_links_are_not_followed(post: Caller) -> None:
    picture, liar = BytesIO(), BytesIO(b"<html>")
    Image.new("RGB", (8, 8), "green").save(picture, "PNG")
    picture.seek(0)
    picture.name, liar.name = "bags.png", "bags.jpg"
    created = post(
        "created", "requests", {**RUBBISH, "media": [picture, liar], "media_url": "http://127.0.0.1/x"}
    )
    number, code = number_and_code(created)
    assert [one.name for one in track(number, code).files] == ["bags.png"]
    assert "bags.jpg" in created[0]["service_notice"]
    assert "not followed" in created[0]["service_notice"]


def test_a_question_needs_no_place(post: Caller) -> None:
    assert post("created", "requests", {"service_code": "hotline_call-consultation", "description": "How?"})
    assert (
        "address_string"
        in post("errors", "requests", {"service_code": "urban_case-1101"}, 400)[0]["description"]
    )


def test_words_are_added_by_who_may(post: Caller, city: City) -> None:
    number, code = number_and_code(post("created", "requests", RUBBISH))
    said = {"service_request_id": number, "description": "still there"}
    assert post("errors", "servicerequestupdates", said, 403), "anybody may not"
    assert post("errors", "servicerequestupdates", {**said, "token": "wrong"}, 403)
    sent = {**said, "token": code, "api_key": city.keys["operator"]}
    answer = Client().post("/open311/v2/servicerequestupdates.json", sent)
    assert answer.json() == [{"update_id": f"{number}-2"}]
    assert case(BUILDER, number).timeline[-1].data["public_note"] == "still there"
    assert (
        Client()
        .post("/open311/v2/servicerequestupdates.json", {**said, "api_key": city.keys["operator"]})
        .status_code
        == 201
    )
    assert post("errors", "servicerequestupdates", {**said, "service_request_id": "none"}, 404)
    assert post("errors", "servicerequestupdates", {"service_request_id": number}, 400)


def test_one_address_reports_no_faster_than_on_the_page(
    post: Caller, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(verbs, "REPORTS", 2)
    for _ in range(2):
        post("created", "requests", RUBBISH)
    assert post("errors", "requests", RUBBISH, 429)[0]["code"] == 429
    answer = client.post("/open311/v2/requests.xml", RUBBISH)
    assert checked_xml("errors", answer.content)[0][0].text == "429"


def test_a_public_act_of_the_reporter_shows_no_words(post: Caller, get: Caller) -> None:
    number, code = number_and_code(post("created", "requests", RUBBISH))
    act(ANONYMOUS, number, "urge", {"public_note": "I live at number 5"}, code=code)
    assert "number 5" not in str(get("updates", "servicerequestupdates"))
