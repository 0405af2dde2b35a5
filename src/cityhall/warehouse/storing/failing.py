"""The failures of storage that is not on this machine, told in our words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cityhall.kernel.errors import CityhallError
from cityhall.warehouse.errors import DiskFull, FileMissing, StorageUnreachable

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def reaching(address: str, name: str = "") -> Iterator[None]:
    """Within the block whatever the storage fails with is `StorageUnreachable`; `FileMissing` when a file is named that is
    not there; `DiskFull` when this machine's disk is.
    """
    try:
        yield
    except CityhallError:
        raise
    except Exception as error:  # each kind of storage fails in its own way
        if name and isinstance(error, FileNotFoundError):
            raise FileMissing(file=name) from error
        if isinstance(error, OSError) and error.errno in _FULL:
            raise DiskFull(file=name or address) from error
        why = (str(error) or type(error).__name__)[:200]
        raise StorageUnreachable(address=address, why=why) from error
