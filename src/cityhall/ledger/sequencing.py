"""The sequencer: numbers waiting entries in batches, grows the tree, re-derives it from storage, and only then signs."""

from __future__ import annotations

from hashlib import sha256

from django.db import connection, transaction

from cityhall.kernel import clock
from cityhall.kernel.ids import new_id
from cityhall.ledger import tiles
from cityhall.ledger.errors import RederivationFailed
from cityhall.ledger.merkle import Frontier, leaf_hash
from cityhall.ledger.models import Checkpoint, Entry, Log, Tile
from cityhall.ledger.notes import Head, node_signer
from cityhall.ledger.publishing import publish
from cityhall.ledger.tiles import Place

BATCH = 1000

_NUMBER = "UPDATE ledger_entry SET position = %s WHERE id = %s AND position IS NULL"
_STORE = """
    INSERT INTO ledger_tile (level, "index", hashes) VALUES (%s, %s, %s)
    ON CONFLICT (level, "index") DO UPDATE SET hashes = excluded.hashes
"""


def sequence(batch: int = BATCH) -> int:
    """Integrate all entries that wait, `batch` to a transaction; answers how many. Safe to run at any time."""
    total = 0
    while True:
        done = _integrate(batch)
        total += done
        if done < batch:
            return total


def _integrate(limit: int) -> int:
    with transaction.atomic():
        log = _locked_log()
        waiting = list(Entry.objects.filter(position=None).order_by("id").values_list("id", "body")[:limit])
        if not waiting:
            return 0
        _number(log.size, [entry_id for entry_id, _ in waiting])
        changed = tiles.append(log.size, [leaf_hash(body.encode()) for _, body in waiting], _stored)
        _store(changed)
        note = _sign(log, log.size + len(waiting))
        log.size += len(waiting)
        log.save(update_fields=["size"])
        transaction.on_commit(lambda: publish(log.origin, note), robust=True)
    return len(waiting)


def _locked_log() -> Log:
    """The log's row, locked on PostgreSQL; on SQLite the transaction itself already excludes other writers."""
    Log.objects.get_or_create(id=1, defaults={"origin": f"cityhall/ledger/{new_id('log')}"})
    return Log.objects.select_for_update().get(id=1)


def _number(start: int, entry_ids: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_NUMBER, [(start + place, entry_id) for place, entry_id in enumerate(entry_ids)])


def _store(changed: dict[Place, bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_STORE, [(level, index, hashes) for (level, index), hashes in changed.items()])


def _stored(place: Place) -> bytes:
    level, index = place
    hashes = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
    if hashes is None:
        raise KeyError(place)
    return bytes(hashes)


def _sign(log: Log, size: int) -> str:
    """Sign the new size, once both ways to the root agree and the old part is what was signed before."""
    root = tiles.root(size, _stored)
    if root != _rederived(log, size):
        raise RederivationFailed(size=size)
    note = node_signer().sign(Head(log.origin, size, root))
    Checkpoint.objects.create(size=size, root=root.hex(), at=clock.now(), note=note)
    return note


def _rederived(log: Log, size: int) -> bytes:
    """The root by a second way: the signed old tree, plus the new bodies as they now lie in the database.

    A bit that flips between hashing and storing would otherwise be signed, and the log be beyond repair.
    """
    tree = Frontier(log.size, tiles.peaks(log.size, _stored))
    signed = Checkpoint.objects.filter(size=log.size).values_list("root", flat=True).first()
    if log.size and tree.root().hex() != signed:
        raise RederivationFailed(size=log.size)
    rows = Entry.objects.filter(position__gte=log.size).order_by("position").values_list("position", "body")
    for position, body in rows:
        if position != tree.size:
            raise RederivationFailed(size=position)
        digest = sha256(b"\x00")
        digest.update(body.encode())
        tree.add(digest.digest())
    if tree.size != size:
        raise RederivationFailed(size=tree.size)
    return tree.root()
