"""What every answer passes through: security headers, and errors told as pages or as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from cityhall.kernel.errors import CityhallError, NotAllowed
from cityhall.web.error_pages import answer
from cityhall.web.errors import AddressUnknown, BodyTooLarge, PageForbidden
from cityhall.web.visitor import actor_for

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
Next = Callable[[HttpRequest], HttpResponse]
# What tells who asks beside the session: keys, the code of a case.
_TELLING: Final = ("Authorization", "X-CKAN-API-Key", "X-Case-Code")
# REST is spoken in short sentences, but for rows that are pushed and files.
_SHORT: Final = re.compile(r"/api/v1/(?!sources/[^/]+/push$|cases/[^/]+/files$)")
_SHORT_MEGABYTES: Final = 1


class SecurityHeaders:
    """A content security policy without exceptions: no inline script, no inline style, no other host. What is answered to
    somebody known is kept by no cache on the way, nor by the browser after they left.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers."""
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if _known(request):
            kept = "no-cache" if response.has_header("ETag") else "no-store"
            response.setdefault("Cache-Control", f"private, {kept}")
        return response


def _known(request: HttpRequest) -> bool:
    """Whether a request may be somebody's in particular, rather than anybody's."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or any(
        name in request.headers for name in _TELLING
    )


class Sizes:
    """Refuses what is larger than anything that is sent here, before a byte of it is read: files of forms are written to the disk
    as they come, whoever sends them."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what has a size that can be."""
        said = str(request.META.get("CONTENT_LENGTH") or "0")
        short = _SHORT.match(request.path)
        most = _SHORT_MEGABYTES if short else settings.CITYHALL_BODY_MEGABYTES
        if not (said.isdecimal() and len(said) < 16 and int(said) <= most * 2**20):
            return answer(request, BodyTooLarge(limit=f"{most} MB"))
        return self.get_response(request)


class Heads:
    """What REST answers to GET it answers to HEAD, without the body (RFC 9110, 9.3.2)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask as for GET, and leave the body out; its length is told."""
        if request.method != "HEAD" or not request.path.startswith("/api/v1/"):
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        request.method = "HEAD"
        if not response.streaming:
            response["Content-Length"] = str(len(response.content))
            response.content = b""
        return response


class Errors:
    """Turns an error of the catalogue into a page, or into JSON for programs; a visitor without right may
    sign in first.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to an exception of a view; None leaves it to Django."""
        error = _of_the_catalogue(exception)
        if error is None:
            return None
        wants_sign_in = (
            isinstance(error, NotAllowed) and request.method in ("GET", "HEAD") and not _for_programs(request)
        )
        if (
            wants_sign_in
            and actor_for(request).kind == "anonymous"
            and not request.path.startswith("/files/")
        ):
            return HttpResponseRedirect(
                f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
            )
        return answer(request, error)


def _of_the_catalogue(exception: Exception) -> CityhallError | None:
    if isinstance(exception, CityhallError):
        return exception
    if isinstance(exception, Http404):
        return AddressUnknown()
    if isinstance(exception, PermissionDenied):
        return PageForbidden()
    return BodyTooLarge(limit="20 MB") if isinstance(exception, RequestDataTooBig) else None


def _for_programs(request: HttpRequest) -> bool:
    """Whether a program asks: there is nobody to send to the sign-in page."""
    return request.path.startswith("/api/") or "Authorization" in request.headers
