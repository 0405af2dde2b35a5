"""What needs somebody today, most urgent first: for a steward at the own agency, for the operator in the whole city."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from cityhall.catalog.queries import datasets_by_id
from cityhall.cleaning.queries import FindingInfo
from cityhall.collection.queries import RunInfo, SourceInfo
from cityhall.federation.queries import harvest_runs, harvests
from cityhall.identity.queries import keys_ending
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.opening.queries import RequestSeen, Waiting, waiting
from cityhall.web.words import pick, say

URGENCY = {"bad": 0, "warn": 1, "info": 2}
SOON = timedelta(days=5)
KEYS_SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: how urgent (`bad`, `warn`, `info`), in words, where, since when."""

    tone: str
    kind: str
    words: str
    href: str
    since: datetime | None


def tasks_of(
    actor: Actor,
    own: frozenset[str] | None,
    mine: Iterable[SourceInfo],
    latest: Sequence[RunInfo],
    opened: Sequence[FindingInfo],
) -> tuple[Task, ...]:
    """Everything that waits at these agencies (None: the whole city, with what only its operator looks after)."""
    said = waiting(actor, own)
    about = {one.dataset_id for one in opened} | {one.dataset_id for one in said.requests}
    titles = {key: one.title for key, one in datasets_by_id(about).items()}
    found = [
        *_late(mine),
        *_failed(latest),
        *_requests(said.requests, titles),
        *_to_decide(latest),
        *_finding_tasks(opened, titles),
        *_words(said),
        *(_of_the_city() if own is None else ()),
    ]
    return tuple(sorted(found, key=lambda task: URGENCY[task.tone]))


def _late(mine: Iterable[SourceInfo]) -> list[Task]:
    return [
        Task("bad", say("desk.late"), pick(one.title), reverse("source", args=[one.id]), one.last_good)
        for one in mine
        if one.alarmed
    ]


def _to_decide(latest: Iterable[RunInfo]) -> list[Task]:
    return [
        Task("warn", say("desk.decide"), one.file_name, reverse("decision", args=[one.id]), one.created)
        for one in latest
        if one.stage == "decision_needed"
    ]


def _requests(asked: Iterable[RequestSeen], titles: Mapping[str, Text]) -> list[Task]:
    """Requests to answer: overdue ones are late, those due within days are urgent."""
    soon = clock.today() + SOON
    return [
        Task(
            "bad" if one.late else "warn" if one.due and one.due <= soon else "info",
            say("desk.request_late") if one.late else say("desk.request"),
            say(f"ask_kind.{one.kind}") + " · " + (pick(titles.get(one.dataset_id)) or one.dataset_id),
            reverse("case", args=[one.number]),
            one.created,
        )
        for one in asked
    ]


def _words(said: Waiting) -> list[Task]:
    """One task for the comments, one for the uses, that wait for their release."""
    groups = (("desk.comments", said.comments), ("desk.uses", said.reuses))
    return [
        Task(
            "info",
            say("desk.words"),
            say("desk.comments", n=len(group)) if word == "desk.comments" else say("desk.uses", n=len(group)),
            reverse("talk-desk"),
            min(one.created for one in group),
        )
        for word, group in groups
        if group
    ]


def _of_the_city() -> list[Task]:
    """What only the operator looks after: harvests whose last run failed, keys that end soon."""
    names = {one.id: one.name for one in harvests() if one.enabled}
    seen: set[str] = set()
    tasks = []
    for run in harvest_runs():
        if run.harvest_id in names and run.harvest_id not in seen and run.stage == "failed":
            tasks.append(
                Task("bad", say("desk.harvest"), names[run.harvest_id], reverse("harvests"), run.finished)
            )
        seen.add(run.harvest_id)
    ending = keys_ending(clock.now() + KEYS_SOON)
    if ending:
        words = say("desk.keys_ending", n=len(ending), names="、".join(one.name for one in ending[:3]))
        tasks.append(Task("info", say("desk.keys"), words, reverse("admin:identity_apikey_changelist"), None))
    return tasks


def _gravest(group: Iterable[FindingInfo]) -> FindingInfo:
    """The finding with the most open rows: its page shows the very cells."""
    return max(group, key=lambda one: one.open_rows)


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
            f"{reverse('quarantine', args=[dataset_id])}?finding={_gravest(group).id}",
            min(one.opened for one in group),
        )
        for dataset_id, group in grouped.items()
    ]
