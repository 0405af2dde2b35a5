"""`python -m cityhall.cli` is `cityhall`."""

from __future__ import annotations

from cityhall.cli.main import main

main()
