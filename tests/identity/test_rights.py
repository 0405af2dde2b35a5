"""The table of rights, agencies and their codes, people and their roles."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from cityhall.identity.actions import (
    grant_role,
    register_agency,
    register_person,
    set_active,
    set_password,
    update_agency,
    withdraw_role,
)
from cityhall.identity.errors import (
    AgencyExists,
    AgencyUnknown,
    LevelUnknown,
    PasswordWeak,
    PersonUnknown,
    RightMissing,
    RoleScopeWrong,
    RoleUnknown,
    SecondFactorMissing,
    UsccWrong,
    UsernameTaken,
)
from cityhall.identity.models import Person
from cityhall.identity.queries import (
    actor_for_person,
    actor_of,
    agencies,
    agency,
    agency_names,
    can,
    people,
    people_with_role,
    person,
    require,
    scopes,
    uscc_check_character,
)
from cityhall.identity.rules import USCC_ALPHABET, all_rights, right_titles, roles, uscc_is_valid
from cityhall.kernel.actor import ANONYMOUS, Actor, system_actor
from cityhall.kernel.text import Text
from cityhall.ledger.models import Entry

SYSTEM = system_actor("test")
PASSWORD = "correct horse 42"


def code(number: int) -> str:
    first = f"11330300MB{number:07d}"
    return first + uscc_check_character(first)


def bureau(number: int = 1) -> str:
    name = Text("Transport bureau", "交通局")
    return register_agency(SYSTEM, code(number), name, "municipal_unit", "330300", {"phone": "0577-12345"})


def with_roles(*held: tuple[str, str]) -> Actor:
    return Actor(id="per_x", name="x", kind="person", roles=frozenset(held))


# ---- the table ----


def test_every_role_has_the_rights_of_those_below() -> None:
    table = roles()
    data = ["anonymous", "citizen", "developer", "steward", "operator"]
    work = ["citizen", "caseworker", "supervisor", "operator"]
    assert set(table) == {*data, *work, "inspector", "dispatcher"}
    for order in (data, work):
        for lower, higher in pairwise(order):
            assert table[lower].rights < table[higher].rights
    assert table["operator"].rights == all_rights()


@pytest.mark.parametrize(
    ("held", "right", "where", "allowed"),
    [
        ((), "opening.read", "", True),
        ((), "catalog.edit", "agy_1", False),
        ((("steward", "agy_1"),), "catalog.edit", "agy_1", True),
        ((("steward", "agy_1"),), "catalog.edit", "agy_2", False),
        ((("steward", "agy_1"),), "catalog.edit", "", False),
        ((("steward", ""),), "catalog.edit", "agy_2", True),
        ((("steward", "agy_1"),), "places.load", "agy_1", False),
        ((("operator", ""),), "catalog.edit", "agy_9", True),
        ((("operator", ""),), "identity.manage", "", True),
        ((("without-second-factor:operator", ""),), "identity.manage", "", False),
        ((("no-such-role", ""),), "catalog.edit", "", False),
        ((("operator", ""),), "no.such_right", "", False),
    ],
)
def test_who_may_what_where(held: tuple[tuple[str, str], ...], right: str, where: str, allowed: bool) -> None:
    actor = with_roles(*held)
    assert can(actor, right, where) is allowed
    if allowed:
        require(actor, right, where)
    else:
        with pytest.raises((RightMissing, SecondFactorMissing)):
            require(actor, right, where)


def test_every_right_is_told_in_words() -> None:
    assert set(right_titles()) == all_rights()
    assert all(words.en and words.zh for words in right_titles().values())


def test_scopes_say_for_which_agencies() -> None:
    assert scopes(with_roles(("steward", "a"), ("steward", "b")), "catalog.edit") == {"a", "b"}
    assert scopes(with_roles(("operator", "")), "catalog.edit") == {""}
    assert scopes(ANONYMOUS, "catalog.edit") == frozenset()


# ---- the code of organisations ----


@given(st.text(alphabet=USCC_ALPHABET, min_size=17, max_size=17))
def test_check_character_agrees_with_stdnum(first: str) -> None:
    assert uscc_check_character(first) == stdnum_uscc.calc_check_digit(first)


@given(st.integers(0, 9_999_999), st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_is_found(number: int, place: int, character: str) -> None:
    right = code(number)
    wrong = right[:place] + character + right[place + 1 :]
    assert uscc_is_valid(wrong) is (wrong == right)


@pytest.mark.parametrize(
    "text", ["", "11330300MB000000", code(1).lower(), code(1) + "0", "１" * 18, "I" * 18]
)
def test_what_is_not_a_code(text: str) -> None:
    assert not uscc_is_valid(text)


# ---- agencies ----


@pytest.mark.django_db
def test_an_agency_is_found_by_id_and_code() -> None:
    agency_id = bureau()
    info = agency(agency_id)
    assert info == agency(code(1)) == agencies()[0]
    assert (info.name.zh, info.level, info.division) == ("交通局", "municipal_unit", "330300")
    assert agency_names() == {agency_id: Text("Transport bureau", "交通局")}
    update_agency(SYSTEM, agency_id, name=Text("Transport", "交通"), level="functional_area")
    assert (agency(agency_id).name.en, agency(agency_id).level) == ("Transport", "functional_area")
    assert agency(agency_id).contact == {"phone": "0577-12345"}


@pytest.mark.django_db
def test_bad_agencies_are_refused() -> None:
    name = Text("x", "某")
    with pytest.raises(UsccWrong):
        register_agency(SYSTEM, code(1)[:-1] + "?", name, "municipal_unit")
    with pytest.raises(LevelUnknown):
        register_agency(SYSTEM, code(1), name, "village")
    bureau()
    with pytest.raises(AgencyExists):
        register_agency(SYSTEM, code(1).lower(), name, "municipal_unit")
    with pytest.raises(AgencyUnknown):
        agency("agy_none")
    with pytest.raises(AgencyUnknown):
        update_agency(SYSTEM, "agy_none", level="functional_area")
    with pytest.raises(RightMissing):
        register_agency(with_roles(("steward", "agy_1")), code(2), name, "municipal_unit")
    assert Entry.objects.count() == 1


# ---- people ----


@pytest.mark.django_db
def test_a_person_and_the_roles() -> None:
    one, other = bureau(1), bureau(2)
    steward = register_person(SYSTEM, "li", PASSWORD, [("steward", one)], email="li@example.org")
    operator = register_person(SYSTEM, "ann", PASSWORD, [("operator", "")], language="en")
    assert person("li").id == steward
    assert [somebody.username for somebody in people()] == ["ann", "li"]
    assert can(actor_for_person(steward), "catalog.edit", one)
    assert not can(actor_for_person(steward), "catalog.edit", other)
    grant_role(SYSTEM, steward, "steward", other)
    grant_role(SYSTEM, steward, "steward", other)
    assert can(actor_for_person(steward), "catalog.edit", other)
    assert [somebody.id for somebody in people_with_role("steward", other)] == [steward]
    withdraw_role(SYSTEM, steward, "steward", other)
    assert not can(actor_for_person(steward), "catalog.edit", other)
    grant_role(SYSTEM, operator, "operator")
    assert person("ann").roles == {("operator", "")}


@pytest.mark.django_db
def test_the_ledger_knows_people_by_id_only() -> None:
    register_person(SYSTEM, "wang.xiaoming", PASSWORD, email="wang@example.org")
    body = Entry.objects.get().body
    assert "xiaoming" not in body  # letters that no id holds
    assert PASSWORD not in body


@pytest.mark.django_db
def test_bad_people_and_grants_are_refused() -> None:
    agency_id = bureau()
    who = register_person(SYSTEM, "li", PASSWORD)
    with pytest.raises(UsernameTaken):
        register_person(SYSTEM, "li", PASSWORD)
    with pytest.raises(PasswordWeak):
        register_person(SYSTEM, "weak", "12345")
    with pytest.raises(PasswordWeak):
        set_password(SYSTEM, who, "password12")
    with pytest.raises(RoleUnknown):
        grant_role(SYSTEM, who, "mayor")
    with pytest.raises(RoleUnknown):
        grant_role(SYSTEM, who, "anonymous")
    with pytest.raises(RoleScopeWrong):
        grant_role(SYSTEM, who, "operator", agency_id)
    with pytest.raises(AgencyUnknown):
        grant_role(SYSTEM, who, "steward", "agy_none")
    with pytest.raises(PersonUnknown):
        grant_role(SYSTEM, "per_none", "citizen")
    with pytest.raises(RightMissing):
        grant_role(actor_for_person(who), who, "operator")
    assert person("li").roles == frozenset()


@pytest.mark.django_db
def test_a_failed_registration_leaves_nobody() -> None:
    with pytest.raises(RoleUnknown):
        register_person(SYSTEM, "li", PASSWORD, [("mayor", "")])
    assert Person.objects.count() == 0
    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_a_closed_account_acts_no_more() -> None:
    who = register_person(SYSTEM, "li", PASSWORD, [("operator", "")])
    set_active(SYSTEM, who, False)
    with pytest.raises(PersonUnknown):
        actor_for_person(who)
    assert people_with_role("operator") == ()


@pytest.mark.django_db
def test_the_actor_behind_a_request() -> None:
    who = register_person(SYSTEM, "li", PASSWORD)
    assert actor_of(Person.objects.get(id=who)).id == who
    assert actor_of(None) == ANONYMOUS
