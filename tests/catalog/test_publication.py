"""Draft, change, publish, withdraw: with rights, revisions and ledger entries."""

from __future__ import annotations

import pytest
from tests.catalog.making import OPERATOR, a_draft, an_agency, an_item, steward_of, uscc

from cityhall.catalog import errors
from cityhall.catalog.actions import agree_rules, draft_dataset, publish, update_dataset, withdraw
from cityhall.catalog.models import Revision, RuleAgreement
from cityhall.catalog.queries import CheckRule, Opening, dataset, problems
from cityhall.identity.errors import RightMissing
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.text import Text
from cityhall.ledger.models import Entry

pytestmark = pytest.mark.django_db


def _entries(dataset_id: str) -> list[str]:
    return list(
        Entry.objects.filter(subject=f"dataset:{dataset_id}").order_by("id").values_list("verb", flat=True)
    )


def test_a_draft_becomes_public_and_is_withdrawn_again() -> None:
    agency_id = an_agency()
    steward = steward_of(agency_id)
    dataset_id = draft_dataset(steward, a_draft(agency_id))
    assert dataset("bike-stands").state == "draft"
    assert publish(steward, dataset_id) == 2
    assert dataset(dataset_id).published is not None
    assert withdraw(steward, dataset_id, "counted twice") == 3
    assert dataset(dataset_id).state == "withdrawn"
    assert publish(steward, dataset_id) == 4
    assert [row.verb for row in Revision.objects.order_by("number")] == [
        "draft",
        "publish",
        "withdraw",
        "publish",
    ]
    assert _entries(dataset_id) == [
        "catalog.draft_dataset",
        "catalog.publish",
        "catalog.withdraw",
        "catalog.publish",
    ]


def test_what_is_stored_is_what_was_drafted() -> None:
    agency_id = an_agency()
    secret = an_item(
        "owner_id",
        level=3,
        element="cn.identity",
        mask="id_3_4",
        opening=Opening("restricted", Text("on request", "申请")),
    )
    draft = a_draft(agency_id, items=(*a_draft(agency_id).items, secret))
    stored = dataset(draft_dataset(OPERATOR, draft))
    assert [item.name for item in stored.items] == ["stand_no", "name", "places", "owner_id"]
    assert stored.items[3].opening == secret.opening
    assert (stored.level, stored.opening_class, stored.sharing_class) == (3, "restricted", "unconditional")
    assert stored.title == draft.title


def test_the_agency_may_be_named_by_its_credit_code() -> None:
    agency_id = an_agency(7)
    assert dataset(draft_dataset(OPERATOR, a_draft(uscc(7)))).agency_id == agency_id


def test_only_the_agency_itself_may_draft() -> None:
    mine, other = an_agency(1), an_agency(2)
    for actor in (ANONYMOUS, steward_of(other)):
        with pytest.raises(RightMissing):
            draft_dataset(actor, a_draft(mine))


def test_a_dataset_cannot_be_moved_to_a_foreign_agency() -> None:
    mine, other = an_agency(1), an_agency(2)
    dataset_id = draft_dataset(OPERATOR, a_draft(mine))
    with pytest.raises(RightMissing):
        update_dataset(steward_of(mine), dataset_id, {"agency_id": other}, 1)


def test_the_slower_of_two_editors_is_told() -> None:
    dataset_id = draft_dataset(OPERATOR, a_draft(an_agency()))
    assert update_dataset(OPERATOR, dataset_id, {"region": "330302"}, 1) == 2
    with pytest.raises(errors.RevisionStale):
        update_dataset(OPERATOR, dataset_id, {"region": "330303"}, 1)
    assert dataset(dataset_id).region == "330302"


def test_changes_may_be_plain_or_shapes() -> None:
    dataset_id = draft_dataset(OPERATOR, a_draft(an_agency()))
    update_dataset(
        OPERATOR, dataset_id, {"items": [an_item("only")], "key": [], "title": {"en": "One", "zh": "一"}}, 1
    )
    assert [item.name for item in dataset(dataset_id).items] == ["only"]
    assert dataset(dataset_id).title == Text("One", "一")
    with pytest.raises(errors.ChangeUnknown):
        update_dataset(OPERATOR, dataset_id, {"colour": "green"}, 2)


def test_a_code_is_used_once() -> None:
    agency_id = an_agency()
    draft_dataset(OPERATOR, a_draft(agency_id))
    with pytest.raises(errors.CodeTaken):
        draft_dataset(OPERATOR, a_draft(agency_id))


def test_without_a_code_the_id_serves() -> None:
    dataset_id = draft_dataset(OPERATOR, a_draft(an_agency(), code=""))
    assert dataset(dataset_id).code == dataset_id


def test_publishing_needs_reasons_for_limits() -> None:
    items = (an_item("name", opening=Opening("restricted")),)
    dataset_id = draft_dataset(OPERATOR, a_draft(an_agency(), items=items, key=()))
    with pytest.raises(errors.OpeningUnexplained):
        publish(OPERATOR, dataset_id)
    assert dataset(dataset_id).state == "draft"


def test_a_published_entry_stays_publishable() -> None:
    dataset_id = draft_dataset(OPERATOR, a_draft(an_agency()))
    publish(OPERATOR, dataset_id)
    with pytest.raises(errors.ItemsMissing):
        update_dataset(OPERATOR, dataset_id, {"items": [], "key": []}, 2)
    assert len(dataset(dataset_id).items) == 3


def test_states_forbid_steps() -> None:
    dataset_id = draft_dataset(OPERATOR, a_draft(an_agency()))
    with pytest.raises(errors.NotPublished):
        withdraw(OPERATOR, dataset_id, "why")
    publish(OPERATOR, dataset_id)
    with pytest.raises(errors.AlreadyPublished):
        publish(OPERATOR, dataset_id)
    with pytest.raises(errors.WhyMissing):
        withdraw(OPERATOR, dataset_id, "  ")


def test_rules_are_agreed_in_versions() -> None:
    dataset_id = draft_dataset(OPERATOR, a_draft(an_agency()))
    rule = CheckRule(code="R1", kind="required", items=("stand_no",))
    assert agree_rules(OPERATOR, dataset_id, [rule]) == 1
    assert agree_rules(OPERATOR, dataset_id, []) == 2
    assert [row.rules for row in RuleAgreement.objects.order_by("version")][1] == []
    assert dataset(dataset_id).rules_version == 2
    with pytest.raises(errors.KeyUnknown):
        agree_rules(OPERATOR, dataset_id, [CheckRule(code="R1", kind="required", items=("nothing",))])


def test_all_problems_are_told_at_once() -> None:
    items = (an_item("a", level=4), an_item("A", level=2), an_item("_x"))
    draft = a_draft(
        an_agency(), items=items, key=("b",), licence="mine", field_code="magic", system_id="none"
    )
    found = {type(problem).__name__ for problem in problems(draft)}
    assert found == {
        "LevelForbidsOpening",
        "LevelNeedsApproval",
        "ItemRepeated",
        "ItemNameWrong",
        "KeyUnknown",
        "WordUnknown",
        "SystemUnknown",
    }
