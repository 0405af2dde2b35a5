"""Sources that are due, cycles that are missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import F
from tests.collection.conftest import CLEAN, collect

from cityhall.collection.actions import (
    create_source,
    perform_run,
    tick,
)
from cityhall.collection.models import Run, Source
from cityhall.collection.queries import run, runs, source
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor

Write = Callable[..., Path]
pytestmark = pytest.mark.django_db


MORNING = datetime(2024, 5, 6, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in the city


def test_due_sources_are_queued_once(operator: Actor, front_machine: str, drop: Path) -> None:
    assert tick(operator) == 0, "an empty folder is not due"
    (drop / "wells.csv").write_text(CLEAN)
    assert tick(operator) == 1
    assert tick(operator) == 0, "its lane is taken"
    (queued,) = runs(active=True)
    perform_run(queued.id)
    assert run(queued.id).stage == "done"


def test_a_schedule_moves_on_and_a_clock_set_back_does_no_harm(
    operator: Actor, agency_id: str, home: Path
) -> None:
    with clock.at(MORNING):
        source_id = create_source(
            operator,
            "http",
            "feed",
            {"url": "https://example.org/x.csv"},
            agency=agency_id,
            schedule="every 10 minutes",
        )
        assert tick(operator) == 0
    with clock.at(MORNING + timedelta(minutes=11)):
        assert tick(operator) == 1
        due = source(source_id).next_due
        assert due == MORNING + timedelta(minutes=21)
    Run.objects.update(active=False)
    with clock.at(MORNING - timedelta(days=500)):
        assert tick(operator) == 1, "a time that lies absurdly far ahead counts as due"
    ids = [one.id for one in runs()]
    assert ids == sorted(ids, reverse=True), "ids keep their order when the clock goes back"


def test_a_missed_cycle_raises_one_alarm(operator: Actor, front_machine: str) -> None:
    assert tick(operator) == 0
    with clock.at(clock.now() + timedelta(days=2)):
        assert tick(operator) == 1
        assert tick(operator) == 0
    assert source(front_machine).alarmed is not None


def test_a_good_delivery_ends_the_alarm(operator: Actor, front_machine: str, drop: Path) -> None:
    Source.objects.update(alarmed=F("created"))
    (drop / "wells.csv").write_text(CLEAN)
    collect(operator, front_machine)
    assert source(front_machine).alarmed is None
