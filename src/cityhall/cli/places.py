"""`cityhall places …`: divisions with the days they were valid."""

from __future__ import annotations

from datetime import date, datetime

import click

from cityhall.cli.actor import operator
from cityhall.cli.show import as_json
from cityhall.places.actions import load_divisions
from cityhall.places.queries import division as find_division


@click.group()
def places() -> None:
    """Divisions (GB/T 2260) down to villages."""


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
