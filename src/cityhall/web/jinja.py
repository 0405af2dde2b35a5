"""The Jinja2 environment of the pages."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment


def environment(**options: Any) -> Environment:
    """An autoescaping environment."""
    return Environment(**{**options, "autoescape": True})  # noqa: S701
