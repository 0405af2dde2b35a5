"""CKAN's names: 2 to 100 small letters, digits, hyphens and underscores. Ids and names both lead back."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from cityhall.catalog.queries import Field, fields
from cityhall.identity.queries import AgencyInfo, agencies
from cityhall.opening.queries import FORMATS
from cityhall.web.ckan.errors import ThingUnknown

_NAME: Final = re.compile(r"[a-z0-9_-]{2,100}")
BETWEEN: Final = "-"
"""Between a dataset's id and the format's code in a resource's id; ids of datasets do not hold it."""


def is_name(text: str) -> bool:
    """Whether CKAN would take it as a name."""
    return bool(_NAME.fullmatch(text))


def package_name(dataset_id: str, code: str) -> str:
    """A dataset's name: its code where that is a name, else its id, which always is. Neither ever changes."""
    return code if is_name(code) else dataset_id


def organization_name(agency: AgencyInfo) -> str:
    """An agency's name: its credit code in small letters."""
    return agency.uscc.lower()


def organization(id_or_name: str) -> AgencyInfo:
    """The agency with this id, credit code or Chinese or English name. Errors: `ThingUnknown`."""
    for one in agencies():
        if id_or_name in (one.id, one.name.zh, one.name.en) or id_or_name.upper() == one.uscc:
            return one
    raise ThingUnknown(kind="organization")


def group_name(code: str) -> str:
    """A field's name: its code where that is a name, else a fixed one made of it."""
    return code if is_name(code) else f"field-{hashlib.sha256(code.encode()).hexdigest()[:12]}"


def group(id_or_name: str) -> Field:
    """The field with this name, code or title. Errors: `ThingUnknown`."""
    for one in fields():
        if id_or_name in (one.code, group_name(one.code), one.title.zh, one.title.en):
            return one
    raise ThingUnknown(kind="group")


def resource_id(dataset_id: str, format_code: str) -> str:
    """A resource is a dataset in one format; its id stays when the data changes."""
    return f"{dataset_id}{BETWEEN}{format_code}"


def resource_parts(id_: str) -> tuple[str, str]:
    """(dataset, format) of a resource's id; the name or id of a dataset alone means its CSV."""
    dataset_id, between, code = id_.rpartition(BETWEEN)
    return (dataset_id, code) if between and code in FORMATS else (id_, "csv")
