"""What the catalogue already holds, read once for a whole file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cityhall.catalog import models, storing
from cityhall.catalog.exchange.gathering import function_values, system_values
from cityhall.catalog.shapes import Dataset
from cityhall.identity.queries import agencies

PORTION = 500


@dataclass(frozen=True, slots=True)
class Present:
    """Entries by code: plain values of the small kinds, shapes of the datasets named in the file, ids by
    code, and agency ids by USCC or id."""

    agencies: dict[str, str]
    fields: dict[str, dict[str, Any]]
    functions: dict[str, dict[str, Any]]
    systems: dict[str, dict[str, Any]]
    datasets: dict[str, Dataset]
    function_ids: dict[str, str]
    system_ids: dict[str, str]


def present(dataset_codes: Iterable[str], *, lock: bool) -> Present:
    """Read it; with `lock`, the datasets' rows stay locked until the transaction ends."""
    known = agencies()
    uscc = {agency.id: agency.uscc for agency in known}
    functions, systems = list(models.Function.objects.all()), list(models.System.objects.all())
    function_codes = {row.id: row.code for row in functions}
    return Present(
        agencies={name: agency.id for agency in known for name in (agency.uscc, agency.id)},
        fields={row.code: {"code": row.code, "title": row.title} for row in models.Field.objects.all()},
        functions={row.code: function_values(row, uscc) for row in functions},
        systems={row.code: system_values(row, uscc, function_codes) for row in systems},
        datasets=_datasets(dataset_codes, lock),
        function_ids={row.code: row.id for row in functions},
        system_ids={row.code: row.id for row in systems},
    )


def _datasets(codes: Iterable[str], lock: bool) -> dict[str, Dataset]:
    rows = models.Dataset.objects.all().prefetch_related("items")
    rows = rows.select_for_update() if lock else rows
    wanted = list(dict.fromkeys(codes))
    portions = (wanted[start : start + PORTION] for start in range(0, len(wanted), PORTION))
    return {row.code: storing.dataset_shape(row) for some in portions for row in rows.filter(code__in=some)}
