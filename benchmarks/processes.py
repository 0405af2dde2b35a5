"""Running whole commands and measuring them: wall seconds, CPU seconds, peak memory of the largest process."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Took:
    """What one command took; `peak_mb` counts the process and all its children together, sampled ten times a second."""

    wall: float
    cpu: float
    peak_mb: float
    output: str


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Took:
    """Run a command to its end; raises when it fails."""
    started = time.perf_counter()
    before = os.times()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, env={**os.environ, **(environment or {})})
        watch = _Memory(process.pid)
        code = process.wait()
        wall = time.perf_counter() - started
        watch.stop()
        output.seek(0)
        text = output.read()
    after = os.times()
    if code:
        raise SystemExit(f"{' '.join(command)} failed with {code}: {text[-2000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Took(wall, cpu, watch.peak_kb / 1024, text)


class _Memory(threading.Thread):
    """Samples the resident memory of a process and its descendants."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak_kb = 0
        self._stop_now = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._stop_now.wait(0.1):
            self.peak_kb = max(self.peak_kb, sum(_resident_kb(pid) for pid in _family(self.pid)))

    def stop(self) -> None:
        self._stop_now.set()
        self.join()


def cpu_seconds(pid: int) -> float:
    """User and system seconds of a process and all its living descendants, until now."""
    ticks = 0
    for one in _family(pid):
        try:
            told = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
        except OSError:
            continue
        found += [int(child) for child in children]
    return found


def _resident_kb(pid: int) -> int:
    """Proportional set size: a page that several processes share counts in each of them by its share, once in all."""
    return _rollup(pid, "Pss:")


def _added_kb(pid: int) -> int:
    """Resident set size: a page that several processes share counts in each of them as a whole."""
    return _rollup(pid, "Rss:")


def _rollup(pid: int, name: str) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith(name):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
