"""Tracking codes are kept under the site's secret; what was kept before still opens what it opened."""

from __future__ import annotations

from hashlib import sha256
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core import signing
from django.db import connection

from cityhall.cases.actions import Opened, open_case
from cityhall.cases.errors import CaseUnknown
from cityhall.cases.models import Reporter
from cityhall.cases.queries import follow_pass, track
from cityhall.cases.working.passes import pass_for
from cityhall.kernel.actor import ANONYMOUS

migration = import_module("cityhall.cases.migrations.0007_codes_under_the_secret")


@pytest.fixture
def made(lamp: str) -> Opened:
    return open_case(ANONYMOUS, lamp, {"what": "dark"})


def opens(number: str, code: str) -> bool:
    try:
        return track(number, code).number == number
    except CaseUnknown:
        return False


def plain(made: Opened) -> str:
    """What was kept of a code before."""
    return sha256(f"{made.number}:{made.code}".encode()).hexdigest()


def kept(made: Opened) -> str:
    return Reporter.objects.get(case__number=made.number).code


def test_a_code_opens_its_case_however_it_is_typed(made: Opened) -> None:
    assert opens(made.number, f" {made.code.upper()} ")
    for wrong in ("", made.code[:-1], kept(made), plain(made)):
        assert not opens(made.number, wrong)


def test_whoever_has_the_database_cannot_try_out_codes_without_the_secret(
    made: Opened, settings: Any
) -> None:
    assert kept(made) != plain(made)
    assert opens(made.number, made.code)
    settings.SECRET_KEY = "the secret of another site"
    assert not opens(made.number, made.code)


def test_codes_of_before_go_on(made: Opened, lamp: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "ROWS", 2)  # so that three cases are more than one step
    cases = [made, *(open_case(ANONYMOUS, lamp, {"what": "dark"}) for _ in range(2))]
    wanted = [kept(one) for one in cases]
    for one in cases:
        Reporter.objects.filter(case__number=one.number).update(code=plain(one))
    assert not opens(made.number, made.code)
    migration.put_under_the_secret(apps, SimpleNamespace(connection=connection))
    assert [kept(one) for one in cases] == wanted
    assert opens(made.number, made.code)


def test_a_mail_of_before_still_leads_in(made: Opened, lamp: str) -> None:
    token = signing.dumps([made.number, plain(made)[:16]], salt="cityhall.cases.track")
    number, code = follow_pass(token)
    assert number == made.number
    assert opens(number, code)
    assert not opens(open_case(ANONYMOUS, lamp, {"what": "dark"}).number, code)
    with pytest.raises(CaseUnknown):
        follow_pass(signing.dumps([made.number, plain(made)[:16]], salt="somewhere.else"))


def test_a_pass_ends_with_its_code(made: Opened) -> None:
    number, code = follow_pass(pass_for(made.number, kept(made)))
    assert opens(number, code)
    Reporter.objects.filter(case__number=number).update(code="0" * 64)
    assert not opens(number, code)
