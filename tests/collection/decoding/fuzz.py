"""Decoding under a coverage-guided fuzzer. Run it for as long as you like, with `pip install -r requirements/fuzz.txt`:

python -m tests.collection.decoding.fuzz -max_total_time=60 -max_len=600
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cityhall.collection"]):
    from tests.collection.decoding.anything import stage_anything

SEEDS = (
    "编号,名称\n1,温州\n".encode("gb18030"),
    "a;b\n1;2\n".encode("utf-16"),
    b'a,b\r\n1,"x\ny"\r\n\r\nSource: z,\r\n',
    b'{"total": 1, "data": [{"a": 1.0, "b": {"c": [1]}}]}',
    b'{"a": 1}\n{"a": 2}\n',
)


def one(data: bytes) -> None:
    """One input."""
    with tempfile.TemporaryDirectory() as folder:
        stage_anything(data, Path(folder))


def main() -> None:
    """Fuzz from the seeds until told to stop."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS):
            (Path(corpus) / str(number)).write_bytes(seed)
        atheris.Setup([*sys.argv, corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
