"""`cityhall ledger …`: the record of what was done."""

from __future__ import annotations

import sys

import click

from cityhall.cli.main import language
from cityhall.cli.show import as_json, table
from cityhall.ledger.actions import sequence
from cityhall.ledger.queries import checkpoint as newest_checkpoint
from cityhall.ledger.queries import entries as newest_entries
from cityhall.ledger.queries import public_key
from cityhall.ledger.queries import verify as verify_all


@click.group()
def ledger() -> None:
    """The append-only record of every action."""


@ledger.command()
@click.option("--json", "json_", is_flag=True)
def verify(json_: bool) -> None:
    """Re-hash every entry and compare with every signed checkpoint; exit status 1 when something was changed."""
    sequence()
    found = verify_all()
    if json_:
        as_json(found)
    else:
        click.echo(f"{found.size:,} entries, {found.checkpoints:,} checkpoints, root {found.root}")
        for problem in found.problems:
            click.echo(click.style(problem.sentence.in_language(language()), fg="red"))
    sys.exit(0 if found.ok else 1)


@ledger.command()
def checkpoint() -> None:
    """The newest signed checkpoint as a C2SP note, and the key that verifies it."""
    sequence()
    newest = newest_checkpoint()
    click.echo(newest.note if newest else "nothing recorded yet")
    click.echo(public_key())


@ledger.command()
@click.option("--subject", default="", help="What was acted on, e.g. dataset:dst_…")
@click.option("--actor", default="")
@click.option("--verb", default="")
@click.option("--limit", default=30, show_default=True)
@click.option("--json", "json_", is_flag=True)
def entries(subject: str, actor: str, verb: str, limit: int, json_: bool) -> None:
    """The newest entries."""
    found = newest_entries(subject=subject, actor=actor, verb=verb, limit=limit)
    if json_:
        as_json(found)
        return
    rows = ((f"{one.at:%Y-%m-%d %H:%M:%S}", one.verb, one.actor, one.subject) for one in found)
    table(("at", "verb", "actor", "subject"), rows, "nothing recorded yet")
