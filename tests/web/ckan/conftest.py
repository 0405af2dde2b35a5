"""A caller of the CKAN face, over the invented city."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.city import City

Caller = Callable[..., Any]


@pytest.fixture
def call(city: City, db: None) -> Caller:
    """`call("package_show", id=…)` by POST; `key="owner"` sends a key; answers the result, or with `status` the whole
    body of an answer with that status."""

    def called(action: str, key: str = "", status: int = 200, **given: Any) -> Any:
        headers = {"authorization": city.keys[key]} if key else {}
        response = Client().post(
            f"/api/3/action/{action}", json.dumps(given), content_type="application/json", headers=headers
        )
        body = json.loads(response.content)
        assert response.status_code == status, body
        assert body["success"] is (status == 200)
        return body["result"] if status == 200 else body

    return called
