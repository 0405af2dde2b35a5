"""`cityhall serve`, `worker`, `beat`, `init`: running a node."""

from __future__ import annotations

import time

import click
from django.core.management import call_command

from cityhall.app.installing import prepare
from cityhall.app.serving import Plan
from cityhall.app.serving import serve as run_all
from cityhall.app.upkeep import Rounds
from cityhall.collection.actions import recover
from cityhall.kernel.actor import system_actor
from cityhall.kernel.home import home


@click.command()
def init() -> None:
    """Prepare this node's database and default data."""
    done = prepare()
    click.echo(f"{home()}: {'prepared' if done else 'already up to date'}")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, help="Pages and REST.")
@click.option("--files-port", default=8001, show_default=True, help="Finished files.")
@click.option("--web-workers", default=2, show_default=True)
@click.option("--job-workers", default=1, show_default=True)
def serve(host: str, port: int, files_port: int, web_workers: int, job_workers: int) -> None:
    """Run pages, finished files, workers and beat until interrupted."""
    prepare()
    call_command("collectstatic", interactive=False, verbosity=0)
    click.echo(f"http://{host}:{port}/  (logs in {home() / 'logs'}; Ctrl+C stops)")
    run_all(Plan(host, port, files_port, web_workers, job_workers))


@click.command()
@click.option("--once", is_flag=True, help="Do what is waiting, then end.")
def worker(once: bool) -> None:
    """Work on the queue: runs, exports, notices."""
    recover(system_actor("worker"))
    call_command("db_worker", batch=once, interval=0.5, startup_delay=False)


@click.command()
@click.option("--seconds", default=5.0, show_default=True, help="Pause between rounds.")
@click.option("--once", is_flag=True, help="One round only.")
def beat(seconds: float, once: bool) -> None:
    """Do what is due of all chores: sources, missed cycles, mails, the ledger's numbering, housekeeping of the files."""
    rounds = Rounds()
    while True:
        rounds.turn()
        if once:
            return
        time.sleep(seconds)
