"""`cityhall serve`, `worker`, `beat`, `init`: running a node."""

from __future__ import annotations

import click

from cityhall.app.installing import prepare
from cityhall.app.serving import Plan, work
from cityhall.app.serving import beat as keep_beating
from cityhall.app.serving import serve as run_all
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
@click.option(
    "--beat/--no-beat", default=True, help="Whether the chores are done here; on one host they must be."
)
def serve(host: str, port: int, files_port: int, web_workers: int, job_workers: int, beat: bool) -> None:
    """Run pages, finished files, workers and beat until interrupted."""
    told = f"http://{host}:{port}/  (logs in {home() / 'logs'}; Ctrl+C stops)"
    run_all(Plan(host, port, files_port, web_workers, job_workers, beat), lambda: click.echo(told))


@click.command()
@click.option("--once", is_flag=True, help="Do what is waiting, then end.")
def worker(once: bool) -> None:
    """Work on the queue: runs, exports, notices."""
    work(once)


@click.command()
@click.option("--seconds", default=5.0, show_default=True, help="Pause between rounds.")
@click.option("--once", is_flag=True, help="One round only.")
def beat(seconds: float, once: bool) -> None:
    """Do what is due of all chores: sources, missed cycles, mails, the ledger's numbering, housekeeping of the files."""
    keep_beating(seconds, once)
