"""Every error a person may meet is declared, bilingual and documented."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest
from tests.rules.source import PROJECT, python_files, short, tree

from cityhall.app.documentation import errors_page, load_errors

load_errors()

from cityhall.kernel.errors import CityhallError, catalogue  # noqa: E402  (after every room has declared its errors)

ERRORS = list(catalogue())
BUILTIN = {"ValueError", "Exception", "KeyError", "IOError", "OSError"}


def test_codes_are_unique_and_name_their_room() -> None:
    codes = [error.code for error in ERRORS]
    assert len(set(codes)) == len(codes)
    for error in ERRORS:
        assert error.code.split(".")[0] == error.__module__.split(".")[1], error


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_an_error_speaks_both_languages(error: type[CityhallError]) -> None:
    for text in (error.title, error.remedy):
        assert text.en.strip()
        assert _only_places(text.zh) or any("一" <= sign <= "鿿" for sign in text.zh), text
        assert _places(text.en) == _places(text.zh), "both languages tell the same facts"
    assert error.status in {400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 502, 503}


def _only_places(sentence: str) -> bool:
    return all(not literal.strip() for literal, *_ in string.Formatter().parse(sentence))


def _places(sentence: str) -> set[str]:
    """The facts a sentence tells; a fact that is itself words comes as `name_en` and `name_zh`."""
    names = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
    return {name.removesuffix("_en").removesuffix("_zh") for name in names}


def test_the_documentation_is_the_catalogue() -> None:
    written = (PROJECT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert written == errors_page(), "run `make docs`"


def _raises_builtin(path: Path) -> list[str]:
    return [
        f"{short(path)}:{node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
        and node.exc.func.id in BUILTIN
    ]


def test_doors_never_raise_nameless_errors() -> None:
    doors = [path for path in python_files() if path.name in {"actions.py", "queries.py"}]
    assert not [place for path in doors for place in _raises_builtin(path)]
