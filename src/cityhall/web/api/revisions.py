"""The history of a catalogue entry: its revisions, and what each changed, for those who look after it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from cityhall.catalog.queries import RevisionInfo
from cityhall.web.api import answers
from cityhall.web.api.documenting import answers as documented
from cityhall.web.api.reading import Number, plain_id
from cityhall.web.api.shapes import RevisionAnswer, RevisionsAnswer
from cityhall.web.pages.revision import history_for, revision_seen
from cityhall.web.visitor import actor_for_program

router = Router(tags=["catalogue"])


@router.get(
    "/datasets/{dataset_id}/revisions",
    response=documented(RevisionsAnswer),
    summary="Revisions of an entry",
    operation_id="revisions",
)
def revisions(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Every change of the entry, newest first. Takes the right to edit it."""
    _, history = history_for(actor_for_program(request), plain_id(dataset_id), "api")
    return answers.answer({"revisions": [_line(one) for one in history]})


@router.get(
    "/datasets/{dataset_id}/revisions/{number}",
    response=documented(RevisionAnswer),
    summary="What a revision changed",
    operation_id="revision",
)
def revision(
    request: HttpRequest, dataset_id: str, number: Number, since: Number | None = None
) -> HttpResponse:
    """Who made it and why, and every difference from the revision before, or from `since`. Takes the right to edit
    the entry.
    """
    actor = actor_for_program(request)
    seen = revision_seen(actor, plain_id(dataset_id), number, since, "api")
    changes = [asdict(change) | {"text": change.text.as_dict()} for change in seen.changes]
    return answers.answer(
        _line(seen.revision) | {"who": seen.who, "since": seen.since or None, "changes": changes}
    )


def _line(one: RevisionInfo) -> dict[str, Any]:
    return asdict(one)
