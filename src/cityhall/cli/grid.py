"""`cityhall grid …`: unit cells, responsibility grids and boundaries."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from cityhall.cli.actor import operator
from cityhall.cli.main import language
from cityhall.cli.show import as_json
from cityhall.places.actions import generate_grid, import_grid
from cityhall.places.queries import KINDS, Kind, check_grid, grid_area, grid_areas, grid_info, locate

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])
_kind = click.option("--kind", type=click.Choice(KINDS), default="cell", show_default=True)
_since = click.option("--since", type=_DAY, help="The day from which it holds; today when not said.")


@click.group()
def grid() -> None:
    """The grid of the city (GB/T 30428.1): which cell a place lies in."""


@grid.command(name="import")
@click.argument("file", type=_FILE)
@_kind
@_since
@click.option("--holes", is_flag=True, help="Let places pass that no area covers (water, mountains).")
def import_(file: Path, kind: Kind, since: datetime | None, holes: bool) -> None:
    """Import areas from GeoJSON; the file is complete for the districts that it names."""
    as_json(import_grid(operator(), file, kind, since=since.date() if since else None, holes=holes))


@grid.command()
@click.argument("boundary", type=_FILE)
@click.option("--size", default=100.0, show_default=True, help="Width of a cell in metres.")
@click.option("--digits", type=click.IntRange(2, 3), default=2, show_default=True, help="Of the serial.")
@_since
def generate(boundary: Path, size: float, digits: int, since: datetime | None) -> None:
    """Make unit cells from boundaries whose codes are divisions; cells that were there keep their codes."""
    as_json(generate_grid(operator(), boundary, size, digits=digits, since=since.date() if since else None))


@grid.command()
@click.argument("code", default="")
@_kind
@click.option("--at", type=(float, float), help="Longitude and latitude: where is this?")
@click.option("--on", type=_DAY, help="As it was on this day.")
@click.option("--geojson", is_flag=True, help="All areas of the kind as GeoJSON.")
def show(code: str, kind: Kind, at: tuple[float, float] | None, on: datetime | None, geojson: bool) -> None:
    """What there is; one area with all its outlines; where a point lies; or everything as GeoJSON."""
    day = on.date() if on else None
    if at is not None:
        as_json(locate(*at, day))
    elif code:
        as_json(grid_area(code))
    elif geojson:
        _as_geojson(kind, on)
    else:
        as_json(grid_info())


def _as_geojson(kind: Kind, on: datetime | None) -> None:
    """One feature a line, so that a large grid never stands in memory."""
    click.echo('{"type": "FeatureCollection", "features": [', nl=False)
    for number, one in enumerate(grid_areas(kind, on=on.date() if on else None)):
        properties = {"code": one.code, "name": one.name, "size": round(one.size, 1)}
        properties |= {
            name: str(day)
            for name, day in (("valid_from", one.valid_from), ("valid_to", one.valid_to))
            if day
        }
        feature = {"type": "Feature", "properties": properties, "geometry": one.geometry}
        click.echo(("," if number else "") + "\n" + json.dumps(feature, ensure_ascii=False), nl=False)
    click.echo("\n]}")


@grid.command()
@click.argument("file", type=_FILE, required=False)
@_kind
def check(file: Path | None, kind: Kind) -> None:
    """What is wrong with a file before it is imported, or with the stored grid; exit status 1 when something is."""
    found = check_grid(kind, file)
    for one in found:
        click.echo(f"{one.place}\t{one.area}\t{one.message.in_language(language())}\t[{one.code}]")
    if not found:
        click.echo("sound")
    sys.exit(1 if found else 0)
