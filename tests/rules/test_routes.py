"""Every address, as every role: the table in `addresses.py` names them all and is right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.rules.addresses import ROLES, ROUTES
from tests.web.city import PASSWORD, City, standing
from tests.web.crawling import crawl

from cityhall.cases.actions import act, install_type, keep_entry, open_case
from cityhall.cases.queries import Entry
from cityhall.collection.actions import create_source
from cityhall.collection.queries import runs
from cityhall.federation.actions import create_harvest
from cityhall.federation.actions import start_run as start_harvest
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.text import Text
from cityhall.ledger.queries import entries
from cityhall.messaging.actions import announce
from cityhall.opening.actions import comment, file_opening, request_export, show_reuse
from cityhall.opening.queries import export_info

SOON = Text(en="Soon", zh="即将")
DENIED = {401, 403, 404, 429}


@pytest.fixture(scope="module")
def city(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The invented city, and the ids that the table's addresses need."""
    with django_db_blocker.unblock(), standing(tmp_path_factory.mktemp("routes")) as made:
        yield ids_of(made)


def ids_of(made: City) -> dict[str, str]:
    """The ids that stand in the addresses of the table."""
    run, citizen = runs(dataset_id=made.parks)[0], made.actors["citizen"]
    asked = request_export(made.actors["owner"], made.draft, "csv")
    assert export_info(made.actors["owner"], asked.id).id == asked.id
    return {
        "agency": made.agency,
        "parks": made.parks,
        "draft": made.draft,
        "expired": made.keys["expired"],
        "key": made.keys["owner"].partition(".")[0],
        "export": asked.id,
        "run": run.id,
        "source": run.source_id,
        "planned": announce(made.actors["operator"], SOON, SOON, starts=clock.now() + timedelta(days=1)),
        "comment": comment(citizen, made.parks, "routes"),
        "reuse": show_reuse(citizen, made.parks, "routes", "https://example.org/routes"),
        "request": file_opening(citizen, made.parks, "", "routes", "routes"),
        "case": _case(made),
        "call": _call(made),
        "answer": _answer(made),
        **_harvest(made),
        "push": create_source(made.actors["owner"], "push", "推送", {}, agency=made.agency),
    }


def _case(made: City) -> str:
    """A case in the hands of the owner's agency."""
    operator = made.actors["operator"]
    install_type(operator, Path(__file__).parents[1] / "cases" / "lamp.yaml")
    number = open_case(ANONYMOUS, "street_lamp", {"what": "dark"}).number
    act(operator, number, "send", {"agency": made.agency})
    return number


def _call(made: City) -> str:
    """A call to the hotline that nobody has sent on."""
    declared = Path(__file__).parents[2] / "packs" / "hotline" / "cases" / "hotline_call.yaml"
    install_type(made.actors["operator"], declared)
    return open_case(ANONYMOUS, "hotline_call", {"kind": "consultation", "what": "routes"}).number


def _answer(made: City) -> str:
    """An entry of the knowledge base."""
    return keep_entry(made.actors["operator"], Entry(code="routes", question=SOON, answer=SOON))


def _harvest(made: City) -> dict[str, str]:
    """Another catalogue, and a run that waits."""
    operator = made.actors["operator"]
    harvest = create_harvest(operator, "ckan", "Elsewhere", "https://data.example", made.agency)
    return {"harvest": harvest, "harvest_run": start_harvest(operator, harvest)}


def _names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _names(one.url_patterns, f"{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name}"


def test_every_address_is_in_the_table() -> None:
    """The operator's tables are walked in tests/web/test_admin.py: they have addresses by the dozen."""
    names = {name for name in _names(get_resolver().url_patterns) if not name.startswith("admin:")}
    assert names == set(ROUTES)


def _client(role: str, city: dict[str, str]) -> Client:
    client = Client()
    if role == "expired":
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {city['expired']}"
    elif role != "anonymous":
        assert client.post("/account/login/", {"login": f"{role}1", "password": PASSWORD}).status_code == 302
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_address_as_every_role(city: dict[str, str], role: str) -> None:
    client = _client(role, city)
    answers = {name: _ask(client, city, method, address) for name, (method, address, _) in ROUTES.items()}
    wrong = {
        name: status
        for name, (status, past) in answers.items()
        if status >= 500 or past != (role in ROUTES[name][2])
    }
    assert not wrong


def _ask(client: Client, city: dict[str, str], method: str, address: str) -> tuple[int, bool]:
    """The status, and whether the visitor got past the door."""
    body = '{"format": "csv"}' if method == "POST" else ""
    response = client.generic(method, address.format(**city), data=body, content_type="application/json")
    target = response.headers.get("Location", "")
    sent_away = target.startswith(("/account/login", "/desk")) or target == "/account/"
    return response.status_code, response.status_code not in DENIED and not sent_away


KEYS_ONLY = ("/api/3/", "/api/action/", "/open311/")
"""Faces that look at no session: whoever comes without a key is nobody there."""


@pytest.mark.django_db
def test_a_foreign_page_does_nothing_in_anybodys_name(city: dict[str, str]) -> None:
    """It can have a browser send what it likes, with the session of whoever sits there, but not the token of our forms."""
    client = _client("operator", city)
    client.handler.enforce_csrf_checks = True
    before = entries(limit=1)[0].id
    for name, (_, address, _) in ROUTES.items():
        path = address.format(**city)
        kind = "text/plain" if path.startswith("/api/") else "application/x-www-form-urlencoded"
        status = client.generic("POST", path, data='{"format": "csv"}', content_type=kind).status_code
        assert status in (403, 404, 405, 422) or path.startswith(KEYS_ONLY), (name, status)
    assert entries(limit=1)[0].id == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "kinds"), [("anonymous", 30), ("citizen", 38), ("owner", 45), ("operator", 50)]
)
def test_every_link_leads_somewhere(city: dict[str, str], role: str, kinds: int) -> None:
    asked, failed = crawl(_client(role, city))
    assert not failed
    assert len(asked) >= kinds
