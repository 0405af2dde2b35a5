"""The check of packs: the demo city is sound, and each kind of fault is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cityhall.packing.queries import check_pack, pack_folder


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    copy = tmp_path / "demo_city"
    shutil.copytree(pack_folder("demo_city"), copy)
    return copy


def test_the_demo_city_is_sound() -> None:
    assert check_pack(pack_folder("demo_city")) == []


def _replace(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(pack: Path) -> None:
        text = (pack / file).read_text("utf-8")
        assert old in text
        (pack / file).write_text(text.replace(old, new, 1), "utf-8")

    return change


FAULTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "no pack.yaml": (lambda pack: (pack / "pack.yaml").unlink(), "pack.missing"),
    "another name": (_replace("pack.yaml", "pack: demo_city", "pack: other_city"), "pack.name"),
    "not YAML": (lambda pack: (pack / "fields.yaml").write_text("[", "utf-8"), "file.unreadable"),
    "one language": (_replace("datasets/schools.yaml", ", en: Schools}", "}"), "text.untranslated"),
    "unknown field": (_replace("datasets/schools.yaml", "rows:", "colour: red\nrows:"), "field.unknown"),
    "wrong shape": (_replace("datasets/schools.yaml", "rows: 1500", "rows: many"), "file.shape"),
    "unknown agency": (_replace("datasets/schools.yaml", "education_culture", "nobody"), "name.unknown"),
    "unknown shared item": (_replace("datasets/schools.yaml", "- address", "- palace"), "name.unknown"),
    "unknown error": (
        _replace("items.yaml", "{too_few_digits: 0.004}", "{too_much_fun: 0.004}"),
        "name.unknown",
    ),
    "unknown maker": (_replace("items.yaml", "{kind: postcode}", "{kind: poetry}"), "name.unknown"),
    "an item twice": (
        _replace("datasets/schools.yaml", "  - website", "  - website\n  - website"),
        "item.repeated",
    ),
    "an item unmade": (
        _replace("datasets/schools.yaml", "  - website", "  - {name: 校徽, en: Badge}"),
        "item.unmade",
    ),
    "a file misnamed": (
        _replace("datasets/schools.yaml", "code: schools", "code: academies"),
        "dataset.file",
    ),
    "an example that lies": (
        _replace("examples/a_sound_person.yaml", "性别: 男", "性别: 女"),
        "example.differs",
    ),
    "too much Python": (lambda pack: (pack / "steps.py").write_text("x = 1\n" * 900, "utf-8"), "pack.python"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found(pack: Path, fault: str) -> None:
    change, code = FAULTS[fault]
    change(pack)
    found = check_pack(pack)
    assert code in {finding.code for finding in found}
    assert all(finding.message.en and finding.message.zh and finding.place for finding in found)
