"""Files in object storage or on another machine, through fsspec: s3://, sftp://, file://, memory://."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import fsspec

from cityhall.collection.errors import (
    CredentialRefused,
    FileChanged,
    SettingWrong,
    SourceTooBig,
    SourceUnreachable,
)
from cityhall.collection.sources.credentials import credential
from cityhall.collection.sources.shapes import Fetched, SourceSpec, Tick
from cityhall.collection.sources.web import shown

# What is on another machine needs an optional package, and has its own failures.
_ELSEWHERE: Final = {
    "s3": "cityhall.collection.sources.object_storage",
    "sftp": "cityhall.collection.sources.secure_shell",
}
PROTOCOLS: Final = (*_ELSEWHERE, "file", "memory")
_CHUNK = 1 << 20
_STATE = ("size", "ETag", "LastModified", "mtime", "created")


def fetch(source: SourceSpec, work: Path, tick: Tick) -> Fetched | None:
    """Settings: `url` (may hold * and ?), `options` (secrets named), `host_key` (SFTP), `max_bytes`.

    The last matching file by name that has not been collected in its present state; None when there is none.
    Errors: `SettingWrong`, `AddressRefused`, `CredentialRefused`, `HostKeyUnknown`, `SourceUnreachable`,
    `SourceTooBig`, `FileChanged`.
    """
    url = source.text("url")
    protocol, _, _ = url.partition("://")
    if protocol not in PROTOCOLS:
        raise SettingWrong(setting="url", why=f"it must begin with one of {', '.join(PROTOCOLS)}")
    elsewhere = _module(protocol)
    refused: tuple[type[Exception], ...] = elsewhere.REFUSED if elsewhere else (PermissionError,)
    failed: tuple[type[Exception], ...] = (OSError, *(elsewhere.FAILED if elsewhere else ()))
    try:
        system = _system(source, protocol, elsewhere)
        try:
            return _fetch(system, source, work, tick)
        finally:
            if elsewhere:
                elsewhere.close(system)
    except refused as error:
        raise CredentialRefused(address=shown(url)) from error
    except failed as error:
        raise SourceUnreachable(address=shown(url), why=(str(error) or type(error).__name__)[:200]) from error


def _module(protocol: str) -> ModuleType | None:
    if protocol not in _ELSEWHERE:
        return None
    try:
        return import_module(_ELSEWHERE[protocol])
    except ImportError as error:
        raise SettingWrong(
            setting="url", why=f"{protocol} needs the optional package of that name"
        ) from error


def _system(source: SourceSpec, protocol: str, elsewhere: ModuleType | None) -> Any:
    options = {
        name: credential(value) if isinstance(value, dict) and set(value) <= {"env", "file"} else value
        for name, value in source.table("options").items()
    }
    return elsewhere.open_system(source, options) if elsewhere else fsspec.filesystem(protocol, **options)


def _fetch(system: Any, source: SourceSpec, work: Path, tick: Tick) -> Fetched | None:
    url, target = source.text("url"), work / "remote"
    found = _newest(system, str(system._strip_protocol(url)), source)
    if found is None:
        return None
    path, state = found
    _copy(system, path, target, int(source.number("max_bytes", 20 * 1024**3)), tick, url)
    if _state(system, path) != state:
        raise FileChanged(file=path.rpartition("/")[2])
    return Fetched(path=target, name=path.rpartition("/")[2], memory={"path": path, "state": state})


def _newest(system: Any, pattern: str, source: SourceSpec) -> tuple[str, str] | None:
    paths = system.glob(pattern) if any(sign in pattern for sign in "*?[") else [pattern]
    # Asked from the last one on: each question is a request, and a bucket may hold a hundred thousand names.
    path = next((str(path) for path in sorted(paths, reverse=True) if not system.isdir(path)), None)
    if path is None:
        return None
    state = _state(system, path)
    if source.memory.get("path") == path and source.memory.get("state") == state:
        return None
    return path, state


def _state(system: Any, path: str) -> str:
    """What changes when the file does."""
    facts = system.info(path)
    return "|".join(str(facts.get(name, "")) for name in _STATE)


def _copy(system: Any, path: str, target: Path, most: int, tick: Tick, url: str) -> None:
    size, total = 0, int(system.info(path).get("size") or 0)
    with system.open(path, "rb") as stream, target.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            size += file.write(chunk)
            if size > most:
                raise SourceTooBig(address=shown(url), limit=most, unit="bytes")
            tick(path, size, total)
