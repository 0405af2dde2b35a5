"""The entry point `cityhall`: finds the command, prepares Django, and tells errors with their remedy."""

from __future__ import annotations

import json
import locale
import os
import sys
from importlib import import_module

import click
import django
from django.db import DatabaseError

from cityhall import __version__
from cityhall.kernel.errors import CityhallError

# Command -> module that holds it. Loaded only when called, so that `cityhall --help` is instant.
COMMANDS = {
    "publish": "cityhall.cli.publish",
    "demo": "cityhall.cli.demo",
    "search": "cityhall.cli.search",
    "serve": "cityhall.cli.serve",
    "worker": "cityhall.cli.serve",
    "beat": "cityhall.cli.serve",
    "init": "cityhall.cli.serve",
    "run": "cityhall.cli.collection",
    "source": "cityhall.cli.collection",
    "harvest": "cityhall.cli.harvest",
    "catalog": "cityhall.cli.catalog",
    "warehouse": "cityhall.cli.warehouse",
    "cases": "cityhall.cli.cases",
    "ledger": "cityhall.cli.ledger",
    "grid": "cityhall.cli.grid",
    "places": "cityhall.cli.places",
    "person": "cityhall.cli.identity",
    "agency": "cityhall.cli.identity",
    "pack": "cityhall.cli.pack",
    "upkeep": "cityhall.cli.upkeep",
    "docs": "cityhall.cli.docs",
}


class Commands(click.Group):
    """Commands by name, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """All names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  (click's signature)
        """The command, after Django is ready."""
        if cmd_name not in COMMANDS:
            return None
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityhall.app.settings")
        django.setup()
        command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101  (what COMMANDS names is one)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cityhall")
def cityhall() -> None:
    """Cityhall, the digital city hall: from a department's file to governed data, served."""


def main() -> None:
    """Run the command line; an error of the catalogue ends with its code and remedy and exit status 1."""
    try:
        try:
            cityhall.main(standalone_mode=True)
        except DatabaseError:
            import_module("cityhall.app.installing").demand_prepared()
            raise
    except CityhallError as error:
        _tell(error)
        sys.exit(1)


def language() -> str:
    """The language of this terminal: Chinese where the locale says so, else English."""
    name = os.environ.get("CITYHALL_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh-hans" if (name or str(locale.getlocale()[0])).lower().startswith("zh") else "en"


def _tell(error: CityhallError) -> None:
    if "--json" in sys.argv:
        click.echo(json.dumps({"error": error.as_dict()}, ensure_ascii=False))
    click.echo(click.style(f"{error.say(language())}  [{error.code}]", fg="red"), err=True)
