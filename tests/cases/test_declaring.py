"""A declaration with each kind of mistake is refused with a code and the line, and never half understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from cityhall.cases.declaring.diagrams import MODEL, to_bpmn
from cityhall.cases.declaring.guards import GuardRefused, guard
from cityhall.cases.declaring.limits import Limit, limit
from cityhall.cases.declaring.reading import read_stored, read_type
from cityhall.kernel.calendars import NATURAL_DAY, URGENT_HOUR, WORKING_DAY, WORKING_HOUR

LAMP = (Path(__file__).parent / "lamp.yaml").read_text("utf-8")
RICH = (Path(__file__).parent / "rich.yaml").read_text("utf-8")
RIGHTS = frozenset({"cases.dispatch", "cases.work", "cases.inspect"})

MISTAKES = [
    ("yaml.surprise", "en: Dark}", "en: no}"),
    ("yaml.surprise", "limit: 24 urgent_hours", "limit: 2026-10-01"),
    ("yaml.surprise", "warn: 80", "warn: 12:30"),
    ("yaml.repeated", "version: 1", "version: 1\nversion: 2"),
    ("yaml.key", "sent: {zh", "no: {zh"),
    ("yaml.nothing", "calendar: china", "calendar:"),
    ("yaml.unreadable", "version: 1", "version: [1"),
    ("text.untranslated", "{zh: 已报, en: Reported}", "{zh: 已报}"),
    ("name.unknown", "area: place", "area: nowhere"),
    ("name.unknown", "by: citizen}", "by: stranger}"),
    ("name.unknown", "needs: agency", "needs: colour"),
    ("name.unknown", "right: cases.dispatch", "right: cases.fly"),
    ("name.unknown", "from: sent, to: repaired", "from: lost, to: repaired"),
    ("name.unknown", "not_by: repair", "not_by: nobody"),
    ("name.unknown", "warn: 80", "warns: 80"),
    ("file.shape", "limit: 24 urgent_hours", "limit: 24 fortnights"),
    ("state.unreachable", "  repaired: {zh", "  lost: {zh: 一, en: Lost}\n  repaired: {zh"),
    (
        "state.trap",
        "settle: {zh: 结案, en: Settle, from: repaired",
        "settle: {zh: 结案, en: Settle, from: reported",
    ),
    (
        "state.unborn",
        "report: {zh: 上报, en: Report, to",
        "report: {zh: 上报, en: Report, from: reported, to",
    ),
    ("clock.never_stops", "stops: [repaired, settled, refused]", "stops: [refused]"),
    ("clock.twice", "stops: [repaired,", "stops: [sent, repaired,"),
    ("act.reserved", "again: {zh", "claim: {zh"),
    ("field.reserved", "  what: {zh", "  note: {zh"),
    ("measure.unreadable", "n(due and settled and not late) / n(due)", "n(nonsense)"),
]
RICHER = [
    ("name.unknown", "limit: kind.limit", "limit: kind.colour"),
    ("table.no_limit", "limit: 2 working_days, unit: u1", "unit: u1"),
    ("table.overlap", 'from: "2026-03-04"', 'from: "2026-03-01"'),
    ("guard.unreadable", "if: times(fail) < 2", "if: import os"),
    ("name.unknown", "if: times(fail) < 2", "if: times(flail) < 2"),
    ("clock.limitless", "{is: 5 working_days}]", "{if: size > 1, is: 5 working_days}]"),
    ("rating.unmended", "by: engine}", "by: desk}"),
    ("rating.unmended", ", then: mend}", "}"),
]


def _codes(text: str) -> list[tuple[str, int]]:
    made, problems = read_type(text, "t.yaml", RIGHTS)
    assert (made is None) == bool(problems)
    return [(problem.code, problem.line) for problem in problems]


def test_the_samples_are_sound() -> None:
    assert _codes(LAMP) == _codes(RICH) == []


@pytest.mark.parametrize(
    ("sample", "code", "old", "new"),
    [(LAMP, *mistake) for mistake in MISTAKES] + [(RICH, *mistake) for mistake in RICHER],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_a_mistake_is_blamed_where_it_stands(sample: str, code: str, old: str, new: str) -> None:
    assert old in sample
    found = _codes(sample.replace(old, new, 1))
    assert code in {one for one, _ in found}
    assert all(0 < line <= len(sample.splitlines()) + 2 for _, line in found)


def test_the_line_is_told() -> None:
    text = LAMP.replace("limit: 24 urgent_hours", "limit: 24 fortnights")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "fortnights" in one)
    assert _codes(text) == [("file.shape", line)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 working_day", Limit(1, WORKING_DAY)),
        ("15 working_days", Limit(15, WORKING_DAY)),
        ("4 urgent_hours", Limit(14_400, URGENT_HOUR)),
        ("1.5 working_hours", Limit(5_400, WORKING_HOUR)),
        ("30 natural_days", Limit(30, NATURAL_DAY)),
        ("1.5 working_days", None),
        ("soon", None),
    ],
)
def test_limits(text: str, expected: Limit | None) -> None:
    assert limit(text) == expected
    if expected:
        assert limit(str(expected)) == expected


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("kind == 'a' and not late(c)", {"kind": "a", "late(c)": False}, True),
        ("kind.major in ['01', '02']", {"kind.major": "02"}, True),
        ("size > 3", {"size": None}, False),
        ("size > 3", {"size": "text"}, False),
        ("1 < size <= 3 or given(x)", {"size": 3, "given(x)": False}, True),
        ("times(return) < 2", {"times(return)": 1}, True),
    ],
)
def test_conditions(text: str, values: dict[str, object], holds: bool) -> None:
    made = guard(text)
    assert set(made.names) == set(values)
    assert made.holds(values) is holds


@pytest.mark.parametrize(
    "text", ["__import__('os')", "a.b.c", "x + 1", "f(x)", "lambda: 1", "(", "late(c, d)", "x is y"]
)
def test_nothing_else_is_a_condition(text: str) -> None:
    with pytest.raises(GuardRefused):
        guard(text)


@pytest.mark.parametrize("sample", [LAMP, RICH])
def test_a_diagram_is_sound_bpmn(sample: str) -> None:
    """Every flow leads from one drawn element to another; every state is drawn once."""
    from xml.etree import ElementTree

    made, _ = read_type(sample)
    assert made is not None
    root = ElementTree.fromstring(to_bpmn(made))
    space = {"b": MODEL}
    elements = {one.get("id") for one in root.iterfind("b:process/*", space)}
    flows = root.findall("b:process/b:sequenceFlow", space)
    assert {f"state_{state.id}" for state in made.states} <= elements
    assert flows and all({one.get("sourceRef"), one.get("targetRef")} <= elements for one in flows)
    drawn = {one.get("bpmnElement") for one in root.iter() if one.get("bpmnElement")}
    assert elements <= drawn
    timers = root.findall("b:process/b:boundaryEvent", space)
    assert {one.get("attachedToRef") for one in timers} <= elements


def test_a_version_installed_when_less_was_asked_keeps_its_rules() -> None:
    text = (Path(__file__).parent / "lamp.yaml").read_text("utf-8")
    old = text + "evaluation:\n  district: {on_time: 40}\n"
    assert read_type(old)[0] is None
    made, problems = read_stored(old)
    assert problems == []
    assert made is not None
    assert (made.name, made.evaluations) == ("street_lamp", ())
