"""The guide to bringing in history does what it says: its files, its commands, its figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cityhall.cli.cases import cases
from cityhall.kernel.errors import catalogue

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "history.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    """The blocks of a kind."""
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.django_db
def test_its_commands_run_one_after_the_other(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "packs").symlink_to(ROOT / "packs")
    Path("calls.csv").write_text(blocks("csv")[0], "utf-16")  # as an old system's office program saves it
    Path("calls.yaml").write_text(blocks("yaml")[0], "utf-8")
    monkeypatch.setenv("CITYHALL_LANGUAGE", "en")
    told, promised = "", []
    for line in "".join(blocks("console")).splitlines():
        if line.startswith("$ cityhall cases "):
            done = CliRunner().invoke(cases, line.split()[3:], catch_exceptions=False)
            assert done.exit_code == 0, done.output
            told += done.output
        else:
            promised.append(line)
    assert promised
    assert all(line in told for line in promised)
    assert "every row follows from its events" in told
    assert "道路坑洼" in told
    (_, refused) = Path("refused.csv").read_text("utf-8").splitlines()
    assert refused.startswith("cases.out_of_order,settle,2024-3,")


def test_its_reasons_exist() -> None:
    known = {one.code for one in catalogue()}
    assert set(re.findall(r"`(cases\.[a-z_]+)`", GUIDE)) <= known
