"""`cityhall demo`: the synthetic city, built once, served at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import click
from django.core.management import call_command
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from cityhall.app.demo import Account, build, built, mark_built
from cityhall.app.demo_feeds import feeds_command, free_port
from cityhall.app.installing import prepare
from cityhall.cli.show import console
from cityhall.kernel.home import home

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PATIENCE = 60  # seconds until the servers must answer


@click.command()
@click.option("--scale", default=1.0, show_default=True, help="1 means two million rows.")
@click.option("--port", default=8000, show_default=True)
@click.option("--stop", is_flag=True, help="Stop the demo's servers.")
@click.option("--build-only", is_flag=True, help="Build the city, start nothing.")
def demo(scale: float, port: int, stop: bool, build_only: bool) -> None:
    """Build the demo city and serve it in the background."""
    _stop_servers()
    if stop:
        return
    folder = home() / "demo"
    prepare()
    accounts = () if built(folder) else _build(folder, scale)
    _tell(accounts)
    if not build_only:
        click.echo(f"\n{_start_servers(folder, free_port(port))}")
    click.echo(f"State: {home()}   Logs: {home() / 'logs'}   Stop: make stop")


def _tell(accounts: tuple[Account, ...]) -> None:
    """The passwords, before anything else can go wrong."""
    for account in accounts:
        click.echo(f"  {account.username:24} {account.password:16} {account.role}")
    if accounts:
        click.echo("The passwords are shown this once.")


def _build(folder: Path, scale: float) -> tuple[Account, ...]:
    columns = (TextColumn("{task.description:42}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=1.0)
        accounts = build(
            folder, scale, lambda what, share: bar.update(task, description=what[:42], completed=share)
        )
    mark_built(folder)
    return accounts


def _start_servers(folder: Path, port: int) -> str:
    """Start `cityhall serve` and the other systems as processes of their own and wait for the first; gives the address."""
    call_command("collectstatic", interactive=False, verbosity=0)
    arguments = ("serve", "--port", str(port), "--files-port", str(free_port(port + 1)))
    log = home() / "logs" / "serve.log"
    log.parent.mkdir(exist_ok=True)
    process = _start([sys.executable, "-m", "cityhall.cli", *arguments], log)
    feeds = _start(feeds_command(folder), home() / "logs" / "feeds.log")
    _pid_file().write_text(f"{process.pid} {feeds.pid}", encoding="ascii")
    address = f"http://127.0.0.1:{port}/"
    for _ in range(PATIENCE * 5):
        if process.poll() is not None:
            raise click.ClickException(f"the servers ended; see {log}")
        if _answers(f"{address}healthz"):
            return address
        time.sleep(0.2)
    raise click.ClickException(f"the servers do not answer; see {log}")


def _start(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "CITYHALL_DEMO": "1", "CITYHALL_HOME": str(home())}
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603  (our own fixed command lines)
            command, stdout=output, stderr=output, env=environment, start_new_session=True
        )


def _answers(address: str) -> bool:
    try:
        with _DIRECT.open(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _stop_servers() -> None:
    try:
        pids = [int(pid) for pid in _pid_file().read_text(encoding="ascii").split()]
    except (OSError, ValueError):
        return
    for pid in pids:
        _stop(pid)
    _pid_file().unlink(missing_ok=True)


def _stop(pid: int) -> None:
    """End a process and wait for its end."""
    with suppress(OSError):  # it has ended
        os.kill(pid, signal.SIGTERM)
        for _ in range(100):
            os.kill(pid, 0)
            time.sleep(0.1)


def _pid_file() -> Path:
    return home() / "serve.pid"
