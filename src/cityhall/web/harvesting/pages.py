"""Harvests: the list, one harvest with its form and runs, one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cityhall.federation import actions as federation
from cityhall.federation.errors import HarvestSettingWrong
from cityhall.federation.queries import (
    KINDS,
    FailureSeen,
    HarvestInfo,
    HarvestRunInfo,
    OriginSeen,
    failures,
    harvest,
    harvest_run,
    harvest_runs,
    harvests,
    origins,
)
from cityhall.identity.queries import agencies, agency_names, require
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.web.filled import demand_same, mark_of
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import language, pick, say
from cityhall.web.written import Option, choices, settings_read, settings_written

SHOWN_FAILURES: Final = 200


@dataclass(frozen=True, slots=True)
class HarvestLine:
    """A harvest in the list, with its agency's name and its last run."""

    harvest: HarvestInfo
    agency: Text
    last: HarvestRunInfo | None


@dataclass(frozen=True, slots=True)
class HarvestsPage:
    """The list."""

    lines: tuple[HarvestLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestForm:
    """The form: texts as typed, choices, what was harvested last, and the problem with what was sent."""

    id: str
    texts: Mapping[str, str]
    choices: Mapping[str, tuple[Option, ...]]
    enabled: bool
    runs: tuple[HarvestRunInfo, ...] = ()
    newest: tuple[OriginSeen, ...] = ()
    problem: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestRunPage:
    """One run; `live` while it moves."""

    run: HarvestRunInfo
    harvest: HarvestInfo
    failures: tuple[FailureSeen, ...]
    error: tuple[str, Text, Text] | None

    @property
    def live(self) -> bool:
        """Whether it still moves."""
        return self.run.active


@require_safe
def harvests_page(request: HttpRequest) -> HttpResponse:
    """All harvests."""
    _operator(request)
    names = agency_names()
    lines = (
        HarvestLine(one, names.get(one.agency_id, Text("", "")), next(iter(harvest_runs(one.id, 1)), None))
        for one in harvests()
    )
    return show(request, "harvests/list.html", HarvestsPage(tuple(lines)))


@require_http_methods(["GET", "HEAD", "POST"])
def harvest_new(request: HttpRequest) -> HttpResponse:
    """Set up a harvest."""
    actor = _operator(request)
    sent = request.POST.dict()
    if request.method != "POST":
        return show(request, "harvests/one.html", _form("", {}, enabled=True))
    try:
        made = federation.create_harvest(
            actor,
            sent.get("kind", ""),
            sent.get("name", ""),
            sent.get("url", ""),
            sent.get("agency", ""),
            settings=settings_read(sent.get("settings", ""), HarvestSettingWrong),
            schedule=sent.get("schedule", ""),
            enabled="enabled" in sent,
        )
    except CityhallError as error:
        form = _form("", sent, enabled="enabled" in sent, problem=error.say(language()))
        return show(request, "harvests/one.html", form, status=error.status)
    messages.success(request, say("harvest.saved"))
    return HttpResponseRedirect(reverse("harvest", args=[made]))


@require_http_methods(["GET", "HEAD", "POST"])
def harvest_page(request: HttpRequest, harvest_id: str) -> HttpResponse:
    """One harvest: its runs, its newest entries, its form."""
    actor = _operator(request)
    found = harvest(harvest_id)
    shown = _texts(found)
    present = {**shown, "enabled": found.enabled}
    if request.method != "POST":
        form = _form(found.id, shown, enabled=found.enabled, mark=mark_of(present))
        return show(request, "harvests/one.html", form)
    sent = request.POST.dict()
    try:
        demand_same(request, present)
        changes = {
            "name": sent.get("name", "").strip(),
            "url": sent.get("url", "").strip(),
            "schedule": sent.get("schedule", "").strip(),
            "settings": settings_read(sent.get("settings", ""), HarvestSettingWrong),
            "enabled": "enabled" in sent,
        }
        federation.update_harvest(actor, found.id, changes)
    except CityhallError as error:
        texts, problem = {**shown, **sent}, error.say(language())
        form = _form(found.id, texts, enabled="enabled" in sent, problem=problem, mark=mark_of(present))
        return show(request, "harvests/one.html", form, status=error.status)
    messages.success(request, say("harvest.saved"))
    return HttpResponseRedirect(reverse("harvest", args=[found.id]))


@require_POST
def harvest_start(request: HttpRequest, harvest_id: str) -> HttpResponse:
    """Start a run now."""
    run = federation.start_run(_operator(request), harvest_id)
    return HttpResponseRedirect(reverse("harvest-run", args=[run]))


@require_safe
def run_page(request: HttpRequest, run_id: str) -> HttpResponse:
    """One run: its figures, what it could not take, how it ended."""
    _operator(request)
    found = harvest_run(run_id)
    error = found.error
    page = HarvestRunPage(
        run=found,
        harvest=harvest(found.harvest_id),
        failures=failures(found.id, SHOWN_FAILURES),
        error=(error["code"], Text.from_dict(error["title"]), Text.from_dict(error["remedy"]))
        if error
        else None,
    )
    return show(request, "harvests/run.html", page)


@require_POST
def run_cancel(request: HttpRequest, run_id: str) -> HttpResponse:
    """Ask a run to stop."""
    federation.cancel(_operator(request), run_id)
    messages.success(request, say("harvest_run.cancel_asked"))
    return HttpResponseRedirect(reverse("harvest-run", args=[run_id]))


def _operator(request: HttpRequest) -> Actor:
    """Whoever may harvest. Errors: `RightMissing`, before anything is told."""
    actor = actor_for(request)
    require(actor, "federation.configure")
    return actor


def _texts(found: HarvestInfo) -> dict[str, str]:
    return {
        "name": found.name,
        "kind": found.kind,
        "url": found.url,
        "agency": found.agency_id,
        "settings": settings_written(found.settings),
        "schedule": found.schedule,
    }


def _form(
    harvest_id: str, texts: Mapping[str, str], *, enabled: bool, problem: str = "", mark: str = ""
) -> HarvestForm:
    options = {
        "kind": [(one, say(f"harvest_kind.{one}")) for one in KINDS],
        "agency": [(one.id, pick(one.name)) for one in agencies()],
    }
    return HarvestForm(
        id=harvest_id,
        texts={
            name: texts.get(name, "") for name in ("name", "kind", "url", "agency", "settings", "schedule")
        },
        choices=choices(options, texts),
        enabled=enabled,
        runs=harvest_runs(harvest_id, 10) if harvest_id else (),
        newest=origins(harvest_id, limit=10) if harvest_id else (),
        problem=problem,
        mark=mark,
    )
