"""The invented city of the pages serves these tests too."""

from __future__ import annotations

from tests.web.conftest import city

__all__ = ["city"]
