"""The steward's desk: what needs me today, then my datasets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import Filter
from cityhall.cleaning.queries import FindingInfo, findings
from cityhall.collection.queries import RunInfo, runs, sources
from cityhall.identity.queries import can, has_second_factor, scopes
from cityhall.kernel.actor import Actor
from cityhall.opening.queries import Entry, visible_datasets
from cityhall.web.pages.desk_tasks import Task, tasks_of
from cityhall.web.pages.lines import Line, lines_of
from cityhall.web.pages.runs import stewards_agencies
from cityhall.web.rendering import WORK, show
from cityhall.web.visitor import actor_for

MOST = 50
LIGHTS = 12
OF_A_KIND = 8


@dataclass(frozen=True, slots=True)
class Held:
    """One of my datasets, its open findings, and the stages of its last runs, oldest first."""

    line: Line
    open_findings: int
    lights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Tasks, most urgent first, those of a kind that are too many for one look (`later`), and my datasets; `tables`: whether the
    operator may look into the tables."""

    tasks: tuple[Task, ...]
    later: tuple[Task, ...]
    drafts: tuple[Line, ...]
    datasets: tuple[Held, ...]
    total: int
    tables: bool


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The desk of the signed-in steward; anybody else who signs in is led to their own work, or to the account."""
    actor = actor_for(request)
    if actor.kind == "person" and not scopes(actor, "collection.run"):
        return HttpResponseRedirect(reverse(_other_desk(actor)))
    own = stewards_agencies(actor)
    opened = _findings(own)
    latest = runs(agency_ids=own, limit=500)
    listed = [
        entry for one in _agency_filters(own) for entry in visible_datasets(actor, one, limit=MOST).entries
    ]
    tasks, later = _at_one_look(tasks_of(actor, own, sources(agency_ids=own), latest, opened))
    page = DeskPage(
        tasks=tasks,
        later=later,
        drafts=_drafts(actor, own),
        datasets=_held(listed, opened, latest),
        total=len(listed),
        tables=can(actor, "identity.manage") and has_second_factor(actor.id),
    )
    return show(request, "pages/desk.html", page)


def _other_desk(actor: Actor) -> str:
    """Where somebody works who has no datasets: the street, the cases, or nowhere."""
    rights = [right for right in WORK if scopes(actor, right)]
    if rights == ["cases.inspect"]:
        return "inspecting"
    return "cases" if rights else "account"


def _at_one_look(tasks: Sequence[Task]) -> tuple[tuple[Task, ...], tuple[Task, ...]]:
    """The first few tasks of each kind, so that many of one kind do not hide the others; then the rest."""
    seen: Counter[str] = Counter()
    parts: tuple[list[Task], list[Task]] = ([], [])
    for task in tasks:
        seen[task.kind] += 1
        parts[seen[task.kind] > OF_A_KIND].append(task)
    return tuple(parts[0]), tuple(parts[1])


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
