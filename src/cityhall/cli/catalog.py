"""`cityhall catalog …`: entries, their rights, their quality, the whole of it as a file."""

from __future__ import annotations

from pathlib import Path

import click

from cityhall.catalog.actions import agree_rules, import_catalogue
from cityhall.catalog.actions import publish as publish_entry
from cityhall.catalog.actions import withdraw as withdraw_entry
from cityhall.catalog.queries import (
    Dataset,
    Filter,
    Served,
    export_catalogue,
    metadata_quality,
    rule_from,
    weigh_catalogue,
)
from cityhall.catalog.queries import dataset as find_dataset
from cityhall.catalog.queries import datasets as find_datasets
from cityhall.catalog.queries import overlaps as find_overlaps
from cityhall.cli.actor import operator
from cityhall.cli.main import language
from cityhall.cli.show import as_json, table
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.declared import read_yaml
from cityhall.opening.queries import fetchable


@click.group()
def catalog() -> None:
    """Datasets and their items."""


@catalog.command("list")
@click.argument("text", default="")
@click.option("--state", default="")
@click.option("--limit", default=50, show_default=True)
@click.option("--json", "json_", is_flag=True)
def list_datasets(text: str, state: str, limit: int, json_: bool) -> None:
    """Datasets whose code, title, abstract, keywords or items hold every word of TEXT."""
    page = find_datasets(Filter(text=text, state=state), limit=limit)
    if json_:
        as_json(page)
        return
    tongue = language()
    rows = (
        (one.code, one.title.in_language(tongue), one.state, f"L{one.level}", one.opening_class)
        for one in page.datasets
    )
    table(("code", "title", "state", "level", "opening"), rows, "no dataset yet: cityhall publish FILE")


@catalog.command()
@click.argument("dataset")
def show(dataset: str) -> None:
    """One entry, whole, as JSON."""
    as_json(find_dataset(dataset))


@catalog.command()
@click.argument("dataset")
def publish(dataset: str) -> None:
    """Make a draft public in the catalogue."""
    click.echo(f"revision {publish_entry(operator(), find_dataset(dataset).id)}")


@catalog.command()
@click.argument("dataset")
@click.option("--reason", required=True)
def withdraw(dataset: str, reason: str) -> None:
    """Take an entry back, saying why."""
    click.echo(f"revision {withdraw_entry(operator(), find_dataset(dataset).id, reason)}")


@catalog.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, change nothing.")
def import_file(file: Path, dry_run: bool) -> None:
    """Make the catalogue hold what a YAML or XLSX file says: all of it or nothing."""
    report = weigh_catalogue(operator(), file) if dry_run else import_catalogue(operator(), file)
    click.echo(
        f"created {report.count('created')}  changed {report.count('changed')}  "
        f"unchanged {report.count('unchanged')}  refused {report.count('refused')}"
    )
    for row in report.refused:
        click.echo(f"{row.place}: {'; '.join(problem.say(language()) for problem in row.problems)}")


@catalog.command("export")
@click.argument("file", type=click.Path(path_type=Path))
def export_file(file: Path) -> None:
    """Write the whole catalogue as YAML or XLSX."""
    click.echo(export_catalogue(file))


@catalog.command()
@click.argument("dataset")
@click.option("--json", "json_", is_flag=True)
def quality(dataset: str, json_: bool) -> None:
    """The 405 points of metadata quality, and what would raise them; those of DCAT-AP are told on the dataset's page."""
    entry = find_dataset(dataset)
    found = metadata_quality(entry, _served(entry))
    if json_:
        as_json(found)
        return
    tongue = language()
    click.echo(f"{found.points} / {found.possible}  {found.rating_title.in_language(tongue)}")
    rows = (
        (one.title.in_language(tongue), one.raise_by.in_language(tongue))
        for one in found.advice
        if one.raise_by
    )
    table(("indicator", "what would raise it"), rows, "nothing is missing")


def _served(entry: Dataset) -> Served:
    """How the public gets the dataset; as CSV, which whatever is open comes in."""
    if entry.state != "published":
        return Served()
    forms = {form.code: file for form, file in fetchable(ANONYMOUS, (entry,))[0].forms}
    if "csv" not in forms:
        return Served(access_url_answers=True)
    return Served(
        access_url_answers=True,
        download_url=True,
        download_url_answers=True,
        format="CSV",
        media_type="text/csv",
        byte_size=forms["csv"].bytes if forms["csv"] else None,
    )


@catalog.command()
@click.argument("dataset")
@click.option(
    "--set",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Agree the rules of this YAML list instead of those in force.",
)
@click.option("--why", default="", help="Kept in the history.")
def rules(dataset: str, file: Path | None, why: str) -> None:
    """The quality rules agreed for a dataset: code, kind, items, params, severity, message."""
    found = find_dataset(dataset)
    if file is None:
        as_json({"version": found.rules_version, "rules": found.rules})
        return
    wanted = tuple(rule_from(one, place) for place, one in enumerate(read_yaml(file) or ()))
    click.echo(f"version {agree_rules(operator(), found.id, wanted, why=why)}")


@catalog.command()
@click.argument("dataset")
def overlaps(dataset: str) -> None:
    """Other datasets that collect the same elements about the same subject."""
    found = find_overlaps(find_dataset(dataset))
    rows = ((one.code, f"{one.share:.0%}", one.why.in_language(language())) for one in found)
    table(("dataset", "share", "why"), rows, "nobody else collects this")
