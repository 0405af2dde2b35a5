"""Runs whose worker is gone, taken up in one process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.collection.conftest import CLEAN

from cityhall.collection.actions import (
    recover,
    start_run,
)
from cityhall.collection.models import Run
from cityhall.collection.queries import run
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor

Write = Callable[..., Path]
pytestmark = pytest.mark.django_db


def test_only_abandoned_runs_are_taken_up(
    operator: Actor, front_machine: str, drop: Path, home: Path
) -> None:
    (drop / "wells.csv").write_text(CLEAN)
    run_id = start_run(operator, front_machine)
    assert recover(operator) == (), "a queued run has not been abandoned"
    Run.objects.filter(pk=run_id).update(stage="checking", worker="elsewhere:1:1", heartbeat=clock.now())
    assert recover(operator) == (), "its worker's heart beats"
    for heart in (clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)):
        Run.objects.filter(pk=run_id).update(
            stage="checking", worker="elsewhere:1:1", heartbeat=heart, attempt=1
        )
        (home / "work" / "run_gone").mkdir(parents=True, exist_ok=True)
        assert recover(operator) == (run_id,)
        assert not (home / "work" / "run_gone").exists()
    Run.objects.filter(pk=run_id).update(stage="checking", worker="", attempt=3)
    assert recover(operator) == ()
    assert run(run_id).error["code"] == "collection.run_interrupted"  # type: ignore[index]
