"""The load on a node: one asker with one connection, wrk with sixteen, and slow downloaders in a process of their own
(`python -m benchmarks.serving_load <link> <connections> <bytes a second>`), so that no client waits for another one.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.processes import _family

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests a second, and what one took: milliseconds of the servers' processor time, and the client's share of a core."""

    requests: float
    cost: float
    client: float


def laps(address: str, paths: Sequence[str], warm: int = 20) -> list[float]:
    """Seconds of each request on one connection, after some that warm the workers up."""
    host = urlsplit(address).netloc
    line, taken = http.client.HTTPConnection(host, timeout=60), []
    for path in [*paths[:warm], *paths]:
        started = time.perf_counter()
        line.request("GET", path)
        answer = line.getresponse()
        body = answer.read()
        taken.append(time.perf_counter() - started)
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}: {body[:300]!r}")
    line.close()
    return taken[min(warm, len(paths)) :]


def rate(address: str, paths: Sequence[str], server: int, seconds: int) -> Rate:
    """How many requests a second a server (this process and its children) answers, over these paths in turn."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is needed: apt-get install wrk")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        listed = ",".join(f'"{path}"' for path in paths)
        script.write(
            f"local paths={{{listed}}} local at=0\n"
            "request=function() at=at%#paths+1 return wrk.format('GET',paths[at]) end\n"
        )
        script.flush()
        before, used = resource.getrusage(resource.RUSAGE_CHILDREN), processor(server)
        done = subprocess.run(
            [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script.name, address],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        used = processor(server) - used
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if "Non-2xx" in done.stdout:
        raise SystemExit(done.stdout)
    asked = int(re.findall(r"(\d+) requests in", done.stdout)[0])
    return Rate(
        float(re.findall(r"Requests/sec:\s+([\d.]+)", done.stdout)[0]), used / asked * 1000, own / seconds
    )


def processor(pid: int) -> float:
    """Seconds of processor time that a process and its living children have used, user and system."""
    total = 0
    for one in _family(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


@contextmanager
def downloaders(link: str, number: int, slow: int) -> Iterator[list[float]]:
    """So many connections (or none) read a file again and again, so many bytes a second each, from two seconds ago. The list
    holds at the end how many bytes a second each has read. They give way to everybody else on this machine, as if they were on
    others.
    """
    command = [sys.executable, "-m", "benchmarks.serving_load", link, str(number), str(slow)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    time.sleep(2)
    if process.poll() is not None:
        raise SystemExit("the downloaders ended")
    read: list[float] = []
    try:
        yield read
    finally:
        process.terminate()
        told, _ = process.communicate(timeout=30)
        read.append(float(told))


async def _sip(link: str, slow: int, read: list[int]) -> None:
    """Read through a small buffer, never more in a second than it may."""
    parts, loop = urlsplit(link), asyncio.get_running_loop()
    asked = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
    while True:
        with socket.socket() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
            line.setblocking(False)
            await loop.sock_connect(line, (parts.hostname, parts.port))
            await loop.sock_sendall(line, asked.encode())
            began, got = loop.time(), 0
            while some := await loop.sock_recv(line, slow // 10):
                got += len(some)
                read[0] += len(some)
                await asyncio.sleep(max(0.02, began + got / slow - loop.time()))


async def _all(link: str, number: int, slow: int) -> None:
    """Until told to end; says then how many bytes a second each connection has read."""
    os.nice(19)
    told, loop, read = asyncio.Event(), asyncio.get_running_loop(), [0]
    loop.add_signal_handler(signal.SIGTERM, told.set)
    began = loop.time()
    sipping = [asyncio.create_task(_sip(link, slow, read)) for _ in range(number)]
    await told.wait()
    print(read[0] / max(number, 1) / (loop.time() - began))
    for one in sipping:
        one.cancel()


if __name__ == "__main__":
    asyncio.run(_all(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
