"""Answers that everybody may read: entries, the search, answers at once, public replies, and what is refused in each."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.cases.conftest import SYSTEM

from cityhall.cases.actions import (
    act,
    end_entry,
    import_history,
    install_type,
    keep_entry,
    load_entries,
    open_case,
)
from cityhall.cases.errors import ActRefused, EntriesRefused, EntryUnknown, EntryWrong, ReplyTellsOfSomebody
from cityhall.cases.queries import Entry, answers_to, case, entry, latest_answers, public_case, replied
from cityhall.identity.errors import RightMissing
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.text import Text

pytestmark = pytest.mark.django_db
PACK = Path(__file__).parents[2] / "packs" / "hotline"


def an_entry(code: str = "permit", **more: object) -> Entry:
    said = {
        "question": Text("How to get a permit?", "如何办理居住证？"),
        "answer": Text("At the counter.", "到窗口办理。"),
    }
    return Entry(code=code, **{**said, **more})  # type: ignore[arg-type]


@pytest.fixture
def hotline(db: None) -> None:
    install_type(SYSTEM, PACK / "cases" / "hotline_call.yaml")


def a_call(kind: str = "consultation", what: str = "我想问居住证怎么办") -> str:
    return open_case(ANONYMOUS, "hotline_call", {"kind": kind, "what": what}).number


def a_settled_call() -> str:
    number = a_call("help")
    act(SYSTEM, number, "send", {"agency": "u1"})
    act(SYSTEM, number, "reply", {"answer": "已修"})
    act(SYSTEM, number, "call_back", {"result": "satisfied"})
    return number


# ---- the knowledge base ----


def test_the_packs_entries_answer_what_people_ask() -> None:
    assert load_entries(SYSTEM, PACK / "answers" / "common.yaml") == 24
    for question, code in (
        ("我想问一下居住证需要带哪些材料", "residence-permit"),
        ("邻居半夜装修太吵", "renovation-noise"),
        ("老人坐公交怎么优惠", "bus-card"),
        ("孩子上学报名", "school-enrolment"),
        ("How do I get a library card?", "library-card"),
        ("家里有煤气味", "gas-safety"),
        ("暂住证", "residence-permit"),
    ):
        assert [one.code for one in answers_to(question)][:1] == [code], question
    assert answers_to("zzz") == answers_to("  ") == answers_to("怎么") == ()
    assert answers_to("'; DROP TABLE cases_answer; --") == ()


def test_an_entry_is_found_while_it_is_valid() -> None:
    today = clock.today()
    keep_entry(SYSTEM, an_entry("later", since=today + timedelta(days=1)))
    keep_entry(SYSTEM, an_entry("past", until=today - timedelta(days=1)))
    keep_entry(SYSTEM, an_entry("now", since=today, until=today))
    assert [one.code for one in answers_to("居住证")] == ["now"]
    with pytest.raises(EntryUnknown):
        entry("past")
    assert entry("past", today - timedelta(days=1)).answer.zh == "到窗口办理。"
    end_entry(SYSTEM, "now")
    assert latest_answers() == ()


def test_an_entry_written_anew_is_found_by_its_new_words() -> None:
    keep_entry(SYSTEM, an_entry())
    keep_entry(SYSTEM, an_entry(question=Text("Which bus?", "坐几路车？"), answer=Text("The 5.", "五路。")))
    assert answers_to("居住证") == ()
    assert answers_to("几路车")[0].answer.en == "The 5."


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "Not A Code"}, {"code": ""}, {"question": Text("", "x")}, {"answer": Text("x", " ")},
        {"since": date(2026, 3, 2), "until": date(2026, 3, 1)}, {"answer": Text("x", "a\0b")},
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(EntryWrong):
        keep_entry(SYSTEM, an_entry(**wrong))  # type: ignore[arg-type]


def test_entries_are_written_by_who_may() -> None:
    with pytest.raises(RightMissing):
        keep_entry(ANONYMOUS, an_entry())
    keep_entry(SYSTEM, an_entry())
    with pytest.raises(RightMissing):
        end_entry(ANONYMOUS, "permit")
    with pytest.raises(EntryUnknown):
        end_entry(SYSTEM, "none")


GOOD = "code: a, question: {zh: x, en: x}, answer: {zh: y, en: y}"


@pytest.mark.parametrize(
    "text",
    [
        "entries: nothing",
        "other: []",
        "entries: [{code: a}]",
        f"entries: [{{{GOOD}, colour: z}}]",
        f"entries: [{{{GOOD.replace('code: a', 'code: A B')}}}]",
        f"entries: [{{{GOOD}, from: soon}}]",
        "entries: [",
    ],
)
def test_a_file_of_entries_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "entries.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(EntriesRefused):
        load_entries(SYSTEM, path)
    assert latest_answers() == ()


# ---- a question answered at once ----


def test_an_answer_at_once_names_an_entry_in_force(hotline: None) -> None:
    keep_entry(SYSTEM, an_entry())
    number = a_call()
    for wrong in ({"answer": "到窗口"}, {"answer": "到窗口", "article": "none"}):
        with pytest.raises((ActRefused, EntryUnknown)):
            act(SYSTEM, number, "answer_at_once", wrong)
    assert case(SYSTEM, number).state == "taken", "nothing of a refused act stays"
    act(SYSTEM, number, "answer_at_once", {"answer": "到窗口", "article": "permit"})
    assert case(SYSTEM, number).outcome == "settled"
    other = a_call()
    end_entry(SYSTEM, "permit")
    with pytest.raises(EntryUnknown):
        act(SYSTEM, other, "answer_at_once", {"answer": "到窗口", "article": "permit"})


# ---- public replies ----


def test_a_public_reply_is_read_by_everybody_and_withdrawn(hotline: None) -> None:
    number = a_settled_call()
    assert "answer" not in public_case(number).fields, "what was answered is between the two"
    texts = {"public_question": "小区停水", "public_answer": "已恢复供水"}
    act(SYSTEM, number, "publish_reply", texts)
    assert replied([number]) == {number}
    assert [one.case for one in answers_to("停水", source="reply")] == [number]
    assert public_case(number).fields["public_answer"] == "已恢复供水"
    act(SYSTEM, number, "publish_reply", {**texts, "public_answer": "已更换水管"})
    assert [one.answer.zh for one in latest_answers(source="reply")] == ["已更换水管"]
    act(SYSTEM, number, "withdraw_reply", {"reason": "重复"})
    assert latest_answers() == ()
    assert "public_answer" not in public_case(number).fields


@pytest.mark.parametrize("secret", ["电话13805771234", "证件11010519491231002X", "a@example.org", "浙C12345"])
def test_a_public_reply_tells_of_nobody_whichever_way_it_comes(hotline: None, secret: str) -> None:
    number = a_settled_call()
    for part in ("public_question", "public_answer"):
        texts = {"public_question": "停水", "public_answer": "已恢复"} | {part: secret}
        with pytest.raises(ReplyTellsOfSomebody):
            act(SYSTEM, number, "publish_reply", texts)
    assert "public_answer" not in case(SYSTEM, number).fields
    assert latest_answers() == ()


def test_a_history_brings_its_replies_but_those_that_tell_of_somebody(
    hotline: None, home: Path, tmp_path: Path, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    columns = "call_no,kind,what,division,channel,agent,dispatcher,clerk,caller,unit,answer,article,result,rating,taken," \
              "answered_at_once,acknowledged,sent,replied,called_back,rated,published"  # fmt: skip
    line = "{0},help,停水{1},330302,phone,a,d,c,x,u1,已恢复,,satisfied,5,2026-03-02 09:00,,,2026-03-02 10:00," \
           "2026-03-03 10:00,2026-03-03 11:00,2026-03-03 12:00,2026-03-04 10:00"  # fmt: skip
    source = tmp_path / "calls.csv"
    rows = [
        line.format("A1", ""),
        line.format("A2", "请打13805771234"),
        line.format("A3", "").rpartition(",")[0] + ",",
    ]
    source.write_text("\n".join([columns, *rows]) + "\n", "utf-8")
    with django_capture_on_commit_callbacks(execute=True):
        report = import_history(SYSTEM, PACK / "imports" / "steps.yaml", source)
    assert (report.taken, report.refused) == (3, 0), report.reasons
    assert [one.case for one in latest_answers(source="reply")] == ["A1"]
