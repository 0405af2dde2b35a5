"""`cityhall publish FILE_OR_URL…`: any table becomes a governed dataset, and says where it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click
from django.conf import settings
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from cityhall.app.installing import ensure_agency, prepare
from cityhall.cli.actor import operator
from cityhall.cli.main import language
from cityhall.cli.show import as_json, console, table
from cityhall.collection.actions import Publication, PublishedTable, overrides_from, publish_file
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text

_WORDS = {
    "read": Text(en="read", zh="读入"),
    "clean": Text(en="clean", zh="合格"),
    "quarantined": Text(en="quarantined", zh="隔离"),
    "duplicates": Text(en="duplicates", zh="重复"),
    "item": Text(en="item", zh="数据项"),
    "type": Text(en="type", zh="类型"),
    "element": Text(en="standard element", zh="标准数据元"),
    "level": Text(en="level", zh="分级"),
    "opening": Text(en="opening", zh="开放"),
    "reason": Text(en="reason", zh="理由"),
    "quarantine": Text(en="quarantine", zh="隔离区"),
    "page": Text(en="page", zh="页面"),
    "api": Text(en="API", zh="接口"),
    "dry": Text(en="A rehearsal: nothing was changed", zh="试运行：未作任何更改"),
    "unchanged": Text(
        en="The bytes are those of the present version: nothing to do", zh="内容与现有版本相同：无需处理"
    ),
    "rows": Text(en="rows", zh="行数"),
    "column": Text(en="column", zh="列"),
    "code": Text(en="reason", zh="原因"),
    "example": Text(en="example", zh="示例"),
}


_REMARKS = 10
"""Of decoding, shown for a table; the run's log has more."""


def _word(name: str) -> str:
    return _WORDS[name].in_language(language())


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE_OR_URL…")
@click.option("--title", help="Instead of the title found in the file.")
@click.option("--agency", help="Who owns it: USCC or id.")
@click.option("--code", help="The dataset's code; an existing one gets a new version.")
@click.option("--field", "field_code", help="One of the fields of data.")
@click.option("--update-cycle", help="daily, weekly, monthly, quarterly, yearly, irregular…")
@click.option("--licence")
@click.option("--legal-basis")
@click.option(
    "--mode",
    type=click.Choice(["replace", "append", "upsert"]),
    help="What a new version does with the old rows.",
)
@click.option("--key", multiple=True, help="Items that identify a row; may be given several times.")
@click.option("--encoding")
@click.option("--delimiter")
@click.option("--sheet")
@click.option("--header-row", type=int, help="Line of the header, counted from 1.")
@click.option("--json-path", help="Where the array of records is inside a JSON document.")
@click.option("--apart", is_flag=True, help="One dataset per sheet even where the headers are the same.")
@click.option(
    "--rename-duplicates", is_flag=True, help="Number columns that share a name instead of refusing them."
)
@click.option("--accept-schema", is_flag=True, help="Take over added, missing or retyped columns.")
@click.option("--draft", is_flag=True, help="Leave the entry as a draft.")
@click.option("--dry-run", is_flag=True, help="Show everything, change nothing.")
@click.option("--json", "json_", is_flag=True, help="For programs.")
def publish(files: tuple[str, ...], dry_run: bool, json_: bool, **options: Any) -> None:
    """Turn tables into governed datasets on this node.

    FILE_OR_URL is a file in any of the formats, or an http(s) address. FILE.cityhall.yaml beside a file may say the
    same as the options.
    """
    prepare()
    ensure_agency()
    given = overrides_from({name: value for name, value in options.items() if value not in (None, False, ())})
    done: list[Publication] = []
    failed: list[dict[str, Any]] = []
    for file in files:
        try:
            with _progress(file, json_) as tell:
                done.append(publish_file(operator(), file, given, dry_run, tell))
        except CityhallError as error:
            failed.append({"file": file, "error": error.as_dict()})
            if not json_:
                click.echo(
                    click.style(f"{file}: {error.say(language())}  [{error.code}]", fg="red"), err=True
                )
            continue
        if not json_:
            _show(done[-1])
    if json_:
        as_json({"publications": [_as_data(one) for one in done], "refused": failed})
    if failed:
        sys.exit(1)


@contextmanager
def _progress(file: str, quiet: bool) -> Iterator[Any]:
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(file, total=1.0)
        yield lambda stage, share, what: bar.update(
            task, completed=share, description=f"{file} {stage} {what}"
        )


def _as_data(publication: Publication) -> Mapping[str, Any]:
    tables = [
        {**_fields(one), "error": one.error.as_dict() if one.error else None} for one in publication.tables
    ]
    return {
        "file": publication.file,
        "sha256": publication.sha256,
        "bytes": publication.bytes,
        "dry_run": publication.dry_run,
        "warnings": publication.warnings,
        "tables": tables,
    }


def _fields(one: PublishedTable) -> dict[str, Any]:
    return {name: getattr(one, name) for name in PublishedTable.__dataclass_fields__ if name != "error"}


def _show(publication: Publication) -> None:
    if publication.dry_run:
        click.echo(click.style(_word("dry"), bold=True))
    for one in publication.tables:
        _show_table(one)


def _show_table(one: PublishedTable) -> None:
    tongue = language()
    click.echo(
        click.style(f"\n{one.title.in_language(tongue)}", bold=True) + (f"  {one.code}" if one.code else "")
    )
    if one.error:
        click.echo(click.style(f"{one.error.say(tongue)}  [{one.error.code}]", fg="red"), err=True)
        return
    for warning in one.warnings:
        click.echo(click.style(f"! {warning.in_language(tongue)}", fg="yellow", bold=True))
    if one.unchanged:
        click.echo(_word("unchanged"))
    for remark in one.notes[:_REMARKS]:
        click.echo(f"· {remark.in_language(tongue)}")
    counts = (
        f"{_word(name)} {one.receipt[name]:,}"
        for name in ("read", "clean", "quarantined", "duplicates")
        if name in one.receipt
    )
    click.echo("  ".join([*counts, one.encoding, one.format]).strip())
    _show_items(one, tongue)
    _show_findings(one)
    for name, place in (("quarantine", one.quarantine), ("page", one.page), ("api", one.api)):
        if place:
            address = settings.CITYHALL_ADDRESS if place.startswith("/") and name != "quarantine" else ""
            click.echo(f"{_word(name)}: {address}{place}")


def _show_items(one: PublishedTable, tongue: str) -> None:
    rows = (
        (
            item.name,
            item.type,
            item.element or "",
            f"L{item.level}",
            item.opening.kind,
            item.opening.reason.in_language(tongue),
        )
        for item in one.items
    )
    table([_word(name) for name in ("item", "type", "element", "level", "opening", "reason")], rows)


def _show_findings(one: PublishedTable) -> None:
    findings = one.report.get("findings", [])[:12]
    if findings:
        rows = ((f["column"], f["code"], f"{f['rows']:,}", _example(f)) for f in findings)
        table([_word(name) for name in ("column", "code", "rows", "example")], rows)


def _example(finding: Mapping[str, Any]) -> str:
    examples = finding.get("examples") or [""]
    first = examples[0]
    return str(first.get("value", "")) if isinstance(first, Mapping) else str(first)
