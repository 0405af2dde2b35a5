"""What a run tells of its stages while it goes."""

from __future__ import annotations

import pytest

from cityhall.collection.queries import StageInfo
from cityhall.collection.reporting import Reporter


def _at(stage: str) -> Reporter:
    reporter = Reporter()
    reporter.enter(stage)
    return reporter


@pytest.mark.parametrize(
    ("stage", "ticked", "told"),
    [
        ("landing", ("answer.csv", 700, 1000), {"bytes": 700}),
        ("decoding", ("bytes", 700, 1000), {"bytes": 700}),
        ("decoding", ("rows", 700, 700), {"rows": 700}),
        ("decoding", ("sheets", 1, 3), None),
    ],
)
def test_what_the_engines_tick_is_told_while_the_stage_goes(
    stage: str, ticked: tuple[str, int, int], told: dict[str, int] | None
) -> None:
    reporter = _at(stage)
    reporter.tick(*ticked)
    assert reporter.told()["amounts"].get(stage) == told
    assert stage in reporter.told()["timings"], "the stage that goes on has its seconds too"


def test_amounts_never_become_less_and_do_not_cross_into_the_next_stage() -> None:
    reporter = _at("landing")
    reporter.tick("first page", 900, 0)
    reporter.told()
    reporter.tick("second page", 300, 0)
    reporter.took(bytes=1200)
    reporter.enter("decoding")
    assert reporter.told()["amounts"] == {"landing": {"bytes": 1200}}


@pytest.mark.parametrize(
    ("stage", "rates"),
    [
        (StageInfo("checking", 2.0, 4000, 500), (250.0, 2000.0)),
        (StageInfo("landing", 2.0, 4000, None), (None, 2000.0)),
        (StageInfo("landing", 0.0, 4000, 500), (None, None)),
    ],
)
def test_the_rate_is_told_where_the_time_suffices_to_tell(
    stage: StageInfo, rates: tuple[float | None, float | None]
) -> None:
    assert (stage.rows_a_second, stage.bytes_a_second) == rates
