"""Nothing lies about that nobody uses: functions, classes and constants, templates, style classes, static files."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

from tests.rules.source import PACKAGE, PROJECT, nodes, python_files, short, tree

WEB = PACKAGE / "web"
# Files whose names are read by Django, or whose functions are called by what decorates them.
BY_OTHERS = {"settings.py", "apps.py", "models.py"}
# Names that packages which we stand on look for.
HOOKS = {
    *(f"handler{code}" for code in (400, 403, 404, 429, 500)),
    *("as_postgresql", "get_command", "is_open_for_signup", "format_email_subject", "log_message"),
    *("missing_host_key", "populate_username", "process_exception", "_get_login_attempts_cache_key"),
    *(f"has_{what}_permission" for what in ("add", "change", "delete", "view", "module")),
}
# What only tests and the benchmarks ask, and why it stays.
FOR_TESTS = {
    "division_name": "the reading of division codes is proven by it",
    "find_divisions": "the reading of division codes is proven by it",
    "numbers_behind": "figures are held against their cases by it",
    "read_type": "declarations as files, before they are stored",
    "rules_agreed": "what an earlier version was judged by, asked at the console",
    "replay_type": "what another limit would have meant, asked at the console",
    "owed_mails": "mails are counted by it",
    "generate_big": "the files of the benchmarks are made by it",
    "wenzhou_catalogue": "the catalogue of the benchmarks is made by it",
    "MAKERS": "holds modules that register by being imported",
    "JOB_MODULES": "holds modules that register by being imported",
}


@cache
def _text(*kinds: str) -> str:
    paths = [path for kind in kinds for path in PACKAGE.rglob(f"*.{kind}") if "built" not in path.parts]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@cache
def _scripts() -> str:
    folder = PROJECT / "frontend" / "src"
    return "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.js")) + _text("js")


def _names(path: Path) -> set[str]:
    """What a module declares that somebody has to call: not what a decorator hands on, nor what the language calls."""
    found = {
        node.name
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.decorator_list
        and not node.name.startswith("__")
    }
    constants = [node for node in tree(path).body if isinstance(node, ast.Assign | ast.AnnAssign)]
    targets = [
        target
        for node in constants
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return found | {one.id for one in targets if isinstance(one, ast.Name) and one.id != "__all__"}


def _handed_on(path: Path) -> Counter[str]:
    """What a door only hands on: each name of its `__all__`, and its import under the same name."""
    statements = tree(path).body
    lists = [
        one.value
        for one in statements
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "__all__"
    ]
    names = {text.value for one in lists for text in ast.walk(one) if isinstance(text, ast.Constant)}
    imports = [alias for one in statements if isinstance(one, ast.ImportFrom) for alias in one.names]
    return Counter(names) + Counter(
        alias.name for alias in imports if not alias.asname and alias.name in names
    )


def test_every_name_is_used() -> None:
    """Named once where it is declared, and once more (being imported by a door and exported there is no use)."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in python_files())
    said = Counter(re.findall(r"\w+", source + _text("html", "txt")))
    exported = sum(map(_handed_on, python_files()), Counter())
    unused = {
        f"{short(path)}: {name}"
        for path in python_files()
        if path.name not in BY_OTHERS
        for name in _names(path) - HOOKS - set(FOR_TESTS)
        if said[name] - exported[name] < 2
    }
    assert not unused


def test_every_template_is_named() -> None:
    folder = WEB / "templates"
    own = {str(path.relative_to(folder)) for path in folder.rglob("*.html")}
    overriding = re.compile(r"(account|mfa|admin|unfold|allauth|elements|layouts)/|\d{3}\.html")
    said = _text("py", "html")
    assert not {name for name in own if not overriding.match(name) and name not in said}


def test_every_style_class_is_worn() -> None:
    """By name, or by a family whose last part is computed (`state-{{ … }}`); what MapLibre draws wears its own."""
    styles = re.sub(r"/\*.*?\*/", "", _text("css"), flags=re.DOTALL)
    declared = set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", styles)))
    worn = _text("html", "py") + _scripts()
    words = set(re.findall(r"[\w-]+", worn))
    families = {name.rstrip("-") for name in words if name.endswith("-")}
    assert not {
        name
        for name in declared - words
        if name.rpartition("-")[0] not in families and not name.startswith("maplibregl-")
    }


def test_every_static_file_is_named() -> None:
    said = _text("html", "py", "css") + _scripts()
    files = [path for path in (WEB / "static").rglob("*") if path.is_file() and "built" not in path.parts]
    assert not {path.name for path in files if path.name not in said}
