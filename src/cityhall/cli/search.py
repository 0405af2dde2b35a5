"""`cityhall search …`: finding datasets, and looking after the index."""

from __future__ import annotations

import sys

import click

from cityhall.cli.main import language
from cityhall.cli.show import as_json, table
from cityhall.kernel.actor import ANONYMOUS
from cityhall.opening.actions import rebuild_search
from cityhall.opening.queries import Search, Why, search_sound, search_stale
from cityhall.opening.queries import search as find_datasets


@click.group()
def search() -> None:
    """Find published datasets; check and rebuild the index."""


@search.command()
@click.argument("text")
@click.option("--limit", default=20, show_default=True)
@click.option("--json", "json_", is_flag=True)
def find(text: str, limit: int, json_: bool) -> None:
    """The published datasets that hold TEXT, the best first, as every visitor finds them."""
    found = find_datasets(ANONYMOUS, Search(text=text), limit=limit)
    if json_:
        as_json(found)
        return
    rows = ((hit.entry.code, hit.entry.title.in_language(language()), _why(hit.why)) for hit in found.hits)
    table(("code", "title", "where else"), rows, "nothing found")
    click.echo(f"{found.exact:,} hold every word, {found.total - found.exact:,} parts of them")


def _why(reasons: tuple[Why, ...]) -> str:
    pieces = (
        f"{why.where}: {''.join(part for part, _ in why.text.where_hit(language()))}" for why in reasons
    )
    return "; ".join(pieces)


@search.command()
def check() -> None:
    """Compare the index with the catalogue; exit status 1 when they differ."""
    stale, sound = search_stale(), search_sound()
    for dataset_id in stale[:20]:
        click.echo(dataset_id)
    click.echo(f"{len(stale):,} stale, full text {'sound' if sound else 'DAMAGED'}")
    sys.exit(1 if stale or not sound else 0)


@search.command()
def rebuild() -> None:
    """Make the index anew from the catalogue. Searches go on meanwhile, over the old one."""
    click.echo(f"{rebuild_search():,} datasets indexed")
