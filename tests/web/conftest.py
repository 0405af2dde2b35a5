"""The invented city, made once for all tests of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from tests.web.city import PASSWORD, City, standing


@pytest.fixture(scope="module")
def city(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[City]:
    """Two agencies, people of every role, one published dataset and one draft, for the tests of one file."""
    with django_db_blocker.unblock(), standing(tmp_path_factory.mktemp("city")) as made:
        yield made


@pytest.fixture
def visit(city: City, db: None):  # type: ignore[no-untyped-def]
    """A function that answers a client signed in as a role (`anonymous` for nobody)."""

    def as_role(role: str, language: str = "zh-hans") -> Client:
        client = Client(headers={"accept-language": language})
        if role == "expired":
            client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {city.keys['expired']}"
        elif role != "anonymous":
            response = client.post("/account/login/", {"login": f"{role}1", "password": PASSWORD})
            assert response.status_code == 302, response.content.decode()
        return client

    return as_role
