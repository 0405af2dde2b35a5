"""Harvests: new, unchanged, changed, gone and back; broken entries, limits, cancelling, a crash in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.federation.conftest import Elsewhere, Harvester, package
from tests.web.city import BUILDER

from cityhall.catalog.actions import update_dataset
from cityhall.catalog.queries import dataset, datasets, revisions
from cityhall.federation import harvesting
from cityhall.federation.actions import (
    cancel,
    create_harvest,
    perform_harvest,
    start_run,
    tick,
    update_harvest,
)
from cityhall.federation.errors import HarvestInProgress, HarvestKindUnknown, HarvestSettingWrong
from cityhall.federation.feeds import ckan
from cityhall.federation.models import Harvest, HarvestRun, Origin
from cityhall.federation.queries import HarvestRunInfo, failures, harvest_run, harvests, origins_of
from cityhall.identity.errors import RightMissing
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS
from cityhall.ledger.queries import entries
from cityhall.opening.queries import decide


def _counts(run: HarvestRunInfo) -> dict[str, int]:
    return {name: count for name, count in run.counts.items() if count and name not in ("pages", "bytes")}


def _one(elsewhere: Elsewhere) -> str:
    return Origin.objects.get(remote_id=elsewhere.packages[0]["id"]).dataset_id


def test_a_ckan_becomes_entries_that_say_where_they_come_from(
    elsewhere: Elsewhere, harvest: Harvester
) -> None:
    elsewhere.packages = [package(number) for number in range(1, 4)]
    run = harvest()
    assert (run.stage, run.whole, _counts(run)) == ("done", True, {"seen": 3, "created": 3})
    entry = dataset(_one(elsewhere))
    assert entry.state == "published"
    assert entry.title.en == "Wells of district 1"
    assert (entry.licence, entry.keywords, entry.contact.name) == (
        "CC-BY-4.0",
        ("water", "wells"),
        "Desk of wells",
    )
    assert str(entry.temporal.start) == "2020-01-01"
    origin = origins_of([entry.id])[entry.id]
    assert origin.address == f"{elsewhere.address}/dataset/wells-1"
    assert (origin.licence, origin.publisher) == (
        "https://creativecommons.org/licenses/by/4.0/",
        "Water Works",
    )


def test_nothing_harvested_is_open_by_itself(elsewhere: Elsewhere, harvest: Harvester) -> None:
    elsewhere.packages = [package(1)]
    harvest()
    entry = dataset(_one(elsewhere))
    assert entry.opening_class == "restricted"
    decision = decide(ANONYMOUS, entry, "api")
    assert not decision.items
    assert f"{elsewhere.address}/dataset/wells-1" in decision.reasons["data"].zh


def test_the_same_again_writes_nothing(elsewhere: Elsewhere, harvest: Harvester) -> None:
    elsewhere.packages = [package(number) for number in range(1, 4)]
    harvest()
    before = (len(entries(limit=500)), [row.number for row in revisions(_one(elsewhere))])
    assert _counts(harvest()) == {"seen": 3, "unchanged": 3}
    after = (len(entries(limit=500)), [row.number for row in revisions(_one(elsewhere))])
    assert after == (before[0] + 2, before[1])  # the run's beginning and end


def test_what_changed_there_is_a_new_revision_here(elsewhere: Elsewhere, harvest: Harvester) -> None:
    elsewhere.packages = [package(number) for number in range(1, 4)]
    harvest()
    elsewhere.packages[0] = package(1, title="Wells, corrected", name="renamed")
    assert _counts(harvest()) == {"seen": 3, "changed": 1, "unchanged": 2}
    entry = dataset(_one(elsewhere))
    assert (entry.title.en, entry.revision) == ("Wells, corrected", 3)
    assert origins_of([entry.id])[entry.id].address.endswith("/dataset/renamed")


def test_gone_and_back(elsewhere: Elsewhere, harvest: Harvester) -> None:
    elsewhere.packages = [package(number) for number in range(1, 4)]
    harvest()
    first, gone = _one(elsewhere), elsewhere.packages.pop(0)
    assert _counts(harvest()) == {"seen": 2, "unchanged": 2, "withdrawn": 1}
    assert dataset(first).state == "withdrawn"
    assert "Elsewhere ckan" in revisions(first)[0].why
    assert _counts(harvest()) == {"seen": 2, "unchanged": 2}
    elsewhere.packages.insert(0, gone)
    assert _counts(harvest()) == {"seen": 3, "unchanged": 2, "restored": 1}
    assert (dataset(first).state, datasets().total) == ("published", 3)


def test_a_catalogue_that_is_suddenly_empty_is_not_believed(elsewhere: Elsewhere, harvest: Harvester) -> None:
    elsewhere.packages = [package(number) for number in range(1, 17)]
    harvest()
    elsewhere.packages = elsewhere.packages[:2]
    run = harvest()
    assert run.error and run.error["code"] == "federation.too_many_gone"
    assert "withdrawn" not in _counts(run)
    assert {one.state for one in datasets().datasets} == {"published"}


def test_a_broken_entry_does_not_stop_the_others(elsewhere: Elsewhere, harvest: Harvester) -> None:
    broken = [
        {},
        {"id": "x1"},
        "nonsense",
        package(8, title="<b></b>", name=""),
        package(9, tags="none", extras=7),
    ]
    elsewhere.packages = [package(1), *broken, package(2)]  # type: ignore[list-item]
    run = harvest()
    assert run.stage == "done"
    assert (run.counts["created"], run.counts["failed"]) == (3, 4)
    assert {one.code for one in failures(run.id)} == {"federation.entry_unusable"}


def test_limits_stop_a_run_and_withdraw_nothing(elsewhere: Elsewhere, harvest: Harvester) -> None:
    elsewhere.packages = [package(number) for number in range(1, 4)]
    harvest()
    Harvest.objects.update(settings=Harvest.objects.get().settings | {"max_datasets": 2})
    del elsewhere.packages[0]
    elsewhere.packages += [package(7), package(8)]
    run = harvest()
    assert (run.stage, run.whole) == ("done", False)
    assert run.error and run.error["code"] == "federation.limit_reached"
    assert "withdrawn" not in _counts(run)


@pytest.mark.parametrize(("limit", "value"), [("max_pages", 1), ("max_bytes", 1000), ("max_page_bytes", 200)])
def test_every_limit_counts(
    elsewhere: Elsewhere, harvest: Harvester, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(ckan, "PAGE", 2)
    elsewhere.packages = [package(number) for number in range(1, 5)]
    run = harvest(**{limit: value})
    assert run.error and run.error["code"] in ("federation.limit_reached", "collection.source_too_big")


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        b'{"success": false}',
        b'{"success": true, "result": {"count": "many", "results": []}}',
        b"[" * 900,
    ],
)
def test_what_is_no_ckan_fails_with_a_sentence(
    elsewhere: Elsewhere, harvest: Harvester, answer: bytes
) -> None:
    elsewhere.trouble = lambda path: answer
    run = harvest()
    assert (run.stage, run.error and run.error["code"]) == ("failed", "federation.feed_unusable")


def test_a_page_that_breaks_off_withdraws_nothing(
    elsewhere: Elsewhere, harvest: Harvester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ckan, "PAGE", 2)
    elsewhere.packages = [package(number) for number in range(1, 5)]
    harvest()
    elsewhere.trouble = lambda path: b"{}" if "start=2" in path else None
    run = harvest()
    assert (run.stage, run.whole) == ("failed", None)
    assert {one.state for one in datasets(limit=200).datasets} == {"published"}


def test_killed_in_between_and_taken_up_again(
    elsewhere: Elsewhere, harvest: Harvester, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere.packages = [package(number) for number in range(1, 6)]
    true, taken = harvesting.take_entry, []

    def dying(*given: object) -> object:
        if len(taken) == 3:
            raise KeyboardInterrupt  # what no handler catches, as little as a kill
        taken.append(given)
        return true(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(harvesting, "take_entry", dying)
    with pytest.raises(KeyboardInterrupt):
        harvest()
    monkeypatch.setattr(harvesting, "take_entry", true)
    run = HarvestRun.objects.get()
    assert (run.active, datasets().total) == (True, 3)
    assert tick(BUILDER) == 0  # it might still live
    with clock.at(clock.now() + timedelta(minutes=10)):
        assert tick(BUILDER) == 1
    perform_harvest(run_id=run.id)
    assert _counts(harvest_run(run.id)) == {"seen": 5, "unchanged": 3, "created": 2}
    assert datasets().total == 5


def test_a_run_that_dies_again_and_again_ends(elsewhere: Elsewhere, harvest: Harvester) -> None:
    harvest()
    HarvestRun.objects.update(active=True, stage="reading", attempt=3, heartbeat=None)
    assert tick(BUILDER) == 0
    run = HarvestRun.objects.get()
    assert (run.stage, run.error["code"]) == ("failed", "federation.interrupted")


def test_cancelled(elsewhere: Elsewhere, harvest: Harvester, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere.packages = [package(number) for number in range(1, 6)]
    monkeypatch.setattr(harvesting, "_BEAT_SECONDS", -1.0)

    def asked(path: str) -> None:
        if not HarvestRun.objects.filter(cancel_requested=True).exists():
            HarvestRun.objects.filter(active=True).update(cancel_requested=True)

    true = harvesting.take_entry
    monkeypatch.setattr(harvesting, "take_entry", lambda *given: (true(*given), asked(""))[0])
    run = harvest()
    assert (run.stage, run.counts["created"]) == ("cancelled", 1)
    waiting = start_run(BUILDER, run.harvest_id)
    cancel(BUILDER, waiting)
    assert harvest_run(waiting).stage == "cancelled"


def test_one_run_at_a_time_and_on_schedule(elsewhere: Elsewhere, harvest: Harvester) -> None:
    first = harvest()
    update_harvest(BUILDER, first.harvest_id, {"schedule": "daily at 03:00"})
    assert tick(BUILDER) == 0
    with clock.at(clock.now() + timedelta(days=1, hours=1)):
        assert tick(BUILDER) == 1
        assert tick(BUILDER) == 0
        with pytest.raises(HarvestInProgress):
            start_run(BUILDER, first.harvest_id)
    due = harvests()[0].next_due
    assert due and due > clock.now() + timedelta(days=1)


def test_what_a_steward_changed_stays_until_its_origin_changes(
    elsewhere: Elsewhere, harvest: Harvester
) -> None:
    elsewhere.packages = [package(1)]
    harvest()
    entry = dataset(_one(elsewhere))
    update_dataset(
        BUILDER, entry.id, {"region": "330300", "abstract": {"en": "Ours", "zh": "我们的"}}, entry.revision
    )
    assert _counts(harvest()) == {"seen": 1, "unchanged": 1}
    assert dataset(entry.id).abstract.en == "Ours"
    elsewhere.packages = [package(1, notes="Theirs")]
    harvest()
    assert (dataset(entry.id).abstract.en, dataset(entry.id).region) == ("Theirs", "330300")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"kind": "oai"}, HarvestKindUnknown),
        ({"url": "file:///etc/passwd"}, HarvestSettingWrong),
        ({"url": "http://user:secret@data.example/"}, HarvestSettingWrong),
        ({"settings": {"max_pages": "many"}}, HarvestSettingWrong),
        ({"settings": {"nonsense": 1}}, HarvestSettingWrong),
        ({"settings": {"formats": "CSV"}}, HarvestSettingWrong),
        ({"settings": {"field": "nothing"}}, HarvestSettingWrong),
        ({"name": " "}, HarvestSettingWrong),
    ],
    ids=str,
)
def test_what_cannot_be_set_up(agency: str, changes: dict[str, object], error: type[Exception]) -> None:
    given: dict[str, object] = {
        "kind": "ckan",
        "name": "A",
        "url": "https://data.example",
        "agency_id": agency,
    }
    with pytest.raises(error):
        create_harvest(BUILDER, **{**given, **changes})  # type: ignore[arg-type]


def test_who_may_harvest(agency: str) -> None:
    with pytest.raises(RightMissing):
        create_harvest(ANONYMOUS, "ckan", "A", "https://data.example", agency)
    made = create_harvest(BUILDER, "ckan", "A", "https://data.example", agency)
    with pytest.raises(RightMissing):
        start_run(ANONYMOUS, made)


def test_no_way_into_the_private_network(elsewhere: Elsewhere, agency: str) -> None:
    made = create_harvest(BUILDER, "ckan", "A", elsewhere.address, agency, settings={"attempts": 1})
    run = start_run(BUILDER, made)
    perform_harvest(run_id=run)
    told = harvest_run(run).error
    assert told and told["code"] == "collection.address_refused"
    assert not elsewhere.asked
