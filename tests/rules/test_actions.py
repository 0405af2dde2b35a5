"""Whatever changes something is an action with one ledger entry."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.rules.source import PACKAGE, python_files, short, tree

# Functions in an `actions.py` that are not themselves actions, each with its reason.
EXEMPT = {
    "src/cityhall/ledger/actions.py": "the ledger cannot record its own recording",
}
WRITES = {
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "delete",
    "save",
    "get_or_create",
    "update_or_create",
}


def _decorator_names(function: ast.FunctionDef) -> set[str]:
    calls = [item.func if isinstance(item, ast.Call) else item for item in function.decorator_list]
    return {
        item.id if isinstance(item, ast.Name) else item.attr
        for item in calls
        if isinstance(item, ast.Name | ast.Attribute)
    }


def _door(name: str) -> list[Path]:
    return [path for path in python_files() if path.name == name and short(path) not in EXEMPT]


@pytest.mark.parametrize("path", _door("actions.py"), ids=short)
def test_public_verbs_are_actions(path: Path) -> None:
    plain = [
        node.name
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not _decorator_names(node) & {"action", "job", "bookkeeping"}
    ]
    assert not plain


@pytest.mark.parametrize("path", _door("queries.py"), ids=short)
def test_queries_change_nothing(path: Path) -> None:
    writes = [
        f"{node.func.attr} at line {node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and _on_objects(node.func)
    ]
    assert not writes


def _on_objects(call: ast.Attribute) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr == "objects" for part in ast.walk(call))


def test_the_faces_touch_no_table() -> None:
    touching = [
        short(path)
        for room in ("web", "cli")
        for path in (PACKAGE / room).rglob("*.py")
        if ".objects." in path.read_text(encoding="utf-8") or "models" in _imports(path)
    ]
    assert not touching


def _imports(path: Path) -> set[str]:
    return {
        part
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cityhall")
        for part in (node.module or "").split(".")
    }
