"""The whole catalogue as one file, for those who keep it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from cityhall.catalog.queries import export_catalogue
from cityhall.identity.queries import require
from cityhall.web.api.documenting import READ
from cityhall.web.api.shapes import ErrorAnswer
from cityhall.web.visitor import actor_for_program

router = Router(tags=["catalogue"])
YAML = "application/yaml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _documented(media_type: str, schema: dict[str, str]) -> dict[str, Any]:
    """A file as the successful answer, in the description."""
    return {"responses": {200: {"description": "The file", "content": {media_type: {"schema": schema}}}}}


@router.get(
    "/catalogue.yaml",
    response={READ: ErrorAnswer},
    summary="The whole catalogue as YAML",
    operation_id="catalogue_yaml",
    openapi_extra=_documented(YAML, {"type": "object"}),
)
def catalogue_yaml(request: HttpRequest) -> HttpResponse:
    """Fields, functions, systems and datasets, drafts too; imported again it changes nothing. Takes the right
    to export for the whole city.
    """
    return _file(request, "catalogue.yaml", YAML)


@router.get(
    "/catalogue.xlsx",
    response={READ: ErrorAnswer},
    summary="The whole catalogue as XLSX",
    operation_id="catalogue_xlsx",
    openapi_extra=_documented(XLSX, {"type": "string", "format": "binary"}),
)
def catalogue_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as `catalogue.yaml`, as a workbook."""
    return _file(request, "catalogue.xlsx", XLSX)


def _file(request: HttpRequest, name: str, media_type: str) -> HttpResponse:
    """Errors: `RightMissing`; a steward of one agency may not take everybody's drafts."""
    require(actor_for_program(request), "catalog.export")
    with TemporaryDirectory() as folder:
        content = export_catalogue(Path(folder) / name).read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=media_type, headers=headers)
