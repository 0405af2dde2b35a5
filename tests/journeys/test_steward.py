"""The steward's way: a finding on the desk, the very cell, a correction, a new version, nothing left open."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import Opener, Site

pytestmark = pytest.mark.browser


def test_from_a_finding_to_a_corrected_version(open_page: Opener, site: Site, tmp_path: Path) -> None:
    page = open_page("owner")
    page.locator(f"main a[href*='{site.ids['parks']}/quarantine']").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("隔离区")

    # one cell in the page
    cells = page.locator("input[name^='cell:']")
    expect(cells).to_have_count(3)
    cells.first.fill("2021-12-15")
    page.get_by_role("button", name="提交更正").click()
    expect(page.locator("main")).to_contain_text("完成")
    expect(page.locator("main")).to_contain_text("版本 2")

    # the others in a file
    page.goto(f"/datasets/{site.ids['parks']}/quarantine/")
    expect(page.locator("input[name^='cell:']")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    fixed = _corrected(Path(download.value.path()), tmp_path / "corrected.csv")
    page.set_input_files("input[type=file]", fixed)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.locator("main")).to_contain_text("版本 3")

    # nothing is left to do, and everybody sees the new version
    page.goto(f"/datasets/{site.ids['parks']}/quarantine/")
    expect(page.locator("main")).to_contain_text("没有待整改的行")
    visitor = open_page()
    visitor.goto(f"/datasets/{site.ids['parks']}/")
    expect(visitor.locator("main")).to_contain_text("60 行")
    visitor.get_by_role("button", name="比较两个版本").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("版本比较")
    expect(visitor.locator("main")).to_contain_text("P0060")


def _corrected(bad: Path, target: Path) -> Path:
    with bad.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "建成日期": "2020-05-01"} for row in rows)
    return target
