"""What is installed from the wheel finds its packs: built from this checkout, unpacked elsewhere, started there."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.conftest import PROJECT

from cityhall.packing.queries import packs


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of installed packages with nothing but Cityhall in it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-2000:]
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(site: Path, home: Path, *command: str) -> str:
    """Run a command of the installed package: its folder comes before the checkout on the path."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CITYHALL")}
    environment |= {"PYTHONPATH": str(site), "CITYHALL_HOME": str(home), "CITYHALL_LANGUAGE": "en"}
    environment["DJANGO_SETTINGS_MODULE"] = "cityhall.app.settings"
    done = subprocess.run(
        [sys.executable, *command], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_the_installed_package_finds_its_packs(site: Path, home: Path) -> None:
    where = (
        "import django; django.setup(); from cityhall.packing.queries import pack_folder; "
        "print(pack_folder('demo_city'))"
    )
    assert run(site, home, "-c", where) == str(site / "cityhall" / "_packs" / "demo_city")
    assert run(site, home, "-m", "cityhall.cli", "pack", "check") == f"{len(packs())} sound"


def test_the_wheel_carries_what_the_pages_need_and_no_rubbish(site: Path) -> None:
    assert list((site / "cityhall" / "web" / "static" / "built").glob("*.js"))
    assert list((site / "cityhall" / "cleaning" / "elements").glob("*.yaml"))
    assert not [*site.rglob("*.pyc"), *site.rglob("node_modules")]


def test_a_pack_of_ones_own_comes_before_the_shipped_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "packs" / "demo_city").mkdir(parents=True)
    (home / "packs" / "demo_city" / "pack.yaml").write_text("name: demo_city\n")
    shipped = packs()
    monkeypatch.setenv("CITYHALL_PACKS", str(home / "packs"))
    assert [one.name for one in packs()] == [one.name for one in shipped]
    assert home / "packs" / "demo_city" in packs()
