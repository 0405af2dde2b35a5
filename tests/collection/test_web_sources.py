"""HTTP sources against a real server: entity tags, redirects, retries, limits, pages, and where we refuse to go."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.collection.serving import send, serving

from cityhall.collection.errors import (
    AddressRefused,
    AnswerUnusable,
    CredentialMissing,
    SourceTooBig,
    SourceUnreachable,
)
from cityhall.collection.sources import addresses, api, http_file
from cityhall.collection.sources.addresses import is_public
from cityhall.collection.sources.shapes import SourceSpec

BODY = "编号,值\nA,1\n".encode()


def _spec(url: str, **settings: object) -> SourceSpec:
    quick = {"pause_seconds": 0.01, "attempts": 3, "timeout_seconds": 5, "allow_private": True}
    memory = settings.pop("memory", {})
    return SourceSpec(
        id="s",
        name="feed",
        kind="http",
        settings={"url": url, **quick, **settings},
        memory=memory,
        mode="replace",  # type: ignore[arg-type]
    )


def _tick(what: str, done: int, total: int) -> None:
    """Nobody listens."""


def test_a_file_is_fetched_once_and_then_only_when_changed(tmp_path: Path) -> None:
    seen: list[str | None] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers.get("If-None-Match"))
        if handler.headers.get("If-None-Match") == '"v1"':
            handler.send_response(304)
            handler.end_headers()
        else:
            send(
                handler,
                BODY,
                headers={"ETag": '"v1"', "Content-Disposition": 'attachment; filename="wells.csv"'},
            )

    with serving(answer) as url:
        first = http_file.fetch(_spec(f"{url}/get?id=1"), tmp_path, _tick)
        assert first is not None
        assert first.name == "wells.csv"
        assert first.path.read_bytes() == BODY
        assert http_file.fetch(_spec(f"{url}/get?id=1", memory=first.memory), tmp_path, _tick) is None
        moved = http_file.fetch(_spec(f"{url}/get?id=2", memory=first.memory), tmp_path, _tick)
        assert moved is not None, "another address is another file"
    assert seen == [None, '"v1"', None]


def test_loopback_and_private_addresses_are_refused_unless_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda handler: send(handler, BODY)) as url:
        for place in (
            url,
            url.replace("127.0.0.1", "localhost"),
            url.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
        ):
            with pytest.raises(AddressRefused):
                http_file.fetch(_spec(place, allow_private=False), tmp_path, _tick)
        monkeypatch.setenv("CITYHALL_ALLOW_PRIVATE", "1")
        assert http_file.fetch(_spec(url, allow_private=False), tmp_path, _tick) is not None


PUBLIC = ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"]
PRIVATE = [
    *("10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "127.0.0.1", "0.0.0.0", "100.64.0.1"),
    *("224.0.0.1", "255.255.255.255", "::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1"),
    *("2002:0a00:0001::", "64:ff9b::7f00:1", "fec0::1"),
]


@pytest.mark.parametrize("address", [*PUBLIC, *PRIVATE])
def test_which_addresses_are_public(address: str) -> None:
    assert is_public(address) is (address in PUBLIC)


def test_a_redirect_into_the_private_network_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        reached.append(handler.path)
        if handler.path == "/start":
            send(
                handler,
                b"",
                302,
                {"Location": f"http://inside.test:{handler.server.server_address[1]}/secret"},
            )
        else:
            send(handler, BODY)

    real = addresses.socket.getaddrinfo

    def resolve(host: str, *args: object, **kwargs: object) -> object:
        return real(
            "127.0.0.1" if host == "outside.test" else "127.0.0.2" if host == "inside.test" else host,
            *args,
            **kwargs,
        )

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    with serving(answer) as url:
        outside = url.replace("127.0.0.1", "outside.test")
        with pytest.raises(AddressRefused):
            http_file.fetch(_spec(f"{outside}/start", allow_private=False), tmp_path, _tick)
    assert reached == ["/start"]


def test_the_address_that_was_checked_is_the_one_connected_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers with a public address first and a private one later gains nothing: it is asked once."""
    asked: list[str] = []
    real = addresses.socket.getaddrinfo

    def resolve(host: str, *args: object, **kwargs: object) -> object:
        if host == "rebinding.test":
            asked.append(host)
            return real("127.0.0.1", *args, **kwargs)
        return real(host, *args, **kwargs)

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)
    hosts: list[str | None] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        hosts.append(handler.headers.get("Host"))
        send(handler, BODY)

    with serving(answer) as url:
        port = url.rpartition(":")[2]
        assert http_file.fetch(_spec(f"http://rebinding.test:{port}/a.csv"), tmp_path, _tick) is not None
    assert asked == ["rebinding.test"]
    assert hosts == [f"rebinding.test:{port}"]


def test_credentials_do_not_follow_a_redirect_to_another_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEED_TOKEN", "s3cret")
    heard: list[str | None] = []

    def onward(handler: BaseHTTPRequestHandler) -> None:
        heard.append(handler.headers.get("X-Token"))
        send(handler, BODY)

    with (
        serving(onward) as other,
        serving(lambda h: send(h, b"", 302, {"Location": f"{other}/x.csv"})) as url,
    ):
        assert (
            http_file.fetch(_spec(url, headers={"X-Token": {"env": "FEED_TOKEN"}}), tmp_path, _tick)
            is not None
        )
    assert heard == [None]
    with pytest.raises(CredentialMissing):
        http_file.fetch(
            _spec("http://127.0.0.1:1", headers={"X": {"env": "NOT_SET_ANYWHERE"}}), tmp_path, _tick
        )


def test_a_server_that_stumbles_is_asked_again(tmp_path: Path) -> None:
    calls: list[int] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        calls.append(1)
        send(handler, BODY if len(calls) > 2 else b"busy", 200 if len(calls) > 2 else 503)

    with serving(answer) as url:
        assert http_file.fetch(_spec(url), tmp_path, _tick) is not None
    assert len(calls) == 3


@pytest.mark.parametrize("status", [404, 401, 500])
def test_a_refusal_is_a_coded_error(tmp_path: Path, status: int) -> None:
    with serving(lambda handler: send(handler, b"no", status)) as url, pytest.raises(SourceUnreachable):
        http_file.fetch(_spec(url), tmp_path, _tick)


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreachable):
        http_file.fetch(_spec("http://127.0.0.1:9/x.csv", attempts=1), tmp_path, _tick)


def test_endless_redirects_end(tmp_path: Path) -> None:
    with (
        serving(lambda handler: send(handler, b"", 302, {"Location": "/again"})) as url,
        pytest.raises(AnswerUnusable),
    ):
        http_file.fetch(_spec(url), tmp_path, _tick)


def test_an_answer_that_was_cut_off_is_not_taken(tmp_path: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(BODY) + 100))
        handler.end_headers()
        handler.wfile.write(BODY)

    with serving(answer) as url, pytest.raises(SourceUnreachable):
        http_file.fetch(_spec(url), tmp_path, _tick)


@pytest.mark.parametrize("announced", [True, False])
def test_a_huge_answer_is_cut_at_the_limit(tmp_path: Path, announced: bool) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if announced:
            handler.send_header("Content-Length", str(10**9))
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b"x" * 65536)
        except OSError:
            return

    with serving(answer) as url, pytest.raises(SourceTooBig):
        http_file.fetch(_spec(url, max_bytes=100_000), tmp_path, _tick)
    assert not (tmp_path / "answer").exists() or (tmp_path / "answer").stat().st_size < 500_000


def test_a_dripping_answer_is_cut_at_the_time_limit(tmp_path: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(200):
                handler.wfile.write(b"x" * 300_000)
                time.sleep(0.02)
        except OSError:
            return

    with serving(answer) as url, pytest.raises(SourceTooBig):
        http_file.fetch(_spec(url, max_seconds=0.3), tmp_path, _tick)


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/x", "file:///etc/passwd", "http://u:p@example.org/", "http://", "//x", "http://a:b/"],
)
def test_only_plain_web_addresses_are_followed(tmp_path: Path, url: str) -> None:
    with pytest.raises(AddressRefused):
        http_file.fetch(_spec(url), tmp_path, _tick)


RECORDS = [{"id": n, "changed": f"2024-01-{n:02d}"} for n in range(1, 8)]


def _paged(handler: BaseHTTPRequestHandler) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
    rows = [row for row in RECORDS if row["changed"] > asked.get("since", "")]
    offset = int(asked.get("offset") or asked.get("cursor") or 0)
    start = (int(asked["page"]) - 1) * 3 if "page" in asked else offset
    page = rows[start : start + 3]
    more = start + 3 < len(rows)
    body = {
        "data": {"items": page},
        "next": start + 3 if more else None,
        "link": f"/x?offset={start + 3}" if more else "",
    }
    send(handler, json.dumps(body).encode())


@pytest.mark.parametrize(
    "paging",
    [
        {"kind": "page", "size": 3, "size_param": "size"},
        {"kind": "page"},
        {"kind": "offset", "size": 3},
        {"kind": "cursor", "path": "next"},
        {"kind": "link", "path": "link"},
    ],
)
def test_every_kind_of_paging_gives_every_record_once(tmp_path: Path, paging: dict[str, object]) -> None:
    with serving(_paged) as url:
        fetched = api.fetch(_spec(f"{url}/x", records="data.items", paging=paging), tmp_path, _tick)
    assert fetched is not None
    rows = [json.loads(line) for line in fetched.path.read_text().splitlines()]
    assert rows == RECORDS


def test_only_what_is_new_is_asked_for(tmp_path: Path) -> None:
    how = {
        "records": "data.items",
        "paging": {"kind": "offset", "size": 3},
        "cursor": "changed",
        "since_param": "since",
    }
    with serving(_paged) as url:
        first = api.fetch(_spec(f"{url}/x", **how), tmp_path, _tick)
        assert first is not None
        assert first.memory == {"cursor": "2024-01-07"}
        assert api.fetch(_spec(f"{url}/x", memory=first.memory, **how), tmp_path, _tick) is None
        later = api.fetch(_spec(f"{url}/x", memory={"cursor": "2024-01-05"}, **how), tmp_path, _tick)
    assert later is not None
    assert len(later.path.read_text().splitlines()) == 2


def test_pages_with_tags_are_fetched_again_only_when_one_has_changed(tmp_path: Path) -> None:
    seen: list[int] = []
    texts = {1: ["a", "b"], 2: ["c", "d"], 3: []}

    def answer(handler: BaseHTTPRequestHandler) -> None:
        page = int(parse_qs(urlsplit(handler.path).query)["page"][0])
        body = json.dumps([{"value": text} for text in texts[page]]).encode()
        tag = f'"{page}-{"".join(texts[page])}"'
        unchanged = handler.headers.get("If-None-Match") == tag
        seen.append(304 if unchanged else 200)
        if unchanged:
            handler.send_response(304)
            handler.end_headers()
        else:
            send(handler, body, headers={"ETag": tag})

    with serving(answer) as url:
        how = {"paging": {"kind": "page", "size": 2}}
        first = api.fetch(_spec(f"{url}/x", **how), tmp_path, _tick)
        assert first is not None
        assert api.fetch(_spec(f"{url}/x", memory=first.memory, **how), tmp_path, _tick) is None
        assert seen == [200, 200, 200, 304, 304, 304]
        texts[3] = ["e"]
        later = api.fetch(_spec(f"{url}/x", memory=first.memory, **how), tmp_path, _tick)
        assert later is not None
        assert len(later.path.read_text().splitlines()) == 5
        moved = api.fetch(_spec(f"{url}/y", memory=first.memory, **how), tmp_path, _tick)
        assert moved is not None, "another address is another interface"


def test_one_page_without_a_tag_and_all_are_fetched(tmp_path: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        page = int(parse_qs(urlsplit(handler.path).query)["page"][0])
        body = json.dumps([{"value": page}] if page < 3 else []).encode()
        send(handler, body, headers={"ETag": '"t"'} if page == 1 else {})

    with serving(answer) as url:
        first = api.fetch(_spec(f"{url}/x", paging={"kind": "page"}), tmp_path, _tick)
        assert first is not None
        assert first.memory == {}
        with_old = {"memory": {"pages": [{"url": f"{url}/x?page=1", "etag": '"old"'}]}}
        again = api.fetch(_spec(f"{url}/x", paging={"kind": "page"}, **with_old), tmp_path, _tick)
        assert again is not None
        assert again.memory == {"pages": []}, "what is not true any more is forgotten"


@pytest.mark.parametrize("body", [b"<html>", b"[1,2]", b'{"data": {"items": 3}}', b'{"other": []}'])
def test_an_answer_of_another_kind_is_refused(tmp_path: Path, body: bytes) -> None:
    with serving(lambda handler: send(handler, body)) as url, pytest.raises(AnswerUnusable):
        api.fetch(_spec(url, records="data.items"), tmp_path, _tick)


def test_an_interface_that_repeats_its_page_is_stopped(tmp_path: Path) -> None:
    page = json.dumps([{"a": 1}]).encode()
    with serving(lambda handler: send(handler, page)) as url, pytest.raises(AnswerUnusable):
        api.fetch(_spec(url, paging={"kind": "page"}), tmp_path, _tick)
