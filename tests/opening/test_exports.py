"""Finished files: what is in them, shared by equal requests, fetched by signed links only."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
from datetime import timedelta
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from django.core import signing
from django.test import Client
from openpyxl import load_workbook
from tests.web.city import City

from cityhall.identity.queries import actor_for_key
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.ledger.queries import entries
from cityhall.opening.actions import request_export, write_export
from cityhall.opening.errors import ExportUnknown, FormatUnknown, LinkRefused
from cityhall.opening.queries import FORMATS, Export, export_info, exports_of, file_link, open_token
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


def test_equal_requests_share_one_file_and_both_are_in_the_ledger(city: City) -> None:
    first = made(ANONYMOUS, city.parks, "ndjson")
    again = request_export(actor_for_key(city.keys["operator"]), city.parks, "ndjson")
    third = request_export(ANONYMOUS, city.parks, "ndjson")
    assert third.id == first.id
    assert third.state == "ready"
    assert again.id != first.id, "the operator sees more"
    told = [
        one for one in entries(verb="opening.request_export", limit=200) if one.facts["export"] == first.id
    ]
    assert [one.facts["reused"] for one in told][:2] == [True, False]


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


def test_the_data_plane_serves_the_file_with_ranges_and_nothing_else(city: City) -> None:
    done = made(ANONYMOUS, city.parks, "csv")
    address = f"/files/{file_link(ANONYMOUS, done.id)}"
    whole = _plane(address)
    assert whole.status_code == 200
    assert hashlib.sha256(whole.content).hexdigest() == done.sha256
    assert "attachment" in whole.headers["content-disposition"]
    part = _plane(address, headers={"Range": "bytes=0-9"})
    assert part.status_code == 206
    assert part.content == whole.content[:10]
    assert _plane("/files/nonsense").status_code == 403
    assert _plane("/").status_code == 404


def _plane(address: str, headers: dict[str, str] | None = None) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://files") as client:
            return await client.get(address, headers=headers)

    return asyncio.run(ask())


def test_without_a_data_plane_the_pages_serve_the_file(city: City) -> None:
    done = made(ANONYMOUS, city.parks, "csv")
    response = Client().get(f"/files/{file_link(ANONYMOUS, done.id)}")
    assert hashlib.sha256(b"".join(response)).hexdigest() == done.sha256
