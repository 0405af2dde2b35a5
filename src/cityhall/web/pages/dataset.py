"""A dataset's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import Dataset, cycles, fields, revisions
from cityhall.cleaning.queries import findings
from cityhall.collection.queries import runs
from cityhall.identity.queries import AgencyInfo, agency, can
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.opening.errors import NoVersionYet
from cityhall.opening.queries import (
    Decision,
    Format,
    Quality,
    Seen,
    VersionSeen,
    dataset_for,
    exports_of,
    preview,
    quality,
    suitable_formats,
    versions,
)
from cityhall.web.pages.dataset_facts import (
    api_examples,
    class_reasons,
    facts_of,
    history_words,
    reason_words,
)
from cityhall.web.pages.dataset_metadata import Metadata, metadata_of
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import say

PREVIEW_ROWS = 10


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One revision of the entry in words."""

    number: int
    words: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetView:
    """Everything the dataset's page shows; `preview` is None when no value may be shown or none is there."""

    dataset: Dataset
    decision: Decision
    agency: AgencyInfo
    field: Text | None
    cycle: Text | None
    class_reasons: tuple[tuple[str, Text], ...]
    versions: tuple[VersionSeen, ...]
    preview: Seen | None
    formats: tuple[tuple[Format, int | None], ...]
    quality: Quality | None
    api_examples: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    metadata: Metadata
    history: tuple[HistoryLine, ...]
    may_edit: bool
    may_publish: bool
    may_withdraw: bool
    withdrawn_why: str
    steward_links: tuple[tuple[str, str, int], ...]

    @property
    def version(self) -> VersionSeen | None:
        """The version being served."""
        return self.versions[0] if self.versions else None


@require_safe
def dataset(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The page of one dataset."""
    actor = actor_for(request)
    found, decision = dataset_for(actor, dataset_id, "page")
    seen = versions(actor, found.id)
    page = DatasetView(
        dataset=found,
        decision=decision,
        agency=agency(found.agency_id),
        field=next((one.title for one in fields() if one.code == found.field_code), None),
        cycle=next((one.title for one in cycles() if one.code == found.update_cycle), None),
        class_reasons=class_reasons(found),
        versions=seen,
        preview=_preview(actor, found.id) if decision.allowed and seen else None,
        formats=_formats(actor, found, decision, seen),
        quality=quality(actor, found.id),
        api_examples=api_examples(request.build_absolute_uri("/"), found, decision),
        facts=facts_of(found),
        metadata=metadata_of(actor, found, seen[0].number if seen else None),
        history=tuple(
            HistoryLine(one.number, history_words(one.verb), reason_words(one.why), one.at)
            for one in revisions(found.id)[:20]
        ),
        may_edit=can(actor, "catalog.edit", found.agency_id),
        may_publish=found.state != "published" and can(actor, "catalog.publish", found.agency_id),
        may_withdraw=found.state == "published" and can(actor, "catalog.withdraw", found.agency_id),
        withdrawn_why=_withdrawn_why(found),
        steward_links=_steward_links(actor, found),
    )
    return show(request, "pages/dataset.html", page)


def _preview(actor: Actor, dataset_id: str) -> Seen | None:
    try:
        return preview(actor, dataset_id, PREVIEW_ROWS)
    except NoVersionYet:
        return None


def _formats(
    actor: Actor, found: Dataset, decision: Decision, seen: tuple[VersionSeen, ...]
) -> tuple[tuple[Format, int | None], ...]:
    if not (decision.allowed and seen):
        return ()
    ready = {one.format.code: one.bytes for one in exports_of(actor, found.id, seen[0].number)}
    return tuple((one, ready.get(one.code)) for one in suitable_formats(found, decision))


def _withdrawn_why(found: Dataset) -> str:
    """The reason of the withdrawal that is in force."""
    if found.state != "withdrawn":
        return ""
    return next((one.why for one in revisions(found.id) if one.verb == "withdraw"), "")


def _steward_links(actor: Actor, found: Dataset) -> tuple[tuple[str, str, int], ...]:
    """Where the owner's steward goes from here, with the number of things that wait."""
    if not can(actor, "collection.run", found.agency_id):
        return ()
    opened = findings(dataset_id=found.id, open_only=True)
    waiting = runs(dataset_id=found.id, stage="decision_needed", limit=1)
    links = [
        (f"{reverse('runs')}?dataset={found.id}", say("dataset.runs"), 0),
        (reverse("quarantine", args=[found.id]), say("dataset.quarantine"), len(opened)),
        *((reverse("decision", args=[one.id]), say("dataset.decision"), 1) for one in waiting),
    ]
    return tuple(links)
