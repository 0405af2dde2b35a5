"""`cityhall pack …`: declared city services."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cityhall.cli.main import language
from cityhall.cli.show import as_json
from cityhall.packing.queries import check_pack, packs


@click.group()
def pack() -> None:
    """Packs: folders of declarations."""


@pack.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "json_", is_flag=True)
def check(folders: tuple[Path, ...], json_: bool) -> None:
    """Check packs (all that are there, when none is named) against their schemas and examples; exit status 1 when
    something must be mended.
    """
    folders = folders or packs()
    found = [(folder, finding) for folder in folders for finding in check_pack(folder)]
    if json_:
        as_json([{"pack": str(folder), "finding": finding} for folder, finding in found])
    for folder, finding in () if json_ else found:
        click.echo(f"{folder}/{finding.place}: {finding.message.in_language(language())}  [{finding.code}]")
    if not json_ and not found:
        click.echo(f"{len(folders)} sound")
    sys.exit(1 if any(finding.severity == "error" for _, finding in found) else 0)
