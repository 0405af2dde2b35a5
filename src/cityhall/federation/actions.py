"""Verbs of federation."""

from __future__ import annotations

from cityhall.federation.configuring import create_harvest, update_harvest
from cityhall.federation.entering import note_gone, publish_collected, take_entry
from cityhall.federation.running import (
    cancel,
    end_run,
    look_after_collected,
    perform_harvest,
    recover,
    resume,
    start_run,
    tick,
)

__all__ = [
    "cancel",
    "create_harvest",
    "end_run",
    "look_after_collected",
    "note_gone",
    "perform_harvest",
    "publish_collected",
    "recover",
    "resume",
    "start_run",
    "take_entry",
    "tick",
    "update_harvest",
]
