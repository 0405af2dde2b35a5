"""The page of one version: what is in it and where it comes from, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.identity.queries import AgencyInfo, agency, can
from cityhall.kernel.actor import Actor
from cityhall.ledger.queries import EntryInfo, entries
from cityhall.opening.queries import Lineage, lineage
from cityhall.web.errors import AddressUnknown
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for

LOOKED_AT = 200
MOST = 2_000_000_000


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A version with its origin; `entry` is its ledger entry, for those who may read the ledger."""

    told: Lineage
    agency: AgencyInfo
    entry: EntryInfo | None


@require_safe
def version_page(request: HttpRequest, dataset_id: str, number: int) -> HttpResponse:
    """Where a version comes from. Errors: `AddressUnknown`, `DatasetHidden`, `VersionMissing`."""
    if number > MOST:
        raise AddressUnknown()
    actor = actor_for(request)
    told = lineage(actor, dataset_id, number)
    page = VersionPage(told, agency(told.dataset.agency_id), _entry(actor, told))
    return show(request, "pages/version.html", page)


def _entry(actor: Actor, told: Lineage) -> EntryInfo | None:
    """The ledger entry of the act that made the version."""
    if not can(actor, "ledger.read"):
        return None
    found = entries(subject=f"dataset:{told.dataset.id}", limit=LOOKED_AT)
    return next((one for one in found if one.facts.get("version") == told.version.number), None)
