"""Where this node keeps its state: one folder, `CITYHALL_HOME`."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Final

OWN_SECRETS: Final = frozenset({"django", "ledger", "pseudonyms"})
"""What this node signs and hides with. Other secrets that lie beside them belong to sources."""


def home() -> Path:
    """The state folder (environment variable `CITYHALL_HOME`, or the user's data directory), created on first use."""
    if configured := os.environ.get("CITYHALL_HOME"):
        return _made(configured)
    base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return _made(str(base / "cityhall"))


@lru_cache(maxsize=16)
def _made(name: str) -> Path:
    """The folder without links in its name, there from now on; looked at once, for it is asked at every turn."""
    folder = Path(name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def secret(name: str, length: int = 48) -> str:
    """A secret kept in the state folder, made on first use with permissions 0600."""
    folder = home() / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name
    if not path.exists():
        _create(path, secrets.token_urlsafe(length))
    return path.read_text(encoding="ascii").strip()


def has_secret(name: str) -> bool:
    """Whether a secret was made already."""
    return (home() / "secrets" / name).exists()


def _create(path: Path, value: str) -> None:
    """Make the file whole or not at all; when two processes try, the first one's value stays."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        temporary.unlink()
