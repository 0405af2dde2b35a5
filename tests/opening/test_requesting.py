"""Asking about data: each request is a case at the owning agency, its row follows, and the decision is there to be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.web.city import City

from cityhall.cases.actions import act, open_case, tell
from cityhall.cases.errors import (
    ConditionFails,
    FieldMissing,
    FieldUnknown,
    OutOfTurn,
    RoleMissing,
    SamePerson,
)
from cityhall.cases.events import CaseOpened
from cityhall.cases.queries import case, inbox, track
from cityhall.cleaning.queries import findings, latest_report
from cityhall.collection.actions import Overrides, publish_file
from cityhall.identity.actions import register_person
from cityhall.identity.queries import actor_for_person
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor, system_actor
from cityhall.messaging.queries import notices
from cityhall.opening import models
from cityhall.opening.actions import (
    Application,
    apply_for_data,
    file_correction,
    file_opening,
    mend_row,
    settle_corrections,
    withdraw_request,
)
from cityhall.opening.errors import (
    AccountNeeded,
    AnsweredAlready,
    EndPassed,
    ItemHidden,
    NothingToOpen,
    NotOnRequest,
    RequestUnknown,
    RowNotFound,
    SaidAlready,
    TextMissing,
)
from cityhall.opening.queries import answering, answering_by, decisions, mine, waiting
from cityhall.opening.requesting.following import follow_case

pytestmark = pytest.mark.django_db
LAW = "《个人信息保护法》第二十八条"


@pytest.fixture
def city_steward(city: City) -> Actor:
    return actor_for_person(
        register_person(system_actor("test"), "city_steward", "celadon-on-paper-7", [("steward", "")])
    )


def wanted(*items: str, **more: object) -> Application:
    said = {"purpose": "热线回访", "until": clock.today() + timedelta(days=90), **more}
    return Application(items=items or ("联系电话",), **said)  # type: ignore[arg-type]


def numbers(actor: Actor) -> set[str]:
    return {line.number for line in inbox(actor).lines}


def test_asking_to_open_is_a_case_at_the_owner_and_its_refusal_names_the_law(
    city: City, citizen: Actor, owner: Actor
) -> None:
    with pytest.raises(NothingToOpen):
        file_opening(citizen, city.parks, "面积", "because", "a map")
    asked = file_opening(citizen, city.parks, "联系电话", "想打电话咨询", "市民热线")
    with pytest.raises(SaidAlready):
        file_opening(citizen, city.parks, "联系电话", "again", "again")
    assert asked in numbers(owner)
    assert asked not in numbers(city.actors["other"])
    assert [one.number for one in waiting(owner, {city.agency}).requests] == [asked]
    assert not waiting(city.actors["other"], {city.agency, city.other_agency}).requests
    with pytest.raises(RoleMissing):
        act(citizen, asked, "accept", {"answer": "yes"})
    with pytest.raises(FieldMissing):
        act(owner, asked, "refuse", {"answer": "含个人信息"})
    act(owner, asked, "refuse", {"answer": "含个人信息", "legal_basis": LAW})
    with pytest.raises(OutOfTurn):
        act(owner, asked, "accept", {"answer": "yes"})
    seen = case(citizen, asked)
    assert (seen.outcome, seen.fields["legal_basis"]) == ("refused", LAW)
    assert [(one.state, one.mine) for one in mine(citizen).requests] == [("refused", True)]
    tell(asked, 2)
    told = notices(citizen.id)[0]
    assert told.link == f"/track/{asked}/"
    assert "第二十八条" in told.body.zh


def test_the_row_is_what_the_case_says(city: City, citizen: Actor, owner: Actor) -> None:
    asked = file_opening(citizen, city.parks, "", "all", "an app")
    act(owner, asked, "accept", {"answer": "granted in the catalogue"})
    kept = models.Request.objects.filter(number=asked).values().get()
    models.Request.objects.filter(number=asked).delete()
    follow_case(CaseOpened(asked, "data_feedback"))
    assert models.Request.objects.filter(number=asked).values().get() == kept


def test_the_figures_of_answering_are_public(city: City, citizen: Actor, owner: Actor) -> None:
    asked = file_opening(citizen, city.parks, "", "all of it", "an app")
    with clock.at(clock.now() + timedelta(days=1)):
        act(owner, asked, "accept", {"answer": "granted in the catalogue"})
    late = file_opening(citizen, city.parks, "联系电话", "phone", "calls")
    with clock.at(clock.now() + timedelta(days=60)):
        told = answering()
        assert next(one for one in mine(citizen).requests if one.number == late).late
    assert (told.filed, told.granted, told.open, told.late, told.days, told.on_time) == (2, 1, 1, 1, 1.0, 1.0)
    assert answering_by("kind")["open_this"].filed == 2
    assert answering_by("agency_id")[city.agency].granted == 1
    with pytest.raises(RequestUnknown):
        withdraw_request(owner, late)
    withdraw_request(citizen, late)
    with pytest.raises(AnsweredAlready):
        withdraw_request(citizen, late)
    assert answering().open == 0


def test_a_correction_names_a_row_that_exists_and_no_hidden_item(city: City, citizen: Actor) -> None:
    with pytest.raises(ItemHidden):
        file_correction(citizen, city.parks, "联系电话", {"公园编号": "P0001"}, "1", "")
    with pytest.raises(RowNotFound):
        file_correction(citizen, city.parks, "面积", {"公园编号": "P9999"}, "1", "")
    with pytest.raises(TextMissing):
        file_correction(citizen, city.parks, "面积", {"公园编号": "P0001"}, "", "")
    filed = file_correction(citizen, city.parks, "区县", {"公园编号": "P0003"}, "东湖区", "住在旁边")
    assert case(citizen, filed).fields["wrong"] == "西溪区"


def test_a_published_value_is_settled_by_the_next_delivery(
    city: City, citizen: Actor, owner: Actor, tmp_path: Path
) -> None:
    filed = file_correction(citizen, city.parks, "区县", {"公园编号": "P0003"}, "东湖区", "")
    act(owner, filed, "accept", {"answer": "会在源系统更正"})
    mend_row(filed)
    settle_corrections(city.parks)
    assert case(citizen, filed).state == "answered"
    path = tmp_path / "parks.csv"
    path.write_text(
        "公园编号,公园名称,区县,面积,建成日期,联系电话,经度,纬度\n"
        "P0003,松风3号公园,东湖区,1111,2003-04-15,13800000003,120.603,28.003\n",
        encoding="utf-8",
    )
    publish_file(
        owner, path, Overrides(agency=city.agency, code="parks", name="parks.csv", key=("公园编号",))
    )
    settle_corrections(city.parks)
    assert case(citizen, filed).state == "corrected"
    assert mine(citizen).requests[0].settled is not None
    tell(filed, case(citizen, filed).seen)
    assert notices(citizen.id)[0].link == f"/track/{filed}/"


def test_a_quarantined_row_goes_through_the_loop(city: City, citizen: Actor, owner: Actor) -> None:
    filed = file_correction(citizen, city.parks, "建成日期", {"公园编号": "P0058"}, "2021-12-15", "the sign")
    assert latest_report(city.parks) is not None
    before = findings(dataset_id=city.parks, open_only=True)[0].corrected
    act(owner, filed, "accept", {"answer": "已更正"})
    mend_row(filed)
    mend_row(filed)  # told twice is done once
    assert case(owner, filed).fields["run"]
    assert findings(dataset_id=city.parks, open_only=True)[0].corrected == before + 1
    settle_corrections(city.parks)
    assert case(citizen, filed).state == "corrected"


# ---- the use of restricted data ----


def test_level_three_needs_the_owner_and_the_steward_of_the_city(
    city: City, citizen: Actor, owner: Actor, city_steward: Actor
) -> None:
    filed = apply_for_data(citizen, city.parks, wanted(rows="2025 年以来", quota=100, project="回访"))
    assert filed in numbers(owner)
    assert filed in numbers(city_steward)
    until = (clock.today() + timedelta(days=60)).isoformat()
    granted = {"granted_items": ["联系电话"], "granted_until": until, "granted_quota": 50}
    with pytest.raises(ConditionFails):
        act(owner, filed, "grant", granted)
    act(owner, filed, "agree", granted)
    with pytest.raises(RoleMissing):
        act(owner, filed, "confirm")
    act(city_steward, filed, "confirm")
    (decided,) = decisions()
    assert (decided.number, decided.granted, decided.kind) == (filed, True, "opening")
    assert decided.told["items"] == ["联系电话"]
    assert (decided.told["quota"], decided.told["until"], decided.told["purpose"]) == (
        50,
        until,
        "热线回访",
    )
    assert citizen.id not in str(decided)
    assert case(citizen, filed).outcome == "settled"


def test_whoever_agreed_does_not_confirm(city: City, citizen: Actor, city_steward: Actor) -> None:
    filed = apply_for_data(citizen, city.parks, wanted())
    act(city_steward, filed, "agree", granted())
    with pytest.raises(SamePerson):
        act(city_steward, filed, "confirm")


def granted(*items: str, days: int = 30) -> dict[str, object]:
    until = (clock.today() + timedelta(days=days)).isoformat()
    return {"granted_items": list(items or ("联系电话",)), "granted_until": until}


def test_nobody_decides_their_own_application(
    city: City, citizen: Actor, owner: Actor, city_steward: Actor
) -> None:
    """Also not by a role that came later, and not as the second pair of eyes."""
    filed = apply_for_data(citizen, city.parks, wanted())
    hired = replace(citizen, roles=frozenset({("steward", ""), ("caseworker", city.agency)}))
    with pytest.raises(SamePerson):
        act(hired, filed, "agree", granted())
    act(owner, filed, "agree", granted())
    with pytest.raises(SamePerson):
        act(hired, filed, "confirm")
    act(city_steward, filed, "confirm")


@pytest.mark.parametrize(
    "changed",
    [
        {"level": 1},
        {"items": ["面积"]},
        {"way": "sharing"},
        {"until": "2040-01-01"},
        {"dataset": "other"},
        {"agency": "x"},
    ],
)  # fmt: skip
def test_what_was_applied_for_is_not_put_right_afterwards(
    city: City, citizen: Actor, owner: Actor, changed: dict[str, object]
) -> None:
    """Or the department would lower the level and decide alone."""
    filed = apply_for_data(citizen, city.parks, wanted())
    with pytest.raises(FieldUnknown):
        act(owner, filed, "amend", changed)
    act(owner, filed, "amend", {"purpose": "热线回访（更正）"})


@pytest.mark.parametrize("too_much", [granted("联系电话", "面积"), granted(days=400)])
def test_no_more_is_granted_than_was_asked_for(
    city: City, citizen: Actor, owner: Actor, too_much: dict[str, object]
) -> None:
    filed = apply_for_data(citizen, city.parks, wanted())
    with pytest.raises(ConditionFails):
        act(owner, filed, "agree", too_much)
    act(owner, filed, "agree", granted())
    with pytest.raises(ConditionFails):
        act(city.actors["operator"], filed, "confirm", too_much)


def test_another_agency_applies_for_sharing_and_a_refusal_is_published_with_its_law(
    city: City, owner: Actor, citizen: Actor
) -> None:
    other = city.actors["other"]
    filed = apply_for_data(other, city.parks, wanted(basis="《消防法》"))
    seen = case(other, filed)
    assert (seen.kind, seen.fields["applicant"], seen.fields["level"]) == ("sharing", city.other_agency, 3)
    act(owner, filed, "ask", {"question": "请说明范围"})
    assert case(other, filed).state == "supplement"
    act(other, filed, "complete", {"rows": "鹿城区"})
    with pytest.raises(FieldMissing):
        act(owner, filed, "refuse")
    act(owner, filed, "refuse", {"refusal": LAW})
    (decided,) = decisions(dataset_id=city.parks)
    assert (decided.granted, decided.told["basis"], decided.told["applicant"]) == (
        False,
        LAW,
        city.other_agency,
    )
    assert [one.state for one in mine(other).requests] == ["refused"]


def test_what_cannot_be_applied_for(city: City, citizen: Actor, owner: Actor) -> None:
    with pytest.raises(AccountNeeded):
        apply_for_data(ANONYMOUS, city.parks, wanted())
    for items in (("面积",), ("no such item",)):
        with pytest.raises(NotOnRequest):
            apply_for_data(citizen, city.parks, wanted(*items))
    with pytest.raises(NotOnRequest):
        apply_for_data(owner, city.parks, wanted())
    with pytest.raises(EndPassed):
        apply_for_data(citizen, city.parks, wanted(until=date(2020, 1, 1)))
    with pytest.raises(TextMissing):
        apply_for_data(citizen, city.parks, wanted(purpose=" "))
    apply_for_data(citizen, city.parks, wanted())
    with pytest.raises(SaidAlready):
        apply_for_data(citizen, city.parks, wanted())


def test_nobody_opens_an_application_past_the_portal(city: City, citizen: Actor) -> None:
    """Level and owner are the catalogue's: an application that claims level 1 for itself is refused."""
    claimed = {
        "way": "opening", "dataset": city.parks, "items": ["联系电话"], "level": 1, "purpose": "x", "until": "2040-01-01",
        "agency": city.other_agency,
    }  # fmt: skip
    with pytest.raises(RoleMissing):
        open_case(citizen, "data_access", claimed)


def test_a_wish_without_a_dataset_goes_to_the_city_and_on_to_an_agency(
    city: City, owner: Actor, city_steward: Actor
) -> None:
    opened = open_case(ANONYMOUS, "data_feedback", {"kind": "open_this", "what": "公交刷卡数据"})
    assert opened.number not in numbers(owner)
    assert opened.number in numbers(city_steward)
    act(city_steward, opened.number, "send", {"agency": city.agency})
    act(owner, opened.number, "accept", {"answer": "下季度开放"})
    assert track(opened.number, opened.code).outcome == "settled"
    assert answering(agency_id=city.agency).granted == 1
