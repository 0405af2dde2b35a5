"""The REST interface against its own description: no answer that is not documented, nothing that breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from tests.web.city import City

from cityhall.app.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:Skipped test cases")]
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers={"Host": "localhost"})
PLAIN = {"Host": "localhost", "Accept-Encoding": "identity"}  # the checks unpack nothing
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Between two requests the server drops a connection whose transaction is open; here the test's own is."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_keeps_to_its_description(city: City, case: Any) -> None:
    known = {"dataset_id": "parks", "name": "street_lamp", "act": "comment"}
    for name in case.path_parameters or {}:
        if len(str(case.path_parameters[name])) % 2:  # half of the cases meet something that exists
            case.path_parameters[name] = known.get(name, "none")
    for key in ({}, {"Authorization": f"Bearer {city.keys['operator']}"}):  # without rights, and with all
        case.call_and_validate(headers={**PLAIN, **key}, checks=CHECKS)
