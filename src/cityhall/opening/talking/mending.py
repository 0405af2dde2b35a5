"""From an accepted correction to the right value: through the quarantine's own loop, or by the source's next delivery."""

from __future__ import annotations

from django.db.models import QuerySet

from cityhall.collection.actions import correct_rows
from cityhall.collection.events import VersionLoaded
from cityhall.kernel import clock, jobs
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record
from cityhall.opening import models
from cityhall.opening.talking.requests import answer
from cityhall.opening.talking.rowkeys import quarantined_line, value_at
from cityhall.opening.talking.rules import same_value
from cityhall.opening.talking.speaking import tell_author

JOB = "opening.settle_corrections"
SETTLER = system_actor("corrections")


def accept_correction(actor: Actor, request_id: str, words: str) -> str:
    """Accept a correction; answers the id of the run that put the row right, empty when the source has to.

    A row that waits in the quarantine goes through the correction loop at once. A published row is put right where it
    comes from, so that the next delivery does not bring the error back; the reporter hears when it has arrived.
    Errors: those of `answer`, and of `collection.actions.correct_rows`.
    """
    row = models.Request.objects.filter(id=request_id, kind="correction", state="filed").first()
    place = quarantined_line(row.dataset_id, row.row) if row and row.item and row.right else None
    run_id = ""
    if row and place:
        report_id, line = place
        run_id = correct_rows(actor, report_id, {line: {row.item: row.right}})
    answer(actor, request_id, True, words, run_id=run_id)
    return run_id


def look_after_corrections(event: VersionLoaded) -> None:
    """A new version is there: look later whether it holds what was promised."""
    if _open(event.dataset_id).exists():
        jobs.enqueue(JOB, dataset_id=event.dataset_id)


@jobs.job(JOB)
def settle_corrections(dataset_id: str) -> None:
    """Settle every accepted correction whose value the published version now holds."""
    for row in _open(dataset_id).exclude(item=""):
        try:
            arrived = same_value(value_at(SETTLER, dataset_id, row.item, row.row), row.right)
        except CityhallError:
            continue  # the row or the item is gone: the steward has to say what became of it
        if arrived:
            settle_correction(SETTLER, row.id)


@action("opening.settle_correction")
def settle_correction(actor: Actor, request_id: str) -> None:  # noqa: ARG001  (an action names its actor)
    """The published version holds the right value; its reporter is told."""
    row = models.Request.objects.select_for_update().get(id=request_id)
    row.settled = clock.now()
    row.save(update_fields=["settled"])
    record(f"dataset:{row.dataset_id}", request=row.id)
    tell_author(
        row.person_id,
        Text(en="The value you reported is right now", zh="您反馈的错误已更正"),
        Text(
            en="The published version holds what you said. Thank you.",
            zh="已发布的版本已采用您的更正，感谢反馈。",
        ),
        f"/requests/{row.id}/",
    )


def _open(dataset_id: str) -> QuerySet[models.Request]:
    return models.Request.objects.filter(
        dataset_id=dataset_id, kind="correction", state="granted", settled=None
    ).exclude(row={})
