"""Finished files, of datasets and of cases: which one a token stands for, and where it is to be fetched."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from cityhall.cases.queries import HANDED, handed
from cityhall.opening.queries import FileAtHand, open_token


def file_behind(token: str) -> FileAtHand:
    """The file of a token; one of a case is of no dataset and has no entity tag. Errors: `LinkRefused`, `AttachmentUnknown`,
    `StorageUnreachable`.
    """
    if not token.startswith(HANDED):
        return open_token(token)
    info, path = handed(token)
    return FileAtHand(path, info.name, info.kind, "", "")


def on_the_plane(request: HttpRequest, token: str) -> HttpResponse | None:
    """The way to the data plane, where one runs: here a thread of the pages, or memory, would wait for as long as somebody takes
    to read.
    """
    base = settings.CITYHALL_FILES_URL.rstrip("/")
    if urlsplit(base).netloc in ("", request.get_host()):
        return None
    return HttpResponseRedirect(f"{base}{reverse('file', args=[token])}")
