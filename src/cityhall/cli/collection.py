"""`cityhall run …` and `cityhall source …`: where rows come from and how they travel."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from cityhall.catalog.queries import dataset as find_dataset
from cityhall.cleaning.queries import latest_report
from cityhall.cli.actor import operator
from cityhall.cli.main import language
from cityhall.cli.show import as_json, table
from cityhall.collection.actions import (
    cancel,
    correct_file,
    create_source,
    decide_schema,
    retry,
    start_run,
    update_source,
)
from cityhall.collection.queries import RunInfo, StageInfo
from cityhall.collection.queries import log as log_of
from cityhall.collection.queries import run as find_run
from cityhall.collection.queries import runs as newest_runs
from cityhall.collection.queries import sources as all_sources
from cityhall.kernel.declared import read_yaml
from cityhall.kernel.text import Text


@click.group()
def run() -> None:
    """Ways of files along the road."""


@run.command("list")
@click.option("--dataset", default="")
@click.option("--stage", default="")
@click.option("--limit", default=20, show_default=True)
@click.option("--json", "json_", is_flag=True)
def list_runs(dataset: str, stage: str, limit: int, json_: bool) -> None:
    """The newest runs."""
    found = newest_runs(dataset_id=dataset, stage=stage, limit=limit)
    if json_:
        as_json(found)
        return
    rows = ((one.id, one.stage, f"{one.progress:.0%}", one.file_name, _receipt(one)) for one in found)
    table(("run", "stage", "done", "file", "receipt"), rows, "no run yet")


def _receipt(one: RunInfo) -> str:
    counts = one.receipt or {}
    names = ("read", "clean", "quarantined", "duplicates")
    return " ".join(f"{name} {counts[name]:,}" for name in names if isinstance(counts.get(name), int))


def _stage(one: StageInfo) -> tuple[str, ...]:
    counts = ("" if count is None else f"{count:,.0f}" for count in (one.bytes, one.rows, one.rows_a_second))
    return (one.name, f"{one.seconds:.2f}", *counts)


@run.command("show")
@click.argument("run_id")
@click.option("--follow", is_flag=True, help="Until it has ended.")
@click.option("--json", "json_", is_flag=True)
def show_run(run_id: str, follow: bool, json_: bool) -> None:
    """Stage, progress, rate, what each stage took in, log and receipt of a run."""
    seen = find_run(run_id)
    while follow and seen.active:
        click.echo(f"{seen.stage} {seen.progress:.0%} {seen.rate:,.0f} rows/s")
        time.sleep(1)
        seen = find_run(run_id)
    if json_:
        as_json({"run": seen, "log": log_of(run_id)})
        return
    click.echo(f"{seen.id}  {seen.stage}  {seen.progress:.0%}  {_receipt(seen)}")
    table(("stage", "seconds", "bytes", "rows", "rows/s"), map(_stage, seen.stages), "no stage yet")
    for line in log_of(run_id):
        click.echo(f"{line.at:%H:%M:%S}  {line.stage}  {line.text.in_language(language())}")
    if seen.error:
        words = (Text.from_dict(seen.error[name]).in_language(language()) for name in ("title", "remedy"))
        click.echo(click.style(f"{'. '.join(words)}  [{seen.error['code']}]", fg="red"))


@run.command("cancel")
@click.argument("run_id")
def cancel_run(run_id: str) -> None:
    """Stop a run; the version in force keeps serving."""
    cancel(operator(), run_id)


@run.command("retry")
@click.argument("run_id")
def retry_run(run_id: str) -> None:
    """Queue a failed run again, from its landed bytes."""
    click.echo(retry(operator(), run_id))


@run.command("decide")
@click.argument("run_id")
@click.option("--accept/--reject", required=True, help="Take over the changed columns, or not.")
def decide_run(run_id: str, accept: bool) -> None:
    """Settle a run that waits because its columns have changed."""
    decide_schema(operator(), run_id, accept=accept)


@run.command("correct")
@click.argument("dataset")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def correct_rows(dataset: str, file: Path) -> None:
    """Send a corrected file of rejected rows through the same rules again."""
    report = latest_report(find_dataset(dataset).id)
    if report is None:
        raise click.ClickException("the dataset has no quality report yet")
    click.echo(correct_file(operator(), report.id, file, file.name))


@click.group()
def source() -> None:
    """Where rows come from."""


@source.command("list")
@click.option("--json", "json_", is_flag=True)
def list_sources(json_: bool) -> None:
    """All sources."""
    found = all_sources()
    if json_:
        as_json(found)
        return
    rows = ((one.id, one.kind, one.name, one.mode, one.schedule, one.last_good or "never") for one in found)
    table(("source", "kind", "name", "mode", "schedule", "last good"), rows, "no source yet")


@source.command("add")
@click.argument("declaration", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add_source(declaration: Path) -> None:
    """Add a source from a YAML file: kind, name, dataset, settings, mode, key, schedule, cycle."""
    given: dict[str, Any] = read_yaml(declaration)
    kind, name, settings = given.pop("kind"), given.pop("name"), given.pop("settings", {})
    given["dataset_id"] = given.pop("dataset", "")
    given["key"] = tuple(given.get("key", ()))
    click.echo(create_source(operator(), kind, name, settings, **given))


@source.command("start")
@click.argument("source_id")
def start_source(source_id: str) -> None:
    """Queue a run now."""
    click.echo(start_run(operator(), source_id))


@source.command("switch")
@click.argument("source_id")
@click.option("--on/--off", required=True)
def switch_source(source_id: str, on: bool) -> None:
    """Enable or disable a source."""
    update_source(operator(), source_id, {"enabled": on})
