"""Publishing a dataset's entry, and withdrawing it after a page that says what happens."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cityhall.catalog import actions as catalog
from cityhall.catalog.errors import WhyMissing
from cityhall.catalog.queries import Dataset
from cityhall.identity.queries import require
from cityhall.opening.queries import dataset_for
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import language, say


@dataclass(frozen=True, slots=True)
class WithdrawPage:
    """What is about to be withdrawn, and the problem with what was sent."""

    dataset: Dataset
    problem: str = ""


@require_POST
def publish(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Publish a draft, or again what was withdrawn."""
    actor = actor_for(request)
    found, _ = dataset_for(actor, dataset_id, "page")
    catalog.publish(actor, found.id)
    messages.success(request, say("dataset.published_now"))
    return HttpResponseRedirect(reverse("dataset", args=[found.id]))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Say what withdrawing does and ask for the reason; then withdraw."""
    actor = actor_for(request)
    found, _ = dataset_for(actor, dataset_id, "page")
    require(actor, "catalog.withdraw", found.agency_id)
    if request.method != "POST":
        return show(request, "pages/withdraw.html", WithdrawPage(found))
    try:
        catalog.withdraw(actor, found.id, request.POST.get("reason", ""))
    except WhyMissing as error:
        page = WithdrawPage(found, error.say(language()))
        return show(request, "pages/withdraw.html", page, status=error.status)
    messages.success(request, say("dataset.withdrawn_now"))
    return HttpResponseRedirect(reverse("dataset", args=[found.id]))
