"""Who is at the door of a page for people, and how small forms come back to where they were sent from."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from cityhall.catalog.queries import Dataset, datasets_by_id
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.opening.queries import dataset_for
from cityhall.web.errors import PageForbidden
from cityhall.web.visitor import actor_for

LONGEST_FIELD = 20_000


def signed_in(request: HttpRequest) -> Actor:
    """The signed-in person. Errors: `PageForbidden`, which leads anybody else to the sign-in."""
    actor = actor_for(request)
    if actor.kind != "person":
        raise PageForbidden()
    return actor


def field(request: HttpRequest, name: str) -> str:
    """A field of the form that was sent; empty when it is not there."""
    return request.POST.get(name, "").replace("\0", "")[:LONGEST_FIELD]


def done(request: HttpRequest, told: str, place: str, *parts: str, anchor: str = "") -> HttpResponseRedirect:
    """Say what was done, and go to a page of the site."""
    messages.success(request, told)
    return HttpResponseRedirect(reverse(place, args=parts) + anchor)


def known_dataset(actor: Actor, dataset_id: str) -> Dataset:
    """A dataset the actor may know of. Errors: `DatasetHidden`."""
    found, _ = dataset_for(actor, dataset_id, "page")
    return found


def titles_of(dataset_ids: set[str]) -> dict[str, Text]:
    """Id -> title of the datasets that are or were public; drafts are left out."""
    return {key: one.title for key, one in datasets_by_id(dataset_ids).items() if one.state != "draft"}


def back(request: HttpRequest, told: str) -> HttpResponseRedirect:
    """Say what was done, and go back to the page of this site that the form names; else to the first page."""
    place = field(request, "back")
    here = place.startswith("/") and url_has_allowed_host_and_scheme(place, allowed_hosts=None)
    messages.success(request, told)
    return HttpResponseRedirect(place if here else reverse("home"))
