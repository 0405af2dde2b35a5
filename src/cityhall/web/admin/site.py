"""Who enters, and under which policy: an operator with a second factor; everything from this host."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.urls.resolvers import URLPattern, URLResolver
from unfold.sites import UnfoldAdminSite

from cityhall.identity.queries import can, has_second_factor
from cityhall.web.errors import PageForbidden, SecondFactorNeeded
from cityhall.web.visitor import actor_for

# The admin's scripts evaluate expressions of its own templates, and carry inline parts. The pages of the site do not.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
# Addresses of Django's admin for what is done elsewhere on this site.
ELSEWHERE = {
    "login": "account_login",
    "logout": "account_logout",
    "password_change": "account_change_password",
    "password_change_done": "account",
}
View = Callable[..., HttpResponse]
_SLOT = "_cityhall_operator"


class OperatorSite(UnfoldAdminSite):  # type: ignore[misc]
    """The admin site of the operator."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Only operators who have enrolled a second factor. Looked up once per request: a page asks it for every table
        in its menu, twice.
        """
        if not hasattr(request, _SLOT):
            actor = actor_for(request)
            setattr(request, _SLOT, can(actor, "identity.manage") and has_second_factor(actor.id))
        return bool(getattr(request, _SLOT))

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Refuse anybody else in the site's own words, and set the admin's policy."""
        inner: View = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            self._demand(request)
            response = inner(request, *args, **kwargs)
            response["Content-Security-Policy"] = POLICY
            return response

        return guarded

    def _demand(self, request: HttpRequest) -> None:
        """Errors: `PageForbidden`, `SecondFactorNeeded`."""
        if not can(actor_for(request), "identity.manage"):
            raise PageForbidden()
        if not self.has_permission(request):
            raise SecondFactorNeeded()

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The admin's addresses; signing in and out lead to the site's own pages."""
        found: list[URLPattern | URLResolver] = super().get_urls()
        for one in found:
            if isinstance(one, URLPattern) and one.name in ELSEWHERE:
                one.callback = _elsewhere(ELSEWHERE[one.name])
        return found


def _elsewhere(name: str) -> View:
    def view(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (Django's signature)
        return HttpResponseRedirect(reverse(name))

    return view


site = OperatorSite(name="admin")
site.enable_nav_sidebar = True
site.site_url = "/"
site.final_catch_all_view = False
site.index_title = settings.UNFOLD["SITE_TITLE"]
