"""The ledger: the public checkpoint with its verification, and the entries for operators."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from cityhall.identity.queries import can, require
from cityhall.kernel.text import Text
from cityhall.ledger.queries import (
    CheckpointInfo,
    EntryInfo,
    checkpoint,
    entries,
    public_key,
    verify,
    waiting,
)
from cityhall.web.pages.lines import Paging, keyset_paging
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """`entries` is None for those who may not read them; `verified` after a verification, with its
    problems.
    """

    checkpoint: CheckpointInfo | None
    public_key: str
    waiting: int
    verified: bool
    problems: tuple[Text, ...]
    entries: tuple[EntryInfo, ...] | None
    paging: Paging


@require_http_methods(["GET", "HEAD", "POST"])
def ledger(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint; POST verifies the whole log."""
    actor = actor_for(request)
    verified = request.method == "POST"
    if verified:
        require(actor, "ledger.read")  # it reads the whole log
    shown = (
        entries(before=request.GET.get("before", "")[:40], limit=PER_PAGE)
        if can(actor, "ledger.read")
        else None
    )
    page = LedgerPage(
        checkpoint=checkpoint(),
        public_key=public_key(),
        waiting=waiting(),
        verified=verified,
        problems=tuple(problem.sentence for problem in verify().problems) if verified else (),
        entries=shown,
        paging=keyset_paging(request, shown[-1].id if shown and len(shown) == PER_PAGE else "", "before"),
    )
    return show(request, "pages/ledger.html", page)
