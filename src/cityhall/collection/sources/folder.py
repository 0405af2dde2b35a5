"""The drop folder ("front machine"): a department puts files in, finds receipts, and the files moved to done/."""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from cityhall.collection.errors import FileChanged, ManifestDiffers, SettingWrong
from cityhall.collection.sources.shapes import Fetched, SourceSpec, Tick
from cityhall.kernel.durable import new_file, sync_folder

_RECEIPT, _MANIFEST = ".receipt.json", ".manifest.json"


def fetch(source: SourceSpec, work: Path, tick: Tick) -> Fetched | None:
    """Settings: `path`, `pattern` (default `*`), `settle_seconds`. The first file by name that has stopped growing.

    A manifest `<name>.manifest.json` may state `sha256` and `rows`; they are compared later on the road.
    """
    del work
    waiting = waiting_files(source)
    quiet = source.number("settle_seconds", 1.0)
    before = {path: _look(path) for path in waiting}
    if waiting and quiet:
        time.sleep(min(quiet, 60))
    for path in waiting:
        tick(path.name, 0, 0)
        if before[path] is not None and _look(path) == before[path]:
            return Fetched(path, path.name, {"look": list(before[path] or ())}, _manifest(path))
    if waiting:
        raise FileChanged(file=waiting[0].name)
    return None


def waiting_files(source: SourceSpec) -> list[Path]:
    """Files that have not been collected, by name."""
    folder, pattern = folder_of(source), source.text("pattern", "*")
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file()
        and not path.is_symlink()
        and not path.name.startswith(".")
        and not path.name.endswith((_RECEIPT, _MANIFEST, ".part", ".tmp"))
        and fnmatch.fnmatch(path.name, pattern)
    )


def folder_of(source: SourceSpec) -> Path:
    """The folder; raises SettingWrong when it is not there."""
    folder = Path(source.text("path"))
    if not folder.is_dir():
        raise SettingWrong(setting="path", why="there is no such folder on this machine")
    return folder


def check_manifest(
    name: str, manifest: Mapping[str, Any], *, sha256: str = "", rows: int | None = None
) -> None:
    """Raises ManifestDiffers when the manifest states another hash, or another number of rows."""
    expected = str(manifest.get("sha256", "")).lower()
    if sha256 and expected and expected != sha256:
        raise ManifestDiffers(file=name, what="sha256", expected=expected, found=sha256)
    if rows is not None and "rows" in manifest and manifest["rows"] != rows:
        raise ManifestDiffers(file=name, what="rows", expected=manifest["rows"], found=rows)


def settle(
    source: SourceSpec, name: str, receipt: Mapping[str, Any], look: Sequence[int], *, good: bool
) -> None:
    """Write `<name>.receipt.json` and move the file (with its manifest) to done/ or refused/. Doing it
    twice is harmless."""
    folder = folder_of(source)
    with new_file(folder / f"{name}{_RECEIPT}") as temporary:
        temporary.write_bytes(orjson.dumps(receipt, option=orjson.OPT_INDENT_2))
    if list(_look(folder / name) or ()) != list(look):
        return  # the department has put another file of this name there meanwhile
    place = folder / ("done" if good else "refused")
    place.mkdir(exist_ok=True)
    for path in (folder / name, folder / f"{name}{_MANIFEST}"):
        if path.is_file():
            path.replace(_free(place / path.name))
    sync_folder(place)
    sync_folder(folder)


def _free(target: Path) -> Path:
    """The path, or the path with a number when an earlier delivery of the same name lies there."""
    number, free = 1, target
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem}.{number}{target.suffix}")
    return free


def _look(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _manifest(path: Path) -> dict[str, Any]:
    file = path.with_name(f"{path.name}{_MANIFEST}")
    if not file.is_file():
        return {}
    try:
        manifest = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError:
        manifest = None
    if not isinstance(manifest, dict):
        raise ManifestDiffers(file=path.name, what="JSON", expected="{}", found="?")
    return manifest
