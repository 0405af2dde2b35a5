"""`cityhall warehouse …`: looking after data files."""

from __future__ import annotations

import sys

import click

from cityhall.catalog.queries import dataset as find_dataset
from cityhall.cli.actor import operator
from cityhall.cli.show import as_json, size, table
from cityhall.warehouse.actions import compact as compact_files
from cityhall.warehouse.actions import expire as expire_versions
from cityhall.warehouse.actions import sweep as sweep_orphans
from cityhall.warehouse.queries import fsck as check_all
from cityhall.warehouse.queries import versions as all_versions


@click.group()
def warehouse() -> None:
    """Raw bytes, data files, versions."""


@warehouse.command()
@click.option("--deep", is_flag=True, help="Re-hash every file.")
@click.option("--json", "json_", is_flag=True)
def fsck(deep: bool, json_: bool) -> None:
    """Say whether everything the versions name is there and whole; exit status 1 when not."""
    problems = check_all(deep=deep)
    if json_:
        as_json(problems)
    for problem in () if json_ else problems:
        colour = "yellow" if problem.harmless else "red"
        click.echo(click.style(f"{problem.kind}  {problem.subject}  {problem.detail}", fg=colour))
    if not json_ and not problems:
        click.echo("clean")
    sys.exit(0 if all(problem.harmless for problem in problems) else 1)


@warehouse.command()
@click.argument("dataset")
@click.option("--json", "json_", is_flag=True)
def versions(dataset: str, json_: bool) -> None:
    """All versions of a dataset."""
    found = all_versions(find_dataset(dataset).id)
    if json_:
        as_json(found)
        return
    rows = (
        (one.number, f"{one.created:%Y-%m-%d %H:%M}", one.mode, f"{one.rows:,}", size(one.bytes))
        for one in found
    )
    table(("version", "made", "mode", "rows", "size"), rows, "no version yet")


@warehouse.command()
@click.argument("dataset")
def compact(dataset: str) -> None:
    """Join small data files into large ones, as a new version with the same rows."""
    made = compact_files(operator(), find_dataset(dataset).id)
    click.echo(f"version {made.number}" if made else "nothing to gain")


@warehouse.command()
@click.argument("dataset")
@click.option("--keep", required=True, type=click.IntRange(1), help="How many of the latest versions stay.")
def expire(dataset: str, keep: int) -> None:
    """Give up the data of old versions; their history stays."""
    gone = expire_versions(operator(), find_dataset(dataset).id, keep)
    click.echo(f"{len(gone)} versions expired")


@warehouse.command()
@click.option("--grace", default=86400.0, show_default=True, help="Seconds a file must have been unused.")
def sweep(grace: float) -> None:
    """Remove files that no version refers to."""
    as_json(sweep_orphans(operator(), grace=grace))
