"""Finished files: what is in them, shared by equal requests, fetched by signed links only."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from django.core import signing
from django.test import Client
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook
from tests.web.city import BUILDER, City, forbid

from cityhall.catalog.actions import withdraw
from cityhall.identity.actions import create_key, revoke_key, withdraw_role
from cityhall.identity.queries import actor_for_key
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor, system_actor
from cityhall.ledger.queries import entries
from cityhall.opening import asking, links, writing
from cityhall.opening.actions import request_export, sweep_exports, write_export
from cityhall.opening.errors import ExportUnknown, FormatUnknown, LinkRefused, TooManyWaiting
from cityhall.opening.models import Export as Row
from cityhall.opening.queries import (
    FORMATS,
    Export,
    FileAtHand,
    export_info,
    exports_of,
    exports_to_sweep,
    file_link,
    open_token,
)
from cityhall.warehouse.queries import Exported
from cityhall.web import dataplane
from cityhall.web.dataplane import application

pytestmark = pytest.mark.django_db


def made(actor: Actor, dataset_id: str, code: str) -> Export:
    """Ask for a file and write it at once."""
    asked = request_export(actor, dataset_id, code)
    write_export(asked.id)
    return export_info(actor, asked.id)


def content(actor: Actor, export: Export) -> bytes:
    return open_token(file_link(actor, export.id)).path.read_bytes()


@pytest.mark.parametrize("code", sorted(FORMATS))
def test_every_format_has_its_rows_and_its_hash(city: City, code: str) -> None:
    done = made(ANONYMOUS, city.parks, code)
    body = content(ANONYMOUS, done)
    assert done.state == "ready"
    assert done.rows == 57
    assert hashlib.sha256(body).hexdigest() == done.sha256
    assert len(body) == done.bytes
    assert _rows_in(code, body) == 57
    assert b"13800000001" not in body


def _rows_in(code: str, body: bytes) -> int:
    readers: dict[str, Any] = {
        "csv": lambda: sum(1 for _ in csv.reader(io.StringIO(body.decode("utf-8")))) - 1,
        "csv_bom": lambda: sum(1 for _ in csv.reader(io.StringIO(body.decode("utf-8-sig")))) - 1,
        "xlsx": lambda: load_workbook(io.BytesIO(body)).active.max_row - 1,
        "json": lambda: len(json.loads(body)),
        "ndjson": lambda: len(body.decode().strip().splitlines()),
        "parquet": lambda: pq.read_table(io.BytesIO(body)).num_rows,
        "geojson": lambda: len(json.loads(body)["features"]),
    }
    return int(readers[code]())


def test_the_owner_gets_another_file_than_the_public(city: City) -> None:
    owner = city.actors["owner"]
    public, own = made(ANONYMOUS, city.parks, "csv"), made(owner, city.parks, "csv")
    assert b"13800000001" in content(owner, own)
    assert public.id != own.id
    with pytest.raises(ExportUnknown):
        file_link(ANONYMOUS, own.id)


def test_another_agency_gets_the_phone_masked(city: City) -> None:
    other = city.actors["other"]
    body = content(other, made(other, city.parks, "csv")).decode()
    assert "138****0001" in body
    assert "13800000001" not in body


def _recorded(export: Export) -> list[bool]:
    told = entries(verb="opening.request_export", limit=200)
    return [one.facts["reused"] for one in told if one.facts["export"] == export.id]


def _jobs() -> int:
    return DBTaskResult.objects.filter(args_kwargs__args__0="opening.write_export").count()


def test_equal_requests_share_one_file_one_job_and_one_entry(city: City) -> None:
    before = _jobs()
    first = request_export(ANONYMOUS, city.parks, "ndjson")
    waiting = request_export(ANONYMOUS, city.parks, "ndjson")
    assert (waiting.id, waiting.state) == (first.id, "waiting")
    write_export(first.id)
    third = request_export(ANONYMOUS, city.parks, "ndjson")
    assert (third.id, third.state) == (first.id, "ready")
    assert (_jobs() - before, _recorded(first)) == (1, [False])


def test_who_takes_more_than_the_public_may_is_recorded_every_time(city: City) -> None:
    operator = actor_for_key(city.keys["operator"])
    own = made(operator, city.parks, "ndjson")
    assert own.id != made(ANONYMOUS, city.parks, "ndjson").id
    request_export(operator, city.parks, "ndjson")
    assert _recorded(own) == [True, False]


def test_a_job_that_comes_twice_writes_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request_export(ANONYMOUS, city.parks, "json")
    written = []
    monkeypatch.setattr(
        writing, "_write", lambda row: written.append(row.id) or Exported(Path(), 1, "0" * 64, 2)
    )
    write_export(asked.id)
    write_export(asked.id)
    assert written == [asked.id]


def test_the_public_waits_when_too_many_files_are_wanted(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_WAITING", 1)
    request_export(ANONYMOUS, city.parks, "ndjson")
    with pytest.raises(TooManyWaiting):
        request_export(ANONYMOUS, city.parks, "parquet")
    assert request_export(ANONYMOUS, city.parks, "ndjson").state == "waiting"
    assert request_export(city.actors["owner"], city.parks, "parquet").state == "waiting", "work goes on"
    answer = Client().get(f"/datasets/{city.parks}/files/csv")
    assert answer.status_code == 429
    again = Client().get(f"/datasets/{city.parks}/files/ndjson")
    assert (again.status_code, bool(again["Retry-After"])) == (202, True)


def test_finished_files_go_when_they_are_old_or_too_many(city: City) -> None:
    keeper = system_actor("upkeep")
    kept = made(ANONYMOUS, city.parks, "csv")
    assert sweep_exports(keeper, days=0, most_bytes=10**12) == 0, "the latest version's file stays"
    Row.objects.filter(id=kept.id).update(version=0, finished=clock.now() - timedelta(days=31))
    assert exports_to_sweep(days=32, most_bytes=10**12) == 0
    assert sweep_exports(keeper, days=30, most_bytes=10**12) == 1
    first, second = made(ANONYMOUS, city.parks, "csv"), made(ANONYMOUS, city.parks, "json")
    assert sweep_exports(keeper, days=30, most_bytes=second.bytes or 0) == 1
    with pytest.raises(ExportUnknown):
        export_info(ANONYMOUS, first.id)
    assert content(ANONYMOUS, second)
    assert made(ANONYMOUS, city.parks, "csv").state == "ready", "asked for again it is written again"


def test_the_ready_files_of_a_version_are_listed_for_whoever_sees_exactly_them(city: City) -> None:
    made(ANONYMOUS, city.parks, "json")
    assert "json" in {one.format.code for one in exports_of(ANONYMOUS, city.parks, 1)}
    assert "json" not in {one.format.code for one in exports_of(city.actors["other"], city.parks, 1)}


def test_an_unknown_format_says_which_there_are(city: City) -> None:
    with pytest.raises(FormatUnknown, match="parquet"):
        request_export(ANONYMOUS, city.parks, "exe")


def test_a_link_that_was_altered_or_is_too_old_opens_nothing(city: City) -> None:
    token = file_link(ANONYMOUS, made(ANONYMOUS, city.parks, "csv").id)
    for bad in (token[:-1] + ("a" if token[-1] != "a" else "b"), "", "x", token[1:]):
        with pytest.raises(LinkRefused):
            open_token(bad)
    outside = signing.dumps(["../../etc/passwd", "x", "text/plain", ""], salt="cityhall.opening.link")
    with pytest.raises(LinkRefused):
        open_token(outside)


def test_a_link_dies_of_age(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    token = file_link(ANONYMOUS, made(ANONYMOUS, city.parks, "csv").id)
    later = (clock.now() + timedelta(hours=25)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    with pytest.raises(LinkRefused):
        open_token(token)


def _goes(change: Callable[[], object], link: str) -> None:
    """A link that leads somewhere, and nowhere after a change."""
    assert open_token(link).path.is_file()
    change()
    with pytest.raises(LinkRefused):
        open_token(link)


def test_a_link_of_the_public_dies_with_what_it_shows(city: City) -> None:
    owner, link = city.actors["owner"], file_link(ANONYMOUS, made(ANONYMOUS, city.parks, "csv").id)
    own = file_link(owner, made(owner, city.parks, "csv").id)
    _goes(lambda: withdraw(owner, city.parks, "an error in it"), link)
    assert open_token(own).path.is_file(), "its owner still sees what was withdrawn"


def test_a_link_dies_when_the_level_of_an_item_is_raised(city: City) -> None:
    link = file_link(ANONYMOUS, made(ANONYMOUS, city.parks, "csv").id)
    _goes(lambda: forbid(city, "区县"), link)


@pytest.mark.parametrize("who", ["owner", "other"])
def test_a_link_dies_when_its_person_loses_the_right(city: City, who: str) -> None:
    actor, scope = city.actors[who], city.agency if who == "owner" else city.other_agency
    link = file_link(actor, made(actor, city.parks, "csv").id)
    _goes(lambda: withdraw_role(BUILDER, actor.id, "steward", scope), link)


def test_a_link_of_a_key_is_that_of_its_person(city: City) -> None:
    operator = actor_for_key(city.keys["operator"])
    link = file_link(operator, made(operator, city.parks, "csv").id)
    _goes(lambda: withdraw_role(BUILDER, operator.owner, "operator"), link)


def test_a_link_dies_when_its_key_is_revoked(city: City) -> None:
    owner = city.actors["owner"]
    key_id, token = create_key(owner, "nightly report")
    key = actor_for_key(token)
    link, own = (file_link(one, made(one, city.parks, "csv").id) for one in (key, owner))
    _goes(lambda: revoke_key(owner, key_id), link)
    assert open_token(own).path.is_file(), "what its person asked for goes on"


def test_a_link_dies_when_its_key_expires(city: City) -> None:
    key = actor_for_key(create_key(city.actors["owner"], "short", 1)[1])
    link = file_link(key, made(key, city.parks, "csv").id)
    assert open_token(link).path.is_file()
    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(LinkRefused):
        open_token(link)


def test_a_link_of_the_public_needs_no_key(city: City) -> None:
    key_id, token = create_key(city.actors["owner"], "reader", rights=["opening.use_api"])
    key = actor_for_key(token)
    link = file_link(key, made(key, city.parks, "csv").id)
    revoke_key(city.actors["owner"], key_id)
    assert open_token(link).path.is_file(), "it shows what everybody may see"


def test_a_link_given_out_to_a_person_by_an_earlier_program_goes_on(city: City) -> None:
    owner = city.actors["owner"]
    export = made(owner, city.parks, "csv")
    token = signing.dumps([export.id, 2, owner.id], salt="cityhall.opening.link", compress=True)
    _goes(lambda: withdraw_role(BUILDER, owner.id, "steward", city.agency), token)


def test_the_data_plane_serves_the_file_with_ranges_and_nothing_else(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = made(ANONYMOUS, city.parks, "csv")
    token = file_link(ANONYMOUS, done.id)
    found, address = open_token(token), f"/files/{token}"
    monkeypatch.setattr(
        dataplane, "file_behind", lambda asked: found if asked == token else links.read(asked)
    )
    whole = _plane(address)
    assert whole.status_code == 200
    assert hashlib.sha256(whole.content).hexdigest() == done.sha256
    assert "attachment" in whole.headers["content-disposition"]
    part = _plane(address, headers={"Range": "bytes=0-9"})
    assert part.status_code == 206
    assert part.content == whole.content[:10]
    assert _plane("/files/nonsense").status_code == 403
    assert _plane("/").status_code == 404


def test_files_of_cases_are_kept_by_no_cache_and_counted_for_no_dataset(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(b"a note")
    found = FileAtHand(kept, "note.txt", "text/plain", "", "")
    monkeypatch.setattr(dataplane, "file_behind", lambda _: found)
    monkeypatch.setattr(dataplane, "count_use", lambda *_: pytest.fail("counted"))
    answer = _plane("/files/case.any")
    assert (answer.content, answer.headers["cache-control"]) == (b"a note", "private, no-store")
    assert "attachment" in answer.headers["content-disposition"]
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["access-control-allow-origin"] == "*", "programs in browsers are led here by REST"


def _plane(address: str, headers: dict[str, str] | None = None) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://files") as client:
            return await client.get(address, headers=headers)

    with ThreadPoolExecutor(1) as alone:  # beside whatever loop a browser of this process keeps running
        return alone.submit(asyncio.run, ask()).result()


def test_without_a_data_plane_the_pages_serve_the_file(city: City) -> None:
    done = made(ANONYMOUS, city.parks, "csv")
    response = Client().get(f"/files/{file_link(ANONYMOUS, done.id)}")
    assert hashlib.sha256(b"".join(response)).hexdigest() == done.sha256
