"""From an accepted correction to the right value: through the quarantine's own loop, or by the source's next delivery."""

from __future__ import annotations

from django.db.models import QuerySet

from cityhall.cases.actions import act
from cityhall.cases.queries import CaseInfo, case
from cityhall.collection.actions import correct_rows
from cityhall.collection.events import VersionLoaded
from cityhall.identity.queries import actor_for_person
from cityhall.kernel import jobs
from cityhall.kernel.actor import system_actor
from cityhall.kernel.errors import CityhallError
from cityhall.opening import models
from cityhall.opening.requesting.following import MEND
from cityhall.opening.requesting.rowkeys import quarantined_line, value_at
from cityhall.opening.talking.rules import same_value

SETTLE = "opening.settle_corrections"
SETTLER = system_actor("corrections")


@jobs.job(MEND, again=True)
def mend_row(number: str) -> None:
    """An accepted correction of a row that waits in the quarantine goes through the rules again, for whoever accepted it.

    A published row is put right where it comes from, so that the next delivery does not bring the error back; the reporter
    hears when it has arrived.
    """
    found = case(SETTLER, number)
    item, right, row = _said(found)
    place = quarantined_line(str(found.fields.get("dataset", "")), row) if item and right and row else None
    if place is None or "mend" in {one.act for one in found.timeline}:
        return
    accepted = next(one.actor for one in reversed(found.timeline) if one.act == "accept")
    report_id, line = place
    run_id = correct_rows(actor_for_person(accepted), report_id, {line: {item: right}})
    act(SETTLER, number, "mend", {"run": run_id})


def look_after_corrections(event: VersionLoaded) -> None:
    """A new version is there: look later whether it holds what was promised."""
    if _open(event.dataset_id).exists():
        jobs.enqueue(SETTLE, dataset_id=event.dataset_id)


@jobs.job(SETTLE, again=True)
def settle_corrections(dataset_id: str) -> None:
    """Settle every accepted correction whose value the published version now holds."""
    for request in _open(dataset_id).exclude(item=""):
        item, right, row = _said(case(SETTLER, request.number))
        if not row:
            continue
        try:
            arrived = same_value(value_at(SETTLER, dataset_id, item, row), right)
        except CityhallError:
            continue  # the row or the item is gone: the steward has to say what became of it
        if arrived:
            act(SETTLER, request.number, "arrive")


def _said(found: CaseInfo) -> tuple[str, str, dict[str, str]]:
    """The item, the right value and the row's key of a correction."""
    pairs = (str(one).partition("=") for one in found.fields.get("row", ()))
    row = {name: value for name, _, value in pairs}
    return str(found.fields.get("item", "")), str(found.fields.get("right", "")), row


def _open(dataset_id: str) -> QuerySet[models.Request]:
    return models.Request.objects.filter(
        dataset_id=dataset_id, kind="correction", state="granted", settled=None
    )
