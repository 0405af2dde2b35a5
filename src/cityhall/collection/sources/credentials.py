"""Secrets of sources: settings only name them. They are read when needed and never stored, logged or
shown."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from cityhall.collection.errors import CredentialMissing, SettingWrong
from cityhall.kernel.home import home

_SECRET_NAMES = re.compile(r"pass(word|wd)?$|secret|token|api[_-]?key|authorization", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,80}")


def credential(value: Any) -> str:
    """The text behind `{"env": NAME}` or `{"file": name in secrets/}`; plain text stands for itself."""
    if isinstance(value, Mapping):
        return _from_environment(value["env"]) if "env" in value else _from_file(str(value.get("file", "")))
    return "" if value is None else str(value)


def refuse_clear_secrets(settings: Mapping[str, Any], path: str = "") -> None:
    """Raises SettingWrong when a setting that sounds like a secret holds one in clear."""
    for name, value in settings.items():
        if isinstance(value, Mapping) and set(value) not in ({"env"}, {"file"}):
            refuse_clear_secrets(value, f"{path}{name}.")
        elif isinstance(value, str) and value and _SECRET_NAMES.search(name):
            raise SettingWrong(
                setting=f"{path}{name}", why='name the secret instead: {"env": "NAME"} or {"file": "name"}'
            )
        elif name in ("url", "address") and isinstance(value, str) and re.search(r"//[^/@]*:[^/@]*@", value):
            raise SettingWrong(setting=f"{path}{name}", why="leave user and password out of the address")


def _from_environment(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise CredentialMissing(name=name)
    return value


def _from_file(name: str) -> str:
    path = home() / "secrets" / name
    if not _NAME.fullmatch(name) or name.startswith(".") or not path.is_file() or path.stat().st_mode & 0o077:
        raise CredentialMissing(name=name)
    return path.read_text(encoding="utf-8").strip()


def concealed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they may be shown: names of secrets stay, anything that looks like a secret does
    not."""
    shown: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            shown[name] = dict(value) if set(value) in ({"env"}, {"file"}) else concealed(value)
        else:
            shown[name] = "…" if isinstance(value, str) and value and _SECRET_NAMES.search(name) else value
    return shown
