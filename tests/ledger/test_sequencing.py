"""Entries get gapless positions, in signed batches, whoever sequences and whatever dies meanwhile."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cityhall.ledger import sequencing, tiles
from cityhall.ledger.actions import sequence
from cityhall.ledger.errors import CheckpointBroken, KeyBroken, RederivationFailed
from cityhall.ledger.merkle import Frontier, leaf_hash
from cityhall.ledger.models import Checkpoint, Entry, Log
from cityhall.ledger.notes import node_signer, open_note
from cityhall.ledger.queries import checkpoint, entries, public_key, verify, waiting

Act = Callable[[int], None]


@pytest.mark.django_db
def test_an_entry_waits_until_it_is_sequenced(act: Act) -> None:
    act(3)
    assert waiting() == 3
    assert [entry.position for entry in entries()] == [None] * 3
    assert sequence() == 3
    assert [entry.position for entry in entries()] == [2, 1, 0]
    assert sequence() == 0


@pytest.mark.django_db
def test_the_checkpoint_signs_the_root_of_the_bodies(act: Act) -> None:
    for count in (3, 300, 5):
        act(count)
        sequence(batch=128)
        tree = Frontier()
        tree.extend(
            leaf_hash(body.encode())
            for body in Entry.objects.order_by("position").values_list("body", flat=True)
        )
        newest = checkpoint()
        assert newest
        assert (newest.size, newest.root) == (tree.size, tree.root().hex())
        head = open_note(newest.note, node_signer().public)
        assert (head.size, head.root) == (tree.size, tree.root())
    assert verify().ok
    assert Checkpoint.objects.count() == 5


@pytest.mark.django_db
def test_a_checkpoint_is_a_signed_note(act: Act) -> None:
    act(1)
    sequence()
    newest = checkpoint()
    assert newest
    origin, size, _, blank, signature, end = newest.note.split("\n")
    assert (size, blank, end) == ("1", "", "")
    assert signature.startswith(f"— {origin} ")
    assert public_key().startswith(f"{origin}+")
    for position in range(len(newest.note) - 1):
        forged = newest.note[:position] + chr(ord(newest.note[position]) ^ 1) + newest.note[position + 1 :]
        with pytest.raises(CheckpointBroken):
            open_note(forged, node_signer().public)


def test_the_key_is_made_once_and_for_its_owner_only(home: Path) -> None:
    key = node_signer().public
    assert node_signer().public == key
    path = home / "secrets" / "ledger"
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("c2hvcnQ")
    with pytest.raises(KeyBroken):
        node_signer()


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["leaf", "tile"])
def test_a_bit_that_flips_before_signing_is_not_signed(
    act: Act, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    act(300)
    sequence()
    act(10)

    def flip(data: bytes) -> bytes:
        return bytes([data[0] ^ 1]) + data[1:]

    def flipped_tiles(*args: Any) -> dict[tuple[int, int], bytes]:
        return {place: flip(hashes) for place, hashes in original(*args).items()}

    original = tiles.append
    with monkeypatch.context() as patch:
        if part == "leaf":
            patch.setattr(sequencing, "leaf_hash", lambda data: flip(leaf_hash(data)))
        else:
            patch.setattr(tiles, "append", flipped_tiles)
        with pytest.raises(RederivationFailed):
            sequence()
    assert (Log.objects.get().size, waiting()) == (300, 10)
    assert sequence() == 10


@pytest.mark.django_db
def test_facts_are_in_the_body_and_nothing_else_is(act: Act) -> None:
    act(1)
    entry = Entry.objects.get()
    assert set(json.loads(entry.body)) == {"id", "verb", "actor", "subject", "at", "facts"}
    assert entries(verb="ledger.test_deed")[0].facts == {"number": 0}
    assert entries(subject="thing:1") == ()


WRITE = """
from cityhall.kernel.actor import system_actor
from cityhall.ledger.actions import action, record
@action("test.deed")
def deed(actor, number):
    record(f"thing:{number}")
for number in range(%d):
    deed(system_actor("writer"), number)
"""
SEQUENCE = """
import time
from cityhall.ledger.actions import sequence
from cityhall.ledger.models import Entry
print("begins", flush=True)
end = time.monotonic() + 60
while time.monotonic() < end and Entry.objects.exclude(position=None).count() < %d:
    sequence(batch=7)
"""
JUDGE = """
import json
from cityhall.ledger.actions import sequence
from cityhall.ledger.models import Entry
from cityhall.ledger.queries import verify
sequence()
answer = verify()
positions = list(Entry.objects.order_by("position").values_list("position", flat=True))
print(json.dumps([answer.ok, [str(problem) for problem in answer.problems], positions]))
"""


def test_two_sequencers_and_a_writer_at_once(node: Any) -> None:
    sequencers = [node.start(SEQUENCE % 300) for _ in range(2)]
    writers = [node.start(WRITE % 150) for _ in range(2)]
    for process in (*writers, *sequencers):
        process.communicate(timeout=120)
        assert process.returncode == 0
    ok, problems, positions = json.loads(node.run(JUDGE))
    assert ok, problems
    assert positions == list(range(300))


def test_killing_the_sequencer_loses_nothing(node: Any) -> None:
    chance = random.Random(7)
    for _ in range(5):
        process = node.start(WRITE % 100 + SEQUENCE % 1000)
        assert process.stdout
        assert process.stdout.readline().strip() == "begins"
        time.sleep(chance.random() * 0.1)  # somewhere in its fifteen batches
        process.kill()
        process.communicate()
    ok, problems, positions = json.loads(node.run(JUDGE))
    assert ok, problems
    assert positions == list(range(500))
