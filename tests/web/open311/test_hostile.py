"""Input of those who mean no good, or cannot help it: every answer is the specification's error, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from tests.web.open311.conftest import Caller
from tests.web.open311.shapes import checked, checked_xml

pytestmark = pytest.mark.django_db
BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "fixed"}, {"start_date": "yesterday"},
        {"start_date": "2010-01-01T00:00:00Z", "end_date": "2011-01-01T00:00:00Z"},
        {"start_date": "2026-03-02T00:00:00Z", "end_date": "2026-03-01T00:00:00Z"}, {"start_date": "9999-12-31T23:59:59Z"},
        {"start_date": "0001-01-01T00:00:00Z"}, {"bbox": "1,2,3"}, {"bbox": "nan,1,2,3"}, {"bbox": "a,b,c,d"},
        {"lat": "28"}, {"lat": "28", "long": "120.7"}, {"lat": "91", "long": "0", "radius": "5"}, {"radius": "5"},
        {"lat": "inf", "long": "0", "radius": "5"}, {"lat": "28", "long": "120", "radius": "-1"}, {"page": "0"}, {"page": "-1"},
        {"page": "1e9"}, {"page_size": "x"}, {"page": "99999999999999999999"}, {"service_request_id": "\0"},
    ],
)  # fmt: skip
def test_arguments_that_cannot_be_used(get: Caller, asked: dict[str, str]) -> None:
    assert get("errors", "requests", 400, **asked)[0]["code"] == 400


@pytest.mark.parametrize(
    "code", ["x", "urban_case-9999", "urban_case", "' OR 1=1 --", "urban_case-1101'; DROP TABLE cases_case"]
)
def test_services_that_do_not_exist(get: Caller, post: Caller, code: str) -> None:
    assert get("errors", "requests", 404, service_code=code)[0]["code"] == 404
    assert post("errors", "requests", {"service_code": code, "lat": "28", "long": "120"}, 404)
    assert get("errors", f"services/{code.replace(' ', '%20')}", 404)


def test_requests_that_do_not_exist(get: Caller) -> None:
    assert get("errors", "requests/20200101-aaaaaa", 404)
    assert get("errors", "requests/%00", 404)
    assert get("requests", "requests", service_request_id="none,' OR 1=1") == []


PLACE = ("lat", "long")


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"service_code": ""}, {"lat": "28"}, {"lat": "x", "long": "y"}, {"lat": "28", "long": "1200"},
        {"description": "x" * 4001}, {"email": "nobody"}, {"phone": "1" * 41}, {"attribute[division]": "x" * 501},
        {"description": "a\0b"}, {"attribute[division]": "<script>" * 100}, {"address_string": "x" * 501},
    ],
)  # fmt: skip
def test_reports_that_cannot_be_used(post: Caller, sent: dict[str, str]) -> None:
    good = {"service_code": "hotline_call-help", "description": "?", "lat": "28", "long": "120"}
    good = {name: value for name, value in good.items() if sent and not (name in PLACE and "lat" in sent)}
    assert post("errors", "requests", {**good, **sent}, 400)[0]["code"] == 400


def test_no_xml_is_read(client: Client, types: None) -> None:
    answer = client.generic("POST", "/open311/v2/requests.xml", BOMB, content_type="text/xml")
    assert answer.status_code == 400
    checked_xml("errors", answer.content)


def test_marks_are_marks_in_both_forms(post: Caller, get: Caller, client: Client) -> None:
    sent = {
        "service_code": "urban_case-1101", "address_string": "<b>&amp;]]></b>\x01\x0b\ud7ff", "lat": "28", "long": "120",
    }  # fmt: skip
    post("created", "requests", sent)
    assert get("requests", "requests")[0]["address"].startswith("<b>&amp;]]></b>")
    tree = checked_xml("requests", client.get("/open311/v2/requests.xml").content)
    assert tree.findtext("request/address") == "<b>&amp;]]></b>\ud7ff"


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "requests.json"), ("POST", "services.json"), ("DELETE", "requests/1.json")]
)
def test_methods_that_are_not_there(client: Client, types: None, method: str, path: str) -> None:
    answer = client.generic(method, f"/open311/v2/{path}")
    assert answer.status_code == 400
    checked("errors", answer.content)


def test_a_form_that_is_not_there(client: Client, types: None) -> None:
    answer = client.get("/open311/v2/services.csv")
    assert answer.status_code == 404
    checked_xml("errors", answer.content)


def test_no_session_is_looked_at(visit, types: None) -> None:  # type: ignore[no-untyped-def]
    """A foreign page cannot report in the name of who is signed in: cookies are nothing here."""
    sent = {"service_code": "urban_case-1101", "lat": "28", "long": "120"}
    answer = visit("operator").post("/open311/v2/requests.json", sent)
    assert answer.status_code == 201
    number = answer.json()[0]["service_request_id"]
    mine = visit("operator").get("/report/").content.decode()
    assert number not in mine


def test_what_happened_lately_is_asked_of_the_table_alone(
    post: Caller,
    get: Caller,
    types: None,
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    """Anybody may ask for it, and with any page: no case is folded, however many there are."""
    sent = {"service_code": "urban_case-1101", "lat": "28", "long": "120"}
    for _ in range(12):
        post("created", "requests", sent)
    with django_assert_max_num_queries(8):
        assert len(get("updates", "servicerequestupdates")) == 12
    with django_assert_max_num_queries(8):
        assert get("updates", "servicerequestupdates", page="9999999") == []
