"""SFTP (RFC 4253 and its drafts) through the optional package paramiko: connected only to the checked address, and only
to the host whose key the source names. A key that is merely new is not trusted.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import fsspec
import paramiko

from cityhall.collection.errors import HostKeyUnknown, SettingWrong
from cityhall.collection.sources.addresses import checked_endpoint, private_allowed
from cityhall.collection.sources.shapes import SourceSpec

REFUSED: tuple[type[Exception], ...] = (paramiko.AuthenticationException,)
FAILED: tuple[type[Exception], ...] = (paramiko.SSHException,)
_SILENCE = 30.0
_OURS = {"host", "port", "username", "password", "key_filename", "passphrase"}


def open_system(source: SourceSpec, options: Mapping[str, Any]) -> Any:
    """The file system behind the source. Settings: `url` (sftp://host:port/path), `options` (`username`, `password`
    or `key_filename` with `passphrase`), `host_key` (a line of known_hosts without the name, or `SHA256:…`).

    Errors: `SettingWrong`, `AddressRefused`, `HostKeyUnknown`, those of paramiko.
    """
    if unknown := sorted(set(options) - _OURS):
        raise SettingWrong(
            setting=f"options.{unknown[0]}", why=f"what can be set: {', '.join(sorted(_OURS))}"
        )
    parts = urlsplit(source.text("url"))
    host, port = (
        str(options.get("host") or parts.hostname or ""),
        int(options.get("port") or parts.port or 22),
    )
    checked = checked_endpoint(host, port, allow_private=private_allowed(source.settings))
    login = {name: options[name] for name in _OURS - {"host", "port"} if options.get(name)}
    login.setdefault("username", unquote(parts.username or ""))
    return fsspec.filesystem(
        "sftp",
        host=checked.address,
        port=port,
        host_key_policy=_OnlyThis(source.text("host_key", ""), host),
        allow_agent=False,
        look_for_keys=False,
        timeout=_SILENCE,
        banner_timeout=_SILENCE,
        auth_timeout=_SILENCE,
        skip_instance_cache=True,
        **login,
    )


def close(system: Any) -> None:
    """End the connection."""
    system.client.close()


def fingerprint(key: bytes) -> str:
    """The fingerprint of a public key as ssh-keygen shows it: SHA256: and unpadded base64."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode("ascii").rstrip("=")


class _OnlyThis(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
    """Accepts the one key that the source names."""

    def __init__(self, named: str, host: str) -> None:
        self._expected = _fingerprint_of(named) if named else ""
        self._host = host

    def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:  # noqa: ARG002  (paramiko's signature)
        """Pass, or raise HostKeyUnknown with the fingerprint that was offered."""
        offered = fingerprint(key.asbytes())
        if offered != self._expected:
            raise HostKeyUnknown(host=self._host, fingerprint=offered)


def _fingerprint_of(named: str) -> str:
    if named.startswith("SHA256:"):
        return named.strip().rstrip("=")
    try:
        return fingerprint(base64.b64decode(named.split()[1], validate=True))
    except (IndexError, binascii.Error) as error:
        raise SettingWrong(setting="host_key", why="it must be SHA256:… or the type and the key") from error
