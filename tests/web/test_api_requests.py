"""Asking for data over REST with a key: an application, a wish, a correction; whose they are, and what a key may not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.web.city import City

from cityhall.cases.actions import act
from cityhall.cases.errors import SamePerson
from cityhall.identity.actions import create_key, register_person
from cityhall.identity.queries import actor_for_key, actor_for_person
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor, system_actor
from cityhall.ledger.queries import entries
from cityhall.opening.actions import withdraw_request
from cityhall.opening.queries import decisions

pytestmark = pytest.mark.django_db
UNTIL = (clock.today() + timedelta(days=90)).isoformat()
WANTED = {"items": ["联系电话"], "purpose": "热线回访", "until": UNTIL, "project": "回访助手", "quota": 500}
WISH = {"item": "联系电话", "reason": "想打电话咨询", "purpose": "市民热线"}
WRONG = {"item": "面积", "row": {"公园编号": "P0001"}, "right": "1200", "evidence": "现场测量"}
GRANTED = {"granted_items": ["联系电话"], "granted_until": UNTIL}
Ask = Callable[..., Any]


@pytest.fixture
def developer(city: City) -> Actor:
    return city.actors["developer"]


@pytest.fixture
def key(developer: Actor) -> str:
    return create_key(developer, "requests", 30)[1]


@pytest.fixture
def ask(key: str) -> Ask:
    """`ask("datasets/parks/openings", {…})` posts with the developer's key (or `token`), without a body it gets."""

    def send(path: str, body: Any = None, *, status: int = 200, token: str = "") -> Any:
        client = Client(headers={"authorization": f"Bearer {token or key}"})
        method, data = ("GET", "") if body is None else ("POST", json.dumps(body))
        answer = client.generic(method, f"/api/v1/{path}", data=data, content_type="application/json")
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    return send


def test_an_application_is_filed_followed_completed_and_decided(city: City, ask: Ask) -> None:
    number = ask("datasets/parks/applications", WANTED, status=201)["number"]
    (line,) = ask("requests")["requests"]
    assert (line["number"], line["kind"], line["state"], line["late"]) == (number, "opening", "filed", False)
    assert line["due"] > clock.today().isoformat()
    owner = city.actors["owner"]
    act(owner, number, "ask", {"question": "请说明范围"})
    seen = ask(f"cases/{number}")
    assert (seen["state"], seen["fields"]["question"]) == ("supplement", "请说明范围")
    assert "complete" in seen["acts"]
    ask(f"cases/{number}/acts/complete", {"data": {"rows": "东湖区"}, "seen": seen["seen"]})
    act(owner, number, "agree", GRANTED)
    act(city.actors["operator"], number, "confirm")
    assert [(one["number"], one["state"]) for one in ask("requests?dataset=parks")["requests"]] == [
        (number, "granted")
    ]
    (decided,) = decisions()
    assert (decided.number, decided.told["purpose"]) == (number, "热线回访")


def test_a_wish_and_a_correction_are_the_persons_own(
    city: City, ask: Ask, developer: Actor, key: str
) -> None:
    wish = ask("datasets/parks/openings", WISH, status=201)["number"]
    wrong = ask(f"datasets/{city.parks}/corrections", WRONG, status=201)["number"]
    assert {one["number"] for one in ask("requests")["requests"]} == {wish, wrong}
    assert ask(f"cases/{wrong}")["fields"]["wrong"] == "1037"
    by = {entry.actor for entry in entries(subject=f"dataset:{city.parks}", limit=2)}
    assert by == {key.partition(".")[0]}, "the ledger names the key"
    again = ask("datasets/parks/openings", WISH, status=409, token=create_key(developer, "another", 30)[1])
    assert again["error"]["code"] == "opening.said_already", "two keys of one person are one person"
    assert ask("requests", token=city.keys["other"])["requests"] == []
    withdraw_request(developer, wish)
    assert {one["number"]: one["state"] for one in ask("requests")["requests"]}[wish] == "withdrawn"


def test_what_cannot_be_asked_for_says_why(city: City, ask: Ask) -> None:
    for path, body, status, code in (
        ("applications", {**WANTED, "items": ["面积"]}, 422, "opening.not_on_request"),
        ("applications", {**WANTED, "until": "2020-01-01"}, 422, "opening.end_passed"),
        ("applications", {**WANTED, "purpose": " "}, 422, "opening.text_missing"),
        ("applications", {**WANTED, "until": "soon"}, 422, "web.request_unusable"),
        ("openings", {**WISH, "item": "面积"}, 422, "opening.nothing_to_open"),
        ("corrections", {**WRONG, "item": "联系电话"}, 403, "opening.item_hidden"),
        ("corrections", {**WRONG, "row": {"公园编号": "P9999"}}, 404, "opening.row_not_found"),
    ):
        assert ask(f"datasets/parks/{path}", body, status=status)["error"]["code"] == code
    assert ask(f"datasets/{city.draft}/openings", WISH, status=404)
    assert ask("requests")["requests"] == []


def test_without_an_account_or_the_right_nothing_is_filed(city: City, ask: Ask, developer: Actor) -> None:
    narrow = create_key(developer, "narrow", 30, rights=["opening.use_api"])[1]
    assert (
        ask("datasets/parks/openings", WISH, status=403, token=narrow)["error"]["code"]
        == "identity.right_missing"
    )
    assert ask("requests", token=narrow)["requests"] == []
    mine = ask("datasets/parks/openings", WISH, status=201)["number"]
    assert "reason" not in str(ask(f"cases/{mine}", token=narrow)["fields"]), "only what is public of it"
    answer = Client().post("/api/v1/datasets/parks/openings", WISH, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "opening.account_needed")
    assert Client().get("/api/v1/requests").status_code == 403


def test_a_key_is_no_second_pair_of_eyes(city: City, ask: Ask) -> None:
    number = ask("datasets/parks/applications", WANTED, status=201)["number"]
    one = register_person(
        system_actor("test"), "two_hands", "celadon-on-paper-7", [("steward", ""), ("developer", "")]
    )
    person = actor_for_person(one)
    act(person, number, "agree", GRANTED)
    with pytest.raises(SamePerson):
        act(actor_for_key(create_key(person, "other hand", 30)[1]), number, "confirm")
