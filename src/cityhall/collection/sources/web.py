"""HTTP: one careful GET. Addresses are checked at every hop, failures retried, size and time bounded."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx

from cityhall.collection.errors import AddressRefused, AnswerUnusable, SourceTooBig, SourceUnreachable
from cityhall.collection.sources.addresses import checked_endpoint, private_allowed
from cityhall.collection.sources.credentials import credential
from cityhall.collection.sources.shapes import SourceSpec, Tick

_HOPS: Final = 5
_TRANSIENT: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_PAUSE: Final = 60.0
_LINES: Final = ("connection.connect_tcp.complete", "connection.start_tls.complete")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of our time and room an answer may take."""

    bytes: int
    seconds: float
    attempts: int
    pause: float
    silence: float

    @classmethod
    def of(cls, source: SourceSpec) -> Limits:
        """The limits in the source's settings, or the defaults."""
        return cls(
            bytes=int(source.number("max_bytes", 20 * 1024**3)),
            seconds=source.number("max_seconds", 3600),
            attempts=max(int(source.number("attempts", 4)), 1),
            pause=source.number("pause_seconds", 1.0),
            silence=source.number("timeout_seconds", 30),
        )


class _Transient(Exception):
    """Worth another try."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        self.why, self.after = why, after
        super().__init__(why)


def request_headers(source: SourceSpec) -> dict[str, str]:
    """The headers of the source's settings with the secrets filled in."""
    return {name: credential(value) for name, value in source.table("headers").items()}


def get(
    source: SourceSpec, url: str, target: Path, tick: Tick, *, headers: Mapping[str, str], limits: Limits
) -> httpx.Headers | None:
    """GET `url` into the file `target`; answers the headers, or None for 304 Not Modified.

    Raises SourceUnreachable, SourceTooBig, AddressRefused, AnswerUnusable.
    """
    deadline = time.monotonic() + limits.seconds
    for attempt in range(1, limits.attempts + 1):
        try:
            return _attempt(source, url, target, tick, dict(headers), limits, deadline)
        except (_Transient, httpx.TransportError) as error:
            why = error.why if isinstance(error, _Transient) else type(error).__name__
            after = error.after if isinstance(error, _Transient) else 0.0
            pause = min(max(after, limits.pause * 2 ** (attempt - 1)), _LONGEST_PAUSE)
            if attempt == limits.attempts or time.monotonic() + pause > deadline:
                raise SourceUnreachable(address=shown(url), why=why) from error
            tick(f"{shown(url)}: {why}", 0, 0)
            time.sleep(pause)
    raise SourceUnreachable(address=shown(url), why="no attempt was made")


def _attempt(
    source: SourceSpec,
    url: str,
    target: Path,
    tick: Tick,
    headers: dict[str, str],
    limits: Limits,
    deadline: float,
) -> httpx.Headers | None:
    allow_private = private_allowed(source.settings)
    for _ in range(_HOPS + 1):
        with _opened(url, headers, allow_private, limits.silence, deadline) as answer:
            if answer.status_code == 304:
                return None
            if not answer.has_redirect_location:
                _judge(answer, url)
                _keep(answer, url, target, tick, limits, deadline)
                return answer.headers
            onward = urljoin(url, answer.headers["location"])
        if _origin(onward) != _origin(url):
            headers = {name: value for name, value in headers.items() if name.lower().startswith("if-")}
        url = onward
    raise AnswerUnusable(address=shown(url), why="it redirects without end")


@contextmanager
def _opened(
    url: str, headers: Mapping[str, str], allow_private: bool, silence: float, deadline: float
) -> Iterator[httpx.Response]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise AddressRefused(address=shown(url), why="only plain http and https addresses are followed")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise AddressRefused(address=shown(url), why="its port is no number") from error
    endpoint = checked_endpoint(parts.hostname, port, allow_private=allow_private)
    numeric = f"[{endpoint.address}]" if ":" in endpoint.address else endpoint.address
    # The connection goes to the checked number; name and certificate are still those of the host.
    direct = parts._replace(netloc=f"{numeric}:{port}", fragment="").geturl()
    sent = {"User-Agent": "cityhall", "Accept-Encoding": "identity", **headers, "Host": parts.netloc}
    timeout = httpx.Timeout(silence, connect=min(silence, 10.0))
    with (
        _cut_at(deadline) as trace,
        httpx.Client(trust_env=False, timeout=timeout, follow_redirects=False) as client,
        client.stream(
            "GET", direct, headers=sent, extensions={"sni_hostname": parts.hostname, "trace": trace}
        ) as answer,
    ):
        yield answer


@contextmanager
def _cut_at(deadline: float) -> Iterator[Any]:
    """Cut the line when the time is over: a server that sends one byte of its headers now and then is never silent, and would
    hold us for weeks. Gives what tells of the line."""
    lines: list[socket.socket] = []

    def trace(event: str, told: Mapping[str, Any]) -> None:
        if event in _LINES:
            lines.append(told["return_value"].get_extra_info("socket"))

    def cut() -> None:
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(deadline - time.monotonic(), 0.0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield trace
    finally:
        timer.cancel()


def _judge(answer: httpx.Response, url: str) -> None:
    if answer.status_code in _TRANSIENT:
        wait = answer.headers.get("retry-after", "")
        raise _Transient(f"HTTP {answer.status_code}", float(wait) if wait.isdigit() else 0.0)
    if answer.status_code != 200:
        raise SourceUnreachable(address=shown(url), why=f"HTTP {answer.status_code}")
    if "," in answer.headers.get("content-encoding", ""):
        # packed twice, a page of bytes unpacks to more than there is memory, before any limit can see it
        raise AnswerUnusable(
            address=shown(url), why="it is packed more than once, though we asked for it unpacked"
        )


def _keep(
    answer: httpx.Response, url: str, target: Path, tick: Tick, limits: Limits, deadline: float
) -> None:
    announced = answer.headers.get("content-length", "")
    total = int(announced) if announced.isdigit() else 0
    size = 0
    if total > limits.bytes:
        raise SourceTooBig(address=shown(url), limit=limits.bytes, unit="bytes")
    with target.open("wb") as file:
        for chunk in answer.iter_bytes():  # as it comes, however little: the deadline counts
            size += len(chunk)
            if size > limits.bytes:
                raise SourceTooBig(address=shown(url), limit=limits.bytes, unit="bytes")
            _within(deadline, url, limits)
            file.write(chunk)
            tick(target.name, size, total)
    _within(deadline, url, limits)  # a line that was cut may look like an answer that ended


def _within(deadline: float, url: str, limits: Limits) -> None:
    if time.monotonic() > deadline:
        raise SourceTooBig(address=shown(url), limit=int(limits.seconds), unit="seconds")


def shown(url: str) -> str:
    """The address without user, query and fragment, fit for a log."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.rpartition("@")[2].lower()
