"""What a fetcher is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cityhall.collection.errors import SettingWrong

Tick = Callable[[str, int, int], None]
"""Called as (what, done, total) in bytes; raises when the run was cancelled."""


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source as a fetcher sees it. `memory` is what the last good run left."""

    id: str
    name: str
    kind: str
    settings: Mapping[str, Any]
    memory: Mapping[str, Any]
    mode: str
    key: tuple[str, ...] = ()

    def text(self, setting: str, default: str | None = None) -> str:
        """A setting that is text; raises SettingWrong when it is absent and has no default."""
        value = self.settings.get(setting, default)
        if not isinstance(value, str) or (default is None and not value):
            raise SettingWrong(setting=setting, why="it must be text")
        return value

    def number(self, setting: str, default: float) -> float:
        """A setting that is a number from 0 up."""
        value = self.settings.get(setting, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise SettingWrong(setting=setting, why="it must be a number from 0 up")
        return value

    def table(self, setting: str) -> Mapping[str, Any]:
        """A setting that is a table of names and values; empty when absent."""
        value = self.settings.get(setting) or {}
        if not isinstance(value, Mapping):
            raise SettingWrong(setting=setting, why="it must be a table of names and values")
        return value


@dataclass(frozen=True, slots=True)
class Fetched:
    """Something new: a file to land, what the sender calls it, and what to remember once it has become a version."""

    path: Path
    name: str
    memory: Mapping[str, Any] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)


Fetch = Callable[[SourceSpec, Path, Tick], Fetched | None]
"""Fetches into the given work folder; None when there is nothing new."""
