"""Verbs of collection."""

from __future__ import annotations

from cityhall.collection.beating import tick
from cityhall.collection.configuring import create_source, update_source
from cityhall.collection.controlling import cancel, decide_schema, retry, start_run
from cityhall.collection.correcting import correct_file, correct_rows
from cityhall.collection.overrides import Overrides, overrides_from
from cityhall.collection.publishing import Publication, PublishedTable, publish_file
from cityhall.collection.pushing import push
from cityhall.collection.recovering import recover
from cityhall.collection.working import perform_run

__all__ = [
    "Overrides",
    "Publication",
    "PublishedTable",
    "cancel",
    "correct_file",
    "correct_rows",
    "create_source",
    "decide_schema",
    "overrides_from",
    "perform_run",
    "publish_file",
    "push",
    "recover",
    "retry",
    "start_run",
    "tick",
    "update_source",
]
