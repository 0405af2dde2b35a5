"""Composite scores, calculated by hand; what of the figures is published, and what is too few to be."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.conftest import BOSS, CITIZEN, DESK, HERE, SYSTEM

from cityhall.cases.actions import act, install_type, open_case
from cityhall.cases.declaring.formulas import parts_of
from cityhall.cases.declaring.judging import Evaluation, Indicator
from cityhall.cases.declaring.reading import read_type
from cityhall.cases.errors import EvaluationUnknown
from cityhall.cases.measuring.counting import Figure
from cityhall.cases.measuring.evaluating import Ranking
from cityhall.cases.measuring.scoring import scores
from cityhall.cases.queries import cases_behind, evaluate, figures_to_publish, measure
from cityhall.identity.actions import register_person
from cityhall.identity.errors import RightMissing
from cityhall.identity.queries import actor_for_person
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text

SCHEME = Evaluation(
    "units",
    Text("Units", "单位"),
    "agency",
    "",
    "",
    10,
    True,
    (
        Indicator("on_time", 50, 0.6, 1.0, False),
        Indicator("rework", 30, 0.2, 0.0, False),
        Indicator("hours", 20, None, None, True),
    ),
)


def figure(key: str, due: int, on_time: float | None, rework: float | None, hours: float | None) -> Figure:
    return Figure(
        key,
        Text(key, key),
        {"opened": due, "due": due},
        {"on_time": on_time, "rework": rework, "hours": hours},
    )


def test_a_ranking_calculated_by_hand() -> None:
    """On time: 0.6 to 1 for 50 points; rework: 0.2 to 0 for 30; hours: the shortest of those compared for 20."""
    found = scores(
        SCHEME,
        [
            figure("a", 40, 0.9, 0.05, 4.0),  # 0.75 x 50 + 0.75 x 30 + 0.75 x 20 = 37.5 + 22.5 + 15
            figure("b", 100, 1.0, 0.30, 8.0),  # 50 + nothing below worst + the longest = 50
            figure("c", 20, 0.5, 0.0, 2.6666666666666665),  # nothing + 30 + 20 = 50
            figure("d", 10, 1.0, 0.0, None),  # (50 + 30) of the 80 that could be had = 100
            figure("e", 9, 1.0, 0.0, 1.0),  # too few cases, and no bound for the others
            figure("", 500, 0.0, 1.0, 99.0),  # nobody's
        ],
    )
    assert [(one.place, one.key, one.points) for one in found] == [
        (1, "d", pytest.approx(100)),
        (2, "a", pytest.approx(75)),
        (3, "b", pytest.approx(50)),
        (3, "c", pytest.approx(50)),
        (0, "e", pytest.approx(100)),
    ]
    assert [part.points for part in found[1].parts] == pytest.approx([37.5, 22.5, 15.0])


shares = st.none() | st.floats(0, 1)


@given(st.lists(st.tuples(shares, shares, st.none() | st.floats(0, 500)), max_size=8))
def test_scores_stay_in_their_bounds_and_places_follow_points(said: list[tuple[float | None, ...]]) -> None:
    found = scores(SCHEME, [figure(f"u{number}", 20, *values) for number, values in enumerate(said)])
    assert all(one.points is None or -1e-9 <= one.points <= 100 + 1e-9 for one in found)
    told = [one for one in found if one.points is not None]
    assert [one.points for one in told] == sorted((one.points for one in told), reverse=True)
    assert [one.place for one in found] == sorted(one.place for one in found)


def test_the_cases_behind_a_formula() -> None:
    one = parts_of("n(closed and times(return) > 0) / n(closed)")
    assert (one.counted, one.of) == ("closed and times(return) > 0", "closed")
    assert one.missed == "(closed) and not (closed and times(return) > 0)"
    assert parts_of("mean(hours(handling), closed)").counted == "closed"
    assert parts_of("n(due) - n(settled)").counted == ""


EVALUATION = """
evaluation:
  crews:
    {zh: 班组评价, en: Crews, of: agency, from: "2026-01-01", to: "2027-01-01", least: 2,
     score: {on_time: {weight: 100, worst: 0.5, best: 1}}}
  people: {zh: 人员评价, en: People, of: opener, open: false, least: 1, score: {on_time: {weight: 100, worst: 0, best: 1}}}
figures: {least: 3}
"""


@pytest.fixture
def lamps(tmp_path: Path, agency: str, crew: Actor, home: Path) -> str:
    """Four lamps sent to the crew on Monday: three repaired the same day, one left dark."""
    path = tmp_path / "lamp.yaml"
    path.write_text((HERE / "lamp.yaml").read_text("utf-8") + EVALUATION, "utf-8")
    install_type(SYSTEM, path)
    citizen = actor_for_person(register_person(SYSTEM, "walker", "celadon-on-paper-7", []))
    with clock.at(datetime(2026, 3, 2, 1, 0, tzinfo=UTC)):
        for number in range(4):
            made = open_case(citizen, "street_lamp", {"what": "dark", "spot": [120.7, 28.0 + number / 100]})
            act(DESK, made.number, "send", {"agency": agency})
            if number:
                act(crew, made.number, "repair", {})
                act(DESK, made.number, "settle", {})
    return "street_lamp"


def test_evaluation_of_a_period_and_its_cases(lamps: str, agency: str) -> None:
    first, last = datetime(2026, 3, 1).date(), datetime(2026, 3, 31).date()
    with clock.at(datetime(2026, 4, 2, 1, 0, tzinfo=UTC)):
        (unit,) = evaluate(CITIZEN, lamps, "agency", first, last).scores
        (whole,) = measure(lamps, first, last)
        lines, many = cases_behind(BOSS, lamps, "on_time", "missed", first, last, where={"agency": agency})
        assert cases_behind(CITIZEN, lamps, "on_time", "missed", first, last) == ((), 1), "not their business"
    assert (unit.place, unit.key, unit.points) == (1, agency, pytest.approx(50)), (
        "3 of 4: half way from 0.5 to 1"
    )
    assert whole.measures["on_time"] == 0.75
    assert (many, [one.state for one in lines]) == (1, ["sent"])


def test_schemes_have_their_time_and_people_are_for_supervisors(lamps: str) -> None:
    first, last = datetime(2025, 3, 1).date(), datetime(2025, 3, 31).date()
    with pytest.raises(EvaluationUnknown):
        evaluate(BOSS, lamps, "agency", first, last)
    with pytest.raises(RightMissing):
        evaluate(CITIZEN, lamps, "opener", first, last)
    assert evaluate(BOSS, lamps, "opener", first, last.replace(year=2026)).scores == (), (
        "citizens are not compared"
    )


def test_what_stands_for_too_few_is_not_published(lamps: str) -> None:
    with clock.at(datetime(2026, 4, 2, 1, 0, tzinfo=UTC)):
        found = list(figures_to_publish(lamps))
    assert [(one.month.isoformat(), one.by) for one in found] == [
        ("2026-03-01", by) for by in ("", "agency", "district")
    ]
    assert {one.figure.counts["due"] for one in found} == {4}
    with clock.at(datetime(2026, 3, 20, 1, 0, tzinfo=UTC)):
        assert list(figures_to_publish(lamps)) == [], "the running month is not over"


def test_a_division_is_told_only_where_nothing_small_is_left_of_it(lamps: str) -> None:
    """Two lamps nobody was sent to: less than the least, and what the city has more than the crew."""

    def told() -> list[tuple[str, int]]:
        with clock.at(datetime(2026, 4, 2, 1, 0, tzinfo=UTC)):
            return [
                (one.by, one.figure.counts["opened"])
                for one in figures_to_publish(lamps)
                if one.by in ("", "agency")
            ]

    def more() -> None:
        with clock.at(datetime(2026, 3, 3, 1, 0, tzinfo=UTC)):
            open_case(DESK, lamps, {"what": "dark", "spot": [120.7, 28.5]})

    more(), more()
    assert told() == [("", 6)]
    more()
    assert told() == [("", 7), ("agency", 3), ("agency", 4)]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{on_time: {weight: 90, worst: 0, best: 1}}", "evaluation.weights"),
        ("{on_time: {weight: 100, worst: 1, best: 1}}", "evaluation.bounds"),
        ("{on_time: {weight: 100, worst: 1}}", "evaluation.bounds"),
        ("{speed: {weight: 100}}", "name.unknown"),
    ],
)
def test_a_scheme_that_cannot_work_is_refused(said: str, code: str) -> None:
    text = (HERE / "lamp.yaml").read_text("utf-8")
    text += f"\nevaluation:\n  crews: {{zh: 班组, en: Crews, of: agency, score: {said}}}\n"
    made, problems = read_type(text)
    assert made is None
    assert [one.code for one in problems] == [code]


def test_two_schemes_for_the_same_days_are_refused() -> None:
    scheme = '{{zh: 班组, en: Crews, of: agency, score: {{on_time: {{weight: 100}}}}, {}: "2026-01-01"}}'
    text = (HERE / "lamp.yaml").read_text("utf-8")
    apart = f"{text}\nevaluation:\n  a: {scheme.format('to')}\n  b: {scheme.format('from')}\n"
    assert read_type(apart)[1] == []
    (problem,) = read_type(apart.replace('from: "2026-01-01"', 'from: "2025-12-31"'))[1]
    assert problem.code == "evaluation.overlap"


def test_who_is_told_of_has_a_place_among_those_told_of() -> None:
    """A gap in the places would tell how well somebody did whose cases are too few to be published."""
    compared = [
        figure("a", 40, 1.0, 0.0, 1.0),
        figure("b", 40, 0.9, 0.1, 2.0),
        figure("c", 40, 0.9, 0.1, 2.0),
    ]
    first, last = date(2026, 2, 1), date(2026, 2, 28)
    whole = Ranking(SCHEME, first, last, scores(SCHEME, [*compared, figure("d", 40, 0.6, 0.2, 3.0)]))
    assert [(one.key, one.place) for one in whole.scores] == [("a", 1), ("b", 2), ("c", 2), ("d", 4)]
    assert [(one.key, one.place) for one in whole.only({"b", "c", "d"}).scores] == [
        ("b", 1),
        ("c", 1),
        ("d", 3),
    ]
    assert [(one.key, one.place) for one in whole.only({"a", "d"}).scores] == [("a", 1), ("d", 2)]
