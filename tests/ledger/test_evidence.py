"""A log is signed with one key: a node whose key is gone, or that has another, signs nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cityhall.ledger.actions import sequence
from cityhall.ledger.errors import KeyMissing, KeyOther
from cityhall.ledger.models import Checkpoint, Log
from cityhall.ledger.notes import node_signer
from cityhall.ledger.queries import public_key, verify, waiting

Act = Callable[[int], None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign(act: Act) -> Act:
    """Do so many deeds, number and sign them."""

    def signed(count: int) -> None:
        act(count)
        assert sequence() == count

    return signed


def test_a_key_that_is_gone_is_not_replaced(home: Path, sign: Act, act: Act) -> None:
    sign(3)
    before = public_key()
    key = home / "secrets" / "ledger"
    kept = key.rename(home / "away")
    act(2)
    for ask in (sequence, public_key, verify):
        with pytest.raises(KeyMissing):
            ask()
    assert not key.exists()
    assert (Log.objects.get().size, waiting()) == (3, 2)
    kept.rename(key)
    assert sequence() == 2
    assert (public_key(), verify().ok) == (before, True)


def test_another_hosts_key_signs_nothing(home: Path, sign: Act, act: Act) -> None:
    sign(3)
    key = home / "secrets" / "ledger"
    own = key.read_text()
    key.unlink()
    node_signer()  # what a second host with a folder of its own would make
    act(2)
    with pytest.raises(KeyOther):
        sequence()
    assert (Log.objects.get().size, Checkpoint.objects.count(), waiting()) == (3, 1, 2)
    key.write_text(own)
    assert sequence() == 2
    assert verify().ok


def test_a_key_that_may_not_be_read_is_told(home: Path, sign: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    sign(1)
    key = home / "secrets" / "ledger"
    key.chmod(0o400)
    sign(1)
    assert verify().ok  # reading is enough
    original = Path.read_text

    def refused(path: Path, *args: Any, **named: Any) -> str:
        if path.name == "ledger":
            raise PermissionError(13, "Permission denied")
        return original(path, *args, **named)

    monkeypatch.setattr(Path, "read_text", refused)
    with pytest.raises(KeyMissing):
        verify()
