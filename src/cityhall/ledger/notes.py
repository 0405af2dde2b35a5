"""Checkpoints as signed notes (C2SP tlog-checkpoint and signed-note, Ed25519), and the key that signs them."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cityhall.kernel.home import has_secret, secret
from cityhall.ledger.errors import CheckpointBroken, KeyBroken, KeyMissing

_ED25519 = b"\x01"
_DASH = "— "
_KEY_FILE = "secrets/ledger"


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: this log had `size` entries and this root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The signed lines: origin, size, base64 root."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


class Signer:
    """The node's Ed25519 key. It lives in the state folder with permissions 0600 and is made at the first start."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @cached_property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, head: Head) -> str:
        """The signed note; the key is named like the log."""
        signature = _key_id(head.origin, self.public) + self._key.sign(head.text().encode())
        return f"{head.text()}\n{_DASH}{head.origin} {base64.b64encode(signature).decode()}\n"


def node_signer(*, signed_before: bool = False) -> Signer:
    """The key of this node, made when the first is needed: never where checkpoints were `signed_before`, for a new key
    would not match them. Errors: `KeyMissing`, also when it cannot be read; `KeyBroken` when its file holds no key.
    """
    if signed_before and not has_secret("ledger"):
        raise KeyMissing(file=_KEY_FILE)
    try:
        text = secret("ledger", 32)
    except OSError as error:
        raise KeyMissing(file=_KEY_FILE) from error
    try:
        seed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        seed = b""
    if len(seed) != 32:
        raise KeyBroken(file=_KEY_FILE)
    return Signer(seed)


def verifier_key(origin: str, public: bytes) -> str:
    """The public key as verifiers take it: `name+id+key` (C2SP signed-note)."""
    return f"{origin}+{_key_id(origin, public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def open_note(note: str, public: bytes) -> Head:
    """What a signed note says; raises CheckpointBroken when it is malformed or not signed by this key."""
    text, gap, signatures = note.partition("\n\n")
    try:
        origin, size, root = text.split("\n")
        head = Head(origin=origin, size=int(size), root=base64.b64decode(root, validate=True))
    except (ValueError, binascii.Error) as error:
        raise CheckpointBroken(reason="malformed") from error
    if not gap or head.text() != text + "\n" or not _signed(head, signatures, public):
        raise CheckpointBroken(reason="signature")
    return head


def _signed(head: Head, signatures: str, public: bytes) -> bool:
    prefix = f"{_DASH}{head.origin} "
    lines = [line.removeprefix(prefix) for line in signatures.splitlines() if line.startswith(prefix)]
    return any(_matches(line, head, public) for line in lines)


def _matches(line: str, head: Head, public: bytes) -> bool:
    try:
        raw = base64.b64decode(line, validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], head.text().encode())
    except (binascii.Error, InvalidSignature):
        return False
    # Base64 has spare bits: of all spellings of the same bytes only the canonical one is accepted.
    return raw[:4] == _key_id(head.origin, public) and base64.b64encode(raw).decode() == line


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]
