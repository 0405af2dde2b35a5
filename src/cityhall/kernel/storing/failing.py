"""The failures of storage that is not on this machine, told in our words and without what opens it."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from cityhall.kernel.errors import CityhallError
from cityhall.kernel.storing.errors import DiskFull, FileMissing, StorageUnreachable

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_USER: Final = re.compile(r"//[^/@\s]*@")
_NAMES: Final = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID")


@contextmanager
def reaching(address: str, name: str = "", options: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Within the block whatever the storage fails with is `StorageUnreachable`; `FileMissing` when a file is named that is
    not there; `DiskFull` when this machine's disk is. No failure tells a value of `options` or of the environment's keys.
    """
    try:
        yield
    except CityhallError:
        raise
    except Exception as error:  # noqa: BLE001 - each kind of storage fails in its own way
        if name and isinstance(error, FileNotFoundError):
            raise FileMissing(file=name) from None
        if isinstance(error, OSError) and error.errno in FULL:
            raise DiskFull(file=name or without_keys(address)) from None
        why = without_keys(str(error) or type(error).__name__, options)[:200]
        raise StorageUnreachable(address=without_keys(address), why=why) from None


def without_keys(text: str, options: Mapping[str, Any] | None = None) -> str:
    """The text without the name and password of an address, and without keys."""
    for value in sorted(
        (*_texts(options or {}), *filter(None, map(os.environ.get, _NAMES))), key=len, reverse=True
    ):
        text = text.replace(value, "…")
    return _USER.sub("//", text)


def _texts(value: Any) -> Iterator[str]:
    """Every text among the options that is long enough to be a key and is no address."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, str) and len(value) >= 6 and "://" not in value:
        yield value
