"""A remembered shape is never an old one, and never one that was not committed."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from tests.catalog.making import OPERATOR, a_draft, an_agency, words

from cityhall.catalog import remembering, storing
from cityhall.catalog.actions import draft_dataset, publish, update_dataset
from cityhall.catalog.errors import DatasetUnknown
from cityhall.catalog.queries import dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def stands(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A draft; the transaction around every test counts as none."""
    around = len(connection.savepoint_ids)
    monkeypatch.setattr(remembering, "uncommitted", lambda: len(connection.savepoint_ids) > around)
    remembering._kept.cache_clear()
    return draft_dataset(OPERATOR, a_draft(an_agency()))


def test_an_entry_is_shaped_once_and_again_after_each_change(stands: str) -> None:
    first = dataset(stands)
    assert dataset("bike-stands") is first
    update_dataset(OPERATOR, stands, {"title": words("Stands")}, 1)
    assert dataset(stands).title.en == "Stands"
    publish(OPERATOR, stands)
    assert dataset(stands).state == "published"


def test_what_was_rolled_back_was_never_there(stands: str) -> None:
    with transaction.atomic():
        update_dataset(OPERATOR, stands, {"title": words("Undone")}, 1)
        assert dataset(stands).title.en == "Undone"
        transaction.set_rollback(True)
    assert dataset(stands).title.en == "Bicycle stands"
    update_dataset(OPERATOR, stands, {"title": words("Done")}, 1)
    assert dataset(stands).title.en == "Done"


def test_a_change_while_it_is_read_is_seen(stands: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shaped = storing.dataset_shape
    changes = iter([{"title": words("Meanwhile")}])

    def slowly(row):  # type: ignore[no-untyped-def]
        shape = shaped(row)
        if (change := next(changes, None)) is not None:
            update_dataset(OPERATOR, stands, change, 1)
        return shape

    monkeypatch.setattr(storing, "dataset_shape", slowly)
    assert dataset(stands).title.en == "Meanwhile"


def test_an_unknown_entry_stays_unknown() -> None:
    with pytest.raises(DatasetUnknown):
        dataset("no-such")
