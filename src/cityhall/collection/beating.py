"""The beat: starts what is due, and says so when a department has not delivered in its cycle."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from cityhall.catalog.queries import cycles
from cityhall.collection.controlling import queue_run
from cityhall.collection.errors import BadSchedule, RunInProgress, SettingWrong
from cityhall.collection.events import CycleMissed
from cityhall.collection.models import Source
from cityhall.collection.rules import next_due
from cityhall.collection.sources.folder import waiting_files
from cityhall.collection.sources.kinds import FETCHERS, spec_of
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.events import emit
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record
from cityhall.messaging.actions import Kind, notify

# A folder without a schedule is looked into at every beat.
WATCHED = "folder"
_SLACK = 1.25
_MANY_LATE = Text(en="{count} sources have not delivered in time", zh="{count} 个数据源未按周期报送")


def tick(actor: Actor) -> int:
    """One beat: queue every source that is due and raise the alarm for every missed cycle; answers how many of both.

    Two beats at once do no harm: the lane of a source takes one run, an alarm is raised once.
    """
    now = clock.now()
    done = 0
    for source in _due(now):
        done += _queue(actor, source)
    for source in Source.objects.filter(enabled=True, alarmed=None).exclude(cycle=""):
        if _late(source, now):
            raise_alarm(actor, source.id)
            done += 1
    return done


def _due(now: datetime) -> list[Source]:
    """Sources whose time has come. One that lies absurdly far ahead (the clock was set back) is due as well."""
    scheduled = Q(next_due__lte=now) | Q(next_due__gt=now + timedelta(days=400))
    rows = Source.objects.filter(enabled=True, kind__in=FETCHERS).filter(
        scheduled | Q(kind=WATCHED, schedule="")
    )
    return [
        source for source in rows.order_by("next_due", "id") if source.kind != WATCHED or _has_files(source)
    ]


def _has_files(source: Source) -> bool:
    try:
        return bool(waiting_files(spec_of(source)))
    except SettingWrong:
        return True  # the run will say what is wrong


def _queue(actor: Actor, source: Source) -> int:
    try:
        start_due(actor, source.id)
    except RunInProgress:
        return 0
    return 1


@action("collection.start_due")
def start_due(actor: Actor, source_id: str) -> str:
    """Queue the scheduled run of a source and note when the next is due; answers the run's id."""
    source = Source.objects.select_for_update().get(pk=source_id)
    run = queue_run(actor, source, {})
    try:
        due = next_due(source.schedule, clock.now())
    except BadSchedule:
        due = None
    Source.objects.filter(pk=source_id).update(next_due=due)
    record(f"source:{source_id}", run=run.id)
    return run.id


def _late(source: Source, now: datetime) -> bool:
    days = {cycle.code: cycle.days for cycle in cycles()}.get(source.cycle)
    since = source.last_good or source.created
    return days is not None and now - since > timedelta(days=days) * _SLACK


@action("collection.raise_alarm")
def raise_alarm(actor: Actor, source_id: str) -> None:
    """Tell the agency's stewards that a source has missed its cycle; once, until it delivers again."""
    source = Source.objects.select_for_update().get(pk=source_id)
    Source.objects.filter(pk=source_id).update(alarmed=clock.now())
    last = source.last_good.astimezone(clock.CITY_ZONE).date().isoformat() if source.last_good else "—"
    notify(
        actor,
        role="steward",
        agency_id=source.agency_id,
        subject=Text(
            en=f"“{source.called.en}” has not delivered in time", zh=f"“{source.called.zh}”未按周期报送"
        ),
        body=Text(
            en=f"Its cycle is {source.cycle}; the last good delivery was on {last}.",
            zh=f"更新周期为 {source.cycle}，上次成功报送日期：{last}。",
        ),
        link=f"/sources/{source_id}/",
        kind=Kind("collection.cycle", _MANY_LATE, "/sources/"),
    )
    emit(CycleMissed(source_id, source.dataset_id))
    record(f"source:{source_id}", cycle=source.cycle, last=last)
