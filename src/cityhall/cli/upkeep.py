"""`cityhall upkeep`: what the platform does by itself, what waits, and doing it now."""

from __future__ import annotations

import click

from cityhall.app.upkeep import CHORES, diary, do, states
from cityhall.cli.main import language
from cityhall.cli.show import as_json, table


@click.command()
@click.option("--now", "name", type=click.Choice([chore.name for chore in CHORES]), help="Do this chore now.")
@click.option("--json", "json_", is_flag=True)
def upkeep(name: str | None, json_: bool) -> None:
    """The chores of the beat: what waits, when each was last done, and what was done lately."""
    if name:
        click.echo(f"{name}: {do(name)}")
        return
    found = states()
    if json_:
        as_json([(one.chore.name, one.waiting, one.last) for one in found])
        return
    rows = (
        (
            one.chore.name,
            one.chore.title.in_language(language()),
            "" if one.waiting is None else f"{one.waiting:,}",
            f"{one.last:%Y-%m-%d %H:%M}" if one.last else "",
        )
        for one in found
    )
    table(("chore", "what", "waiting", "last"), rows, "")
    lately = ((f"{one.at:%Y-%m-%d %H:%M:%S}", one.verb, one.subject, str(one.facts)[:80]) for one in diary())
    table(("at", "verb", "subject", "facts"), lately, "nothing done yet")
