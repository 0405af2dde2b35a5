"""The link in letters to those without an account: it ends them, and takes that back."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cityhall.messaging.actions import resume_letters, stop_letters
from cityhall.messaging.queries import letters_stopped
from cityhall.web.rendering import show


@dataclass(frozen=True, slots=True)
class LettersPage:
    """Whether the letters that the link stands for are ended, or have just been asked for again."""

    token: str
    stopped: bool
    resumed: bool


@csrf_exempt  # the link itself is signed; mail programs send it by one click (RFC 8058) and know no form token
@require_http_methods(["GET", "HEAD", "POST"])
def letters_end(request: HttpRequest, token: str) -> HttpResponse:
    """End all letters to the address that got this one, without signing in; or have them again."""
    again = request.method == "POST" and "again" in request.POST
    if request.method == "POST":
        (resume_letters if again else stop_letters)(token)
    return show(request, "people/letters.html", LettersPage(token, letters_stopped(token), again))
