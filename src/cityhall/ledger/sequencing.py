"""The sequencer: numbers waiting entries in batches, grows the tree, re-derives it from storage, and only then signs."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import Q

from cityhall.kernel import clock
from cityhall.kernel.ids import new_id
from cityhall.ledger import tiles
from cityhall.ledger.errors import CheckpointBroken, KeyOther, RederivationFailed
from cityhall.ledger.merkle import Frontier, leaf_hash
from cityhall.ledger.models import Checkpoint, Entry, Log, Tile
from cityhall.ledger.notes import Head, Signer, node_signer, open_note
from cityhall.ledger.publishing import publish, published, set_aside
from cityhall.ledger.tiles import HASH, WIDTH, Place

BATCH = 1000

_NUMBER = """
    WITH numbered (position, id) AS (VALUES {rows})
    UPDATE ledger_entry SET position = numbered.position
    FROM numbered WHERE ledger_entry.id = numbered.id AND ledger_entry.position IS NULL
"""
_STATEMENT = 1000  # rows to a statement: SQLite binds at most 32,766 values
_STORE = """
    INSERT INTO ledger_tile (level, "index", hashes) VALUES (%s, %s, %s)
    ON CONFLICT (level, "index") DO UPDATE SET hashes = excluded.hashes
"""


def sequence(batch: int = BATCH) -> int:
    """Integrate all entries that wait, `batch` to a transaction; answers how many. Safe to run at any time."""
    total = 0
    while done := _integrate(batch):
        total += done
        if done < batch:
            break
    if total:
        transaction.on_commit(_publish_newest, robust=True)
    return total


def _integrate(limit: int) -> int:
    with transaction.atomic():
        log = _locked_log()
        waiting = list(Entry.objects.filter(position=None).order_by("id").values_list("id", "body")[:limit])
        if waiting:
            _number(log.size, [entry_id for entry_id, _ in waiting])
            edge = _stored(tiles.right_edge(log.size))
            fresh = [leaf_hash(body.encode()) for _, body in waiting]
            _store(tiles.append(log.size, fresh, edge.__getitem__))
            _sign(log, log.size + len(waiting))
            log.size += len(waiting)
            log.save(update_fields=["size"])
    return len(waiting)


def _locked_log() -> Log:
    """The log's row, locked on PostgreSQL; on SQLite the transaction itself already excludes other writers."""
    Log.objects.get_or_create(id=1, defaults={"origin": f"cityhall/ledger/{new_id('log')}"})
    return Log.objects.select_for_update().get(id=1)


def _number(start: int, entry_ids: list[str]) -> None:
    with connection.cursor() as cursor:
        for first in range(0, len(entry_ids), _STATEMENT):
            part = entry_ids[first : first + _STATEMENT]
            values = [value for place, key in enumerate(part, start + first) for value in (place, key)]
            cursor.execute(_NUMBER.format(rows=", ".join(["(%s, %s)"] * len(part))), values)


def _store(changed: dict[Place, bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_STORE, [(level, index, hashes) for (level, index), hashes in changed.items()])


def _stored(places: Iterable[Place]) -> dict[Place, bytes]:
    """The tiles at these places, as they lie in the database; absent ones are left out."""
    wanted = Q()
    for level, index in places:
        wanted |= Q(level=level, index=index)
    rows = Tile.objects.filter(wanted).values_list("level", "index", "hashes") if wanted else ()
    return {(level, index): bytes(hashes) for level, index, hashes in rows}


def _sign(log: Log, size: int) -> None:
    """Sign the new size, once both ways to the root agree and the old part is what was signed before, by the same key."""
    signer = _signer(log)
    touched = range(log.size // WIDTH, (size - 1) // WIDTH + 1)
    places = {*tiles.right_edge(log.size), *tiles.right_edge(size), *((0, index) for index in touched)}
    tree = _stored(places)
    root = tiles.root(size, tree.__getitem__)
    if root != _rederived(log, size, tree):
        raise RederivationFailed(size=size)
    note = signer.sign(Head(log.origin, size, root))
    Checkpoint.objects.create(size=size, root=root.hex(), at=clock.now(), note=note)


def _signer(log: Log) -> Signer:
    """The key that signed the log so far. Errors: `KeyMissing`, `KeyBroken`, `KeyOther`."""
    signer = node_signer(signed_before=log.size > 0)
    newest = Checkpoint.objects.filter(size=log.size).values_list("note", flat=True).first()
    try:
        if newest is not None:
            open_note(newest, signer.public)
    except CheckpointBroken as error:
        raise KeyOther(size=log.size) from error
    return signer


def _rederived(log: Log, size: int, tree: dict[Place, bytes]) -> bytes:
    """The root by a second way: the signed old tree, plus the new bodies as they now lie in the database.

    A bit that flips between hashing and storing would otherwise be signed, and the log be beyond repair.
    """
    grown = Frontier(log.size, tiles.peaks(log.size, tree.__getitem__))
    signed = Checkpoint.objects.filter(size=log.size).values_list("root", flat=True).first()
    if log.size and grown.root().hex() != signed:
        raise RederivationFailed(size=log.size)
    rows = Entry.objects.filter(position__gte=log.size).order_by("position").values_list("position", "body")
    for position, body in rows:
        digest = sha256(b"\x00")
        digest.update(body.encode())
        leaf = digest.digest()
        if position != grown.size or leaf != _stored_leaf(position, tree):
            raise RederivationFailed(size=position)
        grown.add(leaf)
    if grown.size != size:
        raise RederivationFailed(size=grown.size)
    return grown.root()


def _stored_leaf(position: int, tree: dict[Place, bytes]) -> bytes:
    index, place = divmod(position, WIDTH)
    return tree.get((0, index), b"")[place * HASH : (place + 1) * HASH]


def _publish_newest() -> None:
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is None:
        return
    origin = Log.objects.get(id=1).origin
    before = published(origin)
    if before and _is_lost(before):
        set_aside(origin)
    publish(origin, newest.note)


def _is_lost(note: str) -> bool:
    """Whether the database no longer holds what was published: that it was set back is not forgotten because it went on."""
    try:
        size = open_note(note, node_signer().public).size
    except CheckpointBroken:
        return False
    return not Checkpoint.objects.filter(size=size, note=note).exists()
