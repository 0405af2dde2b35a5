"""What the platform does by itself: the one table of chores, how often the beat looks at each, and what waits.

A chore that changes something does so through an action, by the actor `system:upkeep` or `system:beat`: the ledger is
its diary, and says when it was last done.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import close_old_connections

from cityhall.app.computed_tables import publish_computed
from cityhall.app.inventory_tables import computed
from cityhall.app.turns import TurnInfo, note, turns
from cityhall.cases.actions import forget_check_ins, mend_facts, mind_clocks, sweep_files
from cityhall.cases.queries import alarms_waiting, check_ins_to_forget
from cityhall.collection.actions import recover, tick
from cityhall.federation import actions as federation
from cityhall.federation import queries as harvests
from cityhall.identity.actions import forget_sessions, forget_sign_ins
from cityhall.identity.queries import sign_ins_to_forget
from cityhall.kernel import clock
from cityhall.kernel.actor import system_actor
from cityhall.kernel.jobs import DONE_KEPT, LOST, enqueue, forget_done, revive
from cityhall.kernel.text import Text
from cityhall.ledger.actions import sequence
from cityhall.ledger.queries import EntryInfo, entries, waiting
from cityhall.messaging.actions import deliver_due
from cityhall.opening.actions import look_after_search, sweep_allowances, sweep_exports, watch_searches
from cityhall.opening.queries import exports_to_sweep
from cityhall.warehouse.actions import expire, sweep
from cityhall.warehouse.queries import crowded, overdue

log = logging.getLogger("cityhall.upkeep")

BEAT: Final = system_actor("beat")
KEEPER: Final = system_actor("upkeep")
ENGINE: Final = system_actor("cases")  # acts when a limit of a case has passed
SMALL_FILES: Final = int(os.environ.get("CITYHALL_COMPACT_FILES", "64"))
KEPT_VERSIONS: Final = int(os.environ.get("CITYHALL_KEEP_VERSIONS", "0"))
KEPT_DAYS: Final = int(os.environ.get("CITYHALL_KEEP_DAYS", "365"))
EXPORT_DAYS: Final = int(os.environ.get("CITYHALL_EXPORT_DAYS", "30"))
EXPORT_GIGABYTES: Final = float(os.environ.get("CITYHALL_EXPORT_GIGABYTES", "20"))
_SWEEP_PAUSE: Final = timedelta(hours=24)
_MINUTE, _HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done again and again: `pause` seconds between two looks, `work` does what is due and answers how
    much it was; `waits` counts what is due (`None` when only doing it can tell); `verb` is its trace in the ledger.
    """

    name: str
    title: Text
    pause: float
    work: Callable[[], int | None]
    waits: Callable[[], int] | None = None
    verb: str = ""


@dataclass(frozen=True, slots=True)
class ChoreState:
    """A chore with what waits for it now, when the ledger last saw it change something, and its last turn."""

    chore: Chore
    waiting: int | None
    last: datetime | None
    turn: TurnInfo | None


def _compact() -> int:
    """Written by workers: it may take minutes, and the beat must not wait."""
    found = crowded(SMALL_FILES)
    for dataset_id in found:
        enqueue("warehouse.compact", dataset_id=dataset_id)
    return len(found)


def _overdue() -> tuple[str, ...]:
    return overdue(KEPT_VERSIONS, KEPT_DAYS) if KEPT_VERSIONS > 0 else ()


def _expire() -> int:
    before = clock.now() - timedelta(days=KEPT_DAYS)
    return sum(len(expire(KEEPER, one, KEPT_VERSIONS, before=before)) for one in _overdue())


def _sweep() -> int:
    return sweep(KEEPER).files + sweep_files(KEEPER) if _sweep_due() else 0


def _exports() -> int:
    limits = {"days": EXPORT_DAYS, "most_bytes": int(EXPORT_GIGABYTES * 1e9)}
    return sweep_exports(KEEPER, **limits) if exports_to_sweep(**limits) else 0


def _sweep_due() -> int:
    last = entries(subject="warehouse", verb="warehouse.sweep", limit=1)
    return int(not last or clock.now() - last[0].at >= _SWEEP_PAUSE)


def _tables() -> int:
    """Publish what the platform computes about itself, once a day; each table that differs makes a version."""
    return sum(publish_computed(KEEPER, table) for table in computed()) if _tables_due() else 0


def _tables_due() -> int:
    last = entries(actor=KEEPER.id, verb="collection.publish_file", limit=1)
    return int(not last or clock.now() - last[0].at >= _SWEEP_PAUSE)


CHORES: Final = (
    Chore("sources", Text("Due sources and missed cycles", "到期的数据源与漏报检查"), 0, lambda: tick(BEAT)),
    Chore(
        "harvests",
        Text("Other catalogues that are due", "到期的目录采集"),
        10.0,
        lambda: federation.tick(BEAT),
        harvests.waiting,
        "federation.start_run",
    ),
    Chore("ledger", Text("Numbering of ledger entries", "存证定序"), 0, sequence, waiting),
    Chore("cases", Text("Limits of cases", "案件时限"), 10.0, mind_clocks, alarms_waiting, "cases.act"),
    Chore(
        "patrols",
        Text("Check-ins past their retention", "清除过保留期的巡查打卡"),
        _HOUR,
        lambda: forget_check_ins(KEEPER) if check_ins_to_forget() else 0,
        check_ins_to_forget,
        "cases.forget_check_ins",
    ),
    Chore(
        "jobs",
        Text("Jobs whose worker is gone", "恢复中断的任务"),
        _MINUTE,
        lambda: revive(clock.now() - LOST),
    ),
    Chore(
        "past",
        Text(
            "Jobs that are done, sessions that are over, past counters",
            "清理已完成的任务、过期会话和往期计数",
        ),
        _HOUR,
        lambda: forget_done(clock.now() - DONE_KEPT) + forget_sessions() + sweep_allowances(),
    ),
    Chore(
        "sign-ins",
        Text("Records of sign-ins past their retention", "清除过保留期的登录记录"),
        _HOUR,
        lambda: forget_sign_ins(KEEPER) if sign_ins_to_forget() else 0,
        sign_ins_to_forget,
        "identity.forget_sign_ins",
    ),
    Chore("facts", Text("Facts behind the figures of cases", "案件统计事实表"), 10 * _MINUTE, mend_facts),
    Chore("mail", Text("Mails that are owed", "待发邮件"), 0, deliver_due),
    Chore(
        "runs",
        Text("Runs whose worker is gone", "恢复中断的采集任务"),
        _MINUTE,
        lambda: len(recover(KEEPER)),
        verb="collection.resume",
    ),
    Chore(
        "compact",
        Text("Many small files become one", "小文件合并"),
        10 * _MINUTE,
        _compact,
        lambda: len(crowded(SMALL_FILES)),
        "warehouse.compact",
    ),
    Chore(
        "expire",
        Text("Versions past their retention", "清除过保留期的版本"),
        _HOUR,
        _expire,
        lambda: len(_overdue()),
        "warehouse.expire",
    ),
    Chore("search", Text("The search index", "检索索引"), _HOUR, look_after_search),
    Chore(
        "searches", Text("Saved searches with something new", "保存的查找有新结果"), _MINUTE, watch_searches
    ),
    Chore(
        "tables",
        Text("Inventories as datasets", "清单数据集更新"),
        _HOUR,
        _tables,
        _tables_due,
        "collection.publish_file",
    ),
    Chore(
        "sweep",
        Text("Files that nothing refers to", "清扫无主文件"),
        _HOUR,
        _sweep,
        _sweep_due,
        "warehouse.sweep",
    ),
    Chore(
        "exports",
        Text("Finished files past their time", "清理过期的下载文件"),
        _HOUR,
        _exports,
        lambda: exports_to_sweep(days=EXPORT_DAYS, most_bytes=int(EXPORT_GIGABYTES * 1e9)),
        "opening.sweep_exports",
    ),
)


class Rounds:
    """The beat's memory: when it last looked at each chore, and when it last noted, and what became of it."""

    def __init__(self) -> None:
        self._looked: dict[str, float] = {}
        self._noted: dict[str, tuple[float, bool | None]] = {}

    def turn(self) -> None:
        """Do every chore whose pause is over. One that fails is logged and does not keep the others from theirs."""
        close_old_connections()
        for chore in CHORES:
            now = time.monotonic()
            if now - self._looked.get(chore.name, float("-inf")) < chore.pause:
                continue
            self._looked[chore.name] = now
            problem: Exception | None = None
            try:
                chore.work()
            except Exception as error:
                log.exception("the chore %s failed", chore.name)
                problem = error
            self._note(chore.name, problem)

    def _note(self, name: str, problem: Exception | None) -> None:
        """Once a minute, and at once when a chore begins or ceases to fail."""
        at, well = self._noted.get(name, (float("-inf"), None))
        now = time.monotonic()
        if now - at < _MINUTE and well == (problem is None):
            return
        self._noted[name] = (now, problem is None)
        try:
            note(name, problem)
        except Exception:
            log.exception("what became of the chore %s was not noted", name)


def do(name: str) -> int:
    """Do what is due of one chore now; answers how much it was. Errors: those of the chore; KeyError."""
    chore = {one.name: one for one in CHORES}[name]
    try:
        done = chore.work() or 0
    except Exception as error:
        note(name, error)
        raise
    note(name)
    return done


def states() -> tuple[ChoreState, ...]:
    """All chores, what waits for each, when the ledger last saw it, and what became of its last turn."""
    known = turns()
    return tuple(
        ChoreState(chore, chore.waits() if chore.waits else None, _last(chore.verb), known.get(chore.name))
        for chore in CHORES
    )


def diary(limit: int = 20) -> tuple[EntryInfo, ...]:
    """What upkeep did lately."""
    return entries(actor=KEEPER.id, limit=limit)


def _last(verb: str) -> datetime | None:
    by = (entries(actor=one.id, verb=verb, limit=1) for one in (KEEPER, BEAT, ENGINE) if verb)
    return max((done[0].at for done in by if done), default=None)
