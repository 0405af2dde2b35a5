"""Pictures by those who mean no good: they end the process that opens them, and neither the site nor its memory; what is kept
of a picture tells nobody where it was taken.
"""

from __future__ import annotations

import io
from threading import BoundedSemaphore
from typing import Any, Final

import pytest
from PIL import Image, PngImagePlugin

from cityhall.cases.errors import FileRefused, FilesWaiting, FileTooBig
from cityhall.cases.working import apart
from cityhall.cases.working.contents import SLOW, judged

PLACE: Final = b"<x:xmpmeta xmlns:x='adobe:ns:meta/' exif:GPSLatitude='28,0.1N'/>"
FORMS: Final = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}


def drawn(form: str, size: tuple[int, int] = (40, 30), **how: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, form, **how)
    return out.getvalue()


def placed(form: str) -> bytes:
    """A picture lying on its side that says in every way its form has where it was taken."""
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x010F] = "MAKER"
    notes.get_ifd(0x8825).update({1: "N", 2: (28.0, 0.0, 1.0)})
    words = PngImagePlugin.PngInfo()
    words.add_itxt("XML:com.adobe.xmp", PLACE.decode())
    how = {"pnginfo": words} if form == "PNG" else {"xmp": PLACE}
    return drawn(form, exif=notes.tobytes(), **how) + b"after the end: GPSLatitude"


def scanned(times: int) -> bytes:
    """A progressive JPEG of 16 million pixels, one of whose passes comes so many times: each costs a walk over all of it."""
    out = io.BytesIO()
    Image.new("L", (4000, 4000), 128).save(out, "JPEG", progressive=True, quality=50)
    whole = out.getvalue()
    first, after = [at for at in range(len(whole)) if whole.startswith(b"\xff\xda", at)][1:3]
    return whole[:first] + whole[first:after] * times + whole[after:]


@pytest.mark.parametrize("ending", FORMS)
def test_what_is_kept_of_a_picture_tells_no_place(ending: str) -> None:
    sent = placed(FORMS[ending])
    assert b"GPSLatitude" in sent
    kept = judged(f"photo.{ending}", sent)[1]
    assert b"GPSLatitude" not in kept
    assert b"MAKER" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.size, dict(picture.getexif()), picture.info.get("xmp")) == ((30, 40), {}, None)


@pytest.mark.parametrize("ending", FORMS)
def test_the_place_alone_stays_where_it_is_needed(ending: str) -> None:
    kept = judged(f"photo.{ending}", placed(FORMS[ending]), keep_position=True)[1]
    with Image.open(io.BytesIO(kept)) as picture:
        notes = picture.getexif()
        assert set(notes) == {0x8825}
        assert notes.get_ifd(0x8825)[1] == "N"
    assert b"MAKER" not in kept


def test_a_picture_that_would_take_hours_is_refused_and_the_next_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apart, "CPU_SECONDS", 1)
    with pytest.raises(FileRefused) as refused:
        judged("slow.jpg", scanned(20_000))
    assert SLOW.en in refused.value.say("en")
    monkeypatch.undo()
    assert judged("photo.jpg", drawn("JPEG"))[0] == "image/jpeg"


def test_a_picture_gets_no_more_memory_than_there_is_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MEGABYTES", 200)
    with pytest.raises(FileTooBig):
        judged("wide.png", drawn("PNG", (7000, 7000), compress_level=1))


@pytest.mark.parametrize("ending", ["png", "webp"])
def test_of_a_moving_picture_the_first_view_stays(ending: str) -> None:
    views = [Image.new("RGB", (8, 8), (number, 0, 0)) for number in range(200)]
    out = io.BytesIO()
    views[0].save(out, FORMS[ending], save_all=True, append_images=views[1:], duration=10)
    with Image.open(io.BytesIO(judged(f"a.{ending}", out.getvalue())[1])) as kept:
        assert getattr(kept, "n_frames", 1) == 1


@pytest.mark.parametrize("ending", FORMS)
def test_a_picture_that_was_cut_short_is_refused(ending: str) -> None:
    content = drawn(FORMS[ending], (400, 300), exif=Image.Exif().tobytes())
    with pytest.raises(FileRefused):
        judged(f"a.{ending}", content[: len(content) * 2 // 3])


def test_who_comes_when_many_wait_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once when the line is long, after a while when the place does not come free; pages always have a thread left."""
    line = BoundedSemaphore(1)
    monkeypatch.setattr(apart, "_line", line)
    with line, pytest.raises(FilesWaiting):
        judged("photo.jpg", drawn("JPEG"))
    monkeypatch.setattr(apart, "PATIENCE", 0.01)
    with apart._place, pytest.raises(FilesWaiting):
        judged("photo.jpg", drawn("JPEG"))
    monkeypatch.undo()
    assert judged("photo.jpg", drawn("JPEG"))[0] == "image/jpeg"
    assert judged("note.txt", b"a text needs no turn") == ("text/plain", b"a text needs no turn")
