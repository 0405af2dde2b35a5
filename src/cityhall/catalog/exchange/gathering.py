"""The catalogue as entries of a file, and the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cityhall.catalog import models, plain, storing
from cityhall.catalog.errors import CatalogueUnreadable
from cityhall.catalog.exchange import xlsx_file, yaml_file
from cityhall.catalog.exchange.entries import Entry
from cityhall.catalog.shapes import Dataset
from cityhall.identity.queries import agencies
from cityhall.kernel.durable import new_file
from cityhall.kernel.text import Text

_ENDING = Text(en="its name ends neither in .yaml nor in .xlsx", zh="文件名不以 .yaml 或 .xlsx 结尾")


def write_catalogue(path: Path) -> None:
    """Write the whole catalogue to `path`, as YAML or XLSX by its ending."""
    writers = {".yaml": yaml_file.write, ".yml": yaml_file.write, ".xlsx": xlsx_file.write}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise CatalogueUnreadable(file=path.name, problem=_ENDING)
    with new_file(path) as unfinished:
        writer(gathered(), unfinished)


def gathered() -> Iterator[Entry]:
    """All fields, functions, systems and datasets, each kind in the order of its codes (fields in theirs)."""
    uscc = {agency.id: agency.uscc for agency in agencies()}
    functions = dict(models.Function.objects.values_list("id", "code"))
    systems = dict(models.System.objects.values_list("id", "code"))
    for field in models.Field.objects.order_by("position", "code"):
        yield Entry("field", field.code, {"code": field.code, "title": field.title})
    for function in models.Function.objects.order_by("code"):
        yield Entry("function", function.code, function_values(function, uscc))
    for system in models.System.objects.order_by("code"):
        yield Entry("system", system.code, system_values(system, uscc, functions))
    # In portions, so that prefetching the items never asks for too many at once.
    for row in models.Dataset.objects.order_by("code").prefetch_related("items").iterator(chunk_size=500):
        dataset = storing.dataset_shape(row)
        yield Entry("dataset", dataset.code, dataset_values(dataset, uscc, systems))


def function_values(row: models.Function, uscc: dict[str, str]) -> dict[str, Any]:
    """A function as a file says it."""
    return {
        "code": row.code,
        "agency": uscc[row.agency_id],
        "title": row.title,
        "legal_basis": row.legal_basis,
    }


def system_values(row: models.System, uscc: dict[str, str], functions: dict[str, str]) -> dict[str, Any]:
    """A system as a file says it."""
    return {
        "code": row.code,
        "agency": uscc[row.agency_id],
        "function": functions.get(row.function_id or "", ""),
        "title": row.title,
    }


def dataset_values(dataset: Dataset, uscc: dict[str, str], systems: dict[str, str]) -> dict[str, Any]:
    """A dataset as a file says it."""
    values = plain.dataset_plain(dataset)
    return {
        "code": values.pop("code"),
        "state": dataset.state,
        "published": dataset.published.isoformat() if dataset.published else "",
        **values,
        "agency": uscc[dataset.agency_id],
        "system": systems.get(dataset.system_id, ""),
    }
