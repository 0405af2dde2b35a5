"""The steward's desk: what needs me today, then my datasets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import Filter, datasets_by_id
from cityhall.cleaning.queries import FindingInfo, findings
from cityhall.collection.queries import RunInfo, SourceInfo, runs, sources
from cityhall.identity.queries import scopes
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.opening.queries import Entry, visible_datasets
from cityhall.web.pages.lines import Line, lines_of
from cityhall.web.pages.runs import stewards_agencies
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import pick, say

MOST = 50
LIGHTS = 12


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: how urgent (`bad`, `warn`, `info`), in words, where, since when."""

    tone: str
    kind: str
    words: str
    href: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """One of my datasets, its open findings, and the stages of its last runs, oldest first."""

    line: Line
    open_findings: int
    lights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Tasks, most urgent first, and my datasets."""

    tasks: tuple[Task, ...]
    drafts: tuple[Line, ...]
    datasets: tuple[Held, ...]
    total: int


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The desk of the signed-in steward; anybody else who signs in is led to the account."""
    actor = actor_for(request)
    if actor.kind == "person" and not scopes(actor, "collection.run"):
        return HttpResponseRedirect(reverse("account"))
    own = stewards_agencies(actor)
    opened = _findings(own)
    latest = runs(agency_ids=own, limit=500)
    listed = [
        entry for one in _agency_filters(own) for entry in visible_datasets(actor, one, limit=MOST).entries
    ]
    page = DeskPage(
        tasks=_tasks(
            sources(agency_ids=own),
            latest,
            opened,
            {key: one.title for key, one in datasets_by_id(one.dataset_id for one in opened).items()},
        ),
        drafts=_drafts(actor, own),
        datasets=_held(listed, opened, latest),
        total=len(listed),
    )
    return show(request, "pages/desk.html", page)


def _agency_filters(own: frozenset[str] | None) -> tuple[Filter, ...]:
    return (Filter(),) if own is None else tuple(Filter(agency_id=one) for one in sorted(own))


def _findings(own: frozenset[str] | None) -> tuple[FindingInfo, ...]:
    if own is None:
        return findings(open_only=True)
    return tuple(one for agency in sorted(own) for one in findings(agency_id=agency, open_only=True))


def _drafts(actor: Actor, own: frozenset[str] | None) -> tuple[Line, ...]:
    wanted = (
        (Filter(state="draft"),)
        if own is None
        else tuple(Filter(state="draft", agency_id=one) for one in sorted(own))
    )
    return lines_of(entry for one in wanted for entry in visible_datasets(actor, one, limit=MOST).entries)


def _tasks(
    mine: Iterable[SourceInfo],
    latest: Iterable[RunInfo],
    opened: Iterable[FindingInfo],
    titles: Mapping[str, Text],
) -> tuple[Task, ...]:
    late = [
        Task("bad", say("desk.late"), one.name, reverse("source", args=[one.id]), one.last_good)
        for one in mine
        if one.alarmed
    ]
    decide = [
        Task("warn", say("desk.decide"), one.file_name, reverse("decision", args=[one.id]), one.created)
        for one in latest
        if one.stage == "decision_needed"
    ]
    return (*late, *decide, *_failed(latest), *_finding_tasks(opened, titles))


def _failed(latest: Iterable[RunInfo]) -> list[Task]:
    """Failed runs that nothing good has followed yet."""
    settled: set[str] = set()
    tasks = []
    for one in latest:
        lane = one.source_id or one.dataset_id or one.id
        if one.stage == "failed" and lane not in settled:
            tasks.append(
                Task("bad", say("desk.failed"), one.file_name, reverse("run", args=[one.id]), one.finished)
            )
        settled.add(lane)
    return tasks


def _finding_tasks(opened: Iterable[FindingInfo], titles: Mapping[str, Text]) -> list[Task]:
    """One task per dataset with open findings."""
    grouped: dict[str, list[FindingInfo]] = {}
    for one in opened:
        grouped.setdefault(one.dataset_id, []).append(one)
    return [
        Task(
            "warn",
            say("desk.findings"),
            say(
                "desk.finding_words",
                dataset=pick(titles.get(dataset_id)) or dataset_id,
                n=len(group),
                rows=max(one.open_rows for one in group),
            ),
            reverse("quarantine", args=[dataset_id]),
            min(one.opened for one in group),
        )
        for dataset_id, group in grouped.items()
    ]


def _held(listed: list[Entry], opened: Iterable[FindingInfo], latest: Iterable[RunInfo]) -> tuple[Held, ...]:
    counts: dict[str, int] = {}
    for one in opened:
        counts[one.dataset_id] = counts.get(one.dataset_id, 0) + 1
    stages: dict[str, list[str]] = {}
    for run in latest:
        stages.setdefault(run.dataset_id, []).append(run.stage)
    return tuple(
        Held(line, counts.get(line.id, 0), tuple(reversed(stages.get(line.id, [])[:LIGHTS])))
        for line in lines_of(listed)
    )
