"""The job that writes a finished file; it appears under its address only when it is whole and on the disk."""

from __future__ import annotations

from typing import Final, Literal, get_args

from cityhall.catalog.queries import dataset
from cityhall.kernel import clock
from cityhall.kernel.errors import CityhallError
from cityhall.opening import models
from cityhall.opening.exporting import READY, export_path, geo_items
from cityhall.opening.formats import format_of
from cityhall.warehouse.actions import keep_finished
from cityhall.warehouse.queries import Exported, copy_to, version

GIVE_UP_SECONDS: Final = 1800
Format = Literal["csv", "csv_bom", "json", "ndjson", "parquet", "xlsx", "geojson"]


def write_export(export_id: str) -> None:
    """Write the file of an export row; what goes wrong is kept in the row and told on its page."""
    mine = models.Export.objects.filter(id=export_id)
    if not mine.filter(state="waiting").update(state="writing"):
        return  # written already, or another worker is at it
    row = mine.get()
    try:
        done = _write(row)
    except CityhallError as error:
        mine.update(state="failed", error=error.as_dict(), finished=clock.now())
        return
    mine.update(state=READY, rows=done.rows, bytes=done.size, sha256=done.sha256, finished=clock.now())


def _write(row: models.Export) -> Exported:
    stored = version(row.dataset_id, row.version)
    present = {column.name for column in stored.items}
    items = tuple(name for name in row.items if name in present)
    place = geo_items(dataset(row.dataset_id), tuple(name for name in items if name not in row.masks))
    lon, lat = place if len(place) == 2 and row.format == "geojson" else ("", "")
    path = export_path(row.address, format_of(row.format).suffix)
    path.parent.mkdir(parents=True, exist_ok=True)
    masks = {name: mask for name, mask in row.masks.items() if name in present}
    done = copy_to(
        stored, path=path, format=_warehouse_format(row.format), select=items, masks=masks, lon=lon, lat=lat
    )
    keep_finished(path)
    return done


def _warehouse_format(code: str) -> Format:
    return next(one for one in get_args(Format) if one == code)
