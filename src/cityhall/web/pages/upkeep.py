"""Upkeep, for operators: the chores of the platform, what waits for each, and what was done lately."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.app.turns import silent
from cityhall.app.upkeep import ChoreState, diary, states
from cityhall.identity.queries import require
from cityhall.ledger.queries import EntryInfo
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for


@dataclass(frozen=True, slots=True)
class UpkeepPage:
    """All chores, those that fail, whether no beat is running, and the newest entries that upkeep left in the ledger."""

    chores: tuple[ChoreState, ...]
    failing: tuple[ChoreState, ...]
    silent: bool
    diary: tuple[EntryInfo, ...]


@require_safe
def upkeep(request: HttpRequest) -> HttpResponse:
    """What the platform does by itself. Errors: `RightMissing`."""
    require(actor_for(request), "warehouse.maintain")
    found = states()
    failing = tuple(one for one in found if one.turn and one.turn.failing)
    return show(request, "pages/upkeep.html", UpkeepPage(found, failing, silent(), diary()))
