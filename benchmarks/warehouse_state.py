"""A warehouse of its own for a benchmark: a state folder under the work folder, with its database, gone afterwards."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import WORK


@contextmanager
def warehouse(name: str) -> Iterator[Path]:
    """Within the block Django is set up on a fresh state folder; answers a folder for staged files on the same disk."""
    state = WORK / name
    shutil.rmtree(state, ignore_errors=True)
    (state / "staged").mkdir(parents=True)
    os.environ["CITYHALL_HOME"] = str(state / "home")
    os.environ["DJANGO_SETTINGS_MODULE"] = "cityhall.app.settings"
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA journal_mode=WAL")
    call_command("migrate", verbosity=0, stdout=sys.stderr)
    try:
        yield state / "staged"
    finally:
        shutil.rmtree(state, ignore_errors=True)


def percentile(seconds: Sequence[float], share: float) -> float:
    """The value below which this share of the sorted values lies, in milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))] * 1000
