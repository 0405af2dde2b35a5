"""Which storage this node has: a bucket when `CITYHALL_STORE` names one, the state folder otherwise."""

from __future__ import annotations

import json
import os
from typing import Any, Final

from cityhall.kernel.storing.bucket import Bucket
from cityhall.kernel.storing.errors import StorageUnreachable
from cityhall.kernel.storing.failing import without_keys
from cityhall.kernel.storing.folder import Folder
from cityhall.kernel.storing.shapes import Storage

_FOLDER: Final = Folder()
_PATIENCE: Final = {"connect_timeout": 10, "read_timeout": 60, "retries": {"max_attempts": 2}}


def storage() -> Storage:
    """Where files are kept. Settings: `CITYHALL_STORE` (an address fsspec knows), `CITYHALL_STORE_OPTIONS` (JSON: options of
    that file system; for S3 also `AWS_…`, which botocore reads itself). Errors: `StorageUnreachable`.
    """
    address = os.environ.get("CITYHALL_STORE")
    return Bucket(address, _options(address)) if address else _FOLDER


def _options(address: str) -> dict[str, Any]:
    try:
        told = json.loads(os.environ.get("CITYHALL_STORE_OPTIONS") or "{}")
    except ValueError:
        raise _unusable(address, "is not JSON") from None
    if not isinstance(told, dict):
        raise _unusable(address, "is no JSON object")
    return {**_usual(address), **told}


def _usual(address: str) -> dict[str, Any]:
    """What a kind of address needs that nobody should have to say."""
    if address.startswith("s3"):
        return {"config_kwargs": _PATIENCE, "max_concurrency": 4}
    if address.startswith(("file:", "local:", "/")):
        return {"auto_mkdir": True}  # a shared folder has folders, which a bucket has not
    return {}


def _unusable(address: str, why: str) -> StorageUnreachable:
    return StorageUnreachable(address=without_keys(address), why=f"CITYHALL_STORE_OPTIONS {why}")
