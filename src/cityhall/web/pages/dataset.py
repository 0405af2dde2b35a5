"""A dataset's page."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from markupsafe import Markup

from cityhall.app.case_tables import counted_type
from cityhall.catalog.queries import Dataset, Item, RevisionInfo, fields, revisions
from cityhall.cleaning.queries import findings
from cityhall.collection.queries import runs
from cityhall.identity.queries import AgencyInfo, agency, can
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.opening.actions import ask_profile
from cityhall.opening.queries import (
    Decision,
    Export,
    Format,
    ItemProfile,
    ProfileSeen,
    Quality,
    Seen,
    Talk,
    VersionSeen,
    dataset_for,
    fetchable_of,
    on_request,
    preview,
    profile,
    quality,
    talk,
    versions,
)
from cityhall.web.discovery.markup import dataset_markup, links_of
from cityhall.web.metering import used
from cityhall.web.pages.dataset_charts import ChartView, MapView, chart_views, map_view
from cityhall.web.pages.dataset_facts import (
    Freshness,
    api_examples,
    class_reasons,
    element_titles,
    facts_of,
    freshness_of,
    history_words,
    in_words,
    reason_words,
    shape_words,
)
from cityhall.web.pages.dataset_metadata import Metadata, metadata_of
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import pick, say

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
    """Everything the dataset's page shows; `preview` is None when no value may be shown or none is there, `counted` is the type
    of case that the dataset counts, or empty."""

    dataset: Dataset
    counted: str
    decision: Decision
    agency: AgencyInfo
    field: Text | None
    freshness: Freshness | None
    class_reasons: tuple[tuple[str, Text], ...]
    versions: tuple[VersionSeen, ...]
    preview: Seen | None
    formats: tuple[tuple[Format, Export | None], ...]
    profile: ProfileSeen | None
    charts: tuple[ChartView, ...]
    map: MapView | None
    elements: dict[str, Text]
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
    talk: Talk
    on_request: bool
    markup: Markup

    @property
    def version(self) -> VersionSeen | None:
        """The version being served."""
        return self.versions[0] if self.versions else None

    @property
    def seen_as(self) -> tuple[Hashable, ...]:
        """What tells apart those who see the rows and their profile differently."""
        masks = tuple(sorted(self.decision.masks.items()))
        number = (self.version.number, self.version.created) if self.version else ()
        outlines = self.profile.outlines if self.profile else None
        return (self.dataset.id, *number, self.decision.items, masks, outlines)

    @property
    def items(self) -> tuple[tuple[Item, ItemProfile | None], ...]:
        """Each item with its profile, as far as it is known."""
        told = {one.name: one for one in in_words(self.profile.items)} if self.profile else {}
        return tuple((item, told.get(item.name)) for item in self.dataset.items)

    @property
    def preview_titles(self) -> tuple[str, ...]:
        """What the preview's columns are called in the reader's language."""
        titles = {item.name: pick(item.title) or item.name for item in self.dataset.items}
        return tuple(titles.get(name, name) for name in self.preview.columns) if self.preview else ()

    @property
    def preview_rows(self) -> tuple[tuple[Any, ...], ...]:
        """The preview's rows; a shape is said in words, its coordinates are in the files and the interfaces."""
        if not self.preview:
            return ()
        shapes = {item.name for item in self.dataset.items if item.type == "geometry"}
        drawn = [name in shapes for name in self.preview.columns]
        return tuple(
            tuple(shape_words(value) if here else value for value, here in zip(row, drawn, strict=True))
            for row in self.preview.rows
        )

    @property
    def console_items(self) -> tuple[Item, ...]:
        """The items that a query may look into."""
        return tuple(item for item in self.dataset.items if item.name in self.decision.clear)

    @property
    def pending(self) -> bool:
        """Whether the profile is still being computed."""
        return bool(self.version and self.decision.clear) and self.profile is None

    @property
    def files(self) -> tuple[Export, ...]:
        """The files that are finished."""
        return tuple(file for _, file in self.formats if file)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections of the page, in order, by their anchors."""
        there = {"charts": bool(self.version and self.decision.allowed), "map": self.map is not None}
        names = (
            "preview",
            "items",
            "charts",
            "map",
            "quality",
            "versions",
            "api",
            "talk",
            "uses",
            "about",
            "metadata",
            "history",
        )
        return tuple(name for name in names if there.get(name, True))


@require_safe
def dataset(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The page of one dataset."""
    actor = actor_for(request)
    found, decision = dataset_for(actor, dataset_id, "page")
    used(request, found.id, "visit")
    seen = versions(actor, found)
    serving = seen[0] if seen else None
    mine = fetchable_of(actor, found, serving)
    told = _profile(actor, found, serving.number) if decision.allowed and serving else None
    owner, changes = agency(found.agency_id), revisions(found.id)
    page = DatasetView(
        counted=counted_type(found.code),
        dataset=found,
        decision=decision,
        agency=owner,
        field=next((one.title for one in fields() if one.code == found.field_code), None),
        freshness=freshness_of(found, serving.created) if serving else None,
        class_reasons=class_reasons(found),
        versions=seen,
        preview=(
            preview(actor, found, PREVIEW_ROWS, version=serving.number)
            if decision.allowed and serving
            else None
        ),
        formats=mine.forms,
        profile=told,
        charts=chart_views(told) if told else (),
        map=map_view(told.map, told.outlines) if told and told.map else None,
        elements=element_titles(found),
        quality=quality(actor, found),
        api_examples=api_examples(request.build_absolute_uri("/"), found, decision),
        facts=facts_of(found, owner),
        metadata=metadata_of(actor, mine, owner),
        history=tuple(
            HistoryLine(one.number, history_words(one.verb), reason_words(one.why), one.at)
            for one in changes[:20]
        ),
        may_edit=can(actor, "catalog.edit", found.agency_id),
        may_publish=found.state != "published" and can(actor, "catalog.publish", found.agency_id),
        may_withdraw=found.state == "published" and can(actor, "catalog.withdraw", found.agency_id),
        withdrawn_why=_withdrawn_why(found, changes),
        steward_links=_steward_links(actor, found),
        talk=talk(actor, found),
        on_request=bool(on_request(found, decision)),
        markup=dataset_markup(request, found, owner, tuple(one for one, _ in mine.forms)),
    )
    response = show(request, "pages/dataset.html", page)
    if decision.allowed and serving:
        response["Link"] = links_of(found)
    return response


def _profile(actor: Actor, found: Dataset, version: int) -> ProfileSeen | None:
    """The profile; who comes first asks for it, and waits when it is quick."""
    told = profile(actor, found, version)
    if told is None:
        ask_profile(actor, found)
        told = profile(actor, found, version)
    return told


def _withdrawn_why(found: Dataset, changes: tuple[RevisionInfo, ...]) -> str:
    """The reason of the withdrawal that is in force."""
    if found.state != "withdrawn":
        return ""
    return next((one.why for one in changes if one.verb == "withdraw"), "")


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
