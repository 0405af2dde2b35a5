"""A city's whole catalogue, as large as Wenzhou's: imported from one file, then harvested as DCAT in each form."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, keep
from benchmarks.warehouse_state import warehouse

IMPORT_BAR, EXPORT_BAR = 60.0, 10.0
FORMS = ("ttl", "rdf", "jsonld")


def imported(folder: Path) -> tuple[int, int, float]:
    """Datasets, items, and the seconds of the import."""
    from cityhall.catalog.actions import import_catalogue
    from cityhall.identity.actions import register_agency
    from cityhall.kernel.actor import system_actor
    from cityhall.kernel.text import Text
    from cityhall.packing.queries import wenzhou_agencies, wenzhou_catalogue, write_catalogue_file

    actor = system_actor("bench")
    agencies, listed = wenzhou_agencies(), wenzhou_catalogue()
    for one in agencies:
        register_agency(actor, one["uscc"], Text.from_dict(one["title"]), one["level"], one["division"])
    path = folder / "catalogue.yaml"
    write_catalogue_file({"agencies": agencies, "datasets": listed}, path)
    start = time.perf_counter()
    report = import_catalogue(actor, path)
    seconds = time.perf_counter() - start
    assert report.count("created") == len(listed)
    return len(listed), sum(len(one["items"]) for one in listed), seconds


def published() -> tuple[int, float]:
    """Publish every entry, as agencies do, one by one; answers how many are open to everybody, and the seconds.

    Those get a first version in the tables, without files behind it: what is harvested are their descriptions.
    """
    from cityhall.catalog.actions import publish
    from cityhall.catalog.models import Dataset
    from cityhall.kernel import clock
    from cityhall.kernel.actor import system_actor
    from cityhall.warehouse.models import StoredVersion

    actor, start = system_actor("bench"), time.perf_counter()
    for key in Dataset.objects.values_list("id", flat=True):
        publish(actor, key)
    seconds = time.perf_counter() - start
    first = {
        "number": 1,
        "mode": "replace",
        "created": clock.now(),
        "actor": actor.id,
        "columns": [],
        "counts": {},
    }
    keys = Dataset.objects.filter(opening_class="unconditional").values_list("id", flat=True)
    versions = [StoredVersion(dataset=key, rows=1000, bytes=50_000, **first) for key in keys]
    return len(StoredVersion.objects.bulk_create(versions)), seconds


def harvested(form: str) -> tuple[int, int, float]:
    """Pages, bytes and seconds of the whole catalogue in one form, through the address."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    address, pages, size, start = f"/catalogue.{form}", 0, 0, time.perf_counter()
    while address:
        response: Any = client.get(address)
        assert response.status_code == 200
        pages, size = pages + 1, size + len(response.content)
        following = response.headers.get("Link", "").partition(">")[0]
        address = following[following.index("/catalogue") :] if following else ""
    return pages, size, time.perf_counter() - start


def main() -> None:
    """Measure and keep the figures."""
    with warehouse("dcat") as folder:
        datasets, items, importing = imported(folder)
        open_now, publishing = published()
        figures = [
            Figure(f"import of {datasets:,} entries with {items:,} items", f"{importing:.1f} s", "", "under 60 s",
                   importing < IMPORT_BAR),
            Figure(f"publishing {datasets:,} entries one by one", f"{publishing:.1f} s", "", "shown", None),
        ]  # fmt: skip
        for form in FORMS:
            pages, size, seconds = harvested(form)
            beside = f"{pages} pages, {size / 1e6:.1f} MB"
            figures.append(
                Figure(f"harvest as {form}", f"{seconds:.1f} s", beside, "under 10 s", seconds < EXPORT_BAR)
            )
        keep(
            "dcat", figures, f"{open_now:,} entries are open to everybody and offer their files in every form"
        )


if __name__ == "__main__":
    main()
