"""A run that is told to stop stops, whatever its engines are doing, and its former version keeps serving."""

from __future__ import annotations

import duckdb
import pytest

from cityhall.cleaning import duck
from cityhall.collection import reporting
from cityhall.collection.errors import RunCancelled
from cityhall.collection.reporting import Reporter
from cityhall.kernel.stopping import Stop, interruptible
from cityhall.warehouse.writing import writer

ENDLESS = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3"


class Cancelled(Reporter):
    """A run that somebody cancels at its second beat."""

    beats = 0

    def beat(self, *, may_raise: bool = True) -> None:
        self.beats += 1
        self._cancelled = self.beats > 1
        super().beat(may_raise=may_raise)


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(reporting, "BEAT_SECONDS", 0.02)


def test_a_check_stops_in_the_middle_of_its_statement(tmp_path):
    def check():
        with duck.opened(tmp_path / "work") as connection:
            connection.execute(ENDLESS)

    with pytest.raises(RunCancelled):
        Cancelled().aside(check)


@pytest.mark.django_db(transaction=True)
def test_writing_a_version_stops_in_the_middle_of_its_statement(home):
    def prepare():
        with writer() as connection:
            connection.execute(ENDLESS)

    with pytest.raises(RunCancelled):
        Cancelled().beside(prepare)


@pytest.mark.django_db(transaction=True)
def test_what_is_not_cancelled_answers_and_fails_as_ever(home):
    reporter = Reporter()
    assert reporter.beside(lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        reporter.beside(lambda: 1 // 0)


@pytest.mark.django_db
def test_inside_a_transaction_nobody_else_beats():
    reporter = Cancelled()
    assert reporter.beside(lambda: 42) == 42
    assert reporter.beats == 0


def test_only_what_runs_is_interrupted():
    stop, calls = Stop(), []
    with interruptible(lambda: calls.append("uncovered")):
        stop.request()
    with stop.covering(), interruptible(lambda: calls.append("covered")):
        stop.request()
    stop.request()
    assert calls == ["covered"]


def test_the_next_statement_is_stopped_too(tmp_path):
    def two_statements():
        with duck.opened(tmp_path / "work") as connection:
            try:
                connection.execute(ENDLESS)
            except duckdb.InterruptException:
                connection.execute(ENDLESS)

    with pytest.raises(RunCancelled):
        Cancelled().aside(two_statements)
