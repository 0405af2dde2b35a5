"""Downloads: ask for a file, see whether it is finished, fetch it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cityhall.catalog.queries import Dataset
from cityhall.kernel.actor import Actor
from cityhall.opening.actions import count_use, request_export
from cityhall.opening.queries import Export, dataset_for, export_info, file_link
from cityhall.web.finished import file_behind, on_the_plane
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for, actor_for_program

RETRY_SECONDS = 2


@dataclass(frozen=True, slots=True)
class ExportPage:
    """A requested file; `link` is empty until it is finished."""

    export: Export
    dataset: Dataset
    link: str


@require_POST
def download(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Ask for a file; the answer is the page where it appears."""
    asked = request_export(actor_for(request), dataset_id, request.POST.get("format", ""))
    return HttpResponseRedirect(reverse("export", args=[asked.id]))


@require_safe
def export(request: HttpRequest, export_id: str) -> HttpResponse:
    """The state of a requested file, and its link once it is finished."""
    actor = actor_for(request)
    asked = export_info(actor, export_id)
    found, _ = dataset_for(actor, asked.dataset_id, "download")
    link = download_address(actor, asked) if asked.state == "ready" else ""
    return show(request, "pages/export.html", ExportPage(asked, found, link))


@require_safe
def latest_file(request: HttpRequest, dataset_id: str, format_code: str) -> HttpResponse:
    """The address of a dataset's latest version in a format, for programs and links: 302 to the file, or 202
    (with Retry-After) while it is being written.
    """
    actor = actor_for_program(request)
    asked = export_info(actor, request_export(actor, dataset_id, format_code).id)
    if asked.state == "ready":
        return HttpResponseRedirect(download_address(actor, asked))
    found, _ = dataset_for(actor, asked.dataset_id, "download")
    status = 503 if asked.state == "failed" else 202
    response = show(request, "pages/export.html", ExportPage(asked, found, ""), status=status)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def download_address(actor: Actor, asked: Export) -> str:
    """The signed address of a finished file, on the data plane where one runs."""
    base = getattr(settings, "CITYHALL_FILES_URL", "").rstrip("/")
    return f"{base}{reverse('file', args=[file_link(actor, asked.id)])}"


@require_safe
def file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The finished file itself: the way when no data plane runs."""
    if elsewhere := on_the_plane(request, token):
        return elsewhere
    found = file_behind(token)
    if request.method == "GET" and found.dataset_id:
        count_use(found.dataset_id, "download")
    answer = FileResponse(
        found.path.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type
    )
    if found.sha256:
        answer["ETag"] = f'"{found.sha256}"'
    return answer
