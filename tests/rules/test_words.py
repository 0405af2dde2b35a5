"""What must never be in a tracked file, and what must be documented."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.rules.source import PACKAGE, PROJECT, python_files

TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".html", ".jinja", ".css", ".js", ".txt", ".in", ".sh", ""}


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    paths = [PROJECT / line for line in listed.splitlines()]
    return [path for path in paths if path.suffix in TEXT and path.is_file()]


def _holding(pattern: str) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in _tracked()
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if found.search(line)
    ]


def test_no_path_of_a_machine() -> None:
    assert not _holding(r"(?<![\w.])/(work|root|home/\w+)/")


def test_no_download_address_in_lock_files() -> None:
    for lock in (PROJECT / "requirements").glob("*.txt"):
        assert "://" not in lock.read_text(encoding="utf-8"), lock.name


def test_nothing_is_left_undone() -> None:
    assert not [place for place in _holding(r"\b(TODO|FIXME|XXX)\b") if place.split(":")[0].endswith(".py")]


def _dependencies() -> list[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    return [re.split(r"[\[<>=~;]", item)[0].strip() for item in wanted]


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    reasons = (
        (PROJECT / "docs" / "dependencies.md").read_text(encoding="utf-8").partition("## In the browser")[0]
    )
    assert set(re.findall(r"^\| ([\w.-]+) \|", reasons, re.MULTILINE)) - {"package"} == set(_dependencies())


def test_every_dependency_is_used() -> None:
    words = {word for path in python_files() for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    brought = {module: names for module, names in packages_distributions().items() if module in words}
    assert not set(_dependencies()) - {name.lower() for names in brought.values() for name in names}


def test_every_environment_variable_is_documented() -> None:
    names = {
        name
        for path in (PROJECT / "src").rglob("*.py")
        for name in re.findall(r"CITYHALL_[A-Z_]+", path.read_text(encoding="utf-8"))
    }
    operations = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert not {name for name in names if name not in operations}


def test_the_map_of_the_house_names_what_stands() -> None:
    text = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = {place for place in re.findall(r"`(\w[\w./-]+)`", text) if "/" in place or place.endswith(".py")}
    in_every_room = {
        *(f"{name}.py" for name in ("models", "rules", "actions", "queries", "errors", "events", "__init__")),
        "migrations/",
    }
    house, made = (PROJECT, PACKAGE, PACKAGE / "web"), {"static/built/"}
    assert not {
        place for place in named - in_every_room - made if not any((root / place).exists() for root in house)
    }
