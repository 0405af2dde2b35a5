"""The plain filter and its pages."""

from __future__ import annotations

import pytest
from tests.catalog.making import OPERATOR, a_draft, an_agency, an_item, words

from cityhall.catalog.actions import draft_dataset, publish
from cityhall.catalog.errors import DatasetUnknown
from cityhall.catalog.queries import Filter, Opening, dataset, datasets, datasets_by_id

pytestmark = pytest.mark.django_db


def _codes(wanted: Filter) -> list[str]:
    return [found.code for found in datasets(wanted).datasets]


def test_pages_meet_every_dataset_once() -> None:
    agency_id = an_agency()
    for number in range(7):
        draft_dataset(OPERATOR, a_draft(agency_id, code=f"d{number}"))
    seen, after = [], ""
    while True:
        page = datasets(after=after, limit=3)
        seen += [found.code for found in page.datasets]
        assert page.total == 7
        if not (after := page.next):
            break
    assert seen == [f"d{number}" for number in range(7)]
    assert len(datasets(limit=0).datasets) == 1


def test_each_part_of_a_filter_limits() -> None:
    first, second = an_agency(1), an_agency(2)
    secret = an_item(
        "身份证号",
        element="cn_identity_number",
        level=4,
        opening=Opening("forbidden", words("secret", "敏感")),
    )
    draft_dataset(OPERATOR, a_draft(first, code="a", items=(secret,), key=(), region="330302"))
    public = draft_dataset(
        OPERATOR, a_draft(second, code="b", title=words("Road Works", "道路施工"), field_code="other")
    )
    publish(OPERATOR, public)
    assert _codes(Filter()) == ["a", "b"]
    assert _codes(Filter(agency_id=first)) == ["a"]
    assert _codes(Filter(level=4)) == _codes(Filter(opening_class="forbidden")) == ["a"]
    assert _codes(Filter(element="cn_identity_number")) == _codes(Filter(region="3303")) == ["a"]
    assert _codes(Filter(state="published")) == _codes(Filter(field_code="other")) == ["b"]
    assert _codes(Filter(text="WORKS 道路")) == ["b"]
    assert _codes(Filter(text="身份证")) == ["a"]
    assert _codes(Filter(text="100%_")) == []


def test_datasets_by_id_and_unknown_ones() -> None:
    dataset_id = draft_dataset(OPERATOR, a_draft(an_agency()))
    assert list(datasets_by_id([dataset_id, "none"])) == [dataset_id]
    with pytest.raises(DatasetUnknown):
        dataset("none")
