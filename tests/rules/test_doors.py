"""Rooms are entered through their front doors, and the layers hold."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import grimp
from tests.rules.source import PROJECT, python_files, short

DOORS = {"actions", "queries", "events", "errors"}
# The kernel is the floor everybody stands on; app is the composition root that the faces start.
OPEN = {"kernel", "app"}


def _parts(module: str) -> list[str]:
    return module.split(".")


def _through_the_door(importer: str, imported: str) -> bool:
    if len(_parts(imported)) < 2 or len(_parts(importer)) < 2:
        return True
    room = _parts(imported)[1]
    if room == _parts(importer)[1] or room in OPEN:
        return True
    return len(_parts(imported)) >= 3 and _parts(imported)[2] in DOORS


def test_rooms_are_entered_through_their_doors() -> None:
    graph = grimp.build_graph("cityhall", cache_dir=None)
    trespasses = [
        f"{importer} -> {imported}"
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        if not _through_the_door(importer, imported)
    ]
    assert not trespasses


def test_layers_hold() -> None:
    command = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([command, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_modules_of_a_room_do_not_import_in_circles() -> None:
    graph = grimp.build_graph("cityhall", cache_dir=None)
    circles = [
        f"{module} <-> {other}"
        for module in graph.modules
        for other in graph.find_modules_directly_imported_by(module)
        if module < other and graph.chain_exists(importer=other, imported=module)
    ]
    assert not circles


def test_declarations_are_read_in_one_way() -> None:
    """By the kernel, quickly: the usual call of PyYAML takes seven times as long."""
    loading = {
        short(path)
        for path in python_files()
        if re.search(r"yaml\.(?:safe_|full_)?load\(", path.read_text(encoding="utf-8"))
    }
    assert loading == {"src/cityhall/kernel/declared.py"}
