"""`cityhall places …`: divisions with the days they were valid, and their shapes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import get_args

import click

from cityhall.cli.actor import operator
from cityhall.cli.show import as_json, table
from cityhall.places.actions import HowToRead, import_shapes, load_divisions
from cityhall.places.queries import System, missing_shapes
from cityhall.places.queries import division as find_division
from cityhall.places.queries import shapes as find_shapes


@click.group()
def places() -> None:
    """Divisions (GB/T 2260) down to villages, and their shapes."""


@places.command()
@click.argument("source", default="bundled")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Take the list as complete on this day.")
def load(source: str, as_of: datetime | None) -> None:
    """Load divisions: `bundled` (provinces to counties since 1980), or a CSV or JSON file down to villages."""
    as_json(load_divisions(operator(), source, as_of.date() if as_of else None))


@places.command()
@click.argument("code")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As it was on this day.")
def show(code: str, on: datetime | None) -> None:
    """One division, as it is or as it was."""
    day: date | None = on.date() if on else None
    as_json(find_division(code, day))


@places.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--system", type=click.Choice(get_args(System)), help="What the coordinates are in; else found out."
)
@click.option("--source", default="", help="Where the shapes come from: shown under every map.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="The day on which the borders moved.")
@click.option("--code", default="", help="The property that holds codes; else found out.")
@click.option("--name", default="", help="The property that holds names; else found out.")
@click.option("--list", "listed", is_flag=True, help="What there is, and what is missing.")
def shapes(
    files: tuple[Path, ...],
    system: System | None,
    source: str,
    since: datetime | None,
    code: str,
    name: str,
    listed: bool,
) -> None:
    """Import shapes of divisions from GeoJSON (also gzipped); files whose areas share borders are given together."""
    if listed or not files:
        _list()
        return
    how = HowToRead(system=system, code=code, name=name)
    as_json(import_shapes(operator(), files, how, source=source, since=since.date() if since else None))


def _list() -> None:
    """Every shape of today, then the parts of divisions that a map would miss."""
    columns = ("code", "name", "level", "km²", "positions", "system", "source")
    rows = [
        (one.code, one.name, one.level, f"{one.size / 1e6:,.1f}", one.points, one.system, one.source)
        for one in find_shapes()
    ]
    table(columns, rows, empty="no shapes yet")
    for gaps in missing_shapes():
        names = ", ".join(f"{code} {name}" for code, name in gaps.missing)
        click.echo(
            f"{gaps.code} {gaps.name}: {gaps.have} of {gaps.all}{'; missing: ' + names if names else ''}"
        )
