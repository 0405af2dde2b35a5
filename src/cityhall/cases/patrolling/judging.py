"""What rounds come to for each inspector: the words that `patrols:` of a declaration measures by.

check_ins   marks kept          cells      unit grid cells with a mark
shifts      days with a mark    assigned   unit grid cells of the divisions that the inspector is responsible for

Where somebody was is forgotten after a time; what a month came to is kept without places, for as long as the person is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate, TruncMonth

from cityhall.cases.declaring.shapes import CaseType, Measure
from cityhall.cases.measuring.periods import last_day
from cityhall.cases.models import CheckIn, PatrolMonth
from cityhall.cases.working.authority import divisions_of
from cityhall.identity.queries import actor_for_person, people, scopes
from cityhall.kernel import clock
from cityhall.places.queries import cell_codes

RIGHT = "cases.inspect"


@dataclass(frozen=True, slots=True)
class Rounds:
    """What somebody's rounds came to."""

    check_ins: int
    cells: int
    shifts: int


def round_measures(
    made: CaseType, first: date, last: date, kept_since: date
) -> dict[str, dict[str, float | None]]:
    """The declared measures of rounds per inspector who has an account, from a day to another (both included); nothing for a
    period of which days were forgotten (before `kept_since`), unless it is a month."""
    if not made.patrols:
        return {}
    found = _rounds(first, last, kept_since)
    cells = cell_codes(last)
    assigned = {one.id: _assigned(one.id, cells) for one in people()} if found is not None else {}
    return {
        person: {
            one.id: _value(one, (found or {}).get(person, Rounds(0, 0, 0)), many) for one in made.patrols
        }
        for person, many in assigned.items()
        if many is not None
    }


def keep_months(before: datetime) -> None:
    """Keep what the months came to whose check-ins are about to be forgotten; a month is complete when the first of it goes."""
    months = CheckIn.objects.filter(at__lt=before).annotate(month=TruncMonth("at", tzinfo=clock.CITY_ZONE))
    for found in sorted({one.date() for one in months.values_list("month", flat=True).distinct()}):
        rows = [
            PatrolMonth(
                person=person, month=found, check_ins=one.check_ins, cells=one.cells, shifts=one.shifts
            )
            for person, one in _counted(found, last_day(found)).items()
        ]
        PatrolMonth.objects.bulk_create(rows, ignore_conflicts=True)


def _rounds(first: date, last: date, kept_since: date) -> Mapping[str, Rounds] | None:
    """None where it is not known any more."""
    if first >= kept_since:
        return _counted(first, last)
    if first.day != 1 or last != last_day(first):
        return None
    kept = PatrolMonth.objects.filter(month=first)
    return {one.person: Rounds(one.check_ins, one.cells, one.shifts) for one in kept} or None


def _counted(first: date, last: date) -> dict[str, Rounds]:
    start, end = (datetime.combine(day, time(), clock.CITY_ZONE) for day in (first, last + timedelta(days=1)))
    rows = CheckIn.objects.filter(at__gte=start, at__lt=end).values(who=F("person")).order_by("who")
    counted = rows.annotate(
        check_ins=Count("id"),
        cells=Count("cell", distinct=True, filter=~Q(cell="")),
        shifts=Count(TruncDate("at", tzinfo=clock.CITY_ZONE), distinct=True),
    )
    return {one["who"]: Rounds(one["check_ins"], one["cells"], one["shifts"]) for one in counted}


def _assigned(person: str, cells: Iterable[str]) -> int | None:
    """How many cells are somebody's to go round; None for who is no inspector."""
    held = scopes(actor_for_person(person), RIGHT)
    if not held:
        return None
    divisions = ("",) if "" in held else divisions_of(held)
    return sum(cell.startswith(divisions) for cell in cells)


def _value(measure: Measure, found: Rounds, assigned: int) -> float | None:
    """One word, or one by another; None where there is nothing to divide by."""
    words = {
        "check_ins": found.check_ins,
        "cells": found.cells,
        "shifts": found.shifts,
        "assigned": assigned,
    }
    counted, _, of = measure.formula.partition(" / ")
    if not of:
        return float(words[counted])
    return words[counted] / words[of] if words[of] else None
