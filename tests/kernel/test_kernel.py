"""The kernel's small promises: time, ids, words, errors, durable files, secrets."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cityhall.kernel import clock
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.cells import harmless
from cityhall.kernel.durable import new_file
from cityhall.kernel.errors import Invalid
from cityhall.kernel.home import secret
from cityhall.kernel.ids import new_id
from cityhall.kernel.text import Text


class _Sample(Invalid):
    title = Text(en="The file {file} is odd", zh="文件 {file} 有异常")
    remedy = Text(en="Send line {line} again", zh="请重新提交第 {line} 行")


def test_ids_sort_in_the_order_they_were_made() -> None:
    made = [new_id("run") for _ in range(2000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_the_clock_can_be_set_and_comes_back() -> None:
    moment = datetime(2026, 3, 5, 8, tzinfo=UTC)
    with clock.at(moment):
        assert clock.now() == moment
    assert clock.now() != moment


def test_the_clock_refuses_a_time_without_zone() -> None:
    with pytest.raises(TypeError), clock.at(datetime(2026, 3, 5)):
        pass


def test_an_error_tells_its_facts_in_both_languages_and_survives_a_missing_one() -> None:
    error = _Sample(file="a{b}.csv")
    assert error.say("en") == "The file a{b}.csv is odd. Send line <line> again"
    assert error.say("zh-hans") == "文件 a{b}.csv 有异常：请重新提交第 <line> 行"
    assert error.as_dict()["facts"] == {"file": "a{b}.csv"}


def test_text_falls_back_to_the_language_there_is() -> None:
    assert Text.from_dict({"zh": "水", "en": ""}).en == "水"


def test_roles_hold_for_an_agency_or_for_the_whole_city() -> None:
    steward = Actor("1", "a", "person", frozenset({("steward", "agy_1")}))
    assert steward.has_role("steward", "agy_1")
    assert not steward.has_role("steward", "agy_2")
    assert not steward.has_role("steward")
    assert system_actor("beat").has_role("operator", "agy_2")


def test_a_new_file_is_whole_or_absent(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "report.json"
    with pytest.raises(RuntimeError), new_file(target) as path:
        path.write_text("half")
        raise RuntimeError
    assert not target.exists()
    assert list(target.parent.iterdir()) == []
    with new_file(target) as path:
        path.write_text("whole")
    assert target.read_text() == "whole"


def test_a_secret_is_made_once_and_readable_by_its_owner_only(home: Path) -> None:
    first = secret("probe")
    assert secret("probe") == first
    assert len(first) >= 48
    assert stat.S_IMODE((home / "secrets" / "probe").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd", "-x", "@sum", "\t=1", "\r=1", "\n=1", "＝1", "－2", "＠a", "-1,5", "+1-2"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=1", "-1", "+86.5", "'=1", 7, -7, None, True])
def test_everything_else_stays(cell: object) -> None:
    assert harmless(cell) is cell
