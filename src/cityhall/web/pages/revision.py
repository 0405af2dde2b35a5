"""What one revision changed in a dataset's entry, for those who look after it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.catalog.errors import RevisionUnknown
from cityhall.catalog.queries import Dataset, Difference, RevisionInfo, diff, revisions
from cityhall.identity.errors import PersonUnknown
from cityhall.identity.queries import person, require
from cityhall.kernel.actor import Actor
from cityhall.opening.queries import Purpose, dataset_for
from cityhall.web.pages.dataset_facts import history_words, reason_words
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import say


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """A revision, who made it, its neighbours (0: none), and every difference from the one `since`."""

    dataset: Dataset
    revision: RevisionInfo
    who: str
    since: int
    newest: int
    changes: tuple[Difference, ...]

    @property
    def did(self) -> str:
        """What was done, in words."""
        return history_words(self.revision.verb)

    @property
    def author(self) -> str:
        """Who made it, for people: a part of the platform is the platform."""
        return say("revision.platform") if self.who.startswith("system:") else self.who

    @property
    def why(self) -> str:
        """Why, as it was said."""
        return reason_words(self.revision.why)


@require_safe
def revision_page(request: HttpRequest, dataset_id: str, number: int) -> HttpResponse:
    """What changed from the revision before, or from `?since=`. Errors: as of `revision_seen`."""
    asked = request.GET.get("since", "")
    since = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None
    page = revision_seen(actor_for(request), dataset_id, number, since, "page")
    return show(request, "pages/revision.html", page)


def history_for(actor: Actor, dataset_id: str, purpose: Purpose) -> tuple[Dataset, tuple[RevisionInfo, ...]]:
    """A dataset and its history, newest first. Errors: `DatasetHidden`, `RightMissing`."""
    found, _ = dataset_for(actor, dataset_id, purpose)
    require(actor, "catalog.edit", found.agency_id)
    return found, revisions(found.id)


def revision_seen(
    actor: Actor, dataset_id: str, number: int, since: int | None, purpose: Purpose
) -> RevisionPage:
    """What a revision changed, from `since` or the one before. Errors: `RevisionUnknown`, and as `history_for`."""
    found, listed = history_for(actor, dataset_id, purpose)
    history = {one.number: one for one in listed}
    if number not in history:
        raise RevisionUnknown(dataset=found.code, revision=number)
    before = number - 1 if since is None else since
    changes = diff(found.id, before, number) if before else ()
    return RevisionPage(
        found, history[number], _name(history[number].actor_id), before, max(history), changes
    )


def _name(actor_id: str) -> str:
    """Who it was: the name of somebody who still has an account, else the id that the ledger has."""
    try:
        known = person(actor_id)
    except PersonUnknown:
        return actor_id
    return known.public_name or known.username
