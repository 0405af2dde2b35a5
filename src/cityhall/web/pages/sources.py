"""Sources: the list, and the form to add or change one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cityhall.catalog.queries import cycles
from cityhall.collection import actions as collection
from cityhall.collection.errors import SettingWrong
from cityhall.collection.queries import SourceInfo, source, sources
from cityhall.identity.queries import agencies, agency_names, require
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.web.filled import demand_same, mark_of
from cityhall.web.pages.runs import stewards_agencies
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import language, pick, say
from cityhall.web.written import Option, choices, settings_read, settings_written

KINDS = ("folder", "http", "api", "database", "push", "remote")
MODES = ("replace", "append", "upsert")


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """Sources with their agency's name; apart, those that are one file each, sent by a command."""

    sources: tuple[tuple[SourceInfo, Text], ...]
    files: tuple[tuple[SourceInfo, Text], ...]


@require_safe
def sources_page(request: HttpRequest) -> HttpResponse:
    """The sources of one's agencies."""
    found = sources(agency_ids=stewards_agencies(actor_for(request)))
    names = agency_names()
    rows = tuple((one, names.get(one.agency_id, Text("", ""))) for one in found)
    lasting = tuple(row for row in rows if row[0].kind != "file")
    files = tuple(row for row in rows if row[0].kind == "file")
    return show(request, "pages/sources.html", SourcesPage(lasting, files))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceForm:
    """The form: texts as typed, choices, and the problem with what was sent."""

    id: str
    texts: Mapping[str, str]
    choices: Mapping[str, tuple[Option, ...]]
    enabled: bool
    problem: str = ""
    mark: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def source_new(request: HttpRequest) -> HttpResponse:
    """Set up a source."""
    actor = actor_for(request)
    stewards_agencies(actor)
    if request.method != "POST":
        return show(request, "pages/source.html", _form(actor, "", {}, enabled=True))
    sent = request.POST.dict()
    try:
        made = collection.create_source(
            actor,
            sent.get("kind", ""),
            _name(sent),
            settings_read(sent.get("settings", ""), SettingWrong),
            dataset_id=sent.get("dataset_id", "").strip(),
            agency=sent.get("agency", ""),
            **_plan(sent),
        )
    except CityhallError as error:
        form = _form(actor, "", sent, enabled="enabled" in sent, problem=error.say(language()))
        return show(request, "pages/source.html", form, status=error.status)
    messages.success(request, say("source.saved"))
    return HttpResponseRedirect(reverse("source", args=[made]))


@require_http_methods(["GET", "HEAD", "POST"])
def source_page(request: HttpRequest, source_id: str) -> HttpResponse:
    """One source and its form."""
    actor = actor_for(request)
    found = _visible(actor, source_id)
    shown = _texts(found)
    if request.method != "POST":
        form = _form(actor, found.id, shown, enabled=found.enabled, mark=mark_of(_changeable(found)))
        return show(request, "pages/source.html", form)
    sent = request.POST.dict()
    changes: dict[str, Any] = {"name": _name(sent), **_plan(sent)}
    try:
        demand_same(request, _changeable(found))
        if (
            sent.get("settings", "").split() != shown["settings"].split()
        ):  # concealed secrets are not written back
            changes["settings"] = settings_read(sent.get("settings", ""), SettingWrong)
        collection.update_source(actor, found.id, changes)
    except CityhallError as error:
        form = _form(
            actor,
            found.id,
            {**shown, **sent},
            enabled="enabled" in sent,
            problem=error.say(language()),
            mark=mark_of(_changeable(found)),
        )
        return show(request, "pages/source.html", form, status=error.status)
    messages.success(request, say("source.saved"))
    return HttpResponseRedirect(reverse("source", args=[found.id]))


@require_POST
def source_start(request: HttpRequest, source_id: str) -> HttpResponse:
    """Start a run of a source now."""
    actor = actor_for(request)
    _visible(actor, source_id)
    return HttpResponseRedirect(reverse("run", args=[collection.start_run(actor, source_id)]))


def _visible(actor: Actor, source_id: str) -> SourceInfo:
    stewards_agencies(actor)
    found = source(source_id)
    require(actor, "collection.configure", found.agency_id)
    return found


def _name(sent: Mapping[str, str]) -> Text:
    return Text.from_dict({tongue: sent.get(f"name_{tongue}", "").strip() for tongue in ("en", "zh")})


def _plan(sent: Mapping[str, str]) -> dict[str, Any]:
    return {
        "mode": sent.get("mode", "replace"),
        "key": tuple(
            part.strip() for part in sent.get("key", "").replace("，", ",").split(",") if part.strip()
        ),
        "schedule": sent.get("schedule", "").strip(),
        "cycle": sent.get("cycle", ""),
        "enabled": "enabled" in sent,
    }


def _texts(found: SourceInfo) -> dict[str, str]:
    return {
        "name_zh": found.title.zh,
        "name_en": found.title.en,
        "kind": found.kind,
        "agency": found.agency_id,
        "dataset_id": found.dataset_id,
        "settings": settings_written(found.settings),
        "mode": found.mode,
        "key": ", ".join(found.key),
        "schedule": found.schedule,
        "cycle": found.cycle,
    }


def _changeable(found: SourceInfo) -> dict[str, object]:
    """What people set; its dataset comes with the first run."""
    return {**_texts(found), "dataset_id": "", "enabled": found.enabled}


def _form(
    actor: Actor,
    source_id: str,
    texts: Mapping[str, str],
    *,
    enabled: bool,
    problem: str = "",
    mark: str = "",
) -> SourceForm:
    own = stewards_agencies(actor)
    mine = [(one.id, pick(one.name)) for one in agencies() if own is None or one.id in own]
    options = {
        "kind": [(one, say(f"source_kind.{one}")) for one in KINDS],
        "mode": [(one, say(f"mode.{one}")) for one in MODES],
        "cycle": [("", say("source.no_cycle")), *((one.code, pick(one.title)) for one in cycles())],
        "agency": mine,
    }
    names = ("name_zh", "name_en", "dataset_id", "settings", "key", "schedule")
    return SourceForm(
        id=source_id,
        texts={name: texts.get(name, "") for name in names},
        choices=choices(options, texts),
        enabled=enabled,
        problem=problem,
        mark=mark,
    )
