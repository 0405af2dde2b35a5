"""Downloads as programs for CKAN expect them: the data, or a plain "not yet", never a page."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse, HttpResponseRedirect

from cityhall.kernel.actor import Actor
from cityhall.opening.actions import request_export, write_export
from cityhall.opening.queries import export_info, latest
from cityhall.web.pages.files import download_address

AT_ONCE: Final = 50_000
"""Rows of which a file is written while the caller waits; of more, by a worker."""
RETRY_SECONDS: Final = 5


def finished_file(actor: Actor, dataset_id: str, format_code: str) -> HttpResponse:
    """302 to the finished file of the latest version, or 503 with Retry-After while a long one is written.

    Errors: `DatasetHidden`, `NothingOpen`, `NoVersionYet`, `FormatUnknown`, `ExportNotPossible`.
    """
    asked = request_export(actor, dataset_id, format_code)
    served = latest(actor, asked.dataset_id)
    if asked.state == "waiting" and served and served.rows <= AT_ONCE:
        write_export(export_id=asked.id)
    asked = export_info(actor, asked.id)
    if asked.state == "ready":
        return HttpResponseRedirect(download_address(actor, asked))
    answer = HttpResponse("The file is being written; ask again.\n", status=503, content_type="text/plain")
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer
