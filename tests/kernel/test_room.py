"""Room for copies at hand: what was used longest ago goes first, and what is in use stays."""

from __future__ import annotations

import os
from pathlib import Path

from cityhall.kernel.storing import room


def test_room_is_made_by_what_was_used_longest_ago(home: Path):
    data = home / "warehouse" / "data" / "d"
    data.mkdir(parents=True)
    paths = [data / name for name in ("oldest", "old", "fresh")]
    for age, path in zip((9000, 8000, 0), paths, strict=True):
        path.write_bytes(b"x" * 100)
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    room.make_room(300)
    assert all(path.exists() for path in paths), "there is room"
    room.make_room(299)
    assert [path.name for path in paths if path.exists()] == ["old", "fresh"]
    room.make_room(10)
    assert [path.name for path in paths if path.exists()] == ["fresh"], "what is in use stays"


def test_a_use_is_marked_and_absence_told(home: Path):
    path = home / "copy"
    assert not room.at_hand(path)
    path.touch()
    os.utime(path, (1, 1))
    assert room.at_hand(path)
    assert path.stat().st_mtime > 1
