"""Where packs are: a folder named by CITYHALL_PACKS, the folder shipped with the package, or the one beside
the source."""

from __future__ import annotations

import os
from pathlib import Path

from cityhall.packing.errors import PackNotFound

PACKAGE = Path(__file__).resolve().parents[1]


def pack_homes() -> list[Path]:
    """Folders that may hold packs, the first the most important."""
    named = os.environ.get("CITYHALL_PACKS")
    homes = [Path(named)] if named else []
    return [*homes, PACKAGE / "_packs", PACKAGE.parents[1] / "packs"]


def packs() -> tuple[Path, ...]:
    """The folders of all packs; of two with the same name the one that `pack_folder` finds."""
    found: dict[str, Path] = {}
    for home in pack_homes():
        for declared in sorted(home.glob("*/pack.yaml")):
            found.setdefault(declared.parent.name, declared.parent)
    return tuple(found[name] for name in sorted(found))


def pack_folder(name: str) -> Path:
    """The folder of the pack with this name. Raises `PackNotFound`."""
    for home in pack_homes():
        if (home / name / "pack.yaml").is_file():
            return home / name
    raise PackNotFound(pack=name, places=", ".join(map(str, pack_homes())))
