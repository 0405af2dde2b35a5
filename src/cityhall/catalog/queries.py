"""Reads of the catalogue. They answer frozen shapes; who may see which entry is decided by the caller."""

from __future__ import annotations

from django.db.models import Q

from cityhall.catalog import checking, models, storing
from cityhall.catalog.errors import DatasetUnknown
from cityhall.catalog.shapes import (
    CheckRule,
    Contact,
    Dataset,
    DatasetDraft,
    Field,
    Function,
    Item,
    Opening,
    Sharing,
    Spatial,
    System,
    Temporal,
)
from cityhall.catalog.terms import Term, terms
from cityhall.kernel.errors import CityhallError

__all__ = [
    "CheckRule",
    "Contact",
    "Dataset",
    "DatasetDraft",
    "Field",
    "Function",
    "Item",
    "Opening",
    "Sharing",
    "Spatial",
    "System",
    "Temporal",
    "Term",
    "cycles",
    "dataset",
    "fields",
    "functions",
    "licences",
    "problems",
    "systems",
]


def dataset(id_or_code: str) -> Dataset:
    """The dataset with this id or code, with its items and the rules in force; raises DatasetUnknown."""
    row = models.Dataset.objects.filter(Q(id=id_or_code) | Q(code=id_or_code)).first()
    if row is None:
        raise DatasetUnknown(dataset=id_or_code)
    return storing.dataset_shape(row)


def problems(draft: DatasetDraft, state: str = "draft") -> tuple[CityhallError, ...]:
    """Everything that keeps the draft from being in the given state; empty when it may be."""
    return checking.draft_problems(draft, state, checking.known())


def fields() -> tuple[Field, ...]:
    """The fields of data, in their order."""
    return tuple(storing.field_shape(row) for row in models.Field.objects.order_by("position", "code"))


def functions(agency_id: str = "") -> tuple[Function, ...]:
    """The functions of one agency, or of all, by code."""
    rows = models.Function.objects.filter(**_of(agency_id)).order_by("code")
    return tuple(storing.function_shape(row) for row in rows)


def systems(agency_id: str = "") -> tuple[System, ...]:
    """The information systems of one agency, or of all, by code."""
    rows = models.System.objects.filter(**_of(agency_id)).order_by("code")
    return tuple(storing.system_shape(row) for row in rows)


def _of(agency_id: str) -> dict[str, str]:
    return {"agency_id": agency_id} if agency_id else {}


def licences() -> tuple[Term, ...]:
    """The licences that a dataset may carry."""
    return tuple(terms("licences").values())


def cycles() -> tuple[Term, ...]:
    """The update cycles that a dataset may have."""
    return tuple(terms("cycles").values())
