"""S3 and what speaks its language, through the optional package s3fs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import fsspec
from aiohttp import ClientError as ConnectionFailed
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from cityhall.collection.errors import SettingWrong
from cityhall.collection.sources.addresses import checked_endpoint, private_allowed
from cityhall.collection.sources.shapes import SourceSpec

REFUSED: tuple[type[Exception], ...] = (PermissionError, NoCredentialsError, PartialCredentialsError)
FAILED: tuple[type[Exception], ...] = (BotoCoreError, ClientError, ConnectionFailed)
_OURS = {"key", "secret", "token", "anon", "endpoint_url", "region_name", "path_style"}
_PATIENCE = {"connect_timeout": 20, "read_timeout": 60, "retries": {"max_attempts": 3}}


def open_system(source: SourceSpec, options: Mapping[str, Any]) -> Any:
    """The file system behind the source. Settings: `url` (s3://bucket/path), `options` (`key`, `secret`, `token`, or
    `anon: true`; `endpoint_url`, `region_name`, `path_style` for storage other than Amazon's).

    Only what the source names is used: never a credential that happens to lie on this machine.
    Errors: `SettingWrong`, `AddressRefused`, those of botocore.
    """
    if unknown := sorted(set(options) - _OURS):
        raise SettingWrong(
            setting=f"options.{unknown[0]}", why=f"what can be set: {', '.join(sorted(_OURS))}"
        )
    anonymous = options.get("anon") is True
    if not anonymous and not (options.get("key") and options.get("secret")):
        raise SettingWrong(setting="options", why="key and secret, or anon: true")
    address = str(options.get("endpoint_url") or "")
    if address:
        _check(address, source)
    style = {"addressing_style": "path" if options.get("path_style", bool(address)) else "auto"}
    return fsspec.filesystem(
        "s3",
        anon=anonymous,
        key=options.get("key"),
        secret=options.get("secret"),
        token=options.get("token"),
        endpoint_url=address or None,
        client_kwargs={"region_name": str(options.get("region_name") or "us-east-1")},
        config_kwargs={**_PATIENCE, "s3": style},
        skip_instance_cache=True,
        use_listings_cache=False,
    )


def close(system: Any) -> None:
    """Nothing stays open between two requests."""


def _check(address: str, source: SourceSpec) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingWrong(setting="options.endpoint_url", why="it must begin with https:// or http://")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    checked_endpoint(parts.hostname, port, allow_private=private_allowed(source.settings))
