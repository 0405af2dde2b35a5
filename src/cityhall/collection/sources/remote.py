"""Files in object storage or on another machine, through fsspec: s3://, sftp://, file://, memory://."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fsspec

from cityhall.collection.errors import SettingWrong, SourceTooBig, SourceUnreachable
from cityhall.collection.sources.addresses import checked_endpoint, private_allowed
from cityhall.collection.sources.credentials import credential
from cityhall.collection.sources.shapes import Fetched, SourceSpec, Tick
from cityhall.collection.sources.web import shown

PROTOCOLS = ("s3", "sftp", "file", "memory")
_CHUNK = 1 << 20


def fetch(source: SourceSpec, work: Path, tick: Tick) -> Fetched | None:
    """Settings: `url` (may hold * and ?), `options` (for fsspec; secrets named), `max_bytes`.

    The last matching file by name that has not been collected in its present state; None when there is none.
    """
    url = source.text("url")
    protocol, _, _ = url.partition("://")
    if protocol not in PROTOCOLS:
        raise SettingWrong(setting="url", why=f"it must begin with one of {', '.join(PROTOCOLS)}")
    try:
        system, pattern = fsspec.core.url_to_fs(url, **_options(source))
        found = _newest(system, pattern, source)
        if found is None:
            return None
        path, state = found
        _copy(system, path, work / "remote", int(source.number("max_bytes", 20 * 1024**3)), tick, url)
    except ImportError as error:
        raise SettingWrong(
            setting="url", why=f"{protocol} needs the optional package of that name"
        ) from error
    except OSError as error:
        raise SourceUnreachable(address=shown(url), why=(str(error) or type(error).__name__)[:200]) from error
    return Fetched(path=work / "remote", name=path.rpartition("/")[2], memory={"path": path, "state": state})


def _options(source: SourceSpec) -> dict[str, Any]:
    allow = private_allowed(source.settings)
    options = {
        name: credential(value) if isinstance(value, dict) and set(value) <= {"env", "file"} else value
        for name, value in source.table("options").items()
    }
    if options.get("host"):
        # The connection goes to the address that was checked.
        options["host"] = checked_endpoint(
            str(options["host"]), int(options.get("port", 22)), allow_private=allow
        ).address
    return (
        options | {"skip_instance_cache": True} if source.text("url").startswith(("s3", "sftp")) else options
    )


def _newest(system: Any, pattern: str, source: SourceSpec) -> tuple[str, str] | None:
    paths = sorted(system.glob(pattern)) if any(sign in pattern for sign in "*?[") else [pattern]
    paths = [path for path in paths if not system.isdir(path)]
    if not paths:
        return None
    path = str(paths[-1])
    facts = system.info(path)
    state = "|".join(
        str(facts.get(name, "")) for name in ("size", "ETag", "LastModified", "mtime", "created")
    )
    if source.memory.get("path") == path and source.memory.get("state") == state:
        return None
    return path, state


def _copy(system: Any, path: str, target: Path, most: int, tick: Tick, url: str) -> None:
    size, total = 0, int(system.info(path).get("size") or 0)
    with system.open(path, "rb") as stream, target.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            size += file.write(chunk)
            if size > most:
                raise SourceTooBig(address=shown(url), limit=most, unit="bytes")
            tick(path, size, total)
