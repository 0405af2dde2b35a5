"""Verbs of collection."""

from __future__ import annotations

from cityhall.collection.overrides import Overrides, overrides_from
from cityhall.collection.publishing import Publication, PublishedTable, publish_file

__all__ = ["Overrides", "Publication", "PublishedTable", "overrides_from", "publish_file"]
