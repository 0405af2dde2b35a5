"""What forms about machines share: settings written as lines, and choices of which one is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import yaml

from cityhall.kernel.declared import from_yaml
from cityhall.kernel.errors import CityhallError

Option = tuple[str, str, bool]
"""A choice: its code, its words, whether it is the one taken."""


def settings_read(text: str, wrong: Callable[..., CityhallError]) -> Mapping[str, Any]:
    """Settings as written, one `name: value` a line (YAML). Errors: `wrong`, an error that takes `setting` and `why`."""
    try:
        read = from_yaml(text) or {}
    except yaml.YAMLError as error:
        raise wrong(setting="settings", why="name: value") from error
    if not isinstance(read, dict):
        raise wrong(setting="settings", why="name: value")
    return {str(name): value for name, value in read.items()}


def settings_written(settings: Mapping[str, Any]) -> str:
    """Settings as lines; nothing for none."""
    return yaml.safe_dump(dict(settings), allow_unicode=True, sort_keys=False) if settings else ""


def choices(
    options: Mapping[str, Iterable[tuple[str, str]]], texts: Mapping[str, str]
) -> dict[str, tuple[Option, ...]]:
    """The choices of each field (code, words), with the one that its text takes."""
    return {
        name: tuple((code, words, code == texts.get(name, "")) for code, words in rows)
        for name, rows in options.items()
    }
