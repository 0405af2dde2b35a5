"""A dataset as CKAN's package, with its resources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from django.conf import settings

from cityhall.catalog.queries import Dataset, Field, Term, fields, licences
from cityhall.federation.queries import OriginSeen, origins_of
from cityhall.identity.queries import AgencyInfo, agencies
from cityhall.kernel.text import Text
from cityhall.opening.queries import Export as File
from cityhall.opening.queries import Fetchable, Format
from cityhall.web.ckan.calls import address
from cityhall.web.ckan.naming import group_name, organization_name, package_name, resource_id

FORMAT_WORDS: Final = {"csv_bom": "CSV", "ndjson": "JSONL"}
FRICTIONLESS_TYPES: Final = {
    "text": "string", "integer": "integer", "decimal": "number", "date": "date", "datetime": "datetime",
    "time": "time", "boolean": "boolean", "geometry": "string",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What many packages share, read once."""

    agencies: Mapping[str, AgencyInfo]
    fields: Mapping[str, Field]
    licences: Mapping[str, Term]


def surroundings() -> Surroundings:
    """The agencies, fields and licences of this moment."""
    return Surroundings(
        {one.id: one for one in agencies()},
        {one.code: one for one in fields()},
        {one.code: one for one in licences()},
    )


def words(text: Text) -> str:
    """A text in the node's own language: an interface for programs says the same to everybody."""
    return text.in_language(settings.LANGUAGE_CODE)


def moment(at: datetime | None) -> str | None:
    """A time as CKAN writes it: UTC without an offset."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() if at else None


def packages(found: Iterable[Fetchable]) -> list[dict[str, Any]]:
    """The packages of these entries."""
    shown = tuple(found)
    around, origins = surroundings(), origins_of(one.dataset.id for one in shown)
    return [_package(one, around, origins.get(one.dataset.id)) for one in shown]


def package(one: Fetchable) -> dict[str, Any]:
    """One package with everything CKAN's clients look for."""
    return packages((one,))[0]


def _package(one: Fetchable, around: Surroundings, origin: OriginSeen | None) -> dict[str, Any]:
    dataset = one.dataset
    resources = list(_resources(one))
    return {
        "id": dataset.id,
        "name": package_name(dataset.id, dataset.code),
        "title": words(dataset.title),
        "title_translated": dataset.title.as_dict(),
        "notes": words(dataset.abstract),
        "notes_translated": dataset.abstract.as_dict(),
        "type": "dataset",
        "state": _STATES[dataset.state],
        "private": dataset.state != "published",
        "url": f"{address()}/datasets/{dataset.id}/",
        "version": str(one.latest.number) if one.latest else None,
        "metadata_created": moment(dataset.created),
        "metadata_modified": moment(one.changed),
        "creator_user_id": None,
        **_people(dataset, around),
        **_licence(around.licences.get(dataset.licence)),
        "organization": organization_dict(around.agencies[dataset.agency_id]),
        "owner_org": dataset.agency_id,
        "groups": _groups(around.fields.get(dataset.field_code)),
        "tags": [tag_dict(word) for word in dataset.keywords],
        "num_tags": len(dataset.keywords),
        "resources": resources,
        "num_resources": len(resources),
        "extras": [
            {"key": key, "value": value}
            for key, value in {**_extras(one), **_origin(origin)}.items()
            if value
        ],
        "relationships_as_subject": [],
        "relationships_as_object": [],
    }


_STATES: Final = {"published": "active", "draft": "draft", "withdrawn": "deleted"}


def tag_dict(word: str) -> dict[str, Any]:
    """A keyword as a free tag."""
    return {"id": word, "name": word, "display_name": word, "state": "active", "vocabulary_id": None}


def organization_dict(agency: AgencyInfo) -> dict[str, Any]:
    """An agency as the organization inside a package."""
    return {
        "id": agency.id,
        "name": organization_name(agency),
        "title": words(agency.name),
        "type": "organization",
        "description": "",
        "image_url": "",
        "created": None,
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }


def _people(dataset: Dataset, around: Surroundings) -> dict[str, str]:
    agency = around.agencies[dataset.agency_id]
    return {
        "author": words(agency.name),
        "author_email": "",
        "maintainer": dataset.contact.name,
        "maintainer_email": dataset.contact.email,
    }


def _licence(term: Term | None) -> dict[str, Any]:
    if term is None:
        return {"license_id": "notspecified", "license_title": "", "license_url": "", "isopen": False}
    return {
        "license_id": term.code,
        "license_title": words(term.title),
        "license_url": term.uri,
        "isopen": term.open,
    }


def _groups(field: Field | None) -> list[dict[str, Any]]:
    if field is None:
        return []
    title, name = words(field.title), group_name(field.code)
    return [
        {
            "id": name,
            "name": name,
            "title": title,
            "display_name": title,
            "description": "",
            "image_display_url": "",
        }
    ]


def _extras(one: Fetchable) -> dict[str, str]:
    """What CKAN has no place for; texts only, as CKAN stores them."""
    dataset, period = one.dataset, one.dataset.temporal
    return {
        "code": dataset.code,
        "level": f"L{dataset.level}",
        "opening": dataset.opening_class,
        "sharing": dataset.sharing_class,
        "update_cycle": dataset.update_cycle,
        "legal_basis": words(dataset.legal_basis),
        "region": dataset.region,
        "temporal_start": period.start.isoformat() if period.start else "",
        "temporal_end": period.end.isoformat() if period.end else "",
        "spatial": _spatial(dataset),
        "row_count": str(one.latest.rows) if one.latest and one.decision.allowed else "",
        "why_restricted": words(one.decision.why) if one.decision.why else "",
    }


def _origin(origin: OriginSeen | None) -> dict[str, str]:
    """Where a harvested entry comes from, under the names that CKAN's harvester gives."""
    if origin is None:
        return {}
    return {
        "harvest_source_id": origin.harvest_id,
        "harvest_source_title": origin.harvest_name,
        "harvest_object_id": origin.remote_id,
        "harvest_url": origin.address,
        "harvest_publisher": origin.publisher,
        "harvest_license": origin.licence,
    }


def _spatial(dataset: Dataset) -> str:
    """The box as GeoJSON in a text, as CKAN's spatial search has it."""
    if dataset.spatial.bbox is None:
        return ""
    west, south, east, north = dataset.spatial.bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return orjson.dumps({"type": "Polygon", "coordinates": [ring]}).decode()


def _resources(one: Fetchable) -> Iterator[dict[str, Any]]:
    for position, (kind, file) in enumerate(one.forms):
        yield resource(one, kind, file, position)


def resource(one: Fetchable, kind: Format, file: File | None, position: int) -> dict[str, Any]:
    """One form of the data as a resource. Only the CSV speaks to the datastore: all forms hold the same rows."""
    dataset, id_ = one.dataset, resource_id(one.dataset.id, kind.code)
    updated = moment(one.latest.created) if one.latest else None
    name = f"{package_name(dataset.id, dataset.code)}.{kind.suffix}"
    described: dict[str, Any] = {
        "id": id_,
        "package_id": dataset.id,
        "name": words(kind.title),
        "description": words(dataset.title),
        "format": FORMAT_WORDS.get(kind.code, kind.code.upper()),
        "mimetype": kind.media_type.partition(";")[0],
        "url": f"{address()}/dataset/{dataset.id}/resource/{id_}/download/{name}",
        "url_type": "upload",
        "resource_type": "file",
        "state": "active",
        "position": position,
        "size": file.bytes if file else None,
        "hash": f"sha256:{file.sha256}" if file else "",
        "created": moment(dataset.created),
        "last_modified": updated,
        "metadata_modified": updated,
        "datastore_active": kind.code == "csv",
        "cache_url": None,
        "cache_last_updated": None,
        "mimetype_inner": None,
    }
    return described | ({"schema": _schema(one)} if kind.suffix == "csv" else {})


def _schema(one: Fetchable) -> dict[str, Any]:
    """The Table Schema of the columns in the file."""
    items = {item.name: item for item in one.dataset.items}
    return {
        "fields": [
            {
                "name": name,
                "type": "string" if name in one.decision.masks else FRICTIONLESS_TYPES[items[name].type],
                "title": words(items[name].title),
                "description": words(items[name].description),
            }
            for name in one.decision.items
        ]
    }
