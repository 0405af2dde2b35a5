"""Acts on cases: by whom, in which order, once; and what everybody sees of them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.cases.conftest import BOSS, CITIZEN, DESK, SECOND, person

from cityhall.cases.actions import Who, act, act_on_many, mind_clocks, open_case
from cityhall.cases.errors import (
    CaseUnknown,
    FieldMissing,
    FieldUnknown,
    FieldWrong,
    OutOfTurn,
    ReportsTooFast,
    RoleMissing,
    SamePerson,
    StaleCase,
)
from cityhall.cases.queries import Wanted, case, inbox, my_reports, public_case, track
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.ledger.queries import entries

pytestmark = pytest.mark.django_db
SPOT = {"what": "dark", "spot": [120.7, 28.0], "place": "330302"}


def test_a_case_from_report_to_end(lamp: str, agency: str, crew: Actor, monday: datetime) -> None:
    made = open_case(CITIZEN, lamp, SPOT)
    assert made.state == "reported"
    act(DESK, made.number, "send", {"agency": agency})
    with clock.at(monday + timedelta(hours=3)):
        act(crew, made.number, "repair", {"note": "new bulb"})
        act(DESK, made.number, "settle")
    info = case(DESK, made.number)
    assert (info.state, info.outcome, info.late, info.seen) == ("settled", "settled", False, 4)
    assert [moment.act for moment in info.timeline] == ["report", "send", "repair", "settle"]
    assert info.clocks[0].due == monday + timedelta(hours=24)
    assert info.acts == ()


def test_each_act_is_one_entry_that_tells_nothing(lamp: str, agency: str, monday: datetime) -> None:
    made = open_case(ANONYMOUS, lamp, SPOT, who=Who(name="Wang", phone="13800000000"))
    act(DESK, made.number, "send", {"agency": agency})
    written = entries(subject=f"case:{made.number}")
    assert [entry.verb for entry in written] == ["cases.act", "cases.open"]
    assert all(set(entry.facts) == {"act", "seq", "digest"} for entry in written)


@pytest.mark.parametrize(
    ("who", "name", "data", "error"),
    [
        (CITIZEN, "send", {"agency": "x"}, RoleMissing),
        (ANONYMOUS, "claim", {}, RoleMissing),
        (DESK, "settle", {}, OutOfTurn),
        (DESK, "send", {}, FieldMissing),
        (DESK, "send", {"agency": "x", "colour": "red"}, FieldUnknown),
        (DESK, "send", {"agency": 7}, FieldWrong),
    ],
)
def test_what_the_table_refuses(
    lamp: str, monday: datetime, who: Actor, name: str, data: dict[str, object], error: type[Exception]
) -> None:
    made = open_case(CITIZEN, lamp, SPOT)
    with pytest.raises(error):
        act(who, made.number, name, data)
    assert case(DESK, made.number).seen == 1


def test_an_agency_does_only_its_own(lamp: str, agency: str, crew: Actor, monday: datetime) -> None:
    made = open_case(CITIZEN, lamp, SPOT)
    act(DESK, made.number, "send", {"agency": agency})
    other = person("other", ("caseworker", "agy_other"))
    with pytest.raises(RoleMissing):
        act(other, made.number, "repair")
    with pytest.raises(CaseUnknown):
        case(other, made.number)
    assert [line.number for line in inbox(crew).lines] == [made.number]
    assert inbox(other).lines == ()


def test_twice_and_from_a_stale_page(lamp: str, agency: str, crew: Actor, monday: datetime) -> None:
    made = open_case(CITIZEN, lamp, SPOT)
    act(DESK, made.number, "send", {"agency": agency}, seen=1)
    with pytest.raises(StaleCase):
        act(SECOND, made.number, "refuse", seen=1)
    with pytest.raises(OutOfTurn):
        act(DESK, made.number, "send", {"agency": agency})


def test_four_eyes(lamp: str, agency: str, monday: datetime) -> None:
    both = person("both", ("dispatcher", ""), ("caseworker", agency))
    made = open_case(CITIZEN, lamp, SPOT)
    act(both, made.number, "send", {"agency": agency})
    act(both, made.number, "repair")
    with pytest.raises(SamePerson):
        act(both, made.number, "settle")
    act(SECOND, made.number, "settle")


def test_the_clock_warns_then_is_late(lamp: str, agency: str, monday: datetime) -> None:
    made = open_case(CITIZEN, lamp, SPOT)
    act(DESK, made.number, "send", {"agency": agency})
    mind_clocks()
    assert case(DESK, made.number).seen == 2
    with clock.at(monday + timedelta(hours=20)):
        mind_clocks()
        mind_clocks()
        assert [moment.act for moment in case(DESK, made.number).timeline][2:] == ["warned"]
        assert not inbox(DESK, Wanted(late=True)).lines
    with clock.at(monday + timedelta(hours=25)):
        mind_clocks()
        mind_clocks()
        assert [moment.act for moment in case(DESK, made.number).timeline][2:] == ["warned", "overdue"]
        assert case(DESK, made.number).late
        assert inbox(DESK, Wanted(late=True)).lines


def test_a_clock_set_back_does_not_undo_the_order(
    lamp: str, agency: str, crew: Actor, monday: datetime
) -> None:
    made = open_case(CITIZEN, lamp, SPOT)
    with clock.at(monday - timedelta(hours=1)):
        act(DESK, made.number, "send", {"agency": agency})
    assert [moment.at for moment in case(DESK, made.number).timeline] == [monday, monday]


def test_hands(lamp: str, agency: str, crew: Actor, monday: datetime) -> None:
    made = open_case(CITIZEN, lamp, SPOT)
    act(DESK, made.number, "send", {"agency": agency})
    act(crew, made.number, "claim")
    assert case(crew, made.number).holder == "crew"
    assert [line.number for line in inbox(crew, Wanted(mine=True)).lines] == [made.number]
    act(BOSS, made.number, "assign", {"holder": "crew2"})
    act(BOSS, made.number, "urge", {"note": "hurry"})
    act(BOSS, made.number, "supervise")
    info = case(BOSS, made.number)
    assert (info.holder, info.supervised) == ("crew2", True)
    act(crew, made.number, "repair")
    assert case(BOSS, made.number).holder == ""


def test_the_reporter_follows_without_an_account(lamp: str, agency: str, monday: datetime) -> None:
    made = open_case(ANONYMOUS, lamp, SPOT)
    act(DESK, made.number, "send", {"agency": agency, "note": "for the crew"})
    act(DESK, made.number, "comment", {"note": "not for outside"})
    act(DESK, made.number, "comment", {"public_note": "we are on the way"})
    info = track(made.number, made.code)
    assert [moment.act for moment in info.timeline] == ["report", "send", "comment"]
    assert "for the crew" not in str(info) and "not for outside" not in str(info)
    assert info.timeline[-1].data == {"public_note": "we are on the way"}
    act(ANONYMOUS, made.number, "urge", code=made.code)
    for wrong in ("", "nonsense"):
        with pytest.raises(CaseUnknown):
            track(made.number, wrong)
        with pytest.raises(RoleMissing):
            act(ANONYMOUS, made.number, "urge", code=wrong)


def test_who_asked_for_secrecy_stays_secret(lamp: str, agency: str, crew: Actor, monday: datetime) -> None:
    secret = open_case(CITIZEN, lamp, SPOT, who=Who(name="Li", phone="13900000139", secret=True))
    act(DESK, secret.number, "send", {"agency": agency})
    seen = case(crew, secret.number)
    assert "Li" not in str(seen) and "13900000139" not in str(seen)
    assert seen.reporter is not None and seen.reporter.secret
    assert case(DESK, secret.number).reporter is not None
    assert "Li" in str(case(DESK, secret.number))
    assert public_case(secret.number).reporter is None
    assert [line.number for line in my_reports(CITIZEN)] == [secret.number]


def test_many_at_once_do_not_stop_each_other(lamp: str, agency: str, monday: datetime) -> None:
    numbers = [open_case(CITIZEN, lamp, SPOT).number for _ in range(3)]
    act(DESK, numbers[1], "refuse")
    done = act_on_many(DESK, [*numbers, "none"], "send", {"agency": agency})
    assert [type(one.error) for one in done] == [type(None), OutOfTurn, type(None), CaseUnknown]


def test_one_address_cannot_flood(lamp: str, monday: datetime) -> None:
    for _ in range(30):
        open_case(ANONYMOUS, lamp, SPOT, who=Who(origin="a"))
    with pytest.raises(ReportsTooFast):
        open_case(ANONYMOUS, lamp, SPOT, who=Who(origin="a"))
    open_case(ANONYMOUS, lamp, SPOT, who=Who(origin="b"))


def test_pages_of_an_inbox(lamp: str, agency: str, monday: datetime) -> None:
    numbers = [open_case(CITIZEN, lamp, SPOT).number for _ in range(5)]
    act_on_many(DESK, numbers[:3], "send", {"agency": agency})
    first = inbox(DESK, limit=2)
    second = inbox(DESK, after=first.after, limit=2)
    third = inbox(DESK, after=second.after, limit=2)
    assert [len(page.lines) for page in (first, second, third)] == [2, 2, 1]
    assert {line.number for page in (first, second, third) for line in page.lines} == set(numbers)
    assert third.after == ""
