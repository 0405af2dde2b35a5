"""Who fills which field: what others fill is refused through every door, and what nobody said has its declared default."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.conftest import CITIZEN, DESK, SYSTEM, person

from cityhall.cases.actions import act, import_history, install_type, open_case, rebuild
from cityhall.cases.declaring.reading import read_type
from cityhall.cases.errors import ActRefused, FieldMissing, FieldOfOthers, FieldUnknown
from cityhall.cases.queries import blank, case, case_type, near, public_case
from cityhall.kernel.actor import ANONYMOUS, Actor

AGENT = person("agent", ("dispatcher", ""))
INSPECTOR = person("inspector", ("inspector", ""))
PIPE = """
case: pipe
version: 1
zh: 管道
en: Pipe
calendar: china
roles:
  citizen: {zh: 市民, en: Citizen, who: anyone}
  reporter: {zh: 上报人, en: Reporter, who: reporter}
  desk: {zh: 调度台, en: Desk, right: cases.dispatch}
  inspector: {zh: 采集员, en: Inspector, right: cases.inspect}
  engine: {zh: 系统, en: System, who: system}
form:
  what: {zh: 情况, en: What, type: text, required: true}
  source:
    {zh: 来源, en: Source, type: choice, required: true, by: [desk, inspector],
     default: [{by: inspector, is: round}, {is: public}],
     options: {round: {zh: 巡查, en: Round}, public: {zh: 公众, en: Public}, phone: {zh: 电话, en: Telephone}}}
  bore: {zh: 口径, en: Bore, type: integer, by: desk, if: what == "leak", default: 20}
  own: {zh: 自述, en: Own words, type: text, by: reporter}
states:
  open: {zh: 待办, en: Open}
  done: {zh: 办结, en: Done, end: settled}
acts:
  report: {zh: 上报, en: Report, to: open, by: [citizen, inspector, desk, engine]}
  add: {zh: 补充, en: Add, from: open, by: [reporter, desk], takes: [what, bore, own]}
  finish: {zh: 办结, en: Finish, from: open, to: done, by: desk}
inspecting: {sets: {source: round}}
open311: {sets: {source: phone}}
examples:
  - {zh: 默认值, en: A default, acts: [{do: report, at: "2026-03-02 09:00", what: leak}], state: open}
  - {zh: 缺项, en: Nothing said, acts: [{do: report, at: "2026-03-02 09:00"}], state: "", refused: cases.field_missing}
"""
MISTAKES = [
    ("name.unknown", "by: [desk, inspector]", "by: [desk, stranger]"),
    ("name.unknown", "{by: inspector, is: round}", "{by: stranger, is: round}"),
    ("field.unfillable", ", {is: public}]", "]"),
    ("field.unfillable", " default: [{by: inspector, is: round}, {is: public}],", ""),
    ("field.unfillable", "type: text, required: true}", "type: text, required: true, by: engine}"),
    ("default.wrong", "{is: public}", "{is: nobody}"),
    ("default.wrong", "default: 20", 'default: "20"'),
    (
        "default.idle",
        "by: [citizen, inspector, desk, engine]}",
        "by: [citizen, inspector, desk, engine], takes: [what, source]}",
    ),
    ("file.shape", "default: 20", "default: []"),
    ("name.unknown", "by: desk, if", "filled_by: desk, if"),
]


@pytest.mark.parametrize(("code", "old", "new"), MISTAKES)
def test_a_declaration_that_cannot_be_filled_is_blamed(code: str, old: str, new: str) -> None:
    assert read_type(PIPE)[1] == []
    assert old in PIPE
    made, problems = read_type(PIPE.replace(old, new, 1))
    assert made is None
    assert {one.code for one in problems} == {code}
    assert all(one.line > 1 and one.message.zh != one.message.en for one in problems)


def test_a_required_field_that_its_reporter_fills_needs_no_default() -> None:
    """Whoever opens a case is its reporter; and what follows from a point that is asked has its rule."""
    own = PIPE.replace("type: text, by: reporter", "type: text, required: true, by: reporter")
    assert read_type(own)[1] == []
    follows = "  cell: {zh: 网格, en: Cell, type: cell, required: true, by: desk, from: spot}\n"
    spot = "  spot: {zh: 位置, en: Place, type: point}\n"
    assert read_type(PIPE.replace("  own:", f"{spot}{follows}  own:"))[1] == []
    elsewhere = PIPE.replace("  own:", f"{spot}{follows}  own:").replace(
        "desk, engine]}", "desk, engine], takes: [what, source, bore, cell]}"
    )
    assert [one.code for one in read_type(elsewhere)[1]] == ["field.unfillable"] * 2


@pytest.fixture
def pipe(db: None, home: Path, tmp_path: Path) -> str:
    path = tmp_path / "pipe.yaml"
    path.write_text(PIPE, "utf-8")
    install_type(SYSTEM, path)
    return "pipe"


@pytest.mark.parametrize(
    ("actor", "door", "said", "source"),
    [
        (ANONYMOUS, "", {}, "public"),
        (CITIZEN, "", {}, "public"),
        (DESK, "", {}, "public"),
        (DESK, "", {"source": "phone"}, "phone"),
        (INSPECTOR, "", {}, "round"),
        (ANONYMOUS, "open311", {}, "phone"),
        (INSPECTOR, "inspecting", {}, "round"),
        (INSPECTOR, "inspecting", {"source": "phone"}, "phone"),
        (SYSTEM, "", {"source": "round"}, "round"),
        (SYSTEM, "", {}, "public"),
    ],
    ids=lambda value: str(getattr(value, "name", value)),
)
def test_what_nobody_said_follows_from_who_opens_and_by_which_door(
    pipe: str, actor: Actor, door: str, said: dict[str, str], source: str
) -> None:
    made = open_case(actor, pipe, {"what": "wet", **said}, door=door)  # type: ignore[arg-type]
    assert case(SYSTEM, made.number).fields == {"what": "wet", "source": source}
    assert rebuild(SYSTEM, pipe) == ()


def test_a_question_that_is_not_asked_has_no_default(pipe: str) -> None:
    number = open_case(ANONYMOUS, pipe, {"what": "leak"}).number
    assert case(SYSTEM, number).fields["bore"] == 20
    act(DESK, number, "add", {"what": "dry"})
    assert case(SYSTEM, number).fields["bore"] == 20, "a default is said once, when the case is opened"


@pytest.mark.parametrize("value", ["phone", "public", "", None, ["x"]])
def test_what_others_fill_is_refused_whatever_it_is(pipe: str, value: object) -> None:
    with pytest.raises(FieldOfOthers) as refused:
        open_case(ANONYMOUS, pipe, {"what": "wet", "source": value})
    assert "Source" in refused.value.say("en")
    assert "调度台、采集员" in refused.value.say("zh")
    with pytest.raises(FieldOfOthers):
        open_case(ANONYMOUS, pipe, {"what": "wet", "source": value}, door="open311")


def test_also_by_an_act_and_by_a_correction(pipe: str) -> None:
    opened = open_case(ANONYMOUS, pipe, {"what": "wet", "own": "mine"})
    for actor, code in ((ANONYMOUS, opened.code),):
        with pytest.raises(FieldOfOthers):
            act(actor, opened.number, "add", {"bore": 30}, code=code)
        with pytest.raises(FieldOfOthers):
            act(actor, opened.number, "add", {"bore": None}, code=code)
    act(ANONYMOUS, opened.number, "add", {"own": "still mine"}, code=opened.code)
    with pytest.raises(FieldOfOthers):
        act(DESK, opened.number, "add", {"own": "not mine"})
    with pytest.raises(FieldOfOthers):
        act(DESK, opened.number, "amend", {"own": "not mine"})
    act(DESK, opened.number, "amend", {"source": "phone", "bore": 30})
    assert case(SYSTEM, opened.number).fields == {
        "what": "wet",
        "own": "still mine",
        "source": "phone",
        "bore": 30,
    }


def test_what_is_missing_is_still_missing(pipe: str) -> None:
    with pytest.raises(FieldMissing):
        open_case(ANONYMOUS, pipe, {})
    with pytest.raises(FieldUnknown):
        open_case(ANONYMOUS, pipe, {"what": "wet", "nothing": "x"})


def test_pages_learn_what_they_may_ask(pipe: str) -> None:
    made = case_type(pipe)
    assert blank(ANONYMOUS, made).closed == {"source", "bore"}
    assert blank(ANONYMOUS, made).values == {"source": "public", "bore": 20}
    assert blank(DESK, made).closed == frozenset()
    assert (blank(INSPECTOR, made).closed, blank(INSPECTOR, made).values["source"]) == ({"bore"}, "round")
    opened = open_case(CITIZEN, pipe, {"what": "wet"})
    assert case(CITIZEN, opened.number).closed == {"source", "bore"}
    assert case(DESK, opened.number).closed == {"own"}


def test_a_history_says_what_it_knows(pipe: str, tmp_path: Path) -> None:
    """Who may bring in history says what others filled, and nothing is put into its mouth."""
    mapping, source = tmp_path / "m.yaml", tmp_path / "h.csv"
    mapping.write_text(
        "import: pipe\nnumber: n\nsteps:\n  - {do: report, at: at, role: {is: citizen}, with: {what: what, source: source}}\n",
        "utf-8",
    )
    source.write_text("n,at,what,source\n1,2024-03-01 09:00,wet,phone\n2,2024-03-01 09:00,wet,\n", "utf-8")
    report = import_history(SYSTEM, mapping, source)
    assert (report.taken, report.reasons) == (1, {"cases.field_missing": 1})
    assert case(SYSTEM, "1").fields["source"] == "phone"


def test_running_cases_keep_the_form_they_were_born_with(pipe: str, tmp_path: Path) -> None:
    open_to_all = PIPE.replace(" by: [desk, inspector],", "").replace("version: 1", "version: 2")
    path = tmp_path / "pipe2.yaml"
    old = open_case(ANONYMOUS, pipe, {"what": "wet"})
    path.write_text(open_to_all, "utf-8")
    install_type(SYSTEM, path)
    new = open_case(ANONYMOUS, pipe, {"what": "wet", "source": "phone"})
    assert public_case(old.number).closed == {"source", "bore", "own"}
    assert public_case(new.number).closed == {"bore", "own"}


def test_the_packs_ask_citizens_what_citizens_know(db: None, home: Path) -> None:
    packs = Path(__file__).parents[2] / "packs"
    asked = {"urban_management": "urban_case", "hotline": "hotline_call"}
    for pack, name in asked.items():
        install_type(SYSTEM, packs / pack / "cases" / f"{name}.yaml")
    urban, hotline = (case_type(name) for name in asked.values())
    assert blank(ANONYMOUS, urban).closed == {"component", "source"}
    assert blank(ANONYMOUS, hotline).closed == {"subject", "channel"}
    values = {actor.name: blank(actor, hotline).values["channel"] for actor in (ANONYMOUS, AGENT)}
    assert values == {ANONYMOUS.name: "web", "agent": "phone"}
    number = open_case(INSPECTOR, "urban_case", {"class": "1101", "component": "0117-3"}).number
    assert case(SYSTEM, number).fields["source"] == "inspector"


def test_a_report_looks_for_its_like_where_its_place_is(db: None, home: Path, pipe: str) -> None:
    install_type(SYSTEM, Path(__file__).parents[2] / "packs" / "hotline" / "cases" / "hotline_call.yaml")
    said = {"kind": "complaint", "what": "noise", "division": "330302"}
    number = open_case(ANONYMOUS, "hotline_call", said).number
    assert [one.number for one in near("hotline_call", said)] == [number]
    with pytest.raises(ActRefused):
        open_case(ANONYMOUS, "hotline_call", {**said, "kind": "gossip"})
