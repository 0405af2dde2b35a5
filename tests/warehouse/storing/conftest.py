"""A bucket on a real S3 server, and other machines that keep their files in it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.config import Config
from tests.collection.storing import s3_serving

from cityhall.kernel.storing import owning
from cityhall.ledger.models import Log
from cityhall.warehouse.queries import Query, Version, run

ROWS = [(n, f"C{n}", "celadon", n) for n in range(50)]
NOBODY = "http://127.0.0.1:9"


class Server:
    """The server, and what lies in its bucket."""

    def __init__(self, address: str) -> None:
        httpx.post(f"{address}/moto-api/reset").raise_for_status()
        self.address = address
        self.s3 = boto3.client(
            "s3",
            endpoint_url=address,
            aws_access_key_id="k",
            aws_secret_access_key="s",
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}),
        )
        self.s3.create_bucket(Bucket="city")

    def names(self) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket="city", Prefix="wh/").get("Contents", [])
        return [one["Key"].removeprefix("wh/") for one in listed if not one["Key"].endswith("/city")]

    def settings(self, address: str = "") -> dict[str, str]:
        options = {"endpoint_url": address or self.address, "key": "k", "secret": "s"}
        return {"CITYHALL_STORE": "s3://city/wh", "CITYHALL_STORE_OPTIONS": json.dumps(options)}


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with s3_serving() as address:
        yield address


@pytest.fixture
def server(address: str, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A fresh bucket, and this process set to keep its files there."""
    server = Server(address)
    for name, value in server.settings().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(owning, "_ours", set())
    return server


@pytest.fixture
def log() -> None:
    """The city's ledger has its name."""
    Log.objects.create(id=1, origin="cityhall/ledger/ours")


@contextmanager
def elsewhere(folder: Path) -> Iterator[None]:
    """Another machine: the same database and bucket, nothing at hand."""
    here = os.environ["CITYHALL_HOME"]
    os.environ["CITYHALL_HOME"] = str(folder)
    try:
        yield
    finally:
        os.environ["CITYHALL_HOME"] = here


def answers(made: Version) -> int:
    """How many rows a version answers with."""
    return len(run(made, Query(limit=100)).rows)
