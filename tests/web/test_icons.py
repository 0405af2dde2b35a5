"""Every icon that a page asks for is in the sprite's list."""

from __future__ import annotations

import re
from pathlib import Path

import cityhall.web

TEMPLATES = Path(cityhall.web.__file__).parent / "templates"
LIST = Path(__file__).resolve().parents[2] / "frontend" / "icons.txt"


def test_icons_asked_for_are_built() -> None:
    built = set(LIST.read_text(encoding="utf-8").split())
    parts = (TEMPLATES / "components" / "parts.html").read_text(encoding="utf-8")
    shapes = dict(re.findall(r'"([\w-]+)": "([\w-]+)"', re.findall(r"set SHAPES = {(.*?)}", parts)[0]))
    assert set(shapes.values()) <= built
    asked = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"""\bicon\(["']([\w-]+)["']\)""", path.read_text(encoding="utf-8"))
    }
    assert {shapes.get(name, name) for name in asked} <= built
