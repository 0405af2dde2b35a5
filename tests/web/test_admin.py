"""The operator's tables: for operators with a second factor, to look at and never to change, without what is secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
from tests.web.city import City

from cityhall.identity.models import ApiKey
from cityhall.web.admin.site import ELSEWHERE
from cityhall.web.admin.tables import ROOMS, SECRET, SECRET_IN, site
from cityhall.web.words import known

pytestmark = pytest.mark.django_db
Visit = Callable[..., Client]
ROOT = "/operator/tables/"


@pytest.fixture
def operator(city: City, visit: Visit) -> Client:
    client = visit("operator", "en")
    TOTP.activate(get_user_model().objects.get(username="operator1"), generate_totp_secret())
    return client


def _addresses() -> list[str]:
    listed = [f"{ROOT}{model._meta.app_label}/{model._meta.model_name}/" for model in site._registry]
    return [ROOT, *listed, *(f"{address}add/" for address in listed)]


@pytest.mark.parametrize("role", ["anonymous", "owner", "operator"])
def test_nobody_without_a_second_factor_enters(city: City, visit: Visit, role: str) -> None:
    client = visit(role)
    entered = [place for place in _addresses() if client.head(place).status_code == 200]
    assert not entered
    assert client.get(ROOT).status_code == (302 if role == "anonymous" else 403)


def test_the_operator_looks_at_every_table(city: City, operator: Client) -> None:
    for model in site._registry:
        answer = operator.get(f"{ROOT}{model._meta.app_label}/{model._meta.model_name}/")
        assert answer.status_code == 200, model
        assert "unsafe-eval" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in operator.get("/").headers["Content-Security-Policy"]


def test_nothing_is_added_changed_or_deleted(city: City, operator: Client) -> None:
    for model in site._registry:
        place = f"{ROOT}{model._meta.app_label}/{model._meta.model_name}/"
        assert operator.head(f"{place}add/").status_code == 403, model
    agency = f"{ROOT}identity/agency/{city.agency}/"
    assert operator.get(f"{agency}change/").status_code == 200
    assert operator.post(f"{agency}change/", {"uscc": "x"}).status_code == 403
    assert operator.post(f"{agency}delete/", {"post": "yes"}).status_code == 403


def test_no_secret_is_shown(city: City, operator: Client) -> None:
    shown: list[Any] = [name for admin in site._registry.values() for name in admin.fields]
    assert not SECRET & set(shown)
    person = get_user_model().objects.get(username="owner1")
    page = operator.get(f"{ROOT}identity/person/{person.pk}/change/").content.decode()
    assert "owner1" in page
    assert person.password not in page


def test_no_secret_is_asked_for_letter_by_letter(city: City, operator: Client) -> None:
    person = get_user_model().objects.get(username="owner1")
    key = ApiKey.objects.get(id=city.keys["owner"].partition(".")[0])
    asked = {
        f"identity/person/?password__startswith={person.password[:4]}",
        f"identity/apikey/?digest__startswith={key.digest[:2]}",
        f"identity/apikey/?person__password__startswith={person.password[:4]}",
        "cases/reporter/?phone__startswith=138",
    }
    answers = {one: operator.get(ROOT + one) for one in asked}
    assert {answer.status_code for answer in answers.values()} == {400}
    assert operator.get(f"{ROOT}identity/person/?username=owner1").status_code == 200


def test_who_reported_and_ways_in_from_letters_are_not_shown(city: City, operator: Client) -> None:
    for label, columns in SECRET_IN.items():
        admin = next(one for model, one in site._registry.items() if model._meta.label_lower == label)
        assert not columns & {*admin.fields, *admin.list_display}, label


def test_every_table_has_a_name_in_both_languages(city: City, operator: Client) -> None:
    rooms = [config for config in apps.get_app_configs() if config.name.startswith(ROOMS)]
    nameless = [
        model._meta.label
        for config in rooms
        for model in config.get_models()
        if model._meta.managed and not known(f"model.{model._meta.label_lower.replace('.', '_')}")
    ]
    assert not nameless, "give them a name in web/words/tables.yaml"
    assert "Quality reports" in operator.get(ROOT).content.decode()
    operator.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    assert "质量报告" in operator.get(ROOT).content.decode()


def test_signing_in_and_out_lead_to_the_sites_own_pages(city: City) -> None:
    for name, target in ELSEWHERE.items():
        answer = Client().get(f"{ROOT}{name.replace('_done', '/done')}/")
        assert (answer.status_code, answer.headers["Location"][:9]) == (302, "/account/"), target
