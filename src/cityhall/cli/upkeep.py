"""`cityhall upkeep`: what the platform does by itself, what waits, and doing it now."""

from __future__ import annotations

from datetime import datetime

import click

from cityhall.app.turns import silent
from cityhall.app.upkeep import CHORES, ChoreState, diary, do, states
from cityhall.cli.main import language
from cityhall.cli.show import as_json, table
from cityhall.kernel.clock import CITY_ZONE


@click.command()
@click.option("--now", "name", type=click.Choice([chore.name for chore in CHORES]), help="Do this chore now.")
@click.option("--json", "json_", is_flag=True)
def upkeep(name: str | None, json_: bool) -> None:
    """The chores of the beat: what waits, when each was looked at, what fails and why, and what was done lately."""
    if name:
        click.echo(f"{name}: {do(name)}")
        return
    found = states()
    if json_:
        as_json([(one.chore.name, one.waiting, one.last, one.turn) for one in found])
        return
    rows = (
        (
            one.chore.name,
            one.chore.title.in_language(language()),
            "" if one.waiting is None else f"{one.waiting:,}",
            _moment(one.turn.looked if one.turn else None),
            _moment(one.last),
            _problem(one),
        )
        for one in found
    )
    table(("chore", "what", "waiting", "looked at", "last change", "problem"), rows, "")
    if silent():
        click.echo(
            click.style("no beat is running: start `cityhall serve` or `cityhall beat` on one host", fg="red")
        )
    lately = ((f"{one.at:%Y-%m-%d %H:%M:%S}", one.verb, one.subject, str(one.facts)[:80]) for one in diary())
    table(("at", "verb", "subject", "facts"), lately, "nothing done yet")


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}" if at else ""


def _problem(one: ChoreState) -> str:
    turn = one.turn
    if turn is None or turn.failing is None or turn.problem is None:
        return ""
    return f"since {_moment(turn.failing)}: {turn.problem.in_language(language())}"
