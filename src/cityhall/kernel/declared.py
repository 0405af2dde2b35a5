"""Declarations are YAML. They are read here and nowhere else: without anything that a text could run, and by the parser in C
where there is one (seven times quicker, a quarter of a second at every start).
"""

from __future__ import annotations

from importlib.resources.abc import Traversable
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(file: Traversable) -> Any:
    """The content of a file (UTF-8); raises yaml.YAMLError, UnicodeDecodeError."""
    return from_yaml(file.read_text(encoding="utf-8"))


def from_yaml(text: str) -> Any:
    """The content of a text; raises yaml.YAMLError."""
    return yaml.load(text, _LOADER)  # noqa: S506 - it is a safe loader
