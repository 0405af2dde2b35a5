"""Secrets of sources: settings only name them. They are read when needed and never stored, logged or shown."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, Final

from cityhall.collection.errors import CredentialMissing, SettingWrong
from cityhall.kernel.home import OWN_SECRETS, home

_SECRET_NAMES = re.compile(r"pass(word|wd)?$|secret|token|api[_-]?key|authorization", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,80}")
# What this node itself runs on: no source ever sends it anywhere, whoever set the source up.
_OWN: Final = re.compile(r"CITYHALL_(?!SOURCE_)|DATABASE_URL$|AWS_", re.IGNORECASE)


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


def names_secrets(value: Any) -> bool:
    """Whether settings name a secret of this machine, at any depth: whoever writes them decides where it is sent."""
    if isinstance(value, Mapping):
        return bool({"env", "file"} & set(value)) or any(map(names_secrets, value.values()))
    return isinstance(value, list | tuple) and any(map(names_secrets, value))


def _from_environment(name: Any) -> str:
    value = os.environ.get(name, "") if isinstance(name, str) and not _OWN.match(name) else ""
    if not value:
        raise CredentialMissing(name=name)
    return value


def _from_file(name: str) -> str:
    path = home() / "secrets" / name
    ours = name.startswith(".") or name.casefold() in OWN_SECRETS or not _NAME.fullmatch(name)
    if ours or not path.is_file() or path.stat().st_mode & 0o077:
        raise CredentialMissing(name=name)
    return path.read_text(encoding="utf-8").strip()


def concealed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they may be shown: names of secrets stay, anything that looks like a secret does not."""
    shown: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            shown[name] = dict(value) if set(value) in ({"env"}, {"file"}) else concealed(value)
        else:
            shown[name] = "…" if isinstance(value, str) and value and _SECRET_NAMES.search(name) else value
    return shown
