"""Whether what lies in a bucket is what was sent, by what the bucket says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

PART: Final = 16 * 2**20
"""Bytes of a part of an upload; a file of less than two parts is sent whole."""


def proven(sent: Path, facts: Mapping[str, Any]) -> bool:
    """Whether the size and the entity tag are those of the file. A tag that is not a digest of the bytes (encrypted
    buckets, other kinds of storage) proves nothing: the caller reads the object back.
    """
    if int(facts.get("size") or 0) != sent.stat().st_size:
        return False
    return str(facts.get("ETag") or "").strip('"') == entity_tag(sent)


def entity_tag(path: Path) -> str:
    """What S3 calls a file sent whole (its MD5) or in parts (the MD5 of the MD5s, and how many)."""
    if path.stat().st_size < 2 * PART:
        return _md5(path.read_bytes()).hexdigest()
    parts = _digests(path)
    return f"{_md5(b''.join(parts)).hexdigest()}-{len(parts)}"


def _digests(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return [_md5(part).digest() for part in iter(lambda: file.read(PART), b"")]


def _md5(data: bytes) -> hashlib._Hash:
    return hashlib.md5(data, usedforsecurity=False)
