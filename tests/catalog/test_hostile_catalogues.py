"""Files that are no catalogue, or that a spreadsheet has changed: refused with a report, or read as they were meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.making import OPERATOR, a_draft, an_agency, catalogue_file, dataset_row, uscc, words

from cityhall.catalog import errors
from cityhall.catalog.actions import (
    draft_dataset,
    import_catalogue,
)
from cityhall.catalog.exchange import importing, xlsx_file, yaml_file
from cityhall.catalog.exchange.importing import merkle_root
from cityhall.catalog.queries import (
    export_catalogue,
    weigh_catalogue,
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", b""),
        ("a.yaml", b"- 1"),
        ("a.yaml", b"{"),
        ("a.yaml", b"\xff\xfe\x00"),
        ("a.yaml", b"format: cityhall-catalogue\ndatasets: 3"),
        ("a.yaml", b"format: cityhall-catalogue\ndatasets: [1]"),
        ("a.yaml", b"format: cityhall-catalogue\ncolours: []"),
        ("a.yaml", b"format: cityhall-catalogue\nx: &a [1]\ny: [*a, *a]"),
        ("a.yaml", b"[" * 3000),
        ("a.xlsx", b""),
        ("a.xlsx", b"PK\x03\x04nothing"),
        ("a.xlsx", b"<html></html>"),
        ("a.csv", b"code,title"),
    ],
)
def test_what_is_no_catalogue_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(errors.CatalogueUnreadable) as caught:
        import_catalogue(OPERATOR, tmp_path / name)
    assert caught.value.say("zh") != caught.value.say("en")


@pytest.mark.django_db
def test_a_spelling_mistake_in_a_workbook_loses_nothing_silently(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    for sheet, header in (("itms", "dataset"), ("datasets", "colour")):
        with xlsx_file.xlsxwriter.Workbook(path) as book:
            book.add_worksheet(sheet).write_string(0, 0, header)
            if sheet != "datasets":
                book.add_worksheet("datasets")
        with pytest.raises(errors.CatalogueUnreadable):
            import_catalogue(OPERATOR, path)


@pytest.mark.django_db
def test_cells_as_spreadsheets_change_them(tmp_path: Path) -> None:
    an_agency(1)
    path = tmp_path / "a.xlsx"
    with xlsx_file.xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("datasets")
        page.write_row(0, 0, ["code", "title.zh", "agency", "region", "state"])
        page.write_row(1, 0, [42, "数字编码", uscc(1), 330302])
        page.write_row(3, 0, ["x", "某某", uscc(1), "330302", True])
        page = book.add_worksheet("items")
        page.write_row(0, 0, ["dataset", "name", "level", "required", "sharing", "opening", "params"])
        page.write_row(1, 0, [42, "甲", "L2", "是", "restricted", "restricted", ""])
        page.write_row(2, 0, [42, "乙", 1, 0, "unconditional", "unconditional", "{]"])
        page.write_row(3, 0, ["nowhere", "丙"])
    report = weigh_catalogue(OPERATOR, path)
    found = {row.place: [type(problem).__name__ for problem in row.problems] for row in report.rows}
    assert found == {
        "datasets 2": ["ValueWrong"],
        "datasets 4": ["ValueWrong"],
        "items, rules": ["DatasetUnknown"],
    }
    assert "items 3 params" in report.rows[0].problems[0].say("en")


@pytest.mark.django_db
def test_a_text_too_long_for_a_cell_is_told(tmp_path: Path) -> None:
    draft_dataset(OPERATOR, a_draft(an_agency(), abstract=words("x" * 40_000)))
    with pytest.raises(errors.CellTooLong):
        export_catalogue(tmp_path / "a.xlsx")
    assert not list(tmp_path.iterdir())
    assert export_catalogue(tmp_path / "a.yaml").is_file()


@pytest.mark.django_db
def test_a_workbook_that_unfolds_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_agency(1)
    monkeypatch.setattr(xlsx_file, "LARGEST_FILE", 100)
    monkeypatch.setattr(yaml_file, "LARGEST_FILE", 100)
    for ending in ("xlsx", "yaml"):
        path = export_catalogue(tmp_path / f"a.{ending}")
        with pytest.raises(errors.CatalogueTooLarge):
            import_catalogue(OPERATOR, path)


def test_the_root_over_revisions_is_that_of_rfc_6962() -> None:
    assert merkle_root([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    # The test vectors of the certificate-transparency reference: leaves "", 00, 10.
    leaves = [b"", b"\x00", b"\x10"]
    assert merkle_root(leaves[:1]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle_root(leaves) == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"


@pytest.mark.django_db
def test_a_file_that_changes_while_it_is_read_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_agency(1)
    path = catalogue_file(tmp_path, datasets=[dataset_row("one")])
    read = importing._entries

    def read_slowly(path: Path) -> object:
        entries = read(path)
        path.write_text(path.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")
        return entries

    monkeypatch.setattr(importing, "_entries", read_slowly)
    with pytest.raises(errors.CatalogueUnreadable):
        import_catalogue(OPERATOR, path)
