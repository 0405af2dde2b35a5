"""Budgets that keep every file and function readable in one sitting."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median, quantiles

from tests.rules.source import PACKAGE, PROJECT, body_lines, functions, python_files, short, tree

# Imports inside functions: only where Django must have loaded its models first, or for optional extras.
LATE_IMPORTS = {
    ("src/cityhall/app/apps.py", "ready"),
}
BESIDE = ("tests", "benchmarks", "packs", "docs")  # they are read like the product
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "others"}


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_long() -> None:
    files = [*python_files(), *(path for folder in BESIDE for path in (PROJECT / folder).rglob("*.py"))]
    long = {short(path): _lines(path) for path in files if _lines(path) > 400}
    assert not long


def test_no_page_script_or_style_is_long() -> None:
    """Templates are shorter than modules: what makes one long is a component that has no name yet."""
    most = {".html": 200, ".js": 300, ".css": 300}
    own = [*PACKAGE.rglob("*"), *(PROJECT / "frontend" / "src").glob("*")]
    long = {
        short(path): _lines(path)
        for path in own
        if path.suffix in most and "built" not in path.parts and _lines(path) > most[path.suffix]
    }
    assert not long


def test_the_median_file_is_short() -> None:
    sizes = [_lines(path) for path in python_files() if path.name not in {"__init__.py", "apps.py"}]
    assert median(sizes) <= 120


def test_nine_functions_in_ten_are_short() -> None:
    sizes = [body_lines(function) for path in python_files() for function in functions(path)]
    assert quantiles(sizes, n=10)[-1] <= 30


def test_no_import_hides_in_a_function() -> None:
    hidden = {
        (short(path), function.name)
        for path in python_files()
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert hidden <= LATE_IMPORTS


def test_names_say_something() -> None:
    vague = [short(path) for path in PACKAGE.rglob("*") if path.stem.lower() in VAGUE]
    assert not vague


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        short(path) for path in python_files() if path.name != "apps.py" and not ast.get_docstring(tree(path))
    ]
    assert not silent


def test_public_functions_of_the_doors_have_docstrings() -> None:
    doors = [path for path in python_files() if path.name in {"actions.py", "queries.py"}]
    silent = [
        f"{short(path)}:{node.name}"
        for path in doors
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not silent
