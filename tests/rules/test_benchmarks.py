"""The benchmarks of the road start as they are: as programs of their own, before any settings are known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_the_scripts_of_the_road_can_be_started() -> None:
    names = ("figures", "processes", "road", "hundred_million", "make_big", "warehouse_state")
    imports = "; ".join(f"import benchmarks.{name}" for name in names)
    ended = subprocess.run(
        [sys.executable, "-c", imports], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
