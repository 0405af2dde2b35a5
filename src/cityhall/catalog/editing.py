"""Drafting, changing, publishing and withdrawing: each is one ledger entry, one event and one revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cityhall.catalog import models, plain, storing
from cityhall.catalog.checking import demand_sound
from cityhall.catalog.errors import (
    AlreadyPublished,
    CodeTaken,
    DatasetUnknown,
    NotPublished,
    RevisionStale,
    WhyMissing,
)
from cityhall.catalog.events import (
    DatasetChanged,
    DatasetDrafted,
    DatasetPublished,
    DatasetWithdrawn,
    RulesAgreed,
)
from cityhall.catalog.shapes import CheckRule, Dataset, DatasetDraft
from cityhall.catalog.storing import Change
from cityhall.identity.queries import agency, require
from cityhall.kernel import clock, events
from cityhall.kernel.actor import Actor
from cityhall.kernel.ids import new_id
from cityhall.ledger.actions import action, record


@action("catalog.draft_dataset")
def draft_dataset(actor: Actor, draft: DatasetDraft, *, why: str = "") -> str:
    """Enter a dataset as a draft; answers its id. `agency_id` may be the agency's id or USCC.

    Raises the first of the draft's problems (see `queries.problems`), CodeTaken, AgencyUnknown, RightMissing.
    """
    draft = replace(plain.normal(draft), agency_id=agency(draft.agency_id).id)
    require(actor, "catalog.edit", draft.agency_id)
    dataset_id = new_id("dst")
    draft = replace(draft, code=draft.code or dataset_id)
    demand_sound(draft, "draft")
    if models.Dataset.objects.filter(code=draft.code).exists():
        raise CodeTaken(code=draft.code)
    now = clock.now()
    models.Dataset.objects.create(
        id=dataset_id,
        code=draft.code,
        state="draft",
        revision=1,
        rules_version=1 if draft.rules else 0,
        created=now,
        modified=now,
        **storing.columns(draft),
    )
    models.DatasetItem.objects.bulk_create(storing.item_rows(dataset_id, draft.items))
    change = Change(actor.id, "draft", now, why)
    if draft.rules:
        storing.agreement_row(dataset_id, draft.rules, 1, change).save(force_insert=True)
    _keep_revision(dataset_id, draft, "draft", 1, change)
    events.emit(DatasetDrafted(dataset_id))
    return dataset_id


@action("catalog.update_dataset")
def update_dataset(
    actor: Actor, dataset_id: str, changes: Mapping[str, Any], expected_revision: int, *, why: str = ""
) -> int:
    """Replace parts of an entry; answers the new revision number.

    `changes`: name -> plain value or shape, names as in DatasetDraft without code and rules; `items` replaces
    the whole list. Changing a published entry takes the right to publish. Raises RevisionStale when somebody
    was faster, and the first of the problems that the changed entry would have.
    """
    before = _locked(dataset_id)
    after = plain.changed(before, changes)
    after = replace(after, agency_id=agency(after.agency_id).id)
    right = "catalog.publish" if before.state == "published" else "catalog.edit"
    for agency_id in {before.agency_id, after.agency_id}:
        require(actor, right, agency_id)
    demand_sound(after, before.state)
    revision = _advance(before, after, _change(actor, "update", why), expected_revision)
    if after.items != before.items:
        models.DatasetItem.objects.filter(dataset_id=before.id).delete()
        models.DatasetItem.objects.bulk_create(storing.item_rows(before.id, after.items))
    events.emit(DatasetChanged(before.id, revision))
    return revision


@action("catalog.agree_rules")
def agree_rules(
    actor: Actor,
    dataset_id: str,
    rules: Sequence[CheckRule],
    *,
    expected_revision: int | None = None,
    why: str = "",
) -> int:
    """Put quality rules in force for a dataset; answers the version of the rules, counted from 1."""
    before = _locked(dataset_id)
    require(actor, "catalog.edit", before.agency_id)
    after = plain.normal(replace(before, rules=tuple(rules)))
    demand_sound(after, "draft")
    version, change = before.rules_version + 1, _change(actor, "agree_rules", why)
    _advance(before, after, change, expected_revision, rules_version=version)
    storing.agreement_row(before.id, after.rules, version, change).save(force_insert=True)
    events.emit(RulesAgreed(before.id, version))
    return version


@action("catalog.publish")
def publish(actor: Actor, dataset_id: str, *, expected_revision: int | None = None, why: str = "") -> int:
    """Make a draft or withdrawn dataset public in the catalogue; answers the new revision number.

    Raises AlreadyPublished, or what is not ready: TitleMissing, ItemsMissing, SharingUnexplained, OpeningUnexplained.
    """
    before = _locked(dataset_id)
    require(actor, "catalog.publish", before.agency_id)
    if before.state == "published":
        raise AlreadyPublished(dataset=before.code)
    demand_sound(before, "published")
    change = _change(actor, "publish", why)
    published = before.published or change.at
    revision = _advance(before, before, change, expected_revision, state="published", published=published)
    events.emit(DatasetPublished(before.id, revision))
    return revision


@action("catalog.withdraw")
def withdraw(actor: Actor, dataset_id: str, reason: str, *, expected_revision: int | None = None) -> int:
    """Take a published dataset out of the public catalogue, saying why; answers the new revision number."""
    before = _locked(dataset_id)
    require(actor, "catalog.withdraw", before.agency_id)
    if before.state != "published":
        raise NotPublished(dataset=before.code)
    if not reason.strip():
        raise WhyMissing()
    revision = _advance(
        before, before, _change(actor, "withdraw", reason), expected_revision, state="withdrawn"
    )
    events.emit(DatasetWithdrawn(before.id, revision))
    return revision


def _locked(dataset_id: str) -> Dataset:
    """The dataset as it stands, its row locked until the transaction ends."""
    row = models.Dataset.objects.select_for_update().filter(id=dataset_id).first()
    if row is None:
        raise DatasetUnknown(dataset=dataset_id)
    return storing.dataset_shape(row)


def _change(actor: Actor, verb: str, why: str) -> Change:
    return Change(actor.id, verb, clock.now(), why)


def _advance(
    before: Dataset, after: DatasetDraft, change: Change, expected: int | None, **bookkeeping: Any
) -> int:
    """Write the entry's next revision; raises RevisionStale unless it is still at the expected one."""
    if expected is not None and expected != before.revision:
        raise RevisionStale(dataset=before.code, current=before.revision, expected=expected)
    number = before.revision + 1
    values = storing.columns(after) | bookkeeping | {"revision": number, "modified": change.at}
    models.Dataset.objects.filter(id=before.id).update(**values)
    _keep_revision(before.id, after, bookkeeping.get("state", before.state), number, change)
    return number


def _keep_revision(dataset_id: str, draft: DatasetDraft, state: str, number: int, change: Change) -> None:
    """Append to the history and record the ledger entry, which holds the snapshot's hash."""
    row = storing.revision_row(dataset_id, draft, state, number, change)
    row.save(force_insert=True)
    record(f"dataset:{dataset_id}", revision=number, state=state, sha256=row.sha256)
