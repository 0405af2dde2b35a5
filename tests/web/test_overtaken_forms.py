"""Two people have the same form open: the second is told, keeps what was typed, and may put it in its place knowingly."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.web.city import City

from cityhall.collection.queries import source
from cityhall.federation.queries import harvest
from cityhall.web.filled import mark_of

pytestmark = pytest.mark.django_db
ENTRY = {"question_zh": "问", "question_en": "Q", "answer_zh": "答", "answer_en": "A"}


def _mark(page: str) -> str:
    found = re.findall(r'name="filled" value="([0-9a-f]{16})"', page)
    assert len(found) == 1
    return str(found[0])


def _key(address: str) -> str:
    return address.strip("/").rpartition("/")[2]


def _source(city: City) -> dict[str, str]:
    settings = "url: https://example.org/levels.csv"
    names = {"name_zh": "水位", "name_en": "Levels"}
    return {**names, "kind": "http", "agency": city.agency, "settings": settings, "mode": "replace"}


def _harvest(city: City) -> dict[str, str]:
    return {"kind": "ckan", "name": "邻市", "url": "https://data.example.org", "agency": city.agency}


def _changed(first: dict[str, str], second: dict[str, str]) -> str:
    return next(value for name, value in second.items() if value != first[name])


def _second_is_told(
    clients: tuple[Any, Any], address: str, first: dict[str, str], second: dict[str, str]
) -> None:
    """Both open the form, the first saves, the second is told, and saves again."""
    marks = [_mark(client.get(address).content.decode()) for client in clients]
    assert marks[0] == marks[1]
    assert clients[0].post(address, {**first, "filled": marks[0]}).status_code == 302
    told = clients[1].post(address, {**second, "filled": marks[1]})
    assert told.status_code == 409
    page = told.content.decode()
    assert 'role="alert"' in page
    assert "他人已作修改" in page
    assert _changed(first, second) in page
    assert clients[1].post(address, {**second, "filled": _mark(page)}).status_code == 302


def test_a_source(city: City, visit: Any) -> None:
    owner, operator = visit("owner"), visit("operator")
    given = _source(city)
    made = owner.post("/sources/new/", given)["Location"]
    first = {**given, "schedule": "daily at 03:00"}
    _second_is_told((owner, operator), made, first, {**given, "name_zh": "每日水位"})
    found = source(_key(made))
    assert (found.title.zh, found.schedule) == ("每日水位", "")


def test_a_harvest(city: City, visit: Any) -> None:
    one, other = visit("operator"), visit("operator", "zh-hans")
    given = _harvest(city)
    made = one.post("/harvests/new/", given)["Location"]
    _second_is_told(
        (one, other), made, {**given, "schedule": "daily at 03:00"}, {**given, "name": "邻市数据"}
    )
    found = harvest(_key(made))
    assert (found.name, found.schedule) == ("邻市数据", "")


def test_an_answer_and_a_code_that_is_taken(city: City, visit: Any) -> None:
    owner, operator = visit("owner"), visit("operator")
    given = {**ENTRY, "agency": city.agency}
    assert owner.post("/answers/new/", {**given, "code": "water"}).status_code == 302
    taken = operator.post("/answers/new/", {**given, "code": "Water", "answer_zh": "另一个答复"})
    assert taken.status_code == 422
    assert "另一个答复" in taken.content.decode()
    assert "另一个答复" not in owner.get("/answers/water/").content.decode()
    first = {**given, "answer_zh": "先到的答复"}
    _second_is_told((owner, operator), "/answers/water/change/", first, {**given, "answer_zh": "后到的答复"})
    assert "后到的答复" in owner.get("/answers/water/").content.decode()


def test_a_mark_depends_on_all_that_stands_there_and_not_on_its_order() -> None:
    assert mark_of({"a": "1", "b": "2"}) == mark_of({"b": "2", "a": "1"})
    assert len({mark_of(one) for one in ({}, {"a": "1"}, {"a": "12"}, {"a": "1", "b": "2"}, {"a1": ""})}) == 5
