"""What programs read: discovery, services, definitions, requests, updates; in both forms, and never more than is public."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.web.city import BUILDER, City
from tests.web.open311.conftest import Caller
from tests.web.open311.shapes import checked, checked_xml

from cityhall.cases.actions import Who, act, install_type, open_case
from cityhall.cases.queries import case_type
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS

pytestmark = pytest.mark.django_db
RUBBISH = {"class": "1101", "spot": [120.7, 28.0], "what": "call 13800000009", "address": "near the gate"}
NOISE = {"kind": "complaint", "what": "Wang next door shouts", "spot": [120.7, 28.0]}


def reported(data: dict[str, object], name: str = "urban_case") -> str:
    return open_case(ANONYMOUS, name, data, who=Who(name="Wang", phone="13800000009")).number


def test_discovery_at_both_places(client: Client, types: None) -> None:
    for place in ("/open311/discovery", "/open311/v2/discovery"):
        found = checked("discovery", client.get(f"{place}.json").content)
        checked_xml("discovery", client.get(f"{place}.xml").content)
        assert found["endpoints"][0]["url"] == "http://testserver/open311/v2"


def test_services_are_the_classes_of_both_packs(get: Caller) -> None:
    found = {one["service_code"]: one for one in get("services", "services")}
    assert found["urban_case-1101"]["service_name"] == "Exposed rubbish"
    assert found["urban_case-1101"]["group"] == "市容环境"
    assert found["hotline_call-complaint"]["type"] == "realtime"
    assert "12345" in found["hotline_call-complaint"]["keywords"]
    classes = case_type("urban_case").tables["classes"].rows
    assert len([code for code in found if code.startswith("urban_case")]) == len(classes)


def test_a_definition_asks_what_a_report_brings(get: Caller) -> None:
    urban = get("service_definition", "services/urban_case-1101")
    assert urban["attributes"] == [], (
        "class, place and words are asked anyway; source and component by others"
    )
    assert not next(one for one in get("services", "services") if one["service_code"] == "urban_case-1101")[
        "metadata"
    ]
    hotline = get("service_definition", "services/hotline_call-help")
    assert [one["code"] for one in hotline["attributes"]] == ["division"]


def test_requests_show_what_is_public_and_nothing_else(get: Caller, city: City) -> None:
    urban, hotline = reported(RUBBISH), reported(NOISE, "hotline_call")
    found = {one["service_request_id"]: one for one in get("requests", "requests")}
    assert found[urban]["lat"] == 28.0
    assert found[urban]["address"] == "near the gate"
    assert found[urban]["description"] is None, "the description is for those who work on it"
    assert found[urban]["expected_datetime"]
    assert found[hotline]["lat"] is None, "where a caller lives is nobody's business"
    assert not [one for one in found.values() if "Wang" in str(one) or "138" in str(one)]
    one = get("requests", f"requests/{hotline}")
    assert [entry["service_code"] for entry in one] == ["hotline_call-complaint"]


def test_a_place_that_is_not_public_is_not_found_by_asking_around(get: Caller) -> None:
    urban = reported(RUBBISH)
    reported(NOISE, "hotline_call")
    for asked in ({"bbox": "120.6,27.9,120.8,28.1"}, {"lat": "28", "long": "120.7", "radius": "50"}):
        assert [one["service_request_id"] for one in get("requests", "requests", **asked)] == [urban]
    assert get("requests", "requests", lat="28", long="120.8", radius="9000") == []
    assert get("requests", "requests", lat="28", long="120.7", radius="1e30") != []


def test_requests_are_narrowed(get: Caller) -> None:
    with clock.at(clock.now() - timedelta(days=100)):
        old = reported(RUBBISH)
    new, other = reported(RUBBISH), reported({"class": "0117"})
    act(BUILDER, other, "cancel", {"reason": "twice"})

    def numbers(**asked: str) -> set[str]:
        return {one["service_request_id"] for one in get("requests", "requests", **asked)}

    assert numbers() == {new, other}, "the last 90 days"
    assert numbers(status="open") == {new}
    assert numbers(status="closed") == {other}
    assert numbers(status="open,closed") == {new, other}
    assert numbers(service_code="urban_case-0117,hotline_call-help") == {other}
    assert numbers(service_request_id=f"{old},{new}", status="closed") == {old, new}, "overrides everything"
    start = (clock.now() - timedelta(days=120)).isoformat(timespec="seconds")
    assert numbers(start_date=start) == {old}
    assert numbers(start_date="", colour="green", page_size="1", page="2") == {new}, (
        "unknown is ignored, the newest first"
    )
    closed = get("requests", f"requests/{other}")[0]
    assert closed["status"] == "closed"
    assert closed["updated_datetime"] >= closed["requested_datetime"]


def test_notes_are_what_officials_said_in_public(get: Caller) -> None:
    opened = open_case(ANONYMOUS, "urban_case", RUBBISH)
    act(BUILDER, opened.number, "accept", {"public_note": "a crew is coming", "note": "inside"})
    act(ANONYMOUS, opened.number, "comment", {"public_note": "my number is 13800000009"}, code=opened.code)
    assert get("requests", f"requests/{opened.number}")[0]["status_notes"] == "Accepted: a crew is coming"
    updates = get("updates", "servicerequestupdates", service_request_id=opened.number)
    assert [one["description"] for one in updates] == ["Accept: a crew is coming", "Report"]
    assert {one["status"] for one in updates} == {"open"}
    assert get("updates", "servicerequestupdates", start_date="2001-01-01T00:00:00Z") == []


def test_jurisdictions(get: Caller, city: City) -> None:
    assert get("services", "services", jurisdiction_id="anything.example"), (
        "nobody named one: it is not looked at"
    )
    install_type(BUILDER, Path(__file__).parent / "token_lamp.yaml")
    codes = {one["service_code"] for one in get("services", "services", jurisdiction_id="lamps.example")}
    assert {"token_lamp-1", "urban_case-1101"} <= codes
    assert "lamps.example" in get("errors", "services", 404, jurisdiction_id="x.example")[0]["description"]


def test_attributes_have_the_datatypes_of_fields(get: Caller) -> None:
    install_type(BUILDER, Path(__file__).parent / "token_lamp.yaml")
    found = get("service_definition", "services/token_lamp-1")["attributes"]
    assert [(one["code"], one["datatype"], one["required"]) for one in found] == [
        ("pole", "number", True), ("seen_on", "datetime", False), ("dark", "singlevaluelist", False),
    ]  # fmt: skip
    assert found[2]["values"] == [{"key": "yes", "name": "Yes"}, {"key": "no", "name": "No"}]
    assert found[2]["datatype_description"] == "The whole street"
    assert get("errors", "services/token_lamp-2", 404), "a class that has ended"


def test_other_sites_may_read(client: Client, types: None) -> None:
    answer = client.get("/open311/v2/services.json", headers={"origin": "https://app.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (
        client.options("/open311/v2/requests.json", headers={"origin": "https://app.example"}).status_code
        == 204
    )
