"""`cityhall harvest …`: other catalogues whose entries are kept up to date here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cityhall.cli.actor import operator
from cityhall.cli.main import language
from cityhall.cli.show import as_json, table
from cityhall.federation import actions as federation
from cityhall.federation.queries import (
    KINDS,
    HarvestRunInfo,
    failures,
    harvest_run,
    harvest_runs,
    harvests,
)
from cityhall.kernel.declared import read_yaml
from cityhall.kernel.text import Text


@click.group()
def harvest() -> None:
    """Other catalogues whose entries are kept up to date here."""


@harvest.command("list")
@click.option("--json", "json_", is_flag=True)
def list_harvests(json_: bool) -> None:
    """All harvests, each with its last run."""
    found = harvests()
    if json_:
        as_json(found)
        return
    last = {one.id: next(iter(harvest_runs(one.id, 1)), None) for one in found}
    rows = ((one.id, one.kind, one.name, one.entries, one.schedule, _told(last[one.id])) for one in found)
    table(("harvest", "kind", "name", "entries", "schedule", "last run"), rows, "no harvest yet")


@harvest.command("add")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("url")
@click.option("--name", required=True)
@click.option(
    "--agency", required=True, help="The id or credit code of the agency that the entries belong to."
)
@click.option("--schedule", default="", help="Such as “daily at 03:00”; empty: only by hand.")
@click.option(
    "--format", "formats", multiple=True, help="A format whose files are collected; repeat by preference."
)
@click.option(
    "--settings", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="More settings, as YAML."
)
def add_harvest(
    kind: str,
    url: str,
    name: str,
    agency: str,
    schedule: str,
    formats: tuple[str, ...],
    settings: Path | None,
) -> None:
    """Add the catalogue at an address: the home of a CKAN or a Cityhall, or a DCAT feed."""
    given: dict[str, Any] = read_yaml(settings) if settings else {}
    if formats:
        given["formats"] = list(formats)
    click.echo(
        federation.create_harvest(operator(), kind, name, url, agency, settings=given, schedule=schedule)
    )


@harvest.command("run")
@click.argument("harvest_id")
@click.option("--queue", is_flag=True, help="Leave it to a worker.")
def run_harvest(harvest_id: str, queue: bool) -> None:
    """Harvest now, and tell how it went."""
    run_id = federation.start_run(operator(), harvest_id)
    if queue:
        click.echo(run_id)
        return
    federation.perform_harvest(run_id=run_id)
    _show(run_id)


@harvest.command("show")
@click.argument("run_id")
def show_run(run_id: str) -> None:
    """The figures of a run, and what it could not take."""
    _show(run_id)


@harvest.command("cancel")
@click.argument("run_id")
def cancel_run(run_id: str) -> None:
    """Stop a run; what it took stays."""
    federation.cancel(operator(), run_id)


def _show(run_id: str) -> None:
    seen = harvest_run(run_id)
    click.echo(f"{seen.id}  {_told(seen)}")
    for one in failures(run_id):
        click.echo(f"  {one.title or one.remote_id}: {one.says.in_language(language())}  [{one.code}]")
    if seen.error:
        words = (Text.from_dict(seen.error[name]).in_language(language()) for name in ("title", "remedy"))
        click.echo(click.style(f"{'. '.join(words)}  [{seen.error['code']}]", fg="red"))


def _told(run: HarvestRunInfo | None) -> str:
    if run is None:
        return "never"
    figures = " ".join(f"{name} {count:,}" for name, count in run.counts.items() if count)
    return f"{run.stage} {figures}".strip()
