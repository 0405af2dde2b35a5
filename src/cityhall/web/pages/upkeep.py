"""Upkeep, for operators: the chores of the platform, what waits for each, and what was done lately."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.app.upkeep import ChoreState, diary, states
from cityhall.identity.queries import require
from cityhall.ledger.queries import EntryInfo
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for


@dataclass(frozen=True, slots=True)
class UpkeepPage:
    """All chores, and the newest entries that upkeep left in the ledger."""

    chores: tuple[ChoreState, ...]
    diary: tuple[EntryInfo, ...]


@require_safe
def upkeep(request: HttpRequest) -> HttpResponse:
    """What the platform does by itself. Errors: `RightMissing`."""
    require(actor_for(request), "warehouse.maintain")
    return show(request, "pages/upkeep.html", UpkeepPage(states(), diary()))
