"""How a name or a text of ours stands in a statement that is put together. Values of visitors are bound, never written."""

from __future__ import annotations


def quoted(name: str) -> str:
    """A name as a quoted SQL identifier; whatever it contains, it stays a name."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """A text of ours (a path, an option) as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"
