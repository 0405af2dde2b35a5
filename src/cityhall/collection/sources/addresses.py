"""Which addresses may be connected to. A name is resolved once; the checked address is the one connected to."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from cityhall.collection.errors import AddressRefused, SourceUnreachable

_NAT64 = ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to connect to: the numeric address that was checked, and the port."""

    host: str
    address: str
    port: int


def private_allowed(settings: Mapping[str, Any]) -> bool:
    """Whether this source (or this whole node) may connect into private networks."""
    return settings.get("allow_private") is True or os.environ.get("CITYHALL_ALLOW_PRIVATE") == "1"


def checked_endpoint(host: str, port: int, *, allow_private: bool) -> Endpoint:
    """Resolve `host` and answer its first address; raises AddressRefused if any of them is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceUnreachable(address=host, why="the name is not known") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allow_private and any(not is_public(address) for address in addresses):
        raise AddressRefused(address=host, why="it is an address of a private network")
    return Endpoint(host=host, address=addresses[0], port=port)


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to the public internet (private, loopback, link-local do not)."""
    parsed = ip_address(address.partition("%")[0])
    inner = _embedded(parsed)
    if inner is not None:
        return is_public(str(inner))
    local = isinstance(parsed, IPv6Address) and parsed.is_site_local
    return parsed.is_global and not local and not parsed.is_multicast and not parsed.is_reserved


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to, if it is of that kind."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
