"""Do not collect twice."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given
from tests.catalog.making import OPERATOR, a_draft, an_agency, an_item, words

from cityhall.catalog.actions import draft_dataset, publish, withdraw
from cityhall.catalog.overlapping import Collected, folded
from cityhall.catalog.overlapping import overlaps as pure_overlaps
from cityhall.catalog.queries import dataset, overlaps

ID = ("身份证号", "cn_identity_number")


def _collected(*items: tuple[str, str], code: str = "other") -> Collected:
    return Collected(code, code, words(code), "agency", items)


def test_the_same_elements_about_the_same_subject_are_noticed() -> None:
    own = _collected(ID, ("姓名", "cn_person_name"), ("电话", "cn_mobile_phone"), ("备注", ""), code="own")
    other = _collected(
        ("证件", "cn_identity_number"), ("联系电话", "cn_mobile_phone"), ("申请人", "cn_person_name")
    )
    (found,) = pure_overlaps(own, [other])
    assert found.share == pytest.approx(2 / 3)
    assert found.common == (("姓名", "申请人"), ("电话", "联系电话"))
    assert found.subject == "person"
    assert "姓名、电话" in found.why.zh
    assert "2 of the 3" in found.why.en


def test_another_subject_is_not_a_repetition() -> None:
    own = _collected(ID, ("电话", "cn_mobile_phone"))
    assert not pure_overlaps(own, [_collected(("代码", "cn_uscc"), ("电话", "cn_mobile_phone"))])
    assert not pure_overlaps(_collected(("电话", "cn_mobile_phone")), [own])


def test_a_division_is_the_subject_only_as_part_of_the_key() -> None:
    items = (("区划", "cn_division_code"), ("人口", ""), ("面积", ""))
    by_area, other = replace(_collected(*items), key=("区划",)), replace(_collected(*items), key=("区划",))
    assert pure_overlaps(by_area, [other])
    assert not pure_overlaps(by_area, [replace(other, key=("人口",))])
    assert not pure_overlaps(replace(by_area, key=()), [other])


def test_general_elements_count_only_with_the_same_name() -> None:
    own = _collected(ID, ("出生日期", "date"))
    assert not pure_overlaps(own, [_collected(ID, ("发证日期", "date"))])
    assert pure_overlaps(own, [_collected(ID, ("出生 日期", "date"))])


def test_little_in_common_is_no_warning() -> None:
    own = _collected(ID, ("姓名", "cn_person_name"), ("学校", ""), ("年级", ""))
    assert not pure_overlaps(own, [_collected(ID, ("姓名", "cn_person_name"))])


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefg"), st.sampled_from(["", "date", "cn_person_name"])), min_size=1
    )
)
def test_a_dataset_wholly_overlaps_with_its_copy(items: list[tuple[str, str]]) -> None:
    own = _collected(ID, *items)
    (found,) = pure_overlaps(own, [_collected(ID, *items)])
    assert found.share == 1


def test_names_are_compared_without_width_case_and_punctuation() -> None:
    assert folded("ＰＭ２．５（值）") == folded("pm2.5 值")
    assert folded("___") == "___"


@pytest.mark.django_db
def test_the_catalogue_notices_until_the_other_is_withdrawn() -> None:
    mine, theirs = an_agency(1), an_agency(2)
    items = (an_item("身份证号", element="cn_identity_number"), an_item("姓名", element="cn_person_name"))
    first = draft_dataset(OPERATOR, a_draft(theirs, code="first", items=items, key=()))
    draft = a_draft(mine, code="second", items=items, key=())
    (found,) = overlaps(draft)
    assert (found.dataset_id, found.agency_id) == (first, theirs)
    second = draft_dataset(OPERATOR, draft)
    assert [other.code for other in overlaps(dataset(second))] == ["first"]
    publish(OPERATOR, first)
    withdraw(OPERATOR, first, "merged")
    assert not overlaps(draft_without_self := dataset(second)), draft_without_self
