"""Callers of the interface over the invented city, with the packs' types and one of our own installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.web.city import BUILDER, City, standing
from tests.web.open311.shapes import checked, checked_xml

from cityhall.cases.actions import install_type

PACKS = Path(__file__).parents[3] / "packs"
Caller = Callable[..., Any]


@pytest.fixture(scope="package")
def city(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[City]:
    """One invented city for all of these tests."""
    with django_db_blocker.unblock(), standing(tmp_path_factory.mktemp("open311")) as made:
        yield made


@pytest.fixture(scope="package")
def types(city: City, django_db_blocker: Any) -> None:
    """The two packs' types, for all of these tests."""
    with django_db_blocker.unblock():
        install_type(BUILDER, PACKS / "urban_management" / "cases" / "urban_case.yaml")
        install_type(BUILDER, PACKS / "hotline" / "cases" / "hotline_call.yaml")


@pytest.fixture
def client() -> Client:
    """A program that reads English."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def get(client: Client, types: None, db: None) -> Caller:
    """`get("services", "services")`: the JSON answer, held against its schema; its XML twin is held against ours."""

    def ask(kind: str, path: str, expected: int = 200, /, **given: str) -> Any:
        both = {form: client.get(f"/open311/v2/{path}.{form}", given) for form in ("json", "xml")}
        assert {one.status_code for one in both.values()} == {expected}, both["json"].content
        assert both["json"].headers["Content-Type"] == "application/json; charset=utf-8"
        assert both["xml"].headers["Content-Type"] == "text/xml; charset=utf-8"
        checked_xml(kind, both["xml"].content)
        return checked(kind, both["json"].content)

    return ask


@pytest.fixture
def post(client: Client, types: None, db: None) -> Caller:
    """`post("created", "requests", {…})`: the JSON answer, held against its schema."""

    def send(kind: str, path: str, given: dict[str, Any], status: int = 201) -> Any:
        answer = client.post(f"/open311/v2/{path}.json", given)
        assert answer.status_code == status, answer.content
        return checked(kind, answer.content)

    return send
