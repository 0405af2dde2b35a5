"""The Jinja2 environment of the pages: autoescaping, strict about names, with the words and formats of
`words` and `formatting`.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from cityhall.web import formatting, fragments, words


def environment(**options: Any) -> Environment:
    """An environment in which nothing is printed unescaped and no missing name passes silently."""
    made = Environment(  # noqa: S701  (autoescape is switched on last, so that nothing overrides it)
        **{
            **options,
            "autoescape": True,
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
        }
    )
    made.globals.update(
        t=words.say, known=words.known, pick=words.pick, language=words.language, url=_url, static=_static,
        figure=formatting.figure, kept=fragments.kept,
    )  # fmt: skip
    made.filters.update(
        number=formatting.number,
        percent=formatting.percent,
        measured=formatting.measured,
        size=formatting.size,
        day=formatting.day,
        month=formatting.month,
        moment=formatting.moment,
        ago=formatting.ago,
        duration=formatting.duration,
        cell=formatting.cell,
        host=formatting.host,
        facts=formatting.facts,
        pick=words.pick,
        deed=words.deed,
    )
    return made


def _url(name: str, *parts: str) -> str:
    return reverse(name, args=parts)


def _static(path: str) -> str:
    """The address of a file of ours; it changes with the files, so that no browser keeps those of an older version."""
    return f"{static(path)}?v={_edition()}"


@cache
def _edition() -> str:
    """Eight characters that change when any static file does; asked once per process."""
    folder, total = Path(__file__).parent / "static", hashlib.sha256()
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        about = file.stat()
        total.update(f"{file.relative_to(folder)} {about.st_size} {about.st_mtime_ns}\n".encode())
    return total.hexdigest()[:8]
