"""`three`, the Python client that others wrote for Open311, against a server that listens."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from PIL import Image
from tests.web.city import BUILDER, City

from cityhall.cases.actions import install_type
from cityhall.cases.queries import case

itertools.ifilter = filter  # type: ignore[attr-defined]  # all that the client lacks on Python 3
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from three import Three

pytestmark = pytest.mark.django_db


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(types: None) -> Iterator[str]:
    """A server on a free port, on this test's connection to the database, which requests must not close."""
    shared = connections["default"]
    shared.inc_thread_sharing()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)

    def serve() -> None:
        connections["default"] = shared
        server.serve_forever(poll_interval=0.05)

    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet) as server:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    shared.dec_thread_sharing()


@pytest.fixture
def three(address: str) -> Iterator[Three]:
    """The client, which reads English."""
    client = Three(f"http://{address}/open311/v2/")
    client.session.headers["Accept-Language"] = "en"
    yield client
    client.session.close()


def test_it_discovers_reads_and_reports(three: Three, city: City) -> None:
    assert three.discovery()["endpoints"][0]["url"] == three.endpoint.rstrip("/")
    assert {"urban_case-1101", "hotline_call-complaint"} <= {one["service_code"] for one in three.services()}
    assert three.services("hotline_call-complaint")["attributes"][0]["code"] == "division"

    picture = BytesIO()
    Image.new("RGB", (8, 8), "green").save(picture, "PNG")
    picture.seek(0)
    (created,) = three.post(
        "urban_case-1101", address="Gate 3", name="Zach Williams", phone="555-5555", description="rubbish",
        lat="28.0", long="120.7", media=("gate.png", picture),
    )  # fmt: skip
    number = created["service_request_id"]
    assert [one.name for one in case(BUILDER, number).files] == ["gate.png"]

    (found,) = three.request(number)
    assert (found["status"], found["address"]) == ("open", "Gate 3")
    today, since = date.today() + timedelta(days=1), date.today() - timedelta(days=30)
    for asked in (
        {}, {"code": "urban_case-1101"}, {"count": 5, "page": 1}, {"start": f"{since:%m-%d-%Y}", "end": f"{today:%m-%d-%Y}"},
        {"between": [since, today], "status": "open"},
    ):  # fmt: skip
        assert [one["service_request_id"] for one in three.requests(**asked)] == [number], asked
    assert three.requests("none")[0]["code"] == 404

    (created,) = three.post("hotline_call-complaint", description="noise at night", division="330302")
    assert case(BUILDER, created["service_request_id"]).fields["division"] == "330302"


def test_it_takes_a_token_with_its_key_and_jurisdiction(three: Three, city: City) -> None:
    install_type(BUILDER, Path(__file__).parent / "token_lamp.yaml")
    three.configure(api_key=city.keys["owner"], jurisdiction="lamps.example")
    (created,) = three.post("token_lamp-1", lat="28", long="120", pole="7")
    (found,) = three.token(created["token"])
    assert three.request(found["service_request_id"])[0]["service_code"] == "token_lamp-1"
    three.configure(api_key="key_bad.secret", jurisdiction="lamps.example")
    assert three.post("token_lamp-1", lat="28", long="120", pole="7")[0]["code"] == 403
    three.configure(jurisdiction="elsewhere.example")
    assert three.services()[0]["code"] == 404
    three.session.close()
