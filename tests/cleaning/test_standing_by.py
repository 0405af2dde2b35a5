"""One engine for all that is recognised and checked within a block: nothing of one table is left for the next."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cleaning.staging import AS_OF, checked, codes, staged

from cityhall.cleaning import duck
from cityhall.cleaning.engine import Checked, Contract, ItemSpec, Rule, check, recognise, standing_by

KEYED = Contract((ItemSpec("号", "号"), ItemSpec("数", "数", type="integer")), key=("号",))
FIRST = {"号": ["a", "a", "b", "c"], "数": ["1", "2", "x", "４"]}
SECOND = {"号": ["a", "b", "b"], "数": ["1", "2", "2"]}


def _found(outcome: Checked) -> tuple[object, ...]:
    counts = (outcome.clean, outcome.quarantined, outcome.duplicates)
    return (*counts, dict(outcome.mended), codes(outcome))


def test_checks_one_after_another_find_what_they_find_alone(tmp_path: Path) -> None:
    alone = [
        _found(checked(tmp_path / f"alone {place}", one, KEYED)) for place, one in enumerate((FIRST, SECOND))
    ]
    with standing_by(tmp_path) as start:
        start()
        recognise(staged(tmp_path / "read", FIRST), workdir=tmp_path / "read")
        together = [
            _found(checked(tmp_path / f"together {place}", one, KEYED))
            for place, one in enumerate((FIRST, SECOND))
        ]
    assert together == alone
    assert alone[0][:3] == (2, 2, 0)


def test_the_same_engine_serves_until_one_fails(tmp_path: Path) -> None:
    with standing_by(tmp_path):
        with duck.opened(tmp_path) as first:
            first.execute("CREATE TABLE lines (n INTEGER)")
            with duck.opened(tmp_path / "meanwhile") as another:
                assert another is not first
        with duck.opened(tmp_path) as second:
            assert second is first
            second.execute("CREATE TABLE lines (n INTEGER)")
        wrong = Contract((ItemSpec("号", "号"),), rules=(Rule("r", "pattern", ("号",), {"pattern": "("}),))
        with pytest.raises(Exception, match="missing"):
            check(staged(tmp_path / "wrong", SECOND), wrong, workdir=tmp_path / "work", as_of=AS_OF)
        with duck.opened(tmp_path) as third:
            assert third is not first
            assert third.execute("SELECT current_setting('TimeZone')").fetchall() == [("Asia/Shanghai",)]


def test_other_limits_have_an_engine_of_their_own(tmp_path: Path) -> None:
    with standing_by(tmp_path), duck.opened(tmp_path, "200MB", 1) as one:
        (threads,) = one.execute("SELECT current_setting('threads')").fetchall()[0]
        assert threads == 1
