"""A command on a node that nobody prepared says so, in a sentence; any other trouble with the database stays what it is."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from cityhall.app import installing
from cityhall.app.errors import DatabaseSilent
from cityhall.cli import main

MISSING = "no such table: cases_typeversion"


@pytest.fixture(autouse=True)
def _broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command fails at the database."""

    def fail(**_options: object) -> None:
        raise OperationalError(MISSING)

    monkeypatch.setattr(main.cityhall, "main", fail)
    monkeypatch.setenv("CITYHALL_LANGUAGE", "en")


def test_a_database_that_does_not_answer_is_named_with_what_to_look_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nobody() -> bool:
        raise OperationalError("port 1 failed: Connection refused\n\tIs the server running on that host?")

    monkeypatch.setattr(installing, "prepared", nobody)
    with pytest.raises(DatabaseSilent) as told:
        installing.demand_prepared()
    assert "port 1 failed: Connection refused. Check DATABASE_URL" in told.value.say("en")
    assert "DATABASE_URL" in told.value.say("zh-hans")


def test_a_node_that_is_not_prepared_is_told_what_to_run(
    home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installing, "prepared", lambda: False)
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert "cityhall init" in told
    assert str(home) in told
    assert "Traceback" not in told


def test_another_trouble_is_not_blamed_on_the_operator(home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "prepared", lambda: True)
    with pytest.raises(OperationalError, match="no such table"):
        main.main()
