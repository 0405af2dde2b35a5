"""The facts behind the figures after a restore: ahead of the database, behind it, of another history, or gone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from tests.cases.conftest import DESK, MONDAY, SYSTEM

from cityhall.cases.actions import act, load_calendar, mend_facts, open_case, rebuild
from cityhall.cases.measuring.copying import folder
from cityhall.cases.measuring.mending import sound
from cityhall.cases.models import Case, Event, Reporter
from cityhall.cases.queries import case_type, measure
from cityhall.cases.working.installing import CALENDARS
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS

pytestmark = pytest.mark.django_db
DAYS = (date(2026, 1, 1), date(2026, 12, 31))


def counted() -> tuple[int, int]:
    """Reported and sent, as the figures have it."""
    with clock.at(MONDAY + timedelta(days=20)):
        total = measure("street_lamp", *DAYS)
    return (total[0].counts["opened"], total[0].counts["due"]) if total else (0, 0)


def report(sent_to: str = "") -> str:
    number = open_case(ANONYMOUS, "street_lamp", {"what": "dark"}).number
    if sent_to:
        act(DESK, number, "send", {"agency": sent_to})
    return number


def forget(number: str) -> None:
    """As a database is that was restored to before the case."""
    row = Case.objects.get(number=number)
    for table in (Event, Reporter):
        table.objects.filter(case=row).delete()
    row.delete()


@pytest.fixture
def city(lamp: str, agency: str, home: Path, monday: datetime) -> str:
    report(agency)
    assert counted() == (1, 1)
    return agency


def test_a_copy_that_is_ahead_is_counted_anew(city: str) -> None:
    late = report(city)
    assert counted() == (2, 2)
    forget(late)
    assert not sound(case_type("street_lamp"))
    assert counted() == (1, 1)
    assert sound(case_type("street_lamp"))


def test_a_copy_of_another_history_is_counted_anew(city: str) -> None:
    """After the restore other cases took the numbers of the events that were lost."""
    late = report(city)
    assert counted() == (2, 2)
    keys = list(Event.objects.filter(case__number=late).order_by("id").values_list("id", flat=True))
    forget(late)
    other = report(city)
    for key, event in zip(keys, Event.objects.filter(case__number=other).order_by("id"), strict=True):
        Event.objects.filter(id=event.id).update(id=key)
    report()
    assert counted() == (3, 2)


def test_a_copy_that_is_behind_catches_up(city: str, tmp_path: Path) -> None:
    shutil.copytree(folder("street_lamp"), tmp_path / "backup")
    report(city)
    assert counted() == (2, 2)
    shutil.rmtree(folder("street_lamp"))
    shutil.copytree(tmp_path / "backup", folder("street_lamp"))
    assert counted() == (2, 2)


@pytest.mark.parametrize("damage", [shutil.rmtree, lambda place: (place / "stamp.json").write_text("{")])
def test_a_copy_that_is_gone_or_torn_is_made_anew(city: str, damage: Callable[[Path], object]) -> None:
    damage(folder("street_lamp"))
    assert counted() == (1, 1)


def test_a_decree_is_counted_too(city: str, tmp_path: Path) -> None:
    changed = tmp_path / "china.yaml"
    changed.write_text((CALENDARS / "china.yaml").read_text("utf-8") + "\n# once more\n", encoding="utf-8")
    load_calendar(SYSTEM, changed)
    assert not sound(case_type("street_lamp"))
    assert mend_facts() == 1
    assert mend_facts() == 0


def test_rebuild_makes_the_facts_anew(city: str) -> None:
    for path in folder("street_lamp").glob("*.parquet"):
        path.unlink()
    assert rebuild(SYSTEM) == ()
    assert counted() == (1, 1)
