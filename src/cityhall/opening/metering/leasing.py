"""Limits shared by all processes, without one write for every call.

A process takes a share of a limit out of the database and spends it alone. Shares are disjoint, so that all
processes together never admit more than the limit. What another process has taken and not yet spent may be
refused too early: at most one share (a twentieth of the limit) for each other process. While the database does
not take a count at once, calls are admitted uncounted.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from cityhall.kernel import clock
from cityhall.opening import models
from cityhall.opening.metering.limits import DAY, Limit
from cityhall.opening.metering.patience import brief_transaction

log = logging.getLogger("cityhall.metering")
MOST_HOLDERS: Final = 20_000
"""Leases kept by a process; of those longest unused what they have left goes back, and they are forgotten."""
AT_ONCE: Final = 200
"""So many are forgotten together, in one transaction."""
PORTION: Final = 20_000
PATIENCE: Final = 5
CITY_OFFSET: Final = 8 * 3600
"""A day begins at midnight in the city's zone, which knows no summer time."""


@dataclass(slots=True)
class _Lease:
    """What this process may still spend of a limit in a period, and how much all have taken, as last seen. What is left
    is `counted` unless the database could not be reached.
    """

    period: int
    ends: datetime
    left: int = 0
    taken: int = 0
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a call is admitted; `limit` and `remaining` of the limit that is nearest to its end, which is at
    `resets`. As far as this process knows, `remaining` calls are left for all.
    """

    admitted: bool
    limit: int
    remaining: int
    resets: datetime


_leases: OrderedDict[tuple[str, str], _Lease] = OrderedDict()
_lock = threading.Lock()


def admit(holder: str, limits: tuple[Limit, ...]) -> Admission | None:
    """Spend one call of every limit of a holder; None where there are no limits. When one refuses, none is spent."""
    moment = clock.now()
    with _lock:
        leases = [(limit, _lease(holder, limit, moment)) for limit in limits]
        refusing = [(limit, lease) for limit, lease in leases if lease.left < 1]
        if not refusing:
            for _, lease in leases:
                lease.left -= 1
        told = [_told(limit, lease, moment, not refusing) for limit, lease in refusing or leases]
    return min(told, key=lambda one: one.remaining / one.limit) if told else None


def charge(holder: str, limits: tuple[Limit, ...], calls: int) -> None:
    """Spend so many more calls of every limit of a holder, for one that was worth them; what is not left is owed until the
    period ends.
    """
    moment = clock.now()
    with _lock:
        for limit in limits:
            _lease(holder, limit, moment).left -= calls


def forget_leases() -> None:
    """Forget what this process may spend, as if it had just begun."""
    with _lock:
        _leases.clear()


def period_of(limit: Limit, moment: datetime) -> int:
    """The number of the period of the moment."""
    offset = CITY_OFFSET if limit.seconds == DAY else 0
    return (int(moment.timestamp()) + offset) // limit.seconds


def end_of(limit: Limit, moment: datetime) -> datetime:
    """When the period of the moment ends."""
    offset = CITY_OFFSET if limit.seconds == DAY else 0
    return datetime.fromtimestamp((period_of(limit, moment) + 1) * limit.seconds - offset, UTC)


def _told(limit: Limit, lease: _Lease, moment: datetime, admitted: bool) -> Admission:
    remaining = max(0, min(max(limit.most - lease.taken, 0) + lease.left, limit.most - 1))
    return Admission(admitted, limit.most, remaining if admitted else 0, end_of(limit, moment))


def _lease(holder: str, limit: Limit, moment: datetime) -> _Lease:
    """The lease of the present period, with something left in it unless the limit is reached."""
    period, key = period_of(limit, moment), (holder, limit.kind)
    lease = _leases.get(key)
    if lease is None or lease.period != period:
        lease = _leases[key] = _Lease(period, end_of(limit, moment))
    _leases.move_to_end(key)
    if len(_leases) > MOST_HOLDERS:
        _forget_some(moment)
    if lease.left < 1 and lease.taken < limit.most:
        _take(holder, limit, lease, moment)
    return lease


def _forget_some(moment: datetime) -> None:
    """Forget the leases longest unused. Who asks rarely among very many would else lose a share with every call."""
    forgotten = [_leases.popitem(last=False) for _ in range(len(_leases) - MOST_HOLDERS + AT_ONCE - 1)]
    useful = [(key, one) for key, one in forgotten if one.left and one.counted and one.ends > moment]
    try:
        with brief_transaction():
            for (holder, kind), lease in useful:
                own = models.Allowance.objects.filter(holder=holder, kind=kind, period=lease.period)
                own.update(taken=F("taken") - lease.left)
    except DatabaseError as error:
        log.warning("what was not spent cannot be given back: %s", error)


def _take(holder: str, limit: Limit, lease: _Lease, moment: datetime) -> None:
    """Take the next share out of the database."""
    try:
        for _ in range(PATIENCE):
            if _took(holder, limit, lease, moment):
                return
    except DatabaseError as error:
        log.warning("calls are admitted uncounted: %s", error)
        lease.left, lease.counted = limit.share, False


def _took(holder: str, limit: Limit, lease: _Lease, moment: datetime) -> bool:
    """Whether the share was taken, or the limit is known to be reached; False when another process was in between."""
    own = models.Allowance.objects.filter(holder=holder, kind=limit.kind, period=lease.period)
    with brief_transaction():
        before = own.values_list("taken", flat=True).first()
        share = min(max(limit.share, 1 - lease.left), limit.most - (before or 0))
        if share < 1:
            lease.taken = limit.most
            return True
        if before is None:
            if not _began(holder, limit, lease, moment, share):
                return False
        elif not own.filter(taken=before).update(taken=F("taken") + share):
            return False
    lease.left, lease.taken, lease.counted = min(lease.left, 0) + share, (before or 0) + share, True
    return True


def _began(holder: str, limit: Limit, lease: _Lease, moment: datetime, share: int) -> bool:
    try:
        with transaction.atomic():
            models.Allowance.objects.create(
                holder=holder, kind=limit.kind, period=lease.period, taken=share, ends=end_of(limit, moment)
            )
    except IntegrityError:
        return False
    return True


def sweep() -> int:
    """Remove what was counted in periods that ended an hour ago, some at a time so that others can write in between;
    answers how many rows.
    """
    past = models.Allowance.objects.filter(ends__lt=clock.now() - timedelta(hours=1)).order_by("ends")
    total = 0
    while gone := models.Allowance.objects.filter(pk__in=past.values("pk")[:PORTION]).delete()[0]:
        total += gone
    return total
