"""The Data Package descriptor of a dataset (Data Package 2.0, Table Schema 2.0): its latest version as a CSV file."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cityhall.catalog.queries import Dataset, Item, licences
from cityhall.identity.queries import agency
from cityhall.opening.errors import NothingOpen, NoVersionYet
from cityhall.opening.queries import Decision, Export, VersionSeen, dataset_for, exports_of, latest
from cityhall.web.api.answers import answer
from cityhall.web.visitor import actor_for_program
from cityhall.web.words import pick

PACKAGE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
SCHEMA: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
_TYPES: Final = {
    "text": "string",
    "integer": "integer",
    "decimal": "number",
    "date": "date",
    "datetime": "datetime",
    "time": "time",
    "boolean": "boolean",
    "geometry": "geojson",
}


@require_safe
@vary_on_headers("Accept-Language", "Authorization", "Cookie")
def datapackage(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The descriptor of what the visitor may download. Errors: `DatasetHidden`, `NothingOpen`, `NoVersionYet`."""
    actor = actor_for_program(request)
    found, decision = dataset_for(actor, dataset_id, "download")
    version = latest(actor, found.id)
    if not decision.allowed:
        raise NothingOpen()
    if version is None:
        raise NoVersionYet()
    ready = {one.format.code: one for one in exports_of(actor, found.id, version.number)}
    address = request.build_absolute_uri(reverse("dataset-file", args=[found.id, "csv"]))
    page = request.build_absolute_uri(reverse("dataset", args=[found.id]))
    return answer(_package(found, version, page, _resource(found, decision, address, ready.get("csv"))))


def _package(found: Dataset, version: VersionSeen, page: str, resource: dict[str, Any]) -> dict[str, Any]:
    licence = next((one for one in licences() if one.code == found.licence), None)
    body: dict[str, Any] = {
        "$schema": PACKAGE,
        "name": re.sub(r"[^a-z0-9._-]+", "-", found.code.lower()).strip("-") or found.id,
        "id": page,
        "title": pick(found.title),
        "description": pick(found.abstract),
        "homepage": page,
        "version": str(version.number),
        "created": version.created,
        "contributors": [{"title": pick(agency(found.agency_id).name), "roles": ["publisher"]}],
        "resources": [resource],
    }
    if found.keywords:
        body["keywords"] = found.keywords
    if licence:
        body["licenses"] = [
            {"name": re.sub(r"[^A-Za-z0-9._-]", "-", licence.code), "title": pick(licence.title)}
        ]
    return body


def _resource(found: Dataset, decision: Decision, address: str, file: Export | None) -> dict[str, Any]:
    shown = [item for item in found.items if item.name in decision.items]
    schema: dict[str, Any] = {
        "$schema": SCHEMA,
        "fields": [_field(item, masked=item.name in decision.masks) for item in shown],
        "missingValues": [""],
    }
    if found.key and set(found.key) <= set(decision.clear):
        schema["primaryKey"] = found.key
    body: dict[str, Any] = {
        "name": "rows",
        "type": "table",
        "path": address,
        "scheme": address.partition(":")[0],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }
    if file:
        body |= {"bytes": file.bytes, "hash": f"sha256:{file.sha256}"}
    return body


def _field(item: Item, *, masked: bool) -> dict[str, Any]:
    field: dict[str, Any] = {"name": item.name, "type": "string" if masked else _TYPES[item.type]}
    for name, text in (("title", pick(item.title)), ("description", pick(item.description))):
        if text:
            field[name] = text
    if item.type == "datetime" and not masked:
        field["format"] = "any"
    constraints = {"required": item.required, "unique": item.unique and not masked}
    if any(constraints.values()):
        field["constraints"] = {name: True for name, holds in constraints.items() if holds}
    return field
