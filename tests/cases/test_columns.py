"""Any history, folded in columns, ends where the one-by-one fold ends: the same standing, or the same refusal at the same
event."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cityhall.cases.declaring.reading import read_type
from cityhall.cases.declaring.strict import read_strictly
from cityhall.cases.folding.applying import step
from cityhall.cases.folding.checking import REASONS, refusal
from cityhall.cases.folding.clocks import ClockStanding
from cityhall.cases.folding.columns import ColumnFold
from cityhall.cases.folding.events import Event
from cityhall.cases.folding.gathering import gather
from cityhall.cases.folding.standing import Standing
from cityhall.cases.working.installing import CALENDARS
from cityhall.kernel.calendars import calendar_from

HERE = Path(__file__).parent
CHINA = calendar_from(read_strictly((CALENDARS / "china.yaml").read_text("utf-8"), "china").content)
RICH, PROBLEMS = read_type((HERE / "rich.yaml").read_text("utf-8"))
assert RICH is not None, PROBLEMS
START = int(datetime(2026, 2, 26, 1, tzinfo=UTC).timestamp())

LIKELY = [
    "file",
    "send",
    "handle",
    "settle",
    "rate",
    "mend",
    "mended",
    "reopen",
    "extend",
    "pause",
    "go_on",
    "fail",
    "bounce",
]
acts = st.sampled_from(
    [*LIKELY, *LIKELY, "hand", "refuse", "urge", "claim", "supervise", "amend", "nonsense"]
)
DATA = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["0101", "0102", "0201", "0202", "0909"]),
        "size": st.sampled_from([0, 2, 4, 6, 9, 12]),
        "why": st.sampled_from(["because", "thus"]),
        "agency": st.sampled_from(["u1", "u9"]),
        "holder": st.sampled_from(["p", "q"]),
        "rating": st.sampled_from([1, 3, 5, 7]),
        "spot": st.sampled_from([[120.0, 28.0], [500.0, 0.0]]),
        "nothing": st.just("x"),
    },
)
USUAL = {
    "file": {"kind": "0101"},
    "rate": {"rating": 2},
    "pause": {"why": "w"},
    "hand": {"agency": "u5"},
    "claim": {"holder": "z"},
}


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Mostly sensible histories, with all kinds of mistakes in them."""
    moment, events = START + draw(st.integers(0, 400_000)), []
    steps = draw(
        st.lists(
            st.tuples(acts, st.integers(-60, 300_000), st.sampled_from("abc"), st.booleans()), max_size=9
        )
    )
    path = [("file", 0, "a", True), ("send", 60, "b", True), *steps] if draw(st.booleans()) else steps
    for act, pause, actor, usual in path:
        moment += pause
        data = dict(USUAL.get(act, {})) if usual else draw(DATA)
        if act == "file" and usual:
            data["kind"] = draw(st.sampled_from(["0101", "0102", "0201", "0202"]))
        role = draw(st.sampled_from(["", "", "", "desk", "unit", "nobody"]))
        events.append(Event(act, moment, actor, data, role))
    return events


def one_by_one(events: list[Event]) -> tuple[Standing, int, int]:
    """The standing, the number of the reason (-1: none) and where it was refused."""
    standing = Standing()
    for position, event in enumerate(events):
        refused = refusal(RICH, standing, event, CHINA)
        if refused is not None:
            return standing, REASONS.index(type(refused)), position
        step({1: RICH}, RICH, standing, event, CHINA)
    return standing, -1, -1


def clock_of(fold: ColumnFold, number: int, case: int) -> ClockStanding:
    clock = fold.clocks[number]
    return ClockStanding(*(getattr(clock, name)[case].item() for name in ClockStanding.__slots__))


@settings(max_examples=150)
@given(st.lists(histories(), min_size=1, max_size=12))
def test_columns_equal_one_by_one(cases: list[list[Event]]) -> None:
    cases = [case for case in cases if case]
    past, _ = gather(RICH, cases)
    fold = ColumnFold(RICH, CHINA, past).run()
    for number, events in enumerate(cases):
        standing, reason, position = one_by_one(events)
        assert (fold.refused[number], fold.refused_at[number]) == (reason, position)
        same = ("state", "opened", "changed", "entered", "ended", "rating", "forced", "supervised")
        assert {name: getattr(fold, name)[number] for name in same} == {
            name: getattr(standing, name) for name in same
        }
        assert {act: int(count) for act, count in enumerate(fold.times[:, number]) if count} == standing.times
        expected = standing.clocks or [ClockStanding() for _ in RICH.clocks]
        assert [clock_of(fold, clock, number) for clock in range(len(RICH.clocks))] == expected
        for name in (*RICH.fields, "agency", "holder"):
            code = int(fold.known[name][number])
            assert (None if code < 0 else past.values[name].values[code]) == standing.known(name)


def test_the_generator_reaches_far() -> None:
    """The property would be worth little if every history broke at once."""
    path = [
        ("file", {"kind": "0102"}),
        ("send", {}),
        ("handle", {}),
        ("settle", {}),
        ("rate", {"rating": 1}),
        ("mend", {}),
    ]
    events = [Event(act, START + 60 * at, f"p{at}", data) for at, (act, data) in enumerate(path)]
    standing, reason, _ = one_by_one(events)
    assert reason == -1
    assert RICH.states[standing.state].id == "mending"
    assert np.array(standing.clocks[2].due) > START
